/*
 * mpmeter.h - register a paid container with AWS Marketplace, and verify the signed response.
 *
 * This is the whole public interface of libmpmeter. A vendor's program calls mpmeter_register_usage() once at start-up,
 * and continues only on MPMETER_OK. The library finds the Region and the role of the task or pod, calls RegisterUsage,
 * and verifies the signed response with the vendor's public key.
 *
 * CONVENTIONS
 *   Status      Every function that can fail returns an mpmeter_status. MPMETER_OK is 0. mpmeter_status_action() says
 *               what to do with any status: proceed, retry later, or terminate.
 *   Outputs     Output parameters come last and are named out_*. They are written only on success; after a failure they
 *               keep their old value.
 *   Errors      `mpmeter_error **out_error` may be NULL wherever it occurs. After a failure it receives an object to
 *               read and free; after success it is unchanged. Set it to NULL before the call.
 *   Ownership   `T **out_x`: the caller owns *out_x and frees it with mpmeter_T_free(). A returned `const char *` is
 *               borrowed from its object and lives as long as that object; if there is no object, it is valid for the
 *               life of the process. All arguments are copied, so they need not outlive the call. The only exception is
 *               the context of a log callback.
 *   NULL        Every function accepts NULL for every pointer. If a required argument is NULL, the result is
 *               MPMETER_E_INVALID_ARGUMENT. Every _free function ignores NULL. A getter returns NULL, 0 or the safest
 *               value for a NULL object.
 *   Text        Text is UTF-8 and ends in NUL. Invalid UTF-8 is refused.
 *   Threads     Many threads may use an mpmeter_client, an mpmeter_meter or an mpmeter_cancellation at once. Only one
 *               thread at a time may use mpmeter_options. An mpmeter_registration, mpmeter_region, mpmeter_diagnosis or
 *               mpmeter_error never changes, so any thread may read it. Do not free an object while another thread is
 *               using it.
 *
 * WHAT THE LIBRARY PROMISES ITS HOST
 *   Manners     The library starts no threads, installs no signal or exit handlers, and sets no environment variables.
 *               It writes no file except the journal given to mpmeter_meter_open(), and nothing to stdout or stderr. It
 *               calls back only on the thread that called it. It reads the environment once, in mpmeter_client_new() or
 *               mpmeter_diagnose(), on the caller's thread; no other thread may change the environment at that moment.
 *               Freed memory is overwritten, so that no secret outlives its use.
 *   Loading     Use dlopen() with RTLD_LOCAL or RTLD_GLOBAL, as often as you like; dlclose() leaves the library in
 *               place. It shares nothing with another OpenSSL or libcurl in the process: no symbol, no setting
 *               (OPENSSL_CONF, default roots), no error queue. The host may initialise and clean up its own copies at
 *               any time.
 *   Forks       A child made by fork() may keep using objects made before the fork, whatever the parent's other threads
 *               were doing. It inherits the registrations that AWS accepted before the fork: a parent that registers
 *               and then forks makes one call for all its children. Calls in progress are not inherited. While another
 *               thread is inside the library, fork() may wait for a step: see Steps. A fork() in a signal handler that
 *               interrupts the library does not wait, and its child may return from the handler.
 *   Signals     Signals may arrive as often as they like, with SA_RESTART or without; the library holds them back for
 *               microseconds at a time. A handler must not call the library, and must not leave it by longjmp().
 *               SIGPIPE is never raised.
 *   Cancelling  If pthread_cancel() hits a thread inside the library, the thread ends after the call, or in its log
 *               callback. Code in C++ must not swallow the exception that ends it there: disable cancellation, as
 *               mpmeter.hpp does. PTHREAD_CANCEL_ASYNCHRONOUS must not be set.
 *   Steps       Deadline and cancellation are checked between steps, and every 50 ms while the library waits; a fork()
 *               waits for the end of a step. We measured this on one idle core of a server (AMD EPYC), with the worst
 *               servers, certificates and files that we could make. A call ends up to 60 ms after its deadline or
 *               cancellation: it has to free a CA bundle of 2 MiB with 8,700 certificates, and 2 MiB of task metadata
 *               are one step. A fork() takes up to 20 ms, mostly in the kernel, because the process holds these
 *               certificates. Busy or slower machines take longer.
 *   Stack       A stack of 64 KiB is enough for every function. A log callback needs its own stack on top.
 *   Descriptors No descriptor stays open after a call, except those of an open meter's journal. All are closed on exec.
 *               None ever has number 0, 1 or 2, even if these are closed. If descriptors run out, the call returns a
 *               status; later calls succeed once descriptors are free again.
 *   Places      The library may run as process 1, with a read-only root, and without /tmp, /proc or /dev. From /etc it
 *               reads the files for name resolution (at most 256 KiB of hosts and 32 KiB of each other file) and the CA
 *               bundle. mpmeter_diagnose() also looks at /proc and at what a pod has mounted. A seccomp filter may
 *               forbid access(2), and getrandom(2) if /dev/urandom can be opened. Without either source of random
 *               bytes, a call returns MPMETER_E_INTERNAL and says so.
 *   Memory      If a C library inside cannot get memory, the call returns a status: MPMETER_E_OUT_OF_MEMORY, or that of
 *               the step that failed. It returns MPMETER_OK only if the step succeeded in another way. If OpenSSL could
 *               not get memory at its first use, it may fail until the process ends. Swift cannot handle a failed
 *               allocation: the process then ends with "libmpmeter: memory is exhausted" on stderr and SIGABRT. The
 *               host may replace the allocator; malloc, calloc, realloc and free are enough. Unless it also provides
 *               posix_memalign and malloc_usable_size, each block is 32 bytes larger.
 *   System      This concerns builds with the distribution's shared libcurl and OpenSSL (LINK=system). In such builds,
 *               the promises about freed memory, Loading, Descriptors and file sizes do not cover these two libraries.
 *               A hostile TLS peer may delay a call, and with it a fork(), past its deadline.
 *
 * Since 0.1.0, unless a declaration says otherwise.
 */
#ifndef MPMETER_H
#define MPMETER_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(MPMETER_NO_EXPORT) || !defined(__GNUC__)
#define MPMETER_API
#define MPMETER_MUST_USE
#else
#define MPMETER_API __attribute__((visibility("default")))
#define MPMETER_MUST_USE __attribute__((warn_unused_result))
#endif

/* ---- Version ----------------------------------------------------------------------------------------------------- */

#define MPMETER_VERSION_MAJOR 0
#define MPMETER_VERSION_MINOR 1
#define MPMETER_VERSION_PATCH 0
#define MPMETER_VERSION "0.1.0"
/** (major << 16) | (minor << 8) | patch. */
#define MPMETER_VERSION_NUMBER 0x000100

/** The version of the library that is loaded, as "major.minor.patch". Never NULL; never freed. Any thread. */
MPMETER_API const char *mpmeter_version(void);

/** The version of the library that is loaded, as MPMETER_VERSION_NUMBER is built. Any thread. */
MPMETER_API uint32_t mpmeter_version_number(void);

/* ---- Status ------------------------------------------------------------------------------------------------------ */

/** The result of a call. The numbers are part of the ABI: no number is ever changed or reused. */
typedef int32_t mpmeter_status;

enum {
    /* generated: statuses, from tools/interface/statuses.toml */
    /** The call succeeded. */
    MPMETER_OK = 0,

    /* The caller */
    /** An argument or an environment variable is missing, or is not one that the function or AWS accepts. */
    MPMETER_E_INVALID_ARGUMENT = 1,
    /** The product code is not one that the vendor trusts for this program. It is not in the trusted list, or is a free
     *  product where a paid one is required. */
    MPMETER_E_UNTRUSTED_PRODUCT = 2,
    /** The public key cannot be used. It cannot be read, is not RSA, is too short, or is missing. */
    MPMETER_E_PUBLIC_KEY = 3,

    /* Where and who */
    /** Nothing in the environment or the platform says which AWS Region this is. */
    MPMETER_E_REGION_NOT_FOUND = 10,
    /** RegisterUsage is not offered in this AWS Region. */
    MPMETER_E_REGION_UNSUPPORTED = 11,
    /** No AWS credentials were found. No source is configured, or none can be reached. */
    MPMETER_E_CREDENTIALS_NOT_FOUND = 12,
    /** The configured source of AWS credentials refused the request, or cannot be used. */
    MPMETER_E_CREDENTIALS_REJECTED = 13,

    /* The way */
    /** A server could not be reached, or the connection broke. */
    MPMETER_E_NETWORK = 20,
    /** The server's TLS certificate was not accepted. This includes a CA bundle that cannot be read. */
    MPMETER_E_TLS = 21,
    /** The deadline passed before AWS accepted the call. */
    MPMETER_E_DEADLINE = 22,
    /** The call was cancelled. The program used its mpmeter_cancellation, or the language's own way to cancel. */
    MPMETER_E_CANCELLED = 23,
    /** A server sent a response that its protocol does not allow. */
    MPMETER_E_BAD_RESPONSE = 24,

    /* AWS's answer */
    /** The buyer has no subscription to this product (CustomerNotEntitledException). */
    MPMETER_E_CUSTOMER_NOT_ENTITLED = 30,
    /** AWS did not recognise the caller as an ECS task or EKS pod with its own role (PlatformNotSupportedException). */
    MPMETER_E_PLATFORM_NOT_SUPPORTED = 31,
    /** The call went to a Region other than the one the container runs in (InvalidRegionException). */
    MPMETER_E_INVALID_REGION = 32,
    /** AWS does not know the product code (InvalidProductCodeException). */
    MPMETER_E_INVALID_PRODUCT_CODE = 33,
    /** AWS does not know any of the public key versions (InvalidPublicKeyVersionException). Each version that was given
     *  has been tried. */
    MPMETER_E_INVALID_PUBLIC_KEY_VERSION = 34,
    /** AWS has disabled this API in the Region (DisabledApiException). */
    MPMETER_E_API_DISABLED = 35,
    /** The role may not make this call to AWS Marketplace (AccessDeniedException). It lacks
     *  aws-marketplace:RegisterUsage or aws-marketplace:MeterUsage, or a policy denies the call. */
    MPMETER_E_ACCESS_DENIED = 36,
    /** AWS did not accept the credentials or the request's signature. They are unknown to AWS, or have expired. */
    MPMETER_E_NOT_AUTHENTICATED = 37,
    /** AWS throttled the request until the deadline (ThrottlingException). */
    MPMETER_E_THROTTLED = 38,
    /** AWS, or the node's agent, could not serve the request until the deadline (InternalServiceErrorException). This
     *  includes 5xx responses, and STS's IDPCommunicationError. */
    MPMETER_E_SERVICE_UNAVAILABLE = 39,
    /** AWS answered with an error that this release does not know. */
    MPMETER_E_SERVICE = 40,

    /* The token */
    /** The signed response is not a well-formed JWT. It must be in compact form: RFC 7515, section 7.1. */
    MPMETER_E_TOKEN_MALFORMED = 50,
    /** The signed response does not use PS256. Its header asks for another algorithm, or for an extension. */
    MPMETER_E_TOKEN_ALGORITHM = 51,
    /** The response was not signed by AWS Marketplace with this product's key. */
    MPMETER_E_TOKEN_SIGNATURE = 52,
    /** The signed response is for another product, key version or nonce. */
    MPMETER_E_TOKEN_CLAIMS = 53,

    /* Us */
    /** Memory is exhausted. See "Memory" in mpmeter.h. */
    MPMETER_E_OUT_OF_MEMORY = 60,
    /** The library failed unexpectedly. Please report it. */
    MPMETER_E_INTERNAL = 61,

    /* Usage */
    /** The journal cannot be created, read or written. The disk is full or read-only, or the folder is missing. Usage
     *  that was acknowledged before is still there. */
    MPMETER_E_JOURNAL = 70,
    /** The journal is damaged, or is not a journal. */
    MPMETER_E_JOURNAL_DAMAGED = 71,
    /** Another thread or process is using the journal, or is sending from it. */
    MPMETER_E_JOURNAL_BUSY = 72,
    /** The product's listing does not have this dimension (InvalidUsageDimensionException). */
    MPMETER_E_INVALID_DIMENSION = 73,
    /** AWS does not accept the tags or allocations of this usage (InvalidUsageAllocationsException). AWS may also
     *  return InvalidTagException. */
    MPMETER_E_INVALID_ALLOCATIONS = 74,
    /** AWS has another quantity for this task or pod, dimension and hour (DuplicateRequestException). AWS may also
     *  return IdempotencyConflictException. The quantity that was sent is not billed. */
    MPMETER_E_USAGE_DUPLICATE = 75,
    /** AWS does not accept usage for this time (TimestampOutOfBoundsException). It is over six hours old, or in the
     *  future. */
    MPMETER_E_USAGE_TIMESTAMP = 76,
    /** Usage is held: it will not be sent again, and must be settled by hand. AWS may have billed it already, has
     *  another quantity for the hour, or no longer accepts it. */
    MPMETER_E_USAGE_HELD = 77
    /* Last added: 77. */
    /* end of generated */
    /* No number has been retired. */
};

/** What to do about a status. AWS asks a container to stop after any error except throttling. */
typedef int32_t mpmeter_action;

enum {
    MPMETER_ACTION_PROCEED = 0,  /**< Only for MPMETER_OK: continue. */
    MPMETER_ACTION_RETRY = 1,    /**< A temporary failure lasted past the deadline: exit and be restarted, or retry. */
    MPMETER_ACTION_TERMINATE = 2 /**< Stop. Calling again does not help until somebody changes something. */
};

/** The constant's name, such as "MPMETER_E_THROTTLED". Never NULL: an unknown number returns "MPMETER_E_UNKNOWN". Valid
 * for the life of the process. */
MPMETER_API const char *mpmeter_status_name(mpmeter_status status);

/** What to do about it. An unknown number returns MPMETER_ACTION_TERMINATE. */
MPMETER_API mpmeter_action mpmeter_status_action(mpmeter_status status);

/** One sentence: what it means. Never NULL; valid for the life of the process. */
MPMETER_API const char *mpmeter_status_message(mpmeter_status status);

/** One sentence: what usually fixes it; "" for MPMETER_OK. Never NULL; valid for the life of the process. */
MPMETER_API const char *mpmeter_status_fix(mpmeter_status status);

/** The number of statuses, for bindings and tests that go through the table. */
MPMETER_API int32_t mpmeter_status_count(void);

/** The status at `index` (0 ..< mpmeter_status_count()), in ascending order; MPMETER_E_INTERNAL outside that range. */
MPMETER_API mpmeter_status mpmeter_status_at(int32_t index);

/** "proceed", "retry" or "terminate" ("terminate" for any other number). Never NULL; valid for the life of the
 * process. */
MPMETER_API const char *mpmeter_action_name(mpmeter_action action);

/* ---- Errors ------------------------------------------------------------------------------------------------------ */

/** Why a call failed. Immutable. Free with mpmeter_error_free(). Contains no secrets. */
typedef struct mpmeter_error mpmeter_error;

/** Frees it. NULL is ignored. */
MPMETER_API void mpmeter_error_free(mpmeter_error *error);

/** The status that the call returned; MPMETER_E_INVALID_ARGUMENT for NULL. */
MPMETER_API mpmeter_status mpmeter_error_status(const mpmeter_error *error);

/** What happened and where, for a log. NULL only for NULL. Borrowed from `error`. */
MPMETER_API const char *mpmeter_error_message(const mpmeter_error *error);

/** What to do about it, for the engineer on duty. NULL only for NULL. Borrowed from `error`. */
MPMETER_API const char *mpmeter_error_fix(const mpmeter_error *error);

/** The HTTP status of the response that caused it, or 0 if there was none. */
MPMETER_API int32_t mpmeter_error_http_status(const mpmeter_error *error);

/** The error type that AWS returned, such as "CustomerNotEntitledException", or NULL. Borrowed from `error`. */
MPMETER_API const char *mpmeter_error_aws_type(const mpmeter_error *error);

/** AWS's request ID, for a support case, or NULL. Borrowed from `error`. */
MPMETER_API const char *mpmeter_error_request_id(const mpmeter_error *error);

/** The Region that was used, or NULL if the call did not get that far. Borrowed from `error`. */
MPMETER_API const char *mpmeter_error_region(const mpmeter_error *error);

/** Where the Region was found: see mpmeter_region_source(). NULL if it was not. Borrowed from `error`. */
MPMETER_API const char *mpmeter_error_region_source(const mpmeter_error *error);

/** Where the credentials came from: see mpmeter_registration_credentials_source(). NULL if there were none. Borrowed
 * from `error`. */
MPMETER_API const char *mpmeter_error_credentials_source(const mpmeter_error *error);

/** "ecs", "fargate", "eks", "ec2" or "none"; NULL for NULL and for a call that does not look. Borrowed from `error`. */
MPMETER_API const char *mpmeter_error_platform(const mpmeter_error *error);

/** The number of RegisterUsage requests that were tried. */
MPMETER_API int32_t mpmeter_error_attempts(const mpmeter_error *error);

/** The time from the call to its failure, in milliseconds. */
MPMETER_API int64_t mpmeter_error_elapsed_ms(const mpmeter_error *error);

/**
 * The whole error as one JSON object on one line, with the keys of `mpmeter register --json`. Always there: status (the
 * constant's name), code, action, message, fix, attempts, elapsed_ms. If known: region, region_source,
 * credentials_source, platform, request_id, aws_type, http_status. Later releases may add keys. NULL only for NULL.
 * Borrowed from `error`.
 */
MPMETER_API const char *mpmeter_error_json(const mpmeter_error *error);

/**
 * The whole error as one line for a log, without a line end or any other control character: "MPMETER_E_… (terminate):
 * what happened. Fix: what to do. [region=eu-west-3 region_source=… request_id=… attempts=1 elapsed_ms=12]". It is for
 * people; mpmeter_error_json() is for programs. NULL only for NULL. Borrowed from `error`.
 */
MPMETER_API const char *mpmeter_error_text(const mpmeter_error *error);

/* ---- Options ----------------------------------------------------------------------------------------------------- */

/** How a client behaves. For one thread at a time. Setters copy their arguments. Free with mpmeter_options_free() at
 * any time. */
typedef struct mpmeter_options mpmeter_options;

/**
 * Creates options with the default values; each setter names its own.
 * @param out_options  Required. The caller frees it.
 * @return MPMETER_OK, MPMETER_E_INVALID_ARGUMENT, MPMETER_E_OUT_OF_MEMORY.
 */
MPMETER_API MPMETER_MUST_USE mpmeter_status mpmeter_options_new(mpmeter_options **out_options);

/** Frees them. NULL is ignored. Clients made from them keep working. */
MPMETER_API void mpmeter_options_free(mpmeter_options *options);

/**
 * Adds a public key that AWS Marketplace issued for the product. Add several to be ready for a rotation. The library
 * uses them in the order in which you add them: after an InvalidPublicKeyVersionException, it tries the next.
 * @param options  Required.
 * @param version  The PublicKeyVersion, 1 or more. A version that was already added is refused.
 * @param pem      Required. "BEGIN PUBLIC KEY" or "BEGIN RSA PUBLIC KEY". The base64 of such a PEM works too. So does a
 *                 PEM with line ends written as \n, which are common in environment variables and Helm values. It is
 *                 parsed when a client is created.
 * @return MPMETER_OK, MPMETER_E_INVALID_ARGUMENT, MPMETER_E_OUT_OF_MEMORY.
 */
MPMETER_API MPMETER_MUST_USE mpmeter_status mpmeter_options_add_public_key(mpmeter_options *options, int32_t version,
                                                                           const char *pem);

/**
 * Accepts RSA keys with at least this many bits. The default is 2048; AWS's oldest sample key has 1024.
 * @param bits  1024 to 16384.
 * @return MPMETER_OK, MPMETER_E_INVALID_ARGUMENT.
 */
MPMETER_API MPMETER_MUST_USE mpmeter_status mpmeter_options_set_minimum_key_bits(mpmeter_options *options,
                                                                                 int32_t bits);

/** What a trusted product code stands for. */
typedef int32_t mpmeter_product_kind;

enum {
    MPMETER_PRODUCT_PAID = 0, /**< A buyer pays for it. */
    MPMETER_PRODUCT_FREE = 1  /**< A free product: never accepted in place of a paid one. */
};

/**
 * Adds a product code to the trusted list. Without a list, the library assumes that the code given to
 * mpmeter_register_usage() is compiled into the program; with a list, any other code is refused. Use a list whenever a
 * buyer could change the code (Helm, CloudFormation, environment). If no code is added, there is no list, and every
 * code is accepted; so a program that computes its list must stop if it is empty.
 * https://docs.aws.amazon.com/marketplace/latest/userguide/container-products-billing-integration.html
 * @param options       Required.
 * @param product_code  Required. 1 to 255 characters of AWS's pattern [-a-zA-Z0-9/=:_.@]. A code that was already added
 *                      is refused.
 * @param kind          MPMETER_PRODUCT_PAID or MPMETER_PRODUCT_FREE.
 * @return MPMETER_OK, MPMETER_E_INVALID_ARGUMENT, MPMETER_E_OUT_OF_MEMORY.
 */
MPMETER_API MPMETER_MUST_USE mpmeter_status mpmeter_options_trust_product(mpmeter_options *options,
                                                                          const char *product_code,
                                                                          mpmeter_product_kind kind);

/**
 * If `accept` is not 0, trusted codes of free products are accepted too. The default is 0: only paid products register.
 * @return MPMETER_OK, MPMETER_E_INVALID_ARGUMENT.
 */
MPMETER_API MPMETER_MUST_USE mpmeter_status mpmeter_options_accept_free_products(mpmeter_options *options,
                                                                                 int32_t accept);

/**
 * Gives up the proof: the response's signature is not checked, so it could come from any server in AWS's place. A
 * redirected metering endpoint (AWS_ENDPOINT_URL…) is then ignored. The default is to verify.
 * @param public_key_version  The version to ask AWS for, 1 or more, when no key was added.
 * @return MPMETER_OK, MPMETER_E_INVALID_ARGUMENT.
 */
MPMETER_API MPMETER_MUST_USE mpmeter_status mpmeter_options_set_unverified(mpmeter_options *options,
                                                                           int32_t public_key_version);

/**
 * The limit for one mpmeter_register_usage(), retries included. The default is 30 minutes, as AWS recommends for
 * RegisterUsage. AWS allows an account five calls a second in a Region: 8,000 containers that start at once need
 * 27 minutes.
 * @param milliseconds  1 to 86400000 (a day).
 * @return MPMETER_OK, MPMETER_E_INVALID_ARGUMENT.
 */
MPMETER_API MPMETER_MUST_USE mpmeter_status mpmeter_options_set_deadline_ms(mpmeter_options *options,
                                                                            int64_t milliseconds);

/**
 * Names the vendor's product, and its version if you like, at the end of the User-Agent of every request to AWS, as
 * app/ID. CloudTrail shows it as userAgent, so that your support and AWS's can tell which product called. Metadata
 * services and proxies do not see it. The default is none. It is the SDKs' setting sdk_ua_app_id, but only the vendor
 * can set it: AWS_SDK_UA_APP_ID, which a buyer could set, is not read.
 * @param app_id  Required. 1 to 50 letters, digits and !#$%&'*+,-.^_`|~. For example "acme-scanner#2.4.1".
 * @return MPMETER_OK, MPMETER_E_INVALID_ARGUMENT, MPMETER_E_OUT_OF_MEMORY.
 */
MPMETER_API MPMETER_MUST_USE mpmeter_status mpmeter_options_set_app_id(mpmeter_options *options, const char *app_id);

/** What to do in a Region where AWS's documentation says that RegisterUsage is not offered. */
typedef int32_t mpmeter_region_policy;

enum {
    MPMETER_REGION_ENFORCE = 0, /**< Return MPMETER_E_REGION_UNSUPPORTED before any call. */
    MPMETER_REGION_ATTEMPT = 1, /**< Call and retry as in any other Region. */
    MPMETER_REGION_ASK = 2      /**< Call; if AWS says no, return that status at once. The default. */
};

/**
 * Chooses what to do in such a Region. AWS extends RegisterUsage to more Regions, so a release's list can be out of
 * date.
 * @return MPMETER_OK, MPMETER_E_INVALID_ARGUMENT.
 */
MPMETER_API MPMETER_MUST_USE mpmeter_status mpmeter_options_set_region_policy(mpmeter_options *options,
                                                                              mpmeter_region_policy policy);

/** The level of a log line. */
typedef int32_t mpmeter_log_level;

enum {
    MPMETER_LOG_DEBUG = 0,  /**< Each source that is asked, each response's status. */
    MPMETER_LOG_INFO = 1,   /**< What was found, each retry and its reason. */
    MPMETER_LOG_WARNING = 2 /**< It works, but needs attention. */
};

/**
 * Receives one line of the log, without a line end and without secrets. It runs on the thread that called the library,
 * and never after that call has returned. It should return quickly and must not call the library with the same client.
 * `message` is valid until it returns. A callback may leave by longjmp(), an exception or the end of its thread. This
 * leaks the memory of that call, with the secrets in it. If a callback has not returned after 2 s, threads that wait
 * for the same registration stop waiting and send their own request.
 */
typedef void (*mpmeter_log_fn)(void *context, mpmeter_log_level level, const char *message);

/**
 * Sets the function that receives the log. By default there is none.
 * @param options  Required.
 * @param log      NULL for none.
 * @param context  Passed to every call; may be NULL. It must outlive every client made from these options. If several
 *                 threads use a client, each of them calls `log`, possibly at the same time.
 * @param level    The lowest level to log.
 * @return MPMETER_OK, MPMETER_E_INVALID_ARGUMENT.
 */
MPMETER_API MPMETER_MUST_USE mpmeter_status mpmeter_options_set_log(mpmeter_options *options, mpmeter_log_fn log,
                                                                    void *context, mpmeter_log_level level);

/* ---- Cancellation ------------------------------------------------------------------------------------------------ */

/** Stops calls from another thread. Any number of calls may share one object. Free it after the last of them has
 * returned. */
typedef struct mpmeter_cancellation mpmeter_cancellation;

/**
 * Creates a cancellation that is not cancelled yet.
 * @param out_cancellation  Required. The caller frees it.
 * @return MPMETER_OK, MPMETER_E_INVALID_ARGUMENT, MPMETER_E_OUT_OF_MEMORY.
 */
MPMETER_API MPMETER_MUST_USE mpmeter_status mpmeter_cancellation_new(mpmeter_cancellation **out_cancellation);

/** Frees it. NULL is ignored. */
MPMETER_API void mpmeter_cancellation_free(mpmeter_cancellation *cancellation);

/**
 * Stops every call that uses this object, now or later: each returns MPMETER_E_CANCELLED within 100 ms on a machine
 * that is not overloaded (see Steps above). This cannot be undone. Any thread may call it, but not a signal handler.
 * NULL is ignored.
 */
MPMETER_API void mpmeter_cancellation_cancel(mpmeter_cancellation *cancellation);

/* ---- Client ------------------------------------------------------------------------------------------------------ */

/** Everything that a program needs to register. Any number of threads may use it. Create one and keep it. */
typedef struct mpmeter_client mpmeter_client;

/**
 * Creates a client. It copies the options and reads the public keys and the environment. It opens no file and sends
 * nothing.
 * @param options     Required. You may change or free them afterwards.
 * @param out_client  Required. The caller frees it with mpmeter_client_free().
 * @param out_error   May be NULL.
 * @return MPMETER_OK; MPMETER_E_INVALID_ARGUMENT; MPMETER_E_PUBLIC_KEY (a key cannot be used, or there is none and
 *         mpmeter_options_set_unverified() was not called); MPMETER_E_OUT_OF_MEMORY; MPMETER_E_INTERNAL.
 */
MPMETER_API MPMETER_MUST_USE mpmeter_status mpmeter_client_new(const mpmeter_options *options,
                                                               mpmeter_client **out_client, mpmeter_error **out_error);

/** Frees it. No call may be in progress. NULL is ignored. Registrations made by it stay valid. */
MPMETER_API void mpmeter_client_free(mpmeter_client *client);

/* ---- Registration ------------------------------------------------------------------------------------------------ */

/** A registration that AWS accepted and that was verified. Immutable. Free with mpmeter_registration_free(). */
typedef struct mpmeter_registration mpmeter_registration;

/**
 * Registers this container: finds Region and role, calls RegisterUsage with retries until the deadline, and verifies
 * the signed response. Blocks the calling thread for as long as that takes.
 *
 * The library tries AWS until the deadline and waits a random time between attempts. After throttling, it waits up to
 * 2 s, then up to 10 s, then up to a fifth of the time so far. After any other temporary failure, it waits up to 1 s,
 * 2 s, 4 s, ... 60 s. Local metadata and credential services respond at once or not at all, so they are tried at most
 * three times.
 *
 * Simultaneous calls for one product on one client share one request. Once AWS has accepted, the client remembers the
 * registration: later calls return at once, in this process and in children forked after that.
 * https://docs.aws.amazon.com/marketplace/latest/APIReference/API_marketplace-metering_RegisterUsage.html
 * @param client            Required.
 * @param product_code      Required. 1 to 255 characters of AWS's pattern [-a-zA-Z0-9/=:_.@].
 * @param nonce             NULL for a random nonce, which proves that the response is fresh. Or your own, 1 to 255
 *                          bytes of text without control characters, if you want to pass the proof to somebody else. A
 *                          remembered registration is only used for the same nonce.
 * @param cancellation      May be NULL.
 * @param out_registration  May be NULL. The caller frees it.
 * @param out_error         May be NULL.
 * @return MPMETER_OK or any other status.
 */
MPMETER_API MPMETER_MUST_USE mpmeter_status mpmeter_register_usage(mpmeter_client *client, const char *product_code,
                                                                   const char *nonce,
                                                                   mpmeter_cancellation *cancellation,
                                                                   mpmeter_registration **out_registration,
                                                                   mpmeter_error **out_error);

/**
 * Registers this container in one call, without options or a client: the most common case. It behaves like a client
 * with default options, created for this one call, and reads the environment as mpmeter_client_new() does. A second
 * call registers again.
 * @param product_code        Required. As for mpmeter_register_usage(); the library assumes that it is compiled in.
 * @param public_key_version  The PublicKeyVersion, 1 or more.
 * @param public_key_pem      Required. As for mpmeter_options_add_public_key().
 * @param deadline_ms         As for mpmeter_options_set_deadline_ms(); 0 for the default of 30 minutes.
 * @param out_registration    May be NULL. The caller frees it.
 * @param out_error           May be NULL. mpmeter_error_text() turns it into one line.
 * @return MPMETER_OK or any other status.
 */
MPMETER_API MPMETER_MUST_USE mpmeter_status mpmeter_register_product(const char *product_code,
                                                                     int32_t public_key_version,
                                                                     const char *public_key_pem, int64_t deadline_ms,
                                                                     mpmeter_registration **out_registration,
                                                                     mpmeter_error **out_error);

/**
 * Verifies, offline, a token that RegisterUsage returned earlier. Sends nothing and reads no file.
 * @param client            Required. Only its public keys are used, not its trusted list.
 * @param token             Required. The JWT in compact form, at most 16384 bytes; white space around it is not
 *                          accepted.
 * @param product_code      Required. The token's productCode must equal it.
 * @param public_key_version  The token's publicKeyVersion must equal it; 0 allows any version whose key was added.
 * @param nonce             Required. The token's nonce must equal it.
 * @param out_registration  May be NULL. The caller frees it. Its Region, sources, platform and request ID are NULL, and
 *                          its attempts are 0.
 * @param out_error         May be NULL.
 * @return MPMETER_OK; MPMETER_E_INVALID_ARGUMENT; MPMETER_E_PUBLIC_KEY (no key of that version was added);
 *         MPMETER_E_TOKEN_MALFORMED, MPMETER_E_TOKEN_ALGORITHM; MPMETER_E_TOKEN_SIGNATURE (none of these keys signed
 *         it); MPMETER_E_TOKEN_CLAIMS; MPMETER_E_OUT_OF_MEMORY; MPMETER_E_INTERNAL.
 */
MPMETER_API MPMETER_MUST_USE mpmeter_status mpmeter_verify(mpmeter_client *client, const char *token,
                                                           const char *product_code, int32_t public_key_version,
                                                           const char *nonce, mpmeter_registration **out_registration,
                                                           mpmeter_error **out_error);

/** Frees it. NULL is ignored. */
MPMETER_API void mpmeter_registration_free(mpmeter_registration *registration);

/** The ProductCode that was registered. NULL only for NULL. Borrowed. */
MPMETER_API const char *mpmeter_registration_product_code(const mpmeter_registration *registration);

/** MPMETER_PRODUCT_FREE if the code was trusted as free, else MPMETER_PRODUCT_PAID; MPMETER_PRODUCT_FREE for NULL. */
MPMETER_API mpmeter_product_kind mpmeter_registration_product_kind(const mpmeter_registration *registration);

/** The PublicKeyVersion that AWS signed with; 0 for NULL. */
MPMETER_API int32_t mpmeter_registration_public_key_version(const mpmeter_registration *registration);

/** The Nonce that was sent and is in the proof. NULL only for NULL. Borrowed. */
MPMETER_API const char *mpmeter_registration_nonce(const mpmeter_registration *registration);

/** 1 if the signature was verified; 0 if not, and for NULL. */
MPMETER_API int32_t mpmeter_registration_verified(const mpmeter_registration *registration);

/** The signed response, a JWT in compact form. Store it if you want to verify it again. NULL only for NULL.
 * Borrowed. */
MPMETER_API const char *mpmeter_registration_signature(const mpmeter_registration *registration);

/** PublicKeyRotationTimestamp as AWS sent it, or NULL. It means that this key version has expired: ship a newer one.
 * Borrowed. */
MPMETER_API const char *mpmeter_registration_public_key_rotation(const mpmeter_registration *registration);

/** The time when AWS says it issued the proof (`iat`), in seconds since 1970 UTC; 0 if it does not say. */
MPMETER_API int64_t mpmeter_registration_issued_at(const mpmeter_registration *registration);

/** The Region of the registration; NULL for mpmeter_verify(). Borrowed. */
MPMETER_API const char *mpmeter_registration_region(const mpmeter_registration *registration);

/** Where the Region was found: see mpmeter_region_source(); NULL for mpmeter_verify(). Borrowed. */
MPMETER_API const char *mpmeter_registration_region_source(const mpmeter_registration *registration);

/**
 * Where the credentials came from: "eks-irsa", "ecs-task-role", "eks-pod-identity", "environment",
 * "shared-credentials-file" or "ec2-instance-role"; NULL for mpmeter_verify(). Borrowed.
 */
MPMETER_API const char *mpmeter_registration_credentials_source(const mpmeter_registration *registration);

/** "ecs", "fargate", "eks", "ec2" or "none"; NULL for mpmeter_verify(). Borrowed. */
MPMETER_API const char *mpmeter_registration_platform(const mpmeter_registration *registration);

/** AWS's request ID of the response, or NULL. Borrowed. */
MPMETER_API const char *mpmeter_registration_request_id(const mpmeter_registration *registration);

/** The number of RegisterUsage requests that were tried, including the accepted one. */
MPMETER_API int32_t mpmeter_registration_attempts(const mpmeter_registration *registration);

/** The time from the call to the response, in milliseconds. */
MPMETER_API int64_t mpmeter_registration_elapsed_ms(const mpmeter_registration *registration);

/**
 * The whole registration as one JSON object on one line, as `mpmeter register --json` prints it: status, code, action,
 * message, fix, product_code, public_key_version, nonce, verified, signature, public_key_rotation, region,
 * region_source, credentials_source, platform, request_id, attempts, elapsed_ms. Unknown values are null. Later
 * releases may add keys. The first call creates it; any thread may make that call. NULL for NULL, and if a C library
 * inside cannot get memory for it: a later call tries again. If Swift cannot, the process ends: see "Memory". Borrowed.
 */
MPMETER_API const char *mpmeter_registration_json(const mpmeter_registration *registration);

/* ---- Region and endpoint ----------------------------------------------------------------------------------------- */

/** A Region that was found. Immutable. Free with mpmeter_region_free(). */
typedef struct mpmeter_region mpmeter_region;

/**
 * Finds the Region where the program runs, without registering. It looks in this order: AWS_REGION, AWS_DEFAULT_REGION,
 * the ECS task's ARN, the issuer of the EKS web-identity token, EC2 instance metadata. There is no default. It takes a
 * few seconds at most, and never longer than the client's deadline.
 * @param client        Required.
 * @param cancellation  May be NULL.
 * @param out_region    Required. The caller frees it.
 * @param out_error     May be NULL.
 * @return MPMETER_OK; MPMETER_E_INVALID_ARGUMENT; MPMETER_E_REGION_NOT_FOUND; MPMETER_E_DEADLINE; MPMETER_E_CANCELLED;
 *         MPMETER_E_OUT_OF_MEMORY; MPMETER_E_INTERNAL.
 */
MPMETER_API MPMETER_MUST_USE mpmeter_status mpmeter_region_find(mpmeter_client *client,
                                                                mpmeter_cancellation *cancellation,
                                                                mpmeter_region **out_region, mpmeter_error **out_error);

/** Frees it. NULL is ignored. */
MPMETER_API void mpmeter_region_free(mpmeter_region *region);

/** Its name, such as "eu-west-3". NULL only for NULL. Borrowed. */
MPMETER_API const char *mpmeter_region_name(const mpmeter_region *region);

/**
 * Where it was found: "AWS_REGION", "AWS_DEFAULT_REGION", "ecs-task-metadata", "eks-web-identity-token" or
 * "ec2-instance-metadata". NULL only for NULL. Borrowed.
 */
MPMETER_API const char *mpmeter_region_source(const mpmeter_region *region);

/** "ecs", "fargate", "eks", "ec2" or "none". NULL only for NULL. Borrowed. */
MPMETER_API const char *mpmeter_region_platform(const mpmeter_region *region);

/** 0 if AWS's documentation says that RegisterUsage is not offered there, and for NULL; otherwise 1. */
MPMETER_API int32_t mpmeter_region_supported(const mpmeter_region *region);

/** Kinds of endpoint, to be combined. */
enum {
    MPMETER_ENDPOINT_FIPS = 1,     /**< Cryptography validated under FIPS 140. */
    MPMETER_ENDPOINT_DUALSTACK = 2 /**< Reachable over IPv4 and IPv6. */
};

/**
 * The URL of RegisterUsage in a Region, by AWS's endpoint rules for the service. There may be no server at that URL.
 * @param region   Required. A Region's name.
 * @param kinds    0, or MPMETER_ENDPOINT_FIPS and MPMETER_ENDPOINT_DUALSTACK combined.
 * @param out_url  Required. The caller frees it with mpmeter_string_free().
 * @return MPMETER_OK; MPMETER_E_INVALID_ARGUMENT (not the name of a Region, or a kind that its partition does not
 *         have); MPMETER_E_OUT_OF_MEMORY.
 */
MPMETER_API MPMETER_MUST_USE mpmeter_status mpmeter_endpoint(const char *region, uint32_t kinds, char **out_url);

/* ---- Diagnosis --------------------------------------------------------------------------------------------------- */

/** Why a registration would fail here. Immutable. Free with mpmeter_diagnosis_free(). Contains no secrets. */
typedef struct mpmeter_diagnosis mpmeter_diagnosis;

/** What a diagnosis may do in addition to looking. */
enum {
    MPMETER_DIAGNOSE_REGISTER = 1 /**< Send one registration, and explain AWS's response. */
};

/**
 * Finds out why a registration fails, or would fail, where the program runs. It checks platform, Region, certificates,
 * proxies, clock, endpoint, credentials, public keys and product codes. It asks every source that a registration might
 * ask and changes nothing. It only registers if told to. Use it for your program's --diagnose. Any thread may call it.
 * It reads the environment again, as mpmeter_client_new() does, on the caller's thread.
 * @param options             Required. As for mpmeter_client_new(), except that an unusable public key is reported as a
 *                            finding. Their deadline applies, but is at most 60 seconds here.
 * @param product_codes       product_code_count strings: the codes that the program may register. NULL for none.
 * @param product_code_count  0 or more; exactly 1 with MPMETER_DIAGNOSE_REGISTER.
 * @param flags               0 or MPMETER_DIAGNOSE_REGISTER.
 * @param cancellation        May be NULL.
 * @param out_diagnosis       Required. The caller frees it.
 * @param out_error           May be NULL.
 * @return MPMETER_OK when the diagnosis was made, whatever it found; MPMETER_E_INVALID_ARGUMENT; MPMETER_E_CANCELLED;
 *         MPMETER_E_OUT_OF_MEMORY; MPMETER_E_INTERNAL.
 */
MPMETER_API MPMETER_MUST_USE mpmeter_status mpmeter_diagnose(
    const mpmeter_options *options, const char *const *product_codes, int32_t product_code_count, uint32_t flags,
    mpmeter_cancellation *cancellation, mpmeter_diagnosis **out_diagnosis, mpmeter_error **out_error);

/**
 * Does the same for metering: finds out why mpmeter_meter_check(), mpmeter_meter_add() or mpmeter_meter_send() fails,
 * or would fail. It makes the checks of mpmeter_diagnose(), except those for a registration. Then it checks
 * MeterUsage's Regions, the journal's location and contents, the dimension names, held usage and other senders. Last,
 * it asks AWS in a dry run, which meters nothing. It does not create or change a journal. Any thread may call it.
 * @param options          Required. As for mpmeter_diagnose(). No public key is needed.
 * @param product_code     As for mpmeter_meter_open(). NULL for none: AWS is then not asked.
 * @param journal          A journal's path; the file need not exist yet. NULL for none.
 * @param dimensions       dimension_count strings: names of dimensions. The dry run uses the first. NULL for none.
 * @param dimension_count  0 or more.
 * @param flags            0.
 * @param cancellation     May be NULL.
 * @param out_diagnosis    Required. The caller frees it.
 * @param out_error        May be NULL.
 * @return MPMETER_OK when the diagnosis was made, whatever it found; MPMETER_E_INVALID_ARGUMENT; MPMETER_E_CANCELLED;
 *         MPMETER_E_OUT_OF_MEMORY; MPMETER_E_INTERNAL.
 */
MPMETER_API MPMETER_MUST_USE mpmeter_status mpmeter_diagnose_metering(
    const mpmeter_options *options, const char *product_code, const char *journal, const char *const *dimensions,
    int32_t dimension_count, uint32_t flags, mpmeter_cancellation *cancellation, mpmeter_diagnosis **out_diagnosis,
    mpmeter_error **out_error);

/** Frees it. NULL is ignored. */
MPMETER_API void mpmeter_diagnosis_free(mpmeter_diagnosis *diagnosis);

/**
 * What a registration would return, as far as this can be known without registering. If a check failed, this is the
 * status of the first failure. Otherwise, if a registration was requested, it is the result of that registration. It is
 * MPMETER_E_DEADLINE if there was no time for every check, and otherwise MPMETER_OK. This is advice, not proof: a
 * program starts only on MPMETER_OK from mpmeter_register_usage(). MPMETER_E_INVALID_ARGUMENT for NULL.
 */
MPMETER_API mpmeter_status mpmeter_diagnosis_status(const mpmeter_diagnosis *diagnosis);

/**
 * The whole diagnosis as one JSON object on one line. It has status, code, action, message and fix of what
 * mpmeter_diagnosis_status() reports; first_failure (a check's ID, or null); library_version, region, region_source,
 * credentials_source and platform (null if unknown); passed, warned, failed and skipped (numbers); elapsed_ms; and
 * checks. The last is an array of {id, title, outcome, seen, advice, status, elapsed_ms}, with causes before their
 * effects. outcome is "pass", "warn", "fail" or "skipped". seen is one sentence. advice says what to do, or is "".
 * Later releases may add keys and checks. NULL only for NULL. Borrowed from `diagnosis`.
 */
MPMETER_API const char *mpmeter_diagnosis_json(const mpmeter_diagnosis *diagnosis);

/* ---- Usage ------------------------------------------------------------------------------------------------------- */

/**
 * The usage of one product in this task or pod. The program adds usage to a journal, which is a file; once an hour,
 * MeterUsage sends it to AWS. Any number of threads may use a meter, and any number of the pod's processes may use one
 * journal. Free with mpmeter_meter_free(). docs/metering.md explains the guarantees.
 */
typedef struct mpmeter_meter mpmeter_meter;

/** How usage is billed; flags that can be combined. */
enum {
    MPMETER_METER_WHOLE_UNITS = 1, /**< Whole units only; the rest is carried over to the next hour. */
    MPMETER_METER_HOLD_LATE = 2    /**< Usage not sent within six hours is held, not billed in the current hour. */
};

/** What mpmeter_meter_send() may do in addition to sending due usage. */
enum {
    MPMETER_SEND_FINAL = 1 /**< Send this hour's usage too, before exiting. Later adds count for the next hour. */
};

/** What mpmeter_meter_usage() may do. */
enum {
    MPMETER_USAGE_DRY_RUN = 1 /**< Ask whether the container may meter, and meter nothing. */
};

/**
 * Opens or creates the journal at `journal`. The file and its companions ("-journal", "-sender") must be on a volume of
 * the task or pod that outlives the container: an emptyDir, EBS or EFS. Nothing is sent. On Amazon Bedrock AgentCore,
 * the call is refused.
 * @param client        Required. It may be freed before the meter. Metering needs no public key: use
 *                      mpmeter_options_set_unverified().
 * @param product_code  Required. As for mpmeter_register_usage(). A journal belongs to one product.
 * @param journal       Required. A path of 1 to 480 bytes.
 * @param flags         0, or MPMETER_METER_WHOLE_UNITS and MPMETER_METER_HOLD_LATE combined.
 * @param out_meter     Required. The caller frees it with mpmeter_meter_free().
 * @param out_error     May be NULL.
 * @return MPMETER_OK; MPMETER_E_INVALID_ARGUMENT; MPMETER_E_UNTRUSTED_PRODUCT; MPMETER_E_PLATFORM_NOT_SUPPORTED
 *         (AgentCore); MPMETER_E_JOURNAL; MPMETER_E_JOURNAL_DAMAGED (an empty, truncated or damaged file is never
 *         replaced by a new one); MPMETER_E_JOURNAL_BUSY; MPMETER_E_OUT_OF_MEMORY; MPMETER_E_INTERNAL.
 */
MPMETER_API MPMETER_MUST_USE mpmeter_status mpmeter_meter_open(mpmeter_client *client, const char *product_code,
                                                               const char *journal, uint32_t flags,
                                                               mpmeter_meter **out_meter, mpmeter_error **out_error);

/** Frees it. No call may be in progress. Added usage stays in the journal. NULL is ignored. */
MPMETER_API void mpmeter_meter_free(mpmeter_meter *meter);

/**
 * Asks AWS in a dry run whether this container may meter; nothing is metered. Call it when the program starts, and only
 * continue on MPMETER_OK. AWS's response is not signed. The call retries as mpmeter_register_usage() does, until the
 * client's deadline.
 * @param meter         Required.
 * @param dimension     A dimension of the listing. For NULL, the library uses one that was added before, or a
 *                      placeholder that AWS may not know.
 * @param cancellation  May be NULL.
 * @param out_error     May be NULL.
 * @return MPMETER_OK or any other status.
 */
MPMETER_API MPMETER_MUST_USE mpmeter_status mpmeter_meter_check(mpmeter_meter *meter, const char *dimension,
                                                                mpmeter_cancellation *cancellation,
                                                                mpmeter_error **out_error);

/**
 * Adds usage. When it returns MPMETER_OK, the usage is on disk and survives a crash or a power failure. After any other
 * status, nothing was added. The call sends nothing. It waits up to 30 seconds for other threads and processes that are
 * writing to the journal.
 * @param meter       Required.
 * @param dimension   Required. 1 to 255 bytes; a listing allows 15 letters, digits and underscores.
 * @param quantity    Required. A decimal from 0 to 9999999999.999999 with at most six places, such as "17" or "0.25".
 *                    The sum of an hour has the same limit. Adding 0 changes nothing.
 * @param tag_keys    tag_count different strings of 1 to 100 characters of [a-zA-Z0-9+ -=._:/@], in which " -=" is a
 *                    range. NULL for none.
 * @param tag_values  tag_count strings of 1 to 256 such characters. NULL for none.
 * @param tag_count   0 to 5. A dimension may have at most 5 different keys and 2500 different sets in an hour.
 * @param out_error   May be NULL.
 * @return MPMETER_OK; MPMETER_E_INVALID_ARGUMENT; MPMETER_E_JOURNAL (such as a full disk); MPMETER_E_JOURNAL_DAMAGED;
 *         MPMETER_E_JOURNAL_BUSY; MPMETER_E_OUT_OF_MEMORY; MPMETER_E_INTERNAL.
 */
MPMETER_API MPMETER_MUST_USE mpmeter_status mpmeter_meter_add(mpmeter_meter *meter, const char *dimension,
                                                              const char *quantity, const char *const *tag_keys,
                                                              const char *const *tag_values, int32_t tag_count,
                                                              mpmeter_error **out_error);

/**
 * Sends the usage of every completed hour, and usage that an earlier send left open: one record for each dimension and
 * hour, with retries until the client's deadline. If the outcome of a record is unknown, exactly the same bytes are
 * sent again. Call it when mpmeter_meter_next_due() says 0, and with MPMETER_SEND_FINAL before the program ends. A
 * final send waits until the deadline for another thread or process that is sending. Only one sends at a time; others
 * may add.
 * @param meter         Required.
 * @param flags         0 or MPMETER_SEND_FINAL.
 * @param cancellation  May be NULL.
 * @param out_error     May be NULL.
 * @return MPMETER_OK if no due usage is left; MPMETER_E_USAGE_HELD if usage became held in this call, see
 *         mpmeter_meter_report(); MPMETER_E_JOURNAL_BUSY if another thread or process is sending; or any other status.
 *         The remaining usage then waits in the journal, unless the status says otherwise.
 */
MPMETER_API MPMETER_MUST_USE mpmeter_status mpmeter_meter_send(mpmeter_meter *meter, uint32_t flags,
                                                               mpmeter_cancellation *cancellation,
                                                               mpmeter_error **out_error);

/**
 * The time until the next send is due. Each journal has its own minute of the hour, so that a fleet does not send all
 * at once. After a failed send, the next one is due some minutes later.
 * @param meter             Required.
 * @param out_milliseconds  Required. 0 if it is due, otherwise at most two hours. Others may add meanwhile, so ask
 *                          again then.
 * @param out_error         May be NULL.
 * @return MPMETER_OK; MPMETER_E_INVALID_ARGUMENT; MPMETER_E_JOURNAL; MPMETER_E_JOURNAL_DAMAGED; MPMETER_E_JOURNAL_BUSY;
 *         MPMETER_E_OUT_OF_MEMORY; MPMETER_E_INTERNAL.
 */
MPMETER_API MPMETER_MUST_USE mpmeter_status mpmeter_meter_next_due(mpmeter_meter *meter, int64_t *out_milliseconds,
                                                                   mpmeter_error **out_error);

/**
 * The journal's contents, as one JSON object on one line. It has status, code, action, message and fix; product_code;
 * journal, its path; identity, the task or pod that sent last, or null; pending, held and sent; and totals, by
 * dimension {added, pending, held, sent}. pending, held and sent are arrays of {dimension, hour, quantity, state, ...};
 * held also has why, sent has record_id, and both have identity, the task or pod. Hours are strings such as
 * "2026-11-26T10:00:00Z", and quantities strings such as "0.25". Later releases may add keys.
 * @param meter      Required.
 * @param out_json   Required. The caller frees it with mpmeter_string_free().
 * @param out_error  May be NULL.
 * @return MPMETER_OK, whatever the journal contains; MPMETER_E_INVALID_ARGUMENT; MPMETER_E_JOURNAL;
 *         MPMETER_E_JOURNAL_DAMAGED; MPMETER_E_JOURNAL_BUSY; MPMETER_E_OUT_OF_MEMORY; MPMETER_E_INTERNAL.
 */
MPMETER_API MPMETER_MUST_USE mpmeter_status mpmeter_meter_report(mpmeter_meter *meter, char **out_json,
                                                                 mpmeter_error **out_error);

/**
 * The same report for the journal at `journal`, for a tool that has no meter. The journal is not created if it does not
 * exist.
 * @param journal    Required. Its path.
 * @param out_json   Required. The caller frees it with mpmeter_string_free().
 * @param out_error  May be NULL.
 * @return MPMETER_OK, whatever the journal contains; MPMETER_E_INVALID_ARGUMENT; MPMETER_E_JOURNAL;
 *         MPMETER_E_JOURNAL_DAMAGED; MPMETER_E_JOURNAL_BUSY; MPMETER_E_OUT_OF_MEMORY; MPMETER_E_INTERNAL.
 */
MPMETER_API MPMETER_MUST_USE mpmeter_status mpmeter_journal_report(const char *journal, char **out_json,
                                                                   mpmeter_error **out_error);

/**
 * Sends one record, for a program that does its own bookkeeping and has no journal. AWS keeps one quantity for each
 * task or pod, dimension and hour, and never changes it. If a status such as MPMETER_E_DEADLINE leaves the outcome
 * open, call again with the same quantity, timestamp and client token.
 * @param client         Required.
 * @param product_code   Required. As for mpmeter_register_usage().
 * @param dimension      Required. As for mpmeter_meter_add().
 * @param quantity       Required. As for mpmeter_meter_add(). 0 closes the hour too.
 * @param timestamp      When it was used, in seconds since 1970 UTC, at most six hours ago; 0 for now.
 * @param client_token   1 to 64 visible characters; NULL for a new one.
 * @param flags          0 or MPMETER_USAGE_DRY_RUN.
 * @param cancellation   May be NULL.
 * @param out_record_id  May be NULL. AWS's MeteringRecordId, which is not signed; NULL after a dry run. The caller
 *                       frees it with mpmeter_string_free().
 * @param out_error      May be NULL.
 * @return MPMETER_OK; MPMETER_E_USAGE_DUPLICATE (AWS has another quantity for that hour); or any other status.
 */
MPMETER_API MPMETER_MUST_USE mpmeter_status mpmeter_meter_usage(mpmeter_client *client, const char *product_code,
                                                                const char *dimension, const char *quantity,
                                                                int64_t timestamp, const char *client_token,
                                                                uint32_t flags, mpmeter_cancellation *cancellation,
                                                                char **out_record_id, mpmeter_error **out_error);

/** Frees a string that the library returned through a `char **`. NULL is ignored. */
MPMETER_API void mpmeter_string_free(char *string);

#ifdef __cplusplus
}
#endif

#endif /* MPMETER_H */
