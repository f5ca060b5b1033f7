// The environment as the core sees it, and the platform that it tells of.

import MPMeterCore
import Testing

@Suite struct EnvironmentTests {
    /// ECS agents and image layers set empty variables: empty is unset (amazon-ecs-agent, agent/api/task/task.go).
    @Test(arguments: Variable.allCases) func emptyIsUnset(_ variable: Variable) {
        #expect(Environment([variable: ""])[variable] == nil)
        #expect(Environment([:])[variable] == nil)
        #expect(Environment([variable: "a"])[variable] == "a")
        #expect(Environment([variable: " "])[variable] == " ")
        for other in Variable.allCases where other != variable { #expect(Environment([variable: "a"])[other] == nil) }
    }

    /// Each variable is asked for once, when the environment is made, and never again.
    @Test func isReadOnce() {
        var asked: [Variable] = []
        let environment = Environment {
            asked.append($0)
            return "a"
        }
        #expect(asked == Variable.allCases)
        for variable in Variable.allCases { #expect(environment[variable] == "a") }
        #expect(asked.count == Variable.allCases.count)
    }

    /// A value is kept byte by byte.
    @Test func valuesAreKept() {
        for value in ["é", "e\u{301}", " a ", "a\nb", "\u{FEFF}"] {
            #expect(Environment([.AWS_PROFILE: value])[.AWS_PROFILE]?.isSame(as: value) == true)
        }
    }

    @Test(arguments: [
        ("true", true), ("TRUE", true), ("tRuE", true), ("", false), ("1", false), ("yes", false), ("on", false),
        ("false", false), ("true ", false), ("truе", false),
    ])
    func switches(_ value: String, _ expected: Bool) {
        #expect(Environment([.AWS_EC2_METADATA_DISABLED: value]).isTrue(.AWS_EC2_METADATA_DISABLED) == expected)
    }

    /// What is neither is refused by name, and nothing of it is shown: Go's SDK refuses the same, boto3 takes it for
    /// false.
    @Test(
        arguments: [
            ("true", nil), ("TRUE", nil), ("False", nil), ("", nil), ("true ", "ends in white space"),
            ("\ttrue", "begins with white space"), ("true\r", "ends in a carriage return"),
            ("\"true\"", "stands in quotation marks"), ("1", "is neither true nor false"),
            ("yes", "is neither true nor false"), ("truе", "is neither true nor false"),
        ] as [(String, String?)])
    func switchesAreCheckedOnce(_ value: String, _ flaw: String?) {
        for variable in [
            Variable.AWS_USE_FIPS_ENDPOINT, .AWS_USE_DUALSTACK_ENDPOINT, .AWS_IGNORE_CONFIGURED_ENDPOINT_URLS,
            .AWS_EC2_METADATA_DISABLED, .AWS_EC2_METADATA_V1_DISABLED,
        ] {
            var found: MeterError?
            do throws(MeterError) { try Environment([variable: value]).check([variable]) } catch { found = error }
            #expect(found?.message == flaw.map { "\(variable.rawValue) \($0)" })
            #expect(found == nil || found?.status == .invalidArgument && found?.fix.isEmpty == false)
        }
    }

    @Test(arguments: [
        ("IPv4", true), ("ipv6", true), ("IPV6", true), ("6", false), ("IPv6 ", false), ("dual", false),
    ])
    func theModeOfInstanceMetadata(_ value: String, _ isKnown: Bool) {
        let environment = Environment([.AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE: value])
        #expect(((try? environment.check([.AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE])) != nil) == isKnown)
    }

    /// The SDKs' own names: https://docs.aws.amazon.com/sdkref/latest/guide/settings-reference.html
    @Test func names() {
        #expect(Set(Variable.allCases.map(\.rawValue)).count == Variable.allCases.count)
        for name in [
            "AWS_REGION", "AWS_DEFAULT_REGION", "AWS_ROLE_ARN", "AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_ROLE_SESSION_NAME",
            "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
            "AWS_CONTAINER_CREDENTIALS_FULL_URI", "AWS_CONTAINER_AUTHORIZATION_TOKEN",
            "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", "ECS_CONTAINER_METADATA_URI_V4",
            "AWS_EXECUTION_ENV", "AWS_EC2_METADATA_DISABLED", "AWS_EC2_METADATA_SERVICE_ENDPOINT",
            "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE",
            "AWS_EC2_METADATA_V1_DISABLED", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN",
            "AWS_SHARED_CREDENTIALS_FILE", "AWS_PROFILE",
            "AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_MARKETPLACE_METERING", "AWS_ENDPOINT_URL_STS",
            "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "AWS_USE_FIPS_ENDPOINT",
            "AWS_USE_DUALSTACK_ENDPOINT", "AWS_CA_BUNDLE", "SSL_CERT_FILE", "HTTPS_PROXY", "NO_PROXY",
        ] { #expect(Variable(rawValue: name) != nil, "\(name)") }
    }
}

@Suite struct HostPlatformTests {
    /// AWS_EXECUTION_ENV and the rest:
    /// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-environment-variables.html
    @Test(
        arguments: [
            ([:], HostPlatform.none),
            ([.AWS_EXECUTION_ENV: "AWS_ECS_FARGATE"], .fargate),
            (
                [.AWS_EXECUTION_ENV: "AWS_ECS_FARGATE", .ECS_CONTAINER_METADATA_URI_V4: "http://169.254.170.2/v4/a"],
                .fargate
            ),
            ([.AWS_EXECUTION_ENV: "AWS_ECS_EC2"], .ecs),
            ([.AWS_EXECUTION_ENV: "AWS_ECS_EC2", .ECS_CONTAINER_METADATA_URI_V4: "http://169.254.170.2/v4/a"], .ecs),
            ([.ECS_CONTAINER_METADATA_URI_V4: "http://169.254.170.2/v4/a"], .ecs),
            ([.AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: "/v2/credentials/a"], .ecs),
            ([.AWS_EXECUTION_ENV: "aws_ecs_fargate"], .none),
            ([.AWS_EXECUTION_ENV: "AWS_Lambda_nodejs20.x"], .none),
            ([.AWS_WEB_IDENTITY_TOKEN_FILE: "/var/run/secrets/eks.amazonaws.com/serviceaccount/token"], .eks),
            ([.KUBERNETES_SERVICE_HOST: "10.100.0.1"], .eks),
            (
                [
                    .AWS_CONTAINER_CREDENTIALS_FULL_URI: "http://169.254.170.23/v1/credentials",
                    .AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: "/var/run/t",
                ], .eks
            ),
            ([.AWS_CONTAINER_CREDENTIALS_FULL_URI: "http://169.254.170.23/v1/credentials"], .none),
            ([.AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: "/var/run/t"], .none),
            (
                [
                    .AWS_EXECUTION_ENV: "AWS_ECS_EC2", .AWS_WEB_IDENTITY_TOKEN_FILE: "/t",
                    .KUBERNETES_SERVICE_HOST: "10.100.0.1",
                ], .ecs
            ),
            (
                [
                    .AWS_ROLE_ARN: "arn:aws:iam::111122223333:role/r", .AWS_REGION: "eu-west-3",
                    .AWS_ACCESS_KEY_ID: "AKID",
                ], .none
            ),
            ([.AWS_EXECUTION_ENV: "", .ECS_CONTAINER_METADATA_URI_V4: "", .KUBERNETES_SERVICE_HOST: ""], .none),
        ] as [([Variable: String], HostPlatform)])
    func platforms(_ environment: [Variable: String], _ expected: HostPlatform) {
        #expect(HostPlatform(Environment(environment)) == expected)
        // That EC2 metadata answered counts only where nothing says more: ECS and EKS run on EC2 too.
        #expect(HostPlatform(Environment(environment), onEC2: true) == (expected == .none ? .ec2 : expected))
    }

    /// As include/mpmeter.h names them.
    @Test func names() {
        #expect(
            [HostPlatform.ecs, .fargate, .eks, .ec2, .none].map(\.rawValue) == ["ecs", "fargate", "eks", "ec2", "none"])
    }
}
