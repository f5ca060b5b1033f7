// Decides what a signature is bound to: moment, Region and service.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html

public struct SigningScope: Sendable {
    public var moment: Timestamp
    public var region: RegionName
    public var service: String

    public init(at moment: Timestamp, region: RegionName, service: String) {
        self.moment = moment
        self.region = region
        self.service = service
    }

    /// `20150830/us-east-1/aws-marketplace/aws4_request`
    public var text: String { "\(moment.basicDate)/\(region.text)/\(service)/aws4_request" }
}
