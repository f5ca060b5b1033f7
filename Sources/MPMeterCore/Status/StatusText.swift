// Decides what a status says to a person when nothing more exact is known: one sentence of meaning, one of remedy.
// Generated from tools/interface/statuses.toml by `make generate`.

extension Status {
    /// What it means.
    public var message: StaticString {
        switch self {
        case .ok: "The call succeeded."
        case .invalidArgument:
            "An argument or an environment variable is missing, or is not one that the function or AWS accepts."
        case .untrustedProduct: "The product code is not one that the vendor trusts for this program."
        case .publicKey: "The public key cannot be used."
        case .regionNotFound: "Nothing in the environment or the platform says which AWS Region this is."
        case .regionUnsupported: "RegisterUsage is not offered in this AWS Region."
        case .credentialsNotFound: "No AWS credentials were found."
        case .credentialsRejected: "The configured source of AWS credentials refused the request, or cannot be used."
        case .network: "A server could not be reached, or the connection broke."
        case .tls: "The server's TLS certificate was not accepted."
        case .deadline: "The deadline passed before AWS accepted the call."
        case .cancelled: "The call was cancelled."
        case .badResponse: "A server sent a response that its protocol does not allow."
        case .customerNotEntitled: "The buyer has no subscription to this product."
        case .platformNotSupported: "AWS did not recognise the caller as an ECS task or EKS pod with its own role."
        case .invalidRegion: "The call went to a Region other than the one the container runs in."
        case .invalidProductCode: "AWS does not know the product code."
        case .invalidPublicKeyVersion: "AWS does not know any of the public key versions."
        case .apiDisabled: "AWS has disabled this API in the Region."
        case .accessDenied: "The role may not make this call to AWS Marketplace."
        case .notAuthenticated: "AWS did not accept the credentials or the request's signature."
        case .throttled: "AWS throttled the request until the deadline."
        case .serviceUnavailable: "AWS, or the node's agent, could not serve the request until the deadline."
        case .service: "AWS answered with an error that this release does not know."
        case .tokenMalformed: "The signed response is not a well-formed JWT."
        case .tokenAlgorithm: "The signed response does not use PS256."
        case .tokenSignature: "The response was not signed by AWS Marketplace with this product's key."
        case .tokenClaims: "The signed response is for another product, key version or nonce."
        case .outOfMemory: "Memory is exhausted."
        case .internal: "The library failed unexpectedly."
        case .journal: "The journal cannot be created, read or written."
        case .journalDamaged: "The journal is damaged, or is not a journal."
        case .journalBusy: "Another thread or process is using the journal, or is sending from it."
        case .invalidDimension: "The product's listing does not have this dimension."
        case .invalidAllocations: "AWS does not accept the tags or allocations of this usage."
        case .usageDuplicate: "AWS has another quantity for this task or pod, dimension and hour."
        case .usageTimestamp: "AWS does not accept usage for this time."
        case .usageHeld: "Usage is held: it will not be sent again, and must be settled by hand."
        }
    }

    /// What usually mends it.
    public var fix: StaticString {
        switch self {
        case .ok: ""
        case .invalidArgument: "Correct what the message names; mpmeter.h says what each argument accepts."
        case .untrustedProduct: "Use the product code that the vendor gave out for this program."
        case .publicKey: "Use the RSA public key that AWS Marketplace showed for the product, as PEM, with its version."
        case .regionNotFound:
            """
            Run in an Amazon ECS task or an Amazon EKS pod. On EC2, enable the instance's metadata (HttpEndpoint \
            enabled, HttpPutResponseHopLimit at least 2). If that is not possible, or for a test elsewhere, set \
            AWS_REGION to the Region that the container runs in.
            """
        case .regionUnsupported: "Run the container in an AWS Region where RegisterUsage is offered."
        case .credentialsNotFound:
            """
            On Amazon ECS give the task definition a taskRoleArn; on Amazon EKS use IAM roles for service accounts \
            (IRSA).
            """
        case .credentialsRejected:
            "Check that the role exists and that its trust policy names this task or service account."
        case .network:
            """
            Check DNS, routes, security groups and proxies between the container and AWS, then start the container \
            again.
            """
        case .tls:
            """
            Check for a proxy that intercepts TLS. To trust it, name in AWS_CA_BUNDLE a PEM file with the proxy's root \
            and the system's CA certificates: the file replaces the built-in roots.
            """
        case .deadline: "Start the container again, or allow a longer deadline."
        case .cancelled: "Nothing to fix if the program is stopping; otherwise call again."
        case .badResponse: "Check what answers in AWS's place: a proxy, a captive portal or a wrong endpoint setting."
        case .customerNotEntitled:
            "Subscribe to the product in AWS Marketplace with the account that runs the container."
        case .platformNotSupported:
            """
            Run in an Amazon ECS task with a task role, or in an Amazon EKS pod with IRSA. On a laptop, this error \
            means that the integration works.
            """
        case .invalidRegion:
            """
            Do not set AWS_REGION or AWS_DEFAULT_REGION by hand: without them, the library finds the Region where the \
            container runs.
            """
        case .invalidProductCode: "Compare the product code with the one in the AWS Marketplace Management Portal."
        case .invalidPublicKeyVersion:
            "Compare the key's version with the one in the AWS Marketplace Management Portal."
        case .apiDisabled: "Run the container in another Region, or ask AWS Marketplace support."
        case .accessDenied:
            """
            Attach the managed policy AWSMarketplaceMeteringRegisterUsage, or allow aws-marketplace:RegisterUsage, on \
            the role.
            """
        case .notAuthenticated: "Check the role's credentials and the machine's clock, then start the container again."
        case .throttled:
            "Start the container again later; AWS allows only a few calls a second for each account and Region."
        case .serviceUnavailable: "Start the container again later; see the AWS Health Dashboard."
        case .service: "Read AWS's message; report the error type to the vendor."
        case .tokenMalformed:
            "Check what answers in AWS's place: a proxy or a wrong endpoint setting. Do not start the product."
        case .tokenAlgorithm:
            "Check what answers in AWS's place: a proxy or a wrong endpoint setting. Do not start the product."
        case .tokenSignature:
            """
            Check that the public key belongs to this product and version; if it does, something answers in AWS's \
            place.
            """
        case .tokenClaims: "Check product code, key version and nonce; if they are right, an old response was replayed."
        case .outOfMemory: "Give the container more memory."
        case .internal: "Report it with the log at debug level."
        case .journal:
            """
            Check that the journal's folder is on a volume of the task or pod that can be written to, and that the \
            disk is not full.
            """
        case .journalDamaged:
            "Keep the file for the vendor, then start with a new journal; settle the usage in the damaged one by hand."
        case .journalBusy: "Try again later; let only one process of the task or pod send."
        case .invalidDimension: "Compare the dimension with the API names in the AWS Marketplace Management Portal."
        case .invalidAllocations:
            "Correct the tags: at most 5 keys for a dimension, and only characters that AWS allows."
        case .usageDuplicate:
            "Find what else calls MeterUsage in this task or pod, and compare with the buyer's CloudTrail."
        case .usageTimestamp: "Check the machine's clock; send usage within six hours."
        case .usageHeld:
            """
            Read the reason for each in the report, and settle the usage by the buyer's CloudTrail events of \
            MeterUsage.
            """
        }
    }
}
