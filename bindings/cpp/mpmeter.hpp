/**
 * @file mpmeter.hpp
 * Registers a paid container with AWS Marketplace, in C++17 or later: a thin, header-only layer over mpmeter.h, which
 * is the reference for what each call does.
 *
 *     mpmeter::Client client(mpmeter::Options().public_key(1, pem));
 *     mpmeter::Registration registration = client.register_usage("product-code"); // or throws
 *     std::cout << registration.region().value_or("") << '\n';
 *
 * CONVENTIONS
 *   Failures    Each function that can fail is there twice: `f()` throws, `try_f()` returns a Result. A constructor's
 *               second form is `try_make()`. Every status but ok has an exception class of its own under
 *               mpmeter::Error. In a translation unit compiled with -fno-exceptions only the second forms are declared.
 *   Allocation  std::bad_alloc comes out of either form when this header cannot copy a text; OutOfMemory when one of
 *               the library's own C libraries cannot allocate. mpmeter.h says under "Memory" what else can happen.
 *   Ownership   Client, Cancellation, Registration and Region own what they hold and can be moved, not copied. Options
 *               and Error are values. Every argument is copied, and every result is the caller's own: nothing refers
 *               into anything else. An object that was moved from may be destroyed and assigned to; as an argument it
 *               is an invalid one, and its getters answer "", nothing, 0 or the safest value.
 *   Text        is UTF-8. A text that holds a NUL is refused with InvalidArgument, never cut short.
 *   Threads     Client and Cancellation may be used by many threads at once, but for moving and destroying them. Every
 *               other object follows the rule of the standard library: reading from many threads is safe, writing is
 *               not.
 *   Cancelling  A thread that pthread_cancel() meets in a call or in its log function ends after the call.
 *   Forking     A child may use the objects of its parent, and inherits the registrations that were accepted before
 *               fork().
 *   Linking     Translation units with and without exceptions may be linked into one program. Their objects are of
 *               different types, so handing one to the other is an error at link time.
 *
 * It defines no macro but its include guard. Link with `pkg-config --libs mpmeter`, or CMake's mpmeter::cpp.
 */
#ifndef MPMETER_HPP
#define MPMETER_HPP

#if !defined(__cplusplus) || __cplusplus < 201703L
#error "mpmeter.hpp needs C++17 or later"
#endif

#include <mpmeter.h>
#include <pthread.h>

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <cstdlib>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>
#if __has_include(<stop_token>)
#include <stop_token>
#endif

namespace mpmeter {
#if !defined(__cpp_exceptions)
inline namespace without_exceptions {
#endif

// ---- Status ---------------------------------------------------------------------------------------------------------

/** The result of a call. A library newer than this header may answer a number that is not named here. */
enum class Status : std::int32_t {
    // generated: statuses, by make generate
    /// The call succeeded.
    ok = MPMETER_OK,
    /// An argument or an environment variable is missing, or is not one that the function or AWS accepts.
    invalid_argument = MPMETER_E_INVALID_ARGUMENT,
    /// The product code is not one that the vendor trusts for this program. It is not in the trusted list, or is a free
    /// product where a paid one is required.
    untrusted_product = MPMETER_E_UNTRUSTED_PRODUCT,
    /// The public key cannot be used. It cannot be read, is not RSA, is too short, or is missing.
    public_key = MPMETER_E_PUBLIC_KEY,
    /// Nothing in the environment or the platform says which AWS Region this is.
    region_not_found = MPMETER_E_REGION_NOT_FOUND,
    /// RegisterUsage is not offered in this AWS Region.
    region_unsupported = MPMETER_E_REGION_UNSUPPORTED,
    /// No AWS credentials were found. No source is configured, or none can be reached.
    credentials_not_found = MPMETER_E_CREDENTIALS_NOT_FOUND,
    /// The configured source of AWS credentials refused the request, or cannot be used.
    credentials_rejected = MPMETER_E_CREDENTIALS_REJECTED,
    /// A server could not be reached, or the connection broke.
    network = MPMETER_E_NETWORK,
    /// The server's TLS certificate was not accepted. This includes a CA bundle that cannot be read.
    tls = MPMETER_E_TLS,
    /// The deadline passed before AWS accepted the call.
    deadline = MPMETER_E_DEADLINE,
    /// The call was cancelled. The program used its mpmeter_cancellation, or the language's own way to cancel.
    cancelled = MPMETER_E_CANCELLED,
    /// A server sent a response that its protocol does not allow.
    bad_response = MPMETER_E_BAD_RESPONSE,
    /// The buyer has no subscription to this product (CustomerNotEntitledException).
    customer_not_entitled = MPMETER_E_CUSTOMER_NOT_ENTITLED,
    /// AWS did not recognise the caller as an ECS task or EKS pod with its own role (PlatformNotSupportedException).
    platform_not_supported = MPMETER_E_PLATFORM_NOT_SUPPORTED,
    /// The call went to a Region other than the one the container runs in (InvalidRegionException).
    invalid_region = MPMETER_E_INVALID_REGION,
    /// AWS does not know the product code (InvalidProductCodeException).
    invalid_product_code = MPMETER_E_INVALID_PRODUCT_CODE,
    /// AWS does not know any of the public key versions (InvalidPublicKeyVersionException). Each version that was given
    /// has been tried.
    invalid_public_key_version = MPMETER_E_INVALID_PUBLIC_KEY_VERSION,
    /// AWS has disabled this API in the Region (DisabledApiException).
    api_disabled = MPMETER_E_API_DISABLED,
    /// The role may not make this call to AWS Marketplace (AccessDeniedException). It lacks
    /// aws-marketplace:RegisterUsage or aws-marketplace:MeterUsage, or a policy denies the call.
    access_denied = MPMETER_E_ACCESS_DENIED,
    /// AWS did not accept the credentials or the request's signature. They are unknown to AWS, or have expired.
    not_authenticated = MPMETER_E_NOT_AUTHENTICATED,
    /// AWS throttled the request until the deadline (ThrottlingException).
    throttled = MPMETER_E_THROTTLED,
    /// AWS, or the node's agent, could not serve the request until the deadline (InternalServiceErrorException). This
    /// includes 5xx responses, and STS's IDPCommunicationError.
    service_unavailable = MPMETER_E_SERVICE_UNAVAILABLE,
    /// AWS answered with an error that this release does not know.
    service = MPMETER_E_SERVICE,
    /// The signed response is not a well-formed JWT. It must be in compact form: RFC 7515, section 7.1.
    token_malformed = MPMETER_E_TOKEN_MALFORMED,
    /// The signed response does not use PS256. Its header asks for another algorithm, or for an extension.
    token_algorithm = MPMETER_E_TOKEN_ALGORITHM,
    /// The response was not signed by AWS Marketplace with this product's key.
    token_signature = MPMETER_E_TOKEN_SIGNATURE,
    /// The signed response is for another product, key version or nonce.
    token_claims = MPMETER_E_TOKEN_CLAIMS,
    /// Memory is exhausted. See "Memory" in mpmeter.h.
    out_of_memory = MPMETER_E_OUT_OF_MEMORY,
    /// The library failed unexpectedly. Please report it.
    internal = MPMETER_E_INTERNAL,
    /// The journal cannot be created, read or written. The disk is full or read-only, or the folder is missing. Usage
    /// that was acknowledged before is still there.
    journal = MPMETER_E_JOURNAL,
    /// The journal is damaged, or is not a journal.
    journal_damaged = MPMETER_E_JOURNAL_DAMAGED,
    /// Another thread or process is using the journal, or is sending from it.
    journal_busy = MPMETER_E_JOURNAL_BUSY,
    /// The product's listing does not have this dimension (InvalidUsageDimensionException).
    invalid_dimension = MPMETER_E_INVALID_DIMENSION,
    /// AWS does not accept the tags or allocations of this usage (InvalidUsageAllocationsException). AWS may also
    /// return InvalidTagException.
    invalid_allocations = MPMETER_E_INVALID_ALLOCATIONS,
    /// AWS has another quantity for this task or pod, dimension and hour (DuplicateRequestException). AWS may also
    /// return IdempotencyConflictException. The quantity that was sent is not billed.
    usage_duplicate = MPMETER_E_USAGE_DUPLICATE,
    /// AWS does not accept usage for this time (TimestampOutOfBoundsException). It is over six hours old, or in the
    /// future.
    usage_timestamp = MPMETER_E_USAGE_TIMESTAMP,
    /// Usage is held: it will not be sent again, and must be settled by hand. AWS may have billed it already, has
    /// another quantity for the hour, or no longer accepts it.
    usage_held = MPMETER_E_USAGE_HELD
    // end of generated
};

/** What to do about a status. */
enum class Action : std::int32_t {
    // generated: Action, by make generate
    /// Only for Status::ok: continue.
    proceed = MPMETER_ACTION_PROCEED,
    /// A temporary failure lasted past the deadline: exit and be restarted, or retry.
    retry = MPMETER_ACTION_RETRY,
    /// Stop. Calling again does not help until somebody changes something.
    terminate = MPMETER_ACTION_TERMINATE
    // end of generated
};

/** The C constant's name, such as "MPMETER_E_THROTTLED"; "MPMETER_E_UNKNOWN" for an unknown number. Valid for the
 * life of the process. */
[[nodiscard]] inline std::string_view status_name(Status status) noexcept {
    return ::mpmeter_status_name(static_cast<::mpmeter_status>(status));
}

/** One sentence: what it means. Valid for the life of the process. */
[[nodiscard]] inline std::string_view status_message(Status status) noexcept {
    return ::mpmeter_status_message(static_cast<::mpmeter_status>(status));
}

/** One sentence: what usually fixes it; "" for Status::ok. Valid for the life of the process. */
[[nodiscard]] inline std::string_view status_fix(Status status) noexcept {
    return ::mpmeter_status_fix(static_cast<::mpmeter_status>(status));
}

/** What to do about it. An unknown number returns Action::terminate. */
[[nodiscard]] inline Action status_action(Status status) noexcept {
    return static_cast<Action>(::mpmeter_status_action(static_cast<::mpmeter_status>(status)));
}

/** "proceed", "retry" or "terminate". Valid for the life of the process. */
[[nodiscard]] inline std::string_view action_name(Action action) noexcept {
    return ::mpmeter_action_name(static_cast<::mpmeter_action>(action));
}

/** The version of the library that is loaded, as "major.minor.patch". Valid for the life of the process. */
[[nodiscard]] inline std::string_view version() noexcept { return ::mpmeter_version(); }

// ---- Internals ------------------------------------------------------------------------------------------------------

/** Not part of the interface. */
namespace detail {

/** Frees a C object with its own function. */
template <auto function> struct Free {
    template <class Object> void operator()(Object *object) const noexcept { function(object); }
};

template <class Object, auto function> using Handle = std::unique_ptr<Object, Free<function>>;

using OptionsHandle = Handle<::mpmeter_options, ::mpmeter_options_free>;
using ClientHandle = Handle<::mpmeter_client, ::mpmeter_client_free>;
using CancellationHandle = Handle<::mpmeter_cancellation, ::mpmeter_cancellation_free>;
using RegistrationHandle = Handle<::mpmeter_registration, ::mpmeter_registration_free>;
using RegionHandle = Handle<::mpmeter_region, ::mpmeter_region_free>;
using DiagnosisHandle = Handle<::mpmeter_diagnosis, ::mpmeter_diagnosis_free>;
using ErrorHandle = Handle<::mpmeter_error, ::mpmeter_error_free>;
using StringHandle = Handle<char, ::mpmeter_string_free>;
using MeterHandle = Handle<::mpmeter_meter, ::mpmeter_meter_free>;

[[nodiscard]] inline std::string text(const char *value) {
    return value != nullptr ? std::string(value) : std::string();
}

[[nodiscard]] inline std::optional<std::string> optional_text(const char *value) {
    return value != nullptr ? std::optional<std::string>(value) : std::nullopt;
}

[[nodiscard]] inline std::string sentence(std::string value) {
    if (value.empty() || std::string_view(".!?").find(value.back()) == std::string_view::npos) value += '.';
    return value;
}

/** C ends a text at its first NUL: one that holds more would mean something else there. */
[[nodiscard]] inline bool has_nul(std::string_view value) noexcept {
    return value.find('\0') != std::string_view::npos;
}

} // namespace detail

// ---- Errors ---------------------------------------------------------------------------------------------------------

// Thrown across shared libraries that hide their symbols, an exception must keep one identity.
#pragma GCC visibility push(default)

/**
 * Why a call failed: the base of every exception here, and what a Result holds. Copies are cheap, cannot fail and share
 * what they hold. Immutable, so any thread may read it. Holds no secret.
 */
class Error : public std::exception {
public:
    /** An error that this header or a test makes; `message` is what() says, or the status's own sentence if it is
     * empty. */
    explicit Error(Status status, std::string message = {})
        : status_(failed(status)),
          message_(message.empty() ? nullptr : std::make_shared<const std::string>(std::move(message))) {}

    /** Takes what the library says; `error` may be null, as it is when memory is exhausted. */
    Error(Status status, detail::ErrorHandle error) : status_(failed(status)), error_(std::move(error)) {}

    /** The status that the call returned; never Status::ok. */
    [[nodiscard]] Status status() const noexcept { return status_; }

    /** What to do: Action::retry or Action::terminate. */
    [[nodiscard]] Action action() const noexcept { return status_action(status_); }

    /** What happened and where it was seen, for a log. Lives as long as this object or a copy of it. */
    [[nodiscard]] const char *what() const noexcept override {
        if (message_ != nullptr) return message_->c_str();
        return error_ != nullptr ? ::mpmeter_error_message(error_.get())
                                 : ::mpmeter_status_message(static_cast<::mpmeter_status>(status_));
    }

    /** What to do about it, for the engineer on duty. */
    [[nodiscard]] std::string fix() const {
        return error_ != nullptr ? detail::text(::mpmeter_error_fix(error_.get())) : std::string(status_fix(status_));
    }

    /** The HTTP status of the answer that caused it, if there was one. */
    [[nodiscard]] std::optional<int> http_status() const noexcept {
        const std::int32_t value = ::mpmeter_error_http_status(error_.get());
        return value != 0 ? std::optional<int>(value) : std::nullopt;
    }

    /** The error type that AWS answered, such as "CustomerNotEntitledException". */
    [[nodiscard]] std::optional<std::string> aws_type() const {
        return detail::optional_text(::mpmeter_error_aws_type(error_.get()));
    }

    /** AWS's request id, for a support case. */
    [[nodiscard]] std::optional<std::string> request_id() const {
        return detail::optional_text(::mpmeter_error_request_id(error_.get()));
    }

    /** The Region that was used, if the call got so far. */
    [[nodiscard]] std::optional<std::string> region() const {
        return detail::optional_text(::mpmeter_error_region(error_.get()));
    }

    /** Where the Region was found: see Region::source(). */
    [[nodiscard]] std::optional<std::string> region_source() const {
        return detail::optional_text(::mpmeter_error_region_source(error_.get()));
    }

    /** Where the credentials came from: see Registration::credentials_source(). */
    [[nodiscard]] std::optional<std::string> credentials_source() const {
        return detail::optional_text(::mpmeter_error_credentials_source(error_.get()));
    }

    /** "ecs", "fargate", "eks", "ec2" or "none"; nothing for a call that does not look. */
    [[nodiscard]] std::optional<std::string> platform() const {
        return detail::optional_text(::mpmeter_error_platform(error_.get()));
    }

    /** How many RegisterUsage requests were tried. */
    [[nodiscard]] int attempts() const noexcept { return ::mpmeter_error_attempts(error_.get()); }

    /** From the call to its failure. */
    [[nodiscard]] std::chrono::milliseconds elapsed() const noexcept {
        return std::chrono::milliseconds(::mpmeter_error_elapsed_ms(error_.get()));
    }

    /** One line for a log, with all that is known: see mpmeter_error_text(). */
    [[nodiscard]] std::string text() const {
        if (error_ != nullptr) return detail::text(::mpmeter_error_text(error_.get()));
        const std::string remedy = fix();
        const std::string begin = std::string(status_name(status_)) + " (" + std::string(action_name(action())) + "): ";
        return begin + detail::sentence(what()) + (remedy.empty() ? "" : " Fix: " + detail::sentence(remedy));
    }

    /** One JSON object on one line: see mpmeter_error_json(). Nothing for an error that did not come from the
     * library. */
    [[nodiscard]] std::optional<std::string> json() const {
        return detail::optional_text(::mpmeter_error_json(error_.get()));
    }

#if defined(__cpp_exceptions)
    /** Throws this error as the class of its status; as Error itself if the status is newer than this header. */
    [[noreturn]] void raise() const;
#endif

private:
    /** An error must never say that all is well. */
    static constexpr Status failed(Status status) noexcept { return status == Status::ok ? Status::internal : status; }

    Status status_;
    std::shared_ptr<const std::string> message_;
    std::shared_ptr<const ::mpmeter_error> error_;
};

#if defined(__cpp_exceptions)

/** What the exception classes have in common: each stands for one status, `code`. */
template <Status value> class ErrorOf : public Error {
public:
    static constexpr Status code = value;

    /** For tests of a program's own handlers. */
    explicit ErrorOf(std::string message = {}) : Error(value, std::move(message)) {}

protected:
    friend class Error;
    explicit ErrorOf(const Error &error) : Error(error) {}
};

// generated: classes, by make generate
/** An argument or an environment variable is missing, or is not one that the function or AWS accepts. */
class InvalidArgument final : public ErrorOf<Status::invalid_argument> {
    using ErrorOf::ErrorOf;
};
/** The product code is not one that the vendor trusts for this program. It is not in the trusted list, or is a free
 *  product where a paid one is required. */
class UntrustedProduct final : public ErrorOf<Status::untrusted_product> {
    using ErrorOf::ErrorOf;
};
/** The public key cannot be used. It cannot be read, is not RSA, is too short, or is missing. */
class PublicKeyError final : public ErrorOf<Status::public_key> {
    using ErrorOf::ErrorOf;
};
/** Nothing in the environment or the platform says which AWS Region this is. */
class RegionNotFound final : public ErrorOf<Status::region_not_found> {
    using ErrorOf::ErrorOf;
};
/** RegisterUsage is not offered in this AWS Region. */
class RegionUnsupported final : public ErrorOf<Status::region_unsupported> {
    using ErrorOf::ErrorOf;
};
/** No AWS credentials were found. No source is configured, or none can be reached. */
class CredentialsNotFound final : public ErrorOf<Status::credentials_not_found> {
    using ErrorOf::ErrorOf;
};
/** The configured source of AWS credentials refused the request, or cannot be used. */
class CredentialsRejected final : public ErrorOf<Status::credentials_rejected> {
    using ErrorOf::ErrorOf;
};
/** A server could not be reached, or the connection broke. */
class NetworkError final : public ErrorOf<Status::network> {
    using ErrorOf::ErrorOf;
};
/** The server's TLS certificate was not accepted. This includes a CA bundle that cannot be read. */
class TlsError final : public ErrorOf<Status::tls> {
    using ErrorOf::ErrorOf;
};
/** The deadline passed before AWS accepted the call. */
class DeadlineExceeded final : public ErrorOf<Status::deadline> {
    using ErrorOf::ErrorOf;
};
/** The call was cancelled. The program used its mpmeter_cancellation, or the language's own way to cancel. */
class Cancelled final : public ErrorOf<Status::cancelled> {
    using ErrorOf::ErrorOf;
};
/** A server sent a response that its protocol does not allow. */
class BadResponse final : public ErrorOf<Status::bad_response> {
    using ErrorOf::ErrorOf;
};
/** The buyer has no subscription to this product (CustomerNotEntitledException). */
class CustomerNotEntitled final : public ErrorOf<Status::customer_not_entitled> {
    using ErrorOf::ErrorOf;
};
/** AWS did not recognise the caller as an ECS task or EKS pod with its own role (PlatformNotSupportedException). */
class PlatformNotSupported final : public ErrorOf<Status::platform_not_supported> {
    using ErrorOf::ErrorOf;
};
/** The call went to a Region other than the one the container runs in (InvalidRegionException). */
class InvalidRegion final : public ErrorOf<Status::invalid_region> {
    using ErrorOf::ErrorOf;
};
/** AWS does not know the product code (InvalidProductCodeException). */
class InvalidProductCode final : public ErrorOf<Status::invalid_product_code> {
    using ErrorOf::ErrorOf;
};
/** AWS does not know any of the public key versions (InvalidPublicKeyVersionException). Each version that was given has
 *  been tried. */
class InvalidPublicKeyVersion final : public ErrorOf<Status::invalid_public_key_version> {
    using ErrorOf::ErrorOf;
};
/** AWS has disabled this API in the Region (DisabledApiException). */
class ApiDisabled final : public ErrorOf<Status::api_disabled> {
    using ErrorOf::ErrorOf;
};
/** The role may not make this call to AWS Marketplace (AccessDeniedException). It lacks aws-marketplace:RegisterUsage
 *  or aws-marketplace:MeterUsage, or a policy denies the call. */
class AccessDenied final : public ErrorOf<Status::access_denied> {
    using ErrorOf::ErrorOf;
};
/** AWS did not accept the credentials or the request's signature. They are unknown to AWS, or have expired. */
class NotAuthenticated final : public ErrorOf<Status::not_authenticated> {
    using ErrorOf::ErrorOf;
};
/** AWS throttled the request until the deadline (ThrottlingException). */
class Throttled final : public ErrorOf<Status::throttled> {
    using ErrorOf::ErrorOf;
};
/** AWS, or the node's agent, could not serve the request until the deadline (InternalServiceErrorException). This
 *  includes 5xx responses, and STS's IDPCommunicationError. */
class ServiceUnavailable final : public ErrorOf<Status::service_unavailable> {
    using ErrorOf::ErrorOf;
};
/** AWS answered with an error that this release does not know. */
class ServiceError final : public ErrorOf<Status::service> {
    using ErrorOf::ErrorOf;
};
/** The signed response is not a well-formed JWT. It must be in compact form: RFC 7515, section 7.1. */
class TokenMalformed final : public ErrorOf<Status::token_malformed> {
    using ErrorOf::ErrorOf;
};
/** The signed response does not use PS256. Its header asks for another algorithm, or for an extension. */
class TokenAlgorithmError final : public ErrorOf<Status::token_algorithm> {
    using ErrorOf::ErrorOf;
};
/** The response was not signed by AWS Marketplace with this product's key. */
class TokenSignatureError final : public ErrorOf<Status::token_signature> {
    using ErrorOf::ErrorOf;
};
/** The signed response is for another product, key version or nonce. */
class TokenClaimsError final : public ErrorOf<Status::token_claims> {
    using ErrorOf::ErrorOf;
};
/** Memory is exhausted. See "Memory" in mpmeter.h. */
class OutOfMemory final : public ErrorOf<Status::out_of_memory> {
    using ErrorOf::ErrorOf;
};
/** The library failed unexpectedly. Please report it. */
class InternalError final : public ErrorOf<Status::internal> {
    using ErrorOf::ErrorOf;
};
/** The journal cannot be created, read or written. The disk is full or read-only, or the folder is missing. Usage that
 *  was acknowledged before is still there. */
class JournalError final : public ErrorOf<Status::journal> {
    using ErrorOf::ErrorOf;
};
/** The journal is damaged, or is not a journal. */
class JournalDamaged final : public ErrorOf<Status::journal_damaged> {
    using ErrorOf::ErrorOf;
};
/** Another thread or process is using the journal, or is sending from it. */
class JournalBusy final : public ErrorOf<Status::journal_busy> {
    using ErrorOf::ErrorOf;
};
/** The product's listing does not have this dimension (InvalidUsageDimensionException). */
class InvalidDimension final : public ErrorOf<Status::invalid_dimension> {
    using ErrorOf::ErrorOf;
};
/** AWS does not accept the tags or allocations of this usage (InvalidUsageAllocationsException). AWS may also return
 *  InvalidTagException. */
class InvalidAllocations final : public ErrorOf<Status::invalid_allocations> {
    using ErrorOf::ErrorOf;
};
/** AWS has another quantity for this task or pod, dimension and hour (DuplicateRequestException). AWS may also return
 *  IdempotencyConflictException. The quantity that was sent is not billed. */
class UsageDuplicate final : public ErrorOf<Status::usage_duplicate> {
    using ErrorOf::ErrorOf;
};
/** AWS does not accept usage for this time (TimestampOutOfBoundsException). It is over six hours old, or in the
 *  future. */
class UsageTimestamp final : public ErrorOf<Status::usage_timestamp> {
    using ErrorOf::ErrorOf;
};
/** Usage is held: it will not be sent again, and must be settled by hand. AWS may have billed it already, has another
 *  quantity for the hour, or no longer accepts it. */
class UsageHeld final : public ErrorOf<Status::usage_held> {
    using ErrorOf::ErrorOf;
};
// end of generated

inline void Error::raise() const {
    switch (status_) {
        // clang-format off
    case Status::ok: break;
    // generated: raise, by make generate
    case Status::invalid_argument: throw InvalidArgument(*this);
    case Status::untrusted_product: throw UntrustedProduct(*this);
    case Status::public_key: throw PublicKeyError(*this);
    case Status::region_not_found: throw RegionNotFound(*this);
    case Status::region_unsupported: throw RegionUnsupported(*this);
    case Status::credentials_not_found: throw CredentialsNotFound(*this);
    case Status::credentials_rejected: throw CredentialsRejected(*this);
    case Status::network: throw NetworkError(*this);
    case Status::tls: throw TlsError(*this);
    case Status::deadline: throw DeadlineExceeded(*this);
    case Status::cancelled: throw Cancelled(*this);
    case Status::bad_response: throw BadResponse(*this);
    case Status::customer_not_entitled: throw CustomerNotEntitled(*this);
    case Status::platform_not_supported: throw PlatformNotSupported(*this);
    case Status::invalid_region: throw InvalidRegion(*this);
    case Status::invalid_product_code: throw InvalidProductCode(*this);
    case Status::invalid_public_key_version: throw InvalidPublicKeyVersion(*this);
    case Status::api_disabled: throw ApiDisabled(*this);
    case Status::access_denied: throw AccessDenied(*this);
    case Status::not_authenticated: throw NotAuthenticated(*this);
    case Status::throttled: throw Throttled(*this);
    case Status::service_unavailable: throw ServiceUnavailable(*this);
    case Status::service: throw ServiceError(*this);
    case Status::token_malformed: throw TokenMalformed(*this);
    case Status::token_algorithm: throw TokenAlgorithmError(*this);
    case Status::token_signature: throw TokenSignatureError(*this);
    case Status::token_claims: throw TokenClaimsError(*this);
    case Status::out_of_memory: throw OutOfMemory(*this);
    case Status::internal: throw InternalError(*this);
    case Status::journal: throw JournalError(*this);
    case Status::journal_damaged: throw JournalDamaged(*this);
    case Status::journal_busy: throw JournalBusy(*this);
    case Status::invalid_dimension: throw InvalidDimension(*this);
    case Status::invalid_allocations: throw InvalidAllocations(*this);
    case Status::usage_duplicate: throw UsageDuplicate(*this);
    case Status::usage_timestamp: throw UsageTimestamp(*this);
    case Status::usage_held: throw UsageHeld(*this);
    // end of generated
        // clang-format on
    }
    throw *this;
}

#endif

#pragma GCC visibility pop

// ---- Result ---------------------------------------------------------------------------------------------------------

/**
 * What a try_ function answers: a value or an Error, in the manner of std::expected. Reading the value of a failure is
 * never undefined: it throws the error, or, without exceptions, ends the process with std::abort().
 */
template <class T> class [[nodiscard]] Result {
public:
    Result(T value) : content_(std::in_place_index<0>, std::move(value)) {}
    Result(Error error) : content_(std::in_place_index<1>, std::move(error)) {}

    [[nodiscard]] bool has_value() const noexcept { return content_.index() == 0; }
    [[nodiscard]] explicit operator bool() const noexcept { return has_value(); }

    /** The value. Throws the error's class, or aborts, if there is none. */
    [[nodiscard]] T &value() & { return *checked(std::get_if<0>(&content_)); }
    [[nodiscard]] const T &value() const & { return *checked(std::get_if<0>(&content_)); }
    [[nodiscard]] T &&value() && { return std::move(value()); }

    [[nodiscard]] T &operator*() & { return value(); }
    [[nodiscard]] const T &operator*() const & { return value(); }
    [[nodiscard]] T &&operator*() && { return std::move(value()); }
    [[nodiscard]] T *operator->() { return &value(); }
    [[nodiscard]] const T *operator->() const { return &value(); }

    /** The error. Asked of a success, it aborts. */
    [[nodiscard]] const Error &error() const & {
        const Error *error = std::get_if<1>(&content_);
        if (error == nullptr) std::abort();
        return *error;
    }
    [[nodiscard]] Error error() && { return static_cast<const Result &>(*this).error(); }

    /** Status::ok, or the error's status. */
    [[nodiscard]] Status status() const noexcept {
        return has_value() ? Status::ok : std::get_if<1>(&content_)->status();
    }

    /** Action::proceed, or what to do about the error. */
    [[nodiscard]] Action action() const noexcept { return status_action(status()); }

private:
    template <class Pointer> Pointer checked(Pointer pointer) const {
        if (pointer != nullptr) return pointer;
#if defined(__cpp_exceptions)
        error().raise();
#else
        std::abort();
#endif
    }

    std::variant<T, Error> content_;
};

// ---- Options --------------------------------------------------------------------------------------------------------

/** What a trusted product code stands for. */
enum class ProductKind : std::int32_t {
    // generated: ProductKind, by make generate
    /// A buyer pays for it.
    paid = MPMETER_PRODUCT_PAID,
    /// A free product: never accepted in place of a paid one.
    free = MPMETER_PRODUCT_FREE
    // end of generated
};

/** What to do in a Region that AWS's documentation names as one where RegisterUsage is not offered. */
enum class RegionPolicy : std::int32_t {
    // generated: RegionPolicy, by make generate
    /// Return RegionUnsupported before any call.
    enforce = MPMETER_REGION_ENFORCE,
    /// Call and retry as in any other Region.
    attempt = MPMETER_REGION_ATTEMPT,
    /// Call; if AWS says no, return that status at once. The default.
    ask = MPMETER_REGION_ASK
    // end of generated
};

/** How much a log line matters. */
enum class LogLevel : std::int32_t {
    // generated: LogLevel, by make generate
    /// Each source that is asked, each response's status.
    debug = MPMETER_LOG_DEBUG,
    /// What was found, each retry and its reason.
    info = MPMETER_LOG_INFO,
    /// It works, but needs attention.
    warning = MPMETER_LOG_WARNING
    // end of generated
};

/**
 * Receives one line of the log, without a line end and without secrets; the text lives until it returns. Called on the
 * thread that called the library, and by several at once if they share a client. What it throws is dropped, and the
 * line with it. It must not use the same client.
 */
using LogFunction = std::function<void(LogLevel level, std::string_view message)>;

/**
 * How a client is to behave. A value: copy it, keep it, change it after a client was made. No setter fails; the
 * client's constructor refuses what is wrong, and says which setter it was.
 */
class Options {
public:
    /**
     * Adds a public key that AWS Marketplace issued for the product. Add several to be ready for a rotation: the first
     * is used first, and the next one after an InvalidPublicKeyVersionException.
     * @param version  The PublicKeyVersion, 1 or more; each once.
     * @param pem      PEM, base64 of PEM, or PEM whose line ends are written as \n.
     */
    Options &public_key(std::int32_t version, std::string_view pem) {
        public_keys_.push_back({version, std::string(pem)});
        return *this;
    }

    // generated: plain options, by make generate
    /**
     * Accepts RSA keys with at least this many bits. The default is 2048; AWS's oldest sample key has 1024. It must be
     * 1024 to 16384.
     */
    Options &minimum_key_bits(std::int32_t bits) {
        minimum_key_bits_ = bits;
        return *this;
    }

    /**
     * Names the vendor's product, and its version if you like, at the end of the User-Agent of every request to AWS, as
     * app/ID. CloudTrail shows it as userAgent, so that your support and AWS's can tell which product called. Metadata
     * services and proxies do not see it. The default is none. It is the SDKs' setting sdk_ua_app_id, but only the
     * vendor can set it: AWS_SDK_UA_APP_ID, which a buyer could set, is not read. It must be 1 to 50 letters, digits
     * and !#$%&'*+,-.^_`|~. For example "acme-scanner#2.4.1".
     */
    Options &app_id(std::string_view app_id) {
        app_id_ = std::string(app_id);
        return *this;
    }
    // end of generated

    /**
     * Adds a product code to the trusted list; with one, every other code is refused with UntrustedProduct. Use it
     * whenever a buyer could change the code. Each code once. Where none is added every code is accepted: check a
     * computed list for emptiness first.
     */
    Options &trust_product(std::string_view product_code, ProductKind kind = ProductKind::paid) {
        products_.push_back({std::string(product_code), kind});
        return *this;
    }

    /** Lets trusted codes of free products register too. The default is not to. */
    Options &accept_free_products(bool accept = true) {
        accept_free_products_ = accept;
        return *this;
    }

    /**
     * Goes without the proof: the answer's signature is not checked, and any server in AWS's place could have given it.
     * @param public_key_version  The version to ask AWS for, 1 or more, when no key was added.
     */
    Options &unverified(std::int32_t public_key_version) {
        unverified_ = public_key_version;
        return *this;
    }

    /** How long one register_usage() may take in all, retries included: 1 ms to a day; the default is 30 minutes, as
     * AWS recommends. */
    Options &deadline(std::chrono::milliseconds deadline) {
        deadline_ = deadline;
        return *this;
    }

    /** What to do in a Region that AWS does not list. */
    Options &region_policy(RegionPolicy policy) {
        region_policy_ = policy;
        return *this;
    }

    /** Who receives the log, from `level` on. The clients keep a copy of `function`; an empty one is nobody, the
     * default. */
    Options &log(LogFunction function, LogLevel level = LogLevel::info) {
        log_ = std::move(function);
        log_level_ = level;
        return *this;
    }

private:
    friend class Client;
    friend class Diagnosis;

    struct PublicKey {
        std::int32_t version;
        std::string pem;
    };
    struct Product {
        std::string code;
        ProductKind kind;
    };

    /** Hands everything to the library. @return what was refused, if anything. */
    [[nodiscard]] std::optional<Error> apply(::mpmeter_options *options, LogFunction *log) const;

    std::vector<PublicKey> public_keys_;
    std::vector<Product> products_;
    // generated: members of plain options, by make generate
    std::optional<std::int32_t> minimum_key_bits_;
    std::optional<std::string> app_id_;
    // end of generated
    std::optional<std::int32_t> unverified_;
    std::optional<std::chrono::milliseconds> deadline_;
    std::optional<RegionPolicy> region_policy_;
    std::optional<bool> accept_free_products_;
    LogFunction log_;
    LogLevel log_level_ = LogLevel::info;
};

namespace detail {

/** While it lives, pthread_cancel() waits. It ends a thread by an exception, which nobody may catch and keep. */
class Uncancelled {
public:
    Uncancelled() noexcept { ::pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &before_); }
    ~Uncancelled() {
        int disabled = 0;
        ::pthread_setcancelstate(before_, &disabled);
    }
    Uncancelled(const Uncancelled &) = delete;
    Uncancelled &operator=(const Uncancelled &) = delete;

private:
    int before_ = 0;
};

/** The callback that C sees. No exception passes it. */
inline void call_log(void *context, ::mpmeter_log_level level, const char *message) noexcept {
    const Uncancelled uncancelled;
    const LogFunction &function = *static_cast<const LogFunction *>(context);
#if defined(__cpp_exceptions)
    try {
        function(static_cast<LogLevel>(level), message);
    } catch (...) { // A line that cannot be logged is no reason to stop a product.
    }
#else
    function(static_cast<LogLevel>(level), message);
#endif
}

/** The first thing that a setter refused. */
class Refusal {
public:
    void check(::mpmeter_status status, const char *setter, const char *limits = nullptr) {
        if (status == MPMETER_OK || error_.has_value()) return;
        const bool is_limit = limits != nullptr && status == MPMETER_E_INVALID_ARGUMENT;
        error_.emplace(Status{status}, std::string("Options::") + setter + ": " +
                                           (is_limit ? limits : ::mpmeter_status_message(status)));
    }

    void check_text(std::string_view value, const char *setter) {
        if (has_nul(value) && !error_.has_value())
            error_.emplace(Status::invalid_argument, std::string("Options::") + setter + ": the text holds a NUL");
    }

    [[nodiscard]] std::optional<Error> take() { return std::move(error_); }

private:
    std::optional<Error> error_;
};

} // namespace detail

inline std::optional<Error> Options::apply(::mpmeter_options *options, LogFunction *log) const {
    detail::Refusal refusal;
    for (const PublicKey &key : public_keys_) {
        refusal.check_text(key.pem, "public_key");
        refusal.check(::mpmeter_options_add_public_key(options, key.version, key.pem.c_str()), "public_key");
    }
    for (const Product &product : products_) {
        refusal.check_text(product.code, "trust_product");
        refusal.check(::mpmeter_options_trust_product(options, product.code.c_str(),
                                                      static_cast<::mpmeter_product_kind>(product.kind)),
                      "trust_product");
    }
    // generated: values of plain options, by make generate
    if (minimum_key_bits_) {
        refusal.check(::mpmeter_options_set_minimum_key_bits(options, *minimum_key_bits_), "minimum_key_bits",
                      "it must be 1024 to 16384");
    }
    if (app_id_) {
        refusal.check_text(*app_id_, "app_id");
        refusal.check(::mpmeter_options_set_app_id(options, app_id_->c_str()), "app_id",
                      "it must be 1 to 50 letters, digits and !#$%&'*+,-.^_`|~");
    }
    // end of generated
    if (unverified_) refusal.check(::mpmeter_options_set_unverified(options, *unverified_), "unverified");
    if (deadline_) refusal.check(::mpmeter_options_set_deadline_ms(options, deadline_->count()), "deadline");
    if (region_policy_)
        refusal.check(
            ::mpmeter_options_set_region_policy(options, static_cast<::mpmeter_region_policy>(*region_policy_)),
            "region_policy");
    if (accept_free_products_)
        refusal.check(::mpmeter_options_accept_free_products(options, *accept_free_products_ ? 1 : 0),
                      "accept_free_products");
    if (log != nullptr)
        refusal.check(
            ::mpmeter_options_set_log(options, detail::call_log, log, static_cast<::mpmeter_log_level>(log_level_)),
            "log");
    return refusal.take();
}

// ---- Cancellation ---------------------------------------------------------------------------------------------------

/** Stops calls from another thread. Any number of calls may share one; it must outlive them. */
class Cancellation {
public:
#if defined(__cpp_exceptions)
    /** Makes one that is not cancelled. Throws OutOfMemory. */
    Cancellation() : Cancellation(try_make().value()) {}
#endif

    /** Makes one that is not cancelled, or OutOfMemory. */
    [[nodiscard]] static Result<Cancellation> try_make() {
        ::mpmeter_cancellation *made = nullptr;
        const ::mpmeter_status status = ::mpmeter_cancellation_new(&made);
        if (status != MPMETER_OK) return Error(Status{status});
        return Cancellation(detail::CancellationHandle(made));
    }

    /**
     * Stops every call that uses this object, now or later: each fails with Cancelled within 100 ms. This cannot be
     * undone. Any thread may call it, but not a signal handler.
     */
    void cancel() const noexcept { ::mpmeter_cancellation_cancel(handle_.get()); }

private:
    friend class Client;
    friend class Diagnosis;
    friend class Meter;
    explicit Cancellation(detail::CancellationHandle handle) noexcept : handle_(std::move(handle)) {}

    detail::CancellationHandle handle_;
};

// ---- Registration ---------------------------------------------------------------------------------------------------

/** A registration that AWS accepted, and whose proof held. Immutable; it outlives its client if it has to. */
class Registration {
public:
    /** The ProductCode that was registered. */
    [[nodiscard]] std::string product_code() const {
        return detail::text(::mpmeter_registration_product_code(handle_.get()));
    }

    /** ProductKind::free if the code was trusted as free, else ProductKind::paid. */
    [[nodiscard]] ProductKind product_kind() const noexcept {
        return static_cast<ProductKind>(::mpmeter_registration_product_kind(handle_.get()));
    }

    /** The PublicKeyVersion that AWS signed with. */
    [[nodiscard]] std::int32_t public_key_version() const noexcept {
        return ::mpmeter_registration_public_key_version(handle_.get());
    }

    /** The Nonce that was sent, and found in the proof. */
    [[nodiscard]] std::string nonce() const { return detail::text(::mpmeter_registration_nonce(handle_.get())); }

    /** Whether the signature was verified. */
    [[nodiscard]] bool verified() const noexcept { return ::mpmeter_registration_verified(handle_.get()) != 0; }

    /** The signed response, a JWT in compact form; store it to verify it again. */
    [[nodiscard]] std::string signature() const {
        return detail::text(::mpmeter_registration_signature(handle_.get()));
    }

    /** PublicKeyRotationTimestamp as AWS sent it: this key version has expired, and a newer one is to be shipped. */
    [[nodiscard]] std::optional<std::string> public_key_rotation() const {
        return detail::optional_text(::mpmeter_registration_public_key_rotation(handle_.get()));
    }

    /** When AWS says that it issued the proof (`iat`), if it says so. */
    [[nodiscard]] std::optional<std::chrono::time_point<std::chrono::system_clock, std::chrono::seconds>>
    issued_at() const noexcept {
        const std::int64_t value = ::mpmeter_registration_issued_at(handle_.get());
        if (value == 0) return std::nullopt;
        return std::chrono::time_point<std::chrono::system_clock, std::chrono::seconds>(std::chrono::seconds(value));
    }

    /** The Region that was registered in; nothing after verify(). */
    [[nodiscard]] std::optional<std::string> region() const {
        return detail::optional_text(::mpmeter_registration_region(handle_.get()));
    }

    /** Where the Region was found: see Region::source(); nothing after verify(). */
    [[nodiscard]] std::optional<std::string> region_source() const {
        return detail::optional_text(::mpmeter_registration_region_source(handle_.get()));
    }

    /**
     * Where the credentials came from: "eks-irsa", "ecs-task-role", "eks-pod-identity", "environment",
     * "shared-credentials-file" or "ec2-instance-role"; nothing after verify().
     */
    [[nodiscard]] std::optional<std::string> credentials_source() const {
        return detail::optional_text(::mpmeter_registration_credentials_source(handle_.get()));
    }

    /** "ecs", "fargate", "eks", "ec2" or "none"; nothing after verify(). */
    [[nodiscard]] std::optional<std::string> platform() const {
        return detail::optional_text(::mpmeter_registration_platform(handle_.get()));
    }

    /** AWS's request id of the answer. */
    [[nodiscard]] std::optional<std::string> request_id() const {
        return detail::optional_text(::mpmeter_registration_request_id(handle_.get()));
    }

    /** How many RegisterUsage requests were tried, the accepted one included. */
    [[nodiscard]] int attempts() const noexcept { return ::mpmeter_registration_attempts(handle_.get()); }

    /** From the call to the answer. */
    [[nodiscard]] std::chrono::milliseconds elapsed() const noexcept {
        return std::chrono::milliseconds(::mpmeter_registration_elapsed_ms(handle_.get()));
    }

    /** One JSON object on one line: see mpmeter_registration_json(). "" when memory was exhausted. */
    [[nodiscard]] std::string json() const { return detail::text(::mpmeter_registration_json(handle_.get())); }

private:
    friend class Client;
    explicit Registration(detail::RegistrationHandle handle) noexcept : handle_(std::move(handle)) {}

    detail::RegistrationHandle handle_;
};

// ---- Region and endpoint --------------------------------------------------------------------------------------------

/** A Region that was found. Immutable. */
class Region {
public:
    /** Its name, such as "eu-west-3". */
    [[nodiscard]] std::string name() const { return detail::text(::mpmeter_region_name(handle_.get())); }

    /** "AWS_REGION", "AWS_DEFAULT_REGION", "ecs-task-metadata", "eks-web-identity-token" or "ec2-instance-metadata". */
    [[nodiscard]] std::string source() const { return detail::text(::mpmeter_region_source(handle_.get())); }

    /** "ecs", "fargate", "eks", "ec2" or "none". */
    [[nodiscard]] std::string platform() const { return detail::text(::mpmeter_region_platform(handle_.get())); }

    /** False if AWS's documentation names it as one where RegisterUsage is not offered. */
    [[nodiscard]] bool supported() const noexcept { return ::mpmeter_region_supported(handle_.get()) != 0; }

private:
    friend class Client;
    explicit Region(detail::RegionHandle handle) noexcept : handle_(std::move(handle)) {}

    detail::RegionHandle handle_;
};

/** Kinds of endpoint, to be combined with |. */
enum class EndpointKind : std::uint32_t {
    standard = 0, ///< The ordinary one.
    // generated: EndpointKind, by make generate
    /// Cryptography validated under FIPS 140.
    fips = MPMETER_ENDPOINT_FIPS,
    /// Reachable over IPv4 and IPv6.
    dualstack = MPMETER_ENDPOINT_DUALSTACK
    // end of generated
};

/** Both kinds at once. */
[[nodiscard]] constexpr EndpointKind operator|(EndpointKind left, EndpointKind right) noexcept {
    return static_cast<EndpointKind>(static_cast<std::uint32_t>(left) | static_cast<std::uint32_t>(right));
}

/**
 * The URL at which RegisterUsage is served in a Region, by AWS's endpoint rules. It says where to look, not that a
 * server is there. Any thread.
 * @return the URL; InvalidArgument (no Region's name, or a kind that its partition does not have); OutOfMemory.
 */
[[nodiscard]] inline Result<std::string> try_endpoint(std::string_view region,
                                                      EndpointKind kind = EndpointKind::standard) {
    if (detail::has_nul(region)) return Error(Status::invalid_argument, "the Region's name holds a NUL");
    char *made = nullptr;
    const ::mpmeter_status status =
        ::mpmeter_endpoint(std::string(region).c_str(), static_cast<std::uint32_t>(kind), &made);
    const detail::StringHandle url(made);
    if (status != MPMETER_OK) return Error(Status{status});
    return detail::text(url.get());
}

// ---- Client ---------------------------------------------------------------------------------------------------------

/**
 * Everything a program needs to register. Make one and keep it: it remembers what was registered. Any number of threads
 * may call it; moving and destroying it is for one, when no call is under way.
 */
class Client {
public:
#if defined(__cpp_exceptions)
    /** try_make(), which says what it does. Throws InvalidArgument, PublicKeyError, OutOfMemory, InternalError. */
    explicit Client(const Options &options) : Client(try_make(options).value()) {}
#endif

    Client(Client &&) noexcept = default;
    Client &operator=(Client &&other) noexcept {
        if (this != &other) {
            handle_ = std::move(other.handle_); // The old client goes before the log function that it may call.
            log_ = std::move(other.log_);
        }
        return *this;
    }
    Client(const Client &) = delete;
    Client &operator=(const Client &) = delete;
    ~Client() = default;

    /**
     * Makes a client: copies the options, reads the public keys and the environment, which no other thread may be
     * changing just then. No file is opened, and nothing is sent.
     * @return the client; InvalidArgument (an option); PublicKeyError (a key cannot be used, or there is none and
     *         Options::unverified() was not called); OutOfMemory; InternalError.
     */
    [[nodiscard]] static Result<Client> try_make(const Options &options) {
        ::mpmeter_options *made_options = nullptr;
        const ::mpmeter_status begun = ::mpmeter_options_new(&made_options);
        if (begun != MPMETER_OK) return Error(Status{begun});
        const detail::OptionsHandle settings(made_options);
        std::unique_ptr<LogFunction> log = options.log_ ? std::make_unique<LogFunction>(options.log_) : nullptr;
        if (std::optional<Error> refused = options.apply(settings.get(), log.get())) return *std::move(refused);
        ::mpmeter_client *made = nullptr;
        ::mpmeter_error *error = nullptr;
        const ::mpmeter_status status = ::mpmeter_client_new(settings.get(), &made, &error);
        if (status != MPMETER_OK) return Error(Status{status}, detail::ErrorHandle(error));
        return Client(std::move(log), detail::ClientHandle(made));
    }

    /**
     * Registers this container: finds Region and role, calls RegisterUsage with retries until the deadline, verifies
     * the signed response. Blocks until then. Calls of one client for one product at the same time are one
     * request; once accepted, the registration is remembered, and later calls on this client in this process return at
     * once. https://docs.aws.amazon.com/marketplace/latest/APIReference/API_marketplace-metering_RegisterUsage.html
     * @param product_code  1 to 255 characters of AWS's pattern [-a-zA-Z0-9/=:_.@].
     * @return the registration, or an error of any status.
     */
    [[nodiscard]] Result<Registration> try_register_usage(std::string_view product_code) const {
        return register_call(product_code, std::nullopt, nullptr);
    }

    /** The same, until `cancellation` is cancelled. */
    [[nodiscard]] Result<Registration> try_register_usage(std::string_view product_code,
                                                          const Cancellation &cancellation) const {
        return register_call(product_code, std::nullopt, &cancellation);
    }

    /**
     * The same with a nonce of the caller's, 1 to 255 bytes without control characters, for one that wants to hand the
     * proof to somebody else. Without one, a fresh random nonce proves that the answer is fresh.
     */
    [[nodiscard]] Result<Registration> try_register_usage_with_nonce(std::string_view product_code,
                                                                     std::string_view nonce) const {
        return register_call(product_code, nonce, nullptr);
    }

    /** The same, until `cancellation` is cancelled. */
    [[nodiscard]] Result<Registration> try_register_usage_with_nonce(std::string_view product_code,
                                                                     std::string_view nonce,
                                                                     const Cancellation &cancellation) const {
        return register_call(product_code, nonce, &cancellation);
    }

    /**
     * Verifies a token that RegisterUsage answered earlier, offline. Sends nothing, reads no file.
     * @param token               The JWT in compact form, at most 16384 bytes.
     * @param product_code        What its productCode must equal. The trusted list does not count.
     * @param nonce               What its nonce must equal.
     * @param public_key_version  What its publicKeyVersion must equal; 0 for any version whose key was added.
     * @return the registration, without Region, sources, platform and request id; InvalidArgument; PublicKeyError (no
     *         key of that version); TokenMalformed, TokenAlgorithmError, TokenSignatureError, TokenClaimsError;
     *         OutOfMemory; InternalError.
     */
    [[nodiscard]] Result<Registration> try_verify(std::string_view token, std::string_view product_code,
                                                  std::string_view nonce, std::int32_t public_key_version = 0) const {
        if (detail::has_nul(token)) return Error(Status::token_malformed, "the token holds a NUL");
        if (detail::has_nul(product_code) || detail::has_nul(nonce))
            return Error(Status::invalid_argument, "the product code or the nonce holds a NUL");
        ::mpmeter_registration *made = nullptr;
        ::mpmeter_error *error = nullptr;
        const ::mpmeter_status status =
            ::mpmeter_verify(handle_.get(), std::string(token).c_str(), std::string(product_code).c_str(),
                             public_key_version, std::string(nonce).c_str(), &made, &error);
        return finish<Registration>(status, detail::RegistrationHandle(made), error);
    }

    /**
     * Finds the Region that the program runs in, without registering: AWS_REGION, AWS_DEFAULT_REGION, the ECS task's
     * ARN, the issuer of the EKS web-identity token, EC2 instance metadata, in this order.
     * @return the Region; RegionNotFound; DeadlineExceeded; OutOfMemory; InternalError.
     */
    [[nodiscard]] Result<Region> try_find_region() const { return region_call(nullptr); }

    /** The same, until `cancellation` is cancelled, and then Cancelled. */
    [[nodiscard]] Result<Region> try_find_region(const Cancellation &cancellation) const {
        return region_call(&cancellation);
    }

#if defined(__cpp_exceptions)
    /** try_register_usage(), which says what it does. Throws any class under Error. */
    Registration register_usage(std::string_view product_code) const {
        return try_register_usage(product_code).value();
    }

    /** The same, until `cancellation` is cancelled, and then Cancelled. */
    Registration register_usage(std::string_view product_code, const Cancellation &cancellation) const {
        return try_register_usage(product_code, cancellation).value();
    }

    /** try_register_usage_with_nonce(), which says what it does. Throws any class under Error. */
    Registration register_usage_with_nonce(std::string_view product_code, std::string_view nonce) const {
        return try_register_usage_with_nonce(product_code, nonce).value();
    }

    /** The same, until `cancellation` is cancelled, and then Cancelled. */
    Registration register_usage_with_nonce(std::string_view product_code, std::string_view nonce,
                                           const Cancellation &cancellation) const {
        return try_register_usage_with_nonce(product_code, nonce, cancellation).value();
    }

    /** try_verify(), which says what it does and which classes it throws. */
    Registration verify(std::string_view token, std::string_view product_code, std::string_view nonce,
                        std::int32_t public_key_version = 0) const {
        return try_verify(token, product_code, nonce, public_key_version).value();
    }

    /** try_find_region(), which says what it does and which classes it throws. */
    [[nodiscard]] Region find_region() const { return try_find_region().value(); }

    /** The same, until `cancellation` is cancelled, and then Cancelled. */
    [[nodiscard]] Region find_region(const Cancellation &cancellation) const {
        return try_find_region(cancellation).value();
    }
#endif

private:
    friend class Meter;
    Client(std::unique_ptr<LogFunction> log, detail::ClientHandle handle) noexcept
        : log_(std::move(log)), handle_(std::move(handle)) {}

    template <class T, class Handle>
    static Result<T> finish(::mpmeter_status status, Handle made, ::mpmeter_error *error) {
        if (status != MPMETER_OK) return Error(Status{status}, detail::ErrorHandle(error));
        return T(std::move(made));
    }

    [[nodiscard]] Result<Registration> register_call(std::string_view product_code,
                                                     std::optional<std::string_view> nonce,
                                                     const Cancellation *cancellation) const {
        if (detail::has_nul(product_code) || detail::has_nul(nonce.value_or(std::string_view())))
            return Error(Status::invalid_argument, "the product code or the nonce holds a NUL");
        if (cancellation != nullptr && cancellation->handle_ == nullptr)
            return Error(Status::invalid_argument, "the cancellation was moved from");
        const std::string code(product_code);
        const std::optional<std::string> given = nonce ? std::optional<std::string>(*nonce) : std::nullopt;
        ::mpmeter_registration *made = nullptr;
        ::mpmeter_error *error = nullptr;
        const ::mpmeter_status status =
            ::mpmeter_register_usage(handle_.get(), code.c_str(), given ? given->c_str() : nullptr,
                                     cancellation != nullptr ? cancellation->handle_.get() : nullptr, &made, &error);
        return finish<Registration>(status, detail::RegistrationHandle(made), error);
    }

    [[nodiscard]] Result<Region> region_call(const Cancellation *cancellation) const {
        if (cancellation != nullptr && cancellation->handle_ == nullptr)
            return Error(Status::invalid_argument, "the cancellation was moved from");
        ::mpmeter_region *made = nullptr;
        ::mpmeter_error *error = nullptr;
        const ::mpmeter_status status = ::mpmeter_region_find(
            handle_.get(), cancellation != nullptr ? cancellation->handle_.get() : nullptr, &made, &error);
        return finish<Region>(status, detail::RegionHandle(made), error);
    }

    std::unique_ptr<LogFunction> log_; // Outlives the handle, whose calls use it.
    detail::ClientHandle handle_;
};

// ---- Diagnosis ------------------------------------------------------------------------------------------------------

/** What a diagnosis may do beside looking. */
enum class DiagnosisKind : std::uint32_t {
    look_only = 0, ///< Sends no registration.
    /// Sends one registration of the only product code, and says what AWS's answer means.
    send_registration = MPMETER_DIAGNOSE_REGISTER
};

/** What a diagnosis of metering looks at. Each part may be left out. */
struct MeteringPlace {
    std::optional<std::string> product_code; ///< Without one AWS is not asked.
    std::optional<std::string> journal;      ///< A journal's path, which need not be there yet.
    std::vector<std::string> dimensions;     ///< Names of dimensions; the first is that of the dry run.
};

/** Why a registration would fail in the place where the program runs. Immutable. Holds no secret. */
class Diagnosis {
public:
    /**
     * Looks at platform, Region, certificates, proxies, clock, endpoint, credentials, public keys and product codes.
     * Changes nothing. Takes a minute at most, or until the deadline of `options`. Reads the environment anew, which no
     * other thread may be changing just then.
     * @param options        As for a Client, but that a public key that cannot be used is found, not refused.
     * @param product_codes  The codes that the program may register; exactly one with DiagnosisKind::send_registration.
     * @return the diagnosis, whatever it found; InvalidArgument; OutOfMemory; InternalError.
     */
    [[nodiscard]] static Result<Diagnosis> try_make(const Options &options,
                                                    const std::vector<std::string> &product_codes = {},
                                                    DiagnosisKind kind = DiagnosisKind::look_only) {
        return call(options, product_codes, kind, nullptr);
    }

    /** The same, until `cancellation` is cancelled, and then Cancelled. */
    [[nodiscard]] static Result<Diagnosis> try_make(const Options &options,
                                                    const std::vector<std::string> &product_codes, DiagnosisKind kind,
                                                    const Cancellation &cancellation) {
        return call(options, product_codes, kind, &cancellation);
    }

    /** Looks why metering fails, or would fail, in the place where the program runs; see MeteringPlace. No public key
     * is needed, no journal is made or changed, and AWS is asked by a dry run, which meters nothing. */
    [[nodiscard]] static Result<Diagnosis> try_make_metering(const Options &options, const MeteringPlace &place) {
        return call_metering(options, place, nullptr);
    }

    /** The same, until `cancellation` is cancelled, and then Cancelled. */
    [[nodiscard]] static Result<Diagnosis> try_make_metering(const Options &options, const MeteringPlace &place,
                                                             const Cancellation &cancellation) {
        return call_metering(options, place, &cancellation);
    }

    /** The status of the first check that failed, with which a registration would end as far as can be told;
     * Status::ok if none did. */
    [[nodiscard]] Status status() const noexcept { return Status{::mpmeter_diagnosis_status(handle_.get())}; }

    /** The whole of it as one JSON object, which mpmeter_diagnosis_json() in mpmeter.h describes. */
    [[nodiscard]] std::string json() const { return detail::text(::mpmeter_diagnosis_json(handle_.get())); }

private:
    explicit Diagnosis(detail::DiagnosisHandle handle) noexcept : handle_(std::move(handle)) {}

    /** Calls `ask` with the options, `texts` as C has them, and the cancellation. */
    template <typename Ask>
    static Result<Diagnosis> with(const Options &options, const std::vector<std::string> &texts, const char *name,
                                  const Cancellation *cancellation, Ask ask) {
        if (cancellation != nullptr && cancellation->handle_ == nullptr)
            return Error(Status::invalid_argument, "the cancellation was moved from");
        ::mpmeter_options *made_options = nullptr;
        const ::mpmeter_status begun = ::mpmeter_options_new(&made_options);
        if (begun != MPMETER_OK) return Error(Status{begun});
        const detail::OptionsHandle settings(made_options);
        LogFunction log = options.log_;
        if (std::optional<Error> refused = options.apply(settings.get(), log ? &log : nullptr))
            return *std::move(refused);
        std::vector<const char *> pointers;
        for (const std::string &text : texts) {
            if (detail::has_nul(text)) return Error(Status::invalid_argument, std::string(name) + " holds a NUL");
            pointers.push_back(text.c_str());
        }
        ::mpmeter_diagnosis *made = nullptr;
        ::mpmeter_error *error = nullptr;
        const ::mpmeter_status status =
            ask(settings.get(), pointers.data(), static_cast<std::int32_t>(pointers.size()),
                cancellation != nullptr ? cancellation->handle_.get() : nullptr, &made, &error);
        if (status != MPMETER_OK) return Error(Status{status}, detail::ErrorHandle(error));
        return Diagnosis(detail::DiagnosisHandle(made));
    }

    static Result<Diagnosis> call(const Options &options, const std::vector<std::string> &product_codes,
                                  DiagnosisKind kind, const Cancellation *cancellation) {
        return with(options, product_codes, "a product code", cancellation,
                    [kind](auto settings, auto codes, auto count, auto stop, auto out, auto error) {
                        return ::mpmeter_diagnose(settings, codes, count, static_cast<std::uint32_t>(kind), stop, out,
                                                  error);
                    });
    }

    static Result<Diagnosis> call_metering(const Options &options, const MeteringPlace &place,
                                           const Cancellation *cancellation) {
        for (const std::optional<std::string> &text : {place.product_code, place.journal})
            if (text && detail::has_nul(*text))
                return Error(Status::invalid_argument, "the product code or the journal's path holds a NUL");
        return with(options, place.dimensions, "a dimension", cancellation,
                    [&place](auto settings, auto names, auto count, auto stop, auto out, auto error) {
                        return ::mpmeter_diagnose_metering(
                            settings, place.product_code ? place.product_code->c_str() : nullptr,
                            place.journal ? place.journal->c_str() : nullptr, names, count, 0, stop, out, error);
                    });
    }

    detail::DiagnosisHandle handle_;
};

#if defined(__cpp_exceptions)

/** Diagnosis::try_make(), which says what it does. Throws InvalidArgument, OutOfMemory, InternalError. */
[[nodiscard]] inline Diagnosis diagnose(const Options &options, const std::vector<std::string> &product_codes = {},
                                        DiagnosisKind kind = DiagnosisKind::look_only) {
    return Diagnosis::try_make(options, product_codes, kind).value();
}

/** Diagnosis::try_make_metering(), which says what it does. Throws InvalidArgument, OutOfMemory, InternalError. */
[[nodiscard]] inline Diagnosis diagnose_metering(const Options &options, const MeteringPlace &place) {
    return Diagnosis::try_make_metering(options, place).value();
}

/** The same, until `cancellation` is cancelled, and then Cancelled. */
[[nodiscard]] inline Diagnosis diagnose_metering(const Options &options, const MeteringPlace &place,
                                                 const Cancellation &cancellation) {
    return Diagnosis::try_make_metering(options, place, cancellation).value();
}

/** The same, until `cancellation` is cancelled, and then Cancelled. */
[[nodiscard]] inline Diagnosis diagnose(const Options &options, const std::vector<std::string> &product_codes,
                                        DiagnosisKind kind, const Cancellation &cancellation) {
    return Diagnosis::try_make(options, product_codes, kind, cancellation).value();
}

#endif

#if defined(__cpp_exceptions)

/** try_endpoint(), which says what it does. Throws InvalidArgument, OutOfMemory. */
[[nodiscard]] inline std::string endpoint(std::string_view region, EndpointKind kind = EndpointKind::standard) {
    return try_endpoint(region, kind).value();
}

#endif

// ---- Usage ----------------------------------------------------------------------------------------------------------

/** That it was done, where there is nothing more to tell. */
struct Done {};

/** A tag of usage. */
struct Tag {
    std::string key;
    std::string value;
};

/** How usage is billed. */
struct MeterOptions {
    bool whole_units = false; ///< Whole units only; the rest is carried to the next hour.
    bool hold_late =
        false; ///< Holds what could not be sent within six hours, instead of billing it in the current hour.
};

/**
 * The usage of one product in this task or pod: what is added goes into a journal, and from there to AWS, once an hour.
 * Any number of threads may use it, other processes may use the same journal, and a child made by fork() may go on with
 * it. docs/metering.md says what is promised.
 */
class Meter {
public:
#if defined(__cpp_exceptions)
    /** try_open(), which says what it does. Throws any class under Error. */
    Meter(const Client &client, std::string_view product_code, std::string_view journal,
          const MeterOptions &options = {})
        : Meter(try_open(client, product_code, journal, options).value()) {}
#endif

    /**
     * Opens the journal, or makes it. It must lie on a volume that outlives the container. Nothing is sent.
     * @param client        Must outlive the meter if it has a log function. For metering alone it needs no public key:
     *                      Options::unverified().
     * @param product_code  As for Client::register_usage(). A journal belongs to one product.
     * @param journal       Its path.
     * @return the meter; JournalError; JournalDamaged (an empty, cut or damaged file is never begun anew); JournalBusy;
     *         InvalidArgument; UntrustedProduct; PlatformNotSupported (Amazon Bedrock AgentCore); OutOfMemory;
     *         InternalError.
     */
    [[nodiscard]] static Result<Meter> try_open(const Client &client, std::string_view product_code,
                                                std::string_view journal, const MeterOptions &options = {}) {
        if (detail::has_nul(product_code) || detail::has_nul(journal))
            return Error(Status::invalid_argument, "the product code or the journal's path holds a NUL");
        const std::uint32_t flags = (options.whole_units ? std::uint32_t{MPMETER_METER_WHOLE_UNITS} : 0U) |
                                    (options.hold_late ? std::uint32_t{MPMETER_METER_HOLD_LATE} : 0U);
        ::mpmeter_meter *made = nullptr;
        ::mpmeter_error *error = nullptr;
        const ::mpmeter_status status = ::mpmeter_meter_open(client.handle_.get(), std::string(product_code).c_str(),
                                                             std::string(journal).c_str(), flags, &made, &error);
        if (status != MPMETER_OK) return Error(Status{status}, detail::ErrorHandle(error));
        return Meter(detail::MeterHandle(made));
    }

    /**
     * Asks AWS whether this container may meter, and meters nothing. For the start: go on only if it succeeds.
     * @param dimension     One of the listing's; empty for one that was added before, or a placeholder, which AWS may
     *                      not know.
     * @param cancellation  May be nullptr.
     */
    [[nodiscard]] Result<Done> try_check(std::string_view dimension = {},
                                         const Cancellation *cancellation = nullptr) const {
        if (detail::has_nul(dimension)) return Error(Status::invalid_argument, "the dimension holds a NUL");
        const std::string name(dimension);
        ::mpmeter_error *error = nullptr;
        return done(
            ::mpmeter_meter_check(handle_.get(), name.empty() ? nullptr : name.c_str(), pointer(cancellation), &error),
            error);
    }

    /**
     * Adds usage. When it succeeds, the usage is on the disk; after an error nothing was added.
     * @param dimension  1 to 255 bytes; a listing allows 15 letters, digits and underscores.
     * @param quantity   A decimal from 0 to 9999999999.999999 with at most six places, such as "17" or "0.25".
     * @param tags       At most five.
     */
    [[nodiscard]] Result<Done> try_add(std::string_view dimension, std::string_view quantity,
                                       const std::vector<Tag> &tags = {}) const {
        bool has_nul = detail::has_nul(dimension) || detail::has_nul(quantity);
        std::vector<const char *> keys, values;
        for (const Tag &tag : tags) {
            has_nul = has_nul || detail::has_nul(tag.key) || detail::has_nul(tag.value);
            keys.push_back(tag.key.c_str());
            values.push_back(tag.value.c_str());
        }
        if (has_nul) return Error(Status::invalid_argument, "the dimension, the quantity or a tag holds a NUL");
        ::mpmeter_error *error = nullptr;
        return done(::mpmeter_meter_add(handle_.get(), std::string(dimension).c_str(), std::string(quantity).c_str(),
                                        keys.data(), values.data(), static_cast<std::int32_t>(tags.size()), &error),
                    error);
    }

    /** A whole number of units. */
    [[nodiscard]] Result<Done> try_add(std::string_view dimension, std::uint64_t units,
                                       const std::vector<Tag> &tags = {}) const {
        return try_add(dimension, std::to_string(units), tags);
    }

    /**
     * Sends the usage of every hour that is over, with retries until the client's deadline.
     * @param is_final      Sends this hour's usage too: the program ends.
     * @param cancellation  May be nullptr.
     * @return UsageHeld (usage became held: see report()); JournalBusy (another one sends); any other: what is left
     *         waits in the journal.
     */
    [[nodiscard]] Result<Done> try_send(bool is_final = false, const Cancellation *cancellation = nullptr) const {
        ::mpmeter_error *error = nullptr;
        const std::uint32_t flags = is_final ? std::uint32_t{MPMETER_SEND_FINAL} : 0U;
        return done(::mpmeter_meter_send(handle_.get(), flags, pointer(cancellation), &error), error);
    }

    /** How long until the next send is due: in this journal's own minute of the hour. */
    [[nodiscard]] Result<std::chrono::milliseconds> try_next_due() const {
        std::int64_t milliseconds = 0;
        ::mpmeter_error *error = nullptr;
        const ::mpmeter_status status = ::mpmeter_meter_next_due(handle_.get(), &milliseconds, &error);
        if (status != MPMETER_OK) return Error(Status{status}, detail::ErrorHandle(error));
        return std::chrono::milliseconds(milliseconds);
    }

    /** The books as one JSON object, which mpmeter_meter_report() in mpmeter.h describes. */
    [[nodiscard]] Result<std::string> try_report() const {
        char *json = nullptr;
        ::mpmeter_error *error = nullptr;
        const ::mpmeter_status status = ::mpmeter_meter_report(handle_.get(), &json, &error);
        if (status != MPMETER_OK) return Error(Status{status}, detail::ErrorHandle(error));
        const detail::StringHandle owned(json);
        return detail::text(json);
    }

    /**
     * Sends what is due until `wait` says that it is enough: the body of a thread of the program's.
     * @param wait          Waits so long, or until the program ends; answers whether it ends.
     * @param cancellation  To be cancelled when the program ends, so that a send under way does not hold it up; may be
     *                      nullptr.
     * @param on_error      Receives what went wrong; what could not be sent waits in the journal.
     */
    void run(const std::function<bool(std::chrono::milliseconds)> &wait, const Cancellation *cancellation = nullptr,
             const std::function<void(const Error &)> &on_error = {}) const {
        constexpr std::chrono::milliseconds minute(60'000), second(1'000);
        for (std::chrono::milliseconds pause(0); !wait(pause);) {
            const Result<std::chrono::milliseconds> due = try_next_due();
            pause = due ? (due.value() < minute ? due.value() : minute) : minute;
            if (!due && on_error) on_error(due.error());
            if (!due || due.value().count() > 0) continue;
            pause = second;
            const Result<Done> sent = try_send(false, cancellation);
            // While another process of the pod sends, there is nothing to do.
            if (!sent && sent.status() != Status::journal_busy && sent.status() != Status::cancelled && on_error)
                on_error(sent.error());
        }
    }

#if defined(__cpp_lib_jthread)
    /** The same for a std::jthread: until stop is requested. try_send(true) is then the program's to call. */
    void run(const std::stop_token &stop, const std::function<void(const Error &)> &on_error = {}) const {
        Result<Cancellation> cancellation = Cancellation::try_make();
        std::mutex mutex;
        std::condition_variable ended;
        const std::stop_callback wake(stop, [&] {
            if (cancellation) cancellation->cancel();
            const std::lock_guard<std::mutex> lock(mutex);
            ended.notify_all();
        });
        const auto wait = [&](std::chrono::milliseconds pause) {
            std::unique_lock<std::mutex> lock(mutex);
            return ended.wait_for(lock, pause, [&] { return stop.stop_requested(); });
        };
        run(wait, cancellation ? &cancellation.value() : nullptr, on_error);
    }
#endif

#if defined(__cpp_exceptions)
    /** try_check(), which says what it does. Throws any class under Error. */
    void check(std::string_view dimension = {}, const Cancellation *cancellation = nullptr) const {
        (void)try_check(dimension, cancellation).value();
    }

    /** try_add(), which says what it does. */
    void add(std::string_view dimension, std::string_view quantity, const std::vector<Tag> &tags = {}) const {
        (void)try_add(dimension, quantity, tags).value();
    }

    /** A whole number of units. */
    void add(std::string_view dimension, std::uint64_t units, const std::vector<Tag> &tags = {}) const {
        (void)try_add(dimension, units, tags).value();
    }

    /** try_send(), which says what it does. */
    void send(bool is_final = false, const Cancellation *cancellation = nullptr) const {
        (void)try_send(is_final, cancellation).value();
    }

    /** try_next_due(), which says what it does. */
    [[nodiscard]] std::chrono::milliseconds next_due() const { return try_next_due().value(); }

    /** try_report(), which says what it does. */
    [[nodiscard]] std::string report() const { return try_report().value(); }
#endif

private:
    explicit Meter(detail::MeterHandle handle) noexcept : handle_(std::move(handle)) {}

    [[nodiscard]] static ::mpmeter_cancellation *pointer(const Cancellation *cancellation) {
        return cancellation != nullptr ? cancellation->handle_.get() : nullptr;
    }

    /** `error` is a reference: as a value it may be read before the call that sets it is made. */
    [[nodiscard]] static Result<Done> done(::mpmeter_status status, ::mpmeter_error *const &error) {
        if (status != MPMETER_OK) return Error(Status{status}, detail::ErrorHandle(error));
        return Done{};
    }

    detail::MeterHandle handle_;
};

#if !defined(__cpp_exceptions)
} // inline namespace without_exceptions
#endif
} // namespace mpmeter

#endif // MPMETER_HPP
