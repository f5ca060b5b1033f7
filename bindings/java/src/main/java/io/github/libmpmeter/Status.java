package io.github.libmpmeter;

/**
 * The result of a call: {@code mpmeter_status} of the C header. Later releases may add some;
 * their numbers never change.
 */
public enum Status {
    // generated: statuses, by make generate
    /** The call succeeded. */
    OK(
            0,
            "MPMETER_OK",
            Action.PROCEED,
            "The call succeeded.",
            ""),
    /** An argument or an environment variable is missing, or is not one that the function or AWS accepts. */
    INVALID_ARGUMENT(
            1,
            "MPMETER_E_INVALID_ARGUMENT",
            Action.TERMINATE,
            "An argument or an environment variable is missing, or is not one that the function or AWS "
                    + "accepts.",
            "Correct what the message names; mpmeter.h says what each argument accepts."),
    /**
     * The product code is not one that the vendor trusts for this program. It is not in the trusted list, or is a free
     * product where a paid one is required.
     */
    UNTRUSTED_PRODUCT(
            2,
            "MPMETER_E_UNTRUSTED_PRODUCT",
            Action.TERMINATE,
            "The product code is not one that the vendor trusts for this program.",
            "Use the product code that the vendor gave out for this program."),
    /** The public key cannot be used. It cannot be read, is not RSA, is too short, or is missing. */
    PUBLIC_KEY(
            3,
            "MPMETER_E_PUBLIC_KEY",
            Action.TERMINATE,
            "The public key cannot be used.",
            "Use the RSA public key that AWS Marketplace showed for the product, as PEM, with its "
                    + "version."),
    /** Nothing in the environment or the platform says which AWS Region this is. */
    REGION_NOT_FOUND(
            10,
            "MPMETER_E_REGION_NOT_FOUND",
            Action.TERMINATE,
            "Nothing in the environment or the platform says which AWS Region this is.",
            "Run in an Amazon ECS task or an Amazon EKS pod. On EC2, enable the instance's metadata "
                    + "(HttpEndpoint enabled, HttpPutResponseHopLimit at least 2). If that is not possible, or for "
                    + "a test elsewhere, set AWS_REGION to the Region that the container runs in."),
    /** RegisterUsage is not offered in this AWS Region. */
    REGION_UNSUPPORTED(
            11,
            "MPMETER_E_REGION_UNSUPPORTED",
            Action.TERMINATE,
            "RegisterUsage is not offered in this AWS Region.",
            "Run the container in an AWS Region where RegisterUsage is offered."),
    /** No AWS credentials were found. No source is configured, or none can be reached. */
    CREDENTIALS_NOT_FOUND(
            12,
            "MPMETER_E_CREDENTIALS_NOT_FOUND",
            Action.TERMINATE,
            "No AWS credentials were found.",
            "On Amazon ECS give the task definition a taskRoleArn; on Amazon EKS use IAM roles for "
                    + "service accounts (IRSA)."),
    /** The configured source of AWS credentials refused the request, or cannot be used. */
    CREDENTIALS_REJECTED(
            13,
            "MPMETER_E_CREDENTIALS_REJECTED",
            Action.TERMINATE,
            "The configured source of AWS credentials refused the request, or cannot be used.",
            "Check that the role exists and that its trust policy names this task or service account."),
    /** A server could not be reached, or the connection broke. */
    NETWORK(
            20,
            "MPMETER_E_NETWORK",
            Action.RETRY,
            "A server could not be reached, or the connection broke.",
            "Check DNS, routes, security groups and proxies between the container and AWS, then start the "
                    + "container again."),
    /** The server's TLS certificate was not accepted. This includes a CA bundle that cannot be read. */
    TLS(
            21,
            "MPMETER_E_TLS",
            Action.TERMINATE,
            "The server's TLS certificate was not accepted.",
            "Check for a proxy that intercepts TLS. To trust it, name in AWS_CA_BUNDLE a PEM file with "
                    + "the proxy's root and the system's CA certificates: the file replaces the built-in roots."),
    /** The deadline passed before AWS accepted the call. */
    DEADLINE(
            22,
            "MPMETER_E_DEADLINE",
            Action.RETRY,
            "The deadline passed before AWS accepted the call.",
            "Start the container again, or allow a longer deadline."),
    /** The call was cancelled. The program used its mpmeter_cancellation, or the language's own way to cancel. */
    CANCELLED(
            23,
            "MPMETER_E_CANCELLED",
            Action.TERMINATE,
            "The call was cancelled.",
            "Nothing to fix if the program is stopping; otherwise call again."),
    /** A server sent a response that its protocol does not allow. */
    BAD_RESPONSE(
            24,
            "MPMETER_E_BAD_RESPONSE",
            Action.TERMINATE,
            "A server sent a response that its protocol does not allow.",
            "Check what answers in AWS's place: a proxy, a captive portal or a wrong endpoint setting."),
    /** The buyer has no subscription to this product (CustomerNotEntitledException). */
    CUSTOMER_NOT_ENTITLED(
            30,
            "MPMETER_E_CUSTOMER_NOT_ENTITLED",
            Action.TERMINATE,
            "The buyer has no subscription to this product.",
            "Subscribe to the product in AWS Marketplace with the account that runs the container."),
    /** AWS did not recognise the caller as an ECS task or EKS pod with its own role (PlatformNotSupportedException). */
    PLATFORM_NOT_SUPPORTED(
            31,
            "MPMETER_E_PLATFORM_NOT_SUPPORTED",
            Action.TERMINATE,
            "AWS did not recognise the caller as an ECS task or EKS pod with its own role.",
            "Run in an Amazon ECS task with a task role, or in an Amazon EKS pod with IRSA. On a laptop, "
                    + "this error means that the integration works."),
    /** The call went to a Region other than the one the container runs in (InvalidRegionException). */
    INVALID_REGION(
            32,
            "MPMETER_E_INVALID_REGION",
            Action.TERMINATE,
            "The call went to a Region other than the one the container runs in.",
            "Do not set AWS_REGION or AWS_DEFAULT_REGION by hand: without them, the library finds the "
                    + "Region where the container runs."),
    /** AWS does not know the product code (InvalidProductCodeException). */
    INVALID_PRODUCT_CODE(
            33,
            "MPMETER_E_INVALID_PRODUCT_CODE",
            Action.TERMINATE,
            "AWS does not know the product code.",
            "Compare the product code with the one in the AWS Marketplace Management Portal."),
    /**
     * AWS does not know any of the public key versions (InvalidPublicKeyVersionException). Each version that was given
     * has been tried.
     */
    INVALID_PUBLIC_KEY_VERSION(
            34,
            "MPMETER_E_INVALID_PUBLIC_KEY_VERSION",
            Action.TERMINATE,
            "AWS does not know any of the public key versions.",
            "Compare the key's version with the one in the AWS Marketplace Management Portal."),
    /** AWS has disabled this API in the Region (DisabledApiException). */
    API_DISABLED(
            35,
            "MPMETER_E_API_DISABLED",
            Action.TERMINATE,
            "AWS has disabled this API in the Region.",
            "Run the container in another Region, or ask AWS Marketplace support."),
    /**
     * The role may not make this call to AWS Marketplace (AccessDeniedException). It lacks
     * aws-marketplace:RegisterUsage or aws-marketplace:MeterUsage, or a policy denies the call.
     */
    ACCESS_DENIED(
            36,
            "MPMETER_E_ACCESS_DENIED",
            Action.TERMINATE,
            "The role may not make this call to AWS Marketplace.",
            "Attach the managed policy AWSMarketplaceMeteringRegisterUsage, or allow "
                    + "aws-marketplace:RegisterUsage, on the role."),
    /** AWS did not accept the credentials or the request's signature. They are unknown to AWS, or have expired. */
    NOT_AUTHENTICATED(
            37,
            "MPMETER_E_NOT_AUTHENTICATED",
            Action.TERMINATE,
            "AWS did not accept the credentials or the request's signature.",
            "Check the role's credentials and the machine's clock, then start the container again."),
    /** AWS throttled the request until the deadline (ThrottlingException). */
    THROTTLED(
            38,
            "MPMETER_E_THROTTLED",
            Action.RETRY,
            "AWS throttled the request until the deadline.",
            "Start the container again later; AWS allows only a few calls a second for each account and "
                    + "Region."),
    /**
     * AWS, or the node's agent, could not serve the request until the deadline (InternalServiceErrorException). This
     * includes 5xx responses, and STS's IDPCommunicationError.
     */
    SERVICE_UNAVAILABLE(
            39,
            "MPMETER_E_SERVICE_UNAVAILABLE",
            Action.RETRY,
            "AWS, or the node's agent, could not serve the request until the deadline.",
            "Start the container again later; see the AWS Health Dashboard."),
    /** AWS answered with an error that this release does not know. */
    SERVICE(
            40,
            "MPMETER_E_SERVICE",
            Action.TERMINATE,
            "AWS answered with an error that this release does not know.",
            "Read AWS's message; report the error type to the vendor."),
    /** The signed response is not a well-formed JWT. It must be in compact form: RFC 7515, section 7.1. */
    TOKEN_MALFORMED(
            50,
            "MPMETER_E_TOKEN_MALFORMED",
            Action.TERMINATE,
            "The signed response is not a well-formed JWT.",
            "Check what answers in AWS's place: a proxy or a wrong endpoint setting. Do not start the "
                    + "product."),
    /** The signed response does not use PS256. Its header asks for another algorithm, or for an extension. */
    TOKEN_ALGORITHM(
            51,
            "MPMETER_E_TOKEN_ALGORITHM",
            Action.TERMINATE,
            "The signed response does not use PS256.",
            "Check what answers in AWS's place: a proxy or a wrong endpoint setting. Do not start the "
                    + "product."),
    /** The response was not signed by AWS Marketplace with this product's key. */
    TOKEN_SIGNATURE(
            52,
            "MPMETER_E_TOKEN_SIGNATURE",
            Action.TERMINATE,
            "The response was not signed by AWS Marketplace with this product's key.",
            "Check that the public key belongs to this product and version; if it does, something answers "
                    + "in AWS's place."),
    /** The signed response is for another product, key version or nonce. */
    TOKEN_CLAIMS(
            53,
            "MPMETER_E_TOKEN_CLAIMS",
            Action.TERMINATE,
            "The signed response is for another product, key version or nonce.",
            "Check product code, key version and nonce; if they are right, an old response was replayed."),
    /** Memory is exhausted. See "Memory" in mpmeter.h. */
    OUT_OF_MEMORY(
            60,
            "MPMETER_E_OUT_OF_MEMORY",
            Action.TERMINATE,
            "Memory is exhausted.",
            "Give the container more memory."),
    /** The library failed unexpectedly. Please report it. */
    INTERNAL(
            61,
            "MPMETER_E_INTERNAL",
            Action.TERMINATE,
            "The library failed unexpectedly.",
            "Report it with the log at debug level."),
    /**
     * The journal cannot be created, read or written. The disk is full or read-only, or the folder is missing. Usage
     * that was acknowledged before is still there.
     */
    JOURNAL(
            70,
            "MPMETER_E_JOURNAL",
            Action.TERMINATE,
            "The journal cannot be created, read or written.",
            "Check that the journal's folder is on a volume of the task or pod that can be written to, "
                    + "and that the disk is not full."),
    /** The journal is damaged, or is not a journal. */
    JOURNAL_DAMAGED(
            71,
            "MPMETER_E_JOURNAL_DAMAGED",
            Action.TERMINATE,
            "The journal is damaged, or is not a journal.",
            "Keep the file for the vendor, then start with a new journal; settle the usage in the damaged "
                    + "one by hand."),
    /** Another thread or process is using the journal, or is sending from it. */
    JOURNAL_BUSY(
            72,
            "MPMETER_E_JOURNAL_BUSY",
            Action.RETRY,
            "Another thread or process is using the journal, or is sending from it.",
            "Try again later; let only one process of the task or pod send."),
    /** The product's listing does not have this dimension (InvalidUsageDimensionException). */
    INVALID_DIMENSION(
            73,
            "MPMETER_E_INVALID_DIMENSION",
            Action.TERMINATE,
            "The product's listing does not have this dimension.",
            "Compare the dimension with the API names in the AWS Marketplace Management Portal."),
    /**
     * AWS does not accept the tags or allocations of this usage (InvalidUsageAllocationsException). AWS may also return
     * InvalidTagException.
     */
    INVALID_ALLOCATIONS(
            74,
            "MPMETER_E_INVALID_ALLOCATIONS",
            Action.TERMINATE,
            "AWS does not accept the tags or allocations of this usage.",
            "Correct the tags: at most 5 keys for a dimension, and only characters that AWS allows."),
    /**
     * AWS has another quantity for this task or pod, dimension and hour (DuplicateRequestException). AWS may also
     * return IdempotencyConflictException. The quantity that was sent is not billed.
     */
    USAGE_DUPLICATE(
            75,
            "MPMETER_E_USAGE_DUPLICATE",
            Action.TERMINATE,
            "AWS has another quantity for this task or pod, dimension and hour.",
            "Find what else calls MeterUsage in this task or pod, and compare with the buyer's "
                    + "CloudTrail."),
    /**
     * AWS does not accept usage for this time (TimestampOutOfBoundsException). It is over six hours old, or in the
     * future.
     */
    USAGE_TIMESTAMP(
            76,
            "MPMETER_E_USAGE_TIMESTAMP",
            Action.TERMINATE,
            "AWS does not accept usage for this time.",
            "Check the machine's clock; send usage within six hours."),
    /**
     * Usage is held: it will not be sent again, and must be settled by hand. AWS may have billed it already, has
     * another quantity for the hour, or no longer accepts it.
     */
    USAGE_HELD(
            77,
            "MPMETER_E_USAGE_HELD",
            Action.TERMINATE,
            "Usage is held: it will not be sent again, and must be settled by hand.",
            "Read the reason for each in the report, and settle the usage by the buyer's CloudTrail "
                    + "events of MeterUsage.");
    // end of generated

    private final int code;
    private final String constant;
    private final Action action;
    private final String message;
    private final String fix;

    Status(int code, String constant, Action action, String message, String fix) {
        this.code = code;
        this.constant = constant;
        this.action = action;
        this.message = message;
        this.fix = fix;
    }

    /**
     * The number that the C header gives it.
     *
     * @return 0 for {@link #OK}
     */
    public int code() {
        return code;
    }

    /**
     * The C constant's name.
     *
     * @return such as "MPMETER_E_THROTTLED"
     */
    public String constant() {
        return constant;
    }

    /**
     * What to do about it.
     *
     * @return {@link Action#PROCEED} for {@link #OK} only
     */
    public Action action() {
        return action;
    }

    /**
     * What it means.
     *
     * @return one sentence
     */
    public String message() {
        return message;
    }

    /**
     * What usually fixes it.
     *
     * @return one or more sentences; empty for {@link #OK}
     */
    public String fix() {
        return fix;
    }

    /** A number that this release does not know is INTERNAL. */
    static Status of(int code) {
        for (Status status : values()) {
            if (status.code == code) {
                return status;
            }
        }
        return INTERNAL;
    }
}
