// Decides what MeterUsage looks like on the wire (AWS JSON 1.1), and what its answer means for the record that was
// sent. The answer is not signed.
// https://docs.aws.amazon.com/marketplace/latest/APIReference/API_marketplace-metering_MeterUsage.html

public enum MeterUsage {
    /// What AWS's answer, or its absence, says of a record.
    public enum Verdict {
        case accepted(recordID: String)
        /// AWS has not taken it.
        case refused(MeterError)
        /// Another quantity stands there.
        case duplicate(MeterError)
        /// Nobody knows.
        case unknown(MeterError)
    }

    /// The body for one record. The same record gives the same bytes only once: the journal keeps them.
    public static func body<J: JSONCoding>(
        productCode: String, dimension: String, timestamp: Int64, clientToken: String, allocations: [UsageAllocation],
        isDryRun: Bool = false,
        _: J.Type
    ) throws(MeterError) -> [UInt8] {
        var sum = Quantity.zero
        for part in allocations {
            guard let more = sum.adding(part.quantity) else {
                throw MeterError(.invalidArgument, "The quantity is more than \(Quantity.most.text)")
            }
            sum = more
        }
        // Whole numbers go where every release of the service and every listing takes them; the same quantity in either
        // field is the same to AWS.
        let asInteger = sum.integer != nil && allocations.allSatisfy { $0.quantity.isWhole }
        var members: [(String, JSONValue)] = [
            ("ProductCode", .string(productCode)), ("Timestamp", .integer(timestamp)),
            ("UsageDimension", .string(dimension)),
            field("UsageQuantity", sum, asInteger: asInteger),
        ]
        if !allocations.allSatisfy({ $0.tags.tags.isEmpty }) {
            members.append(("UsageAllocations", .array(allocations.map { allocation($0, asInteger: asInteger) })))
        }
        members.append(("ClientToken", .string(clientToken)))
        if isDryRun { members.append(("DryRun", .bool(true))) }
        return try J.encode(members)
    }

    private static func field(_ name: String, _ quantity: Quantity, asInteger: Bool) -> (String, JSONValue) {
        if asInteger, let integer = quantity.integer { return (name, .integer(integer)) }
        return (name + "AsDecimal", .string(quantity.text))
    }

    private static func allocation(_ part: UsageAllocation, asInteger: Bool) -> JSONValue {
        var members = [field("AllocatedUsageQuantity", part.quantity, asInteger: asInteger)]
        if !part.tags.tags.isEmpty {
            members.append(
                (
                    "Tags",
                    .array(part.tags.tags.map { .object([("Key", .string($0.key)), ("Value", .string($0.value))]) })
                ))
        }
        return .object(members)
    }

    public static func request(_ body: [UInt8], endpoint: URLParts) -> HTTPRequest {
        let headers = [
            HTTPHeader("Content-Type", "application/x-amz-json-1.1"),
            HTTPHeader("X-Amz-Target", "AWSMPMeteringService.MeterUsage"),
        ]
        return HTTPRequest(.POST, endpoint, headers: headers, body: body, to: .service)
    }

    public static func verdict<J: JSONCoding>(_ response: HTTPResponse, _: J.Type) -> Verdict {
        if response.status == 200 {
            guard let id = J.parse(response.body)?.text("MeteringRecordId"), !id.isEmpty else {
                return .unknown(
                    MeterError(
                        .badResponse, "MeterUsage answered HTTP 200 without a MeteringRecordId", httpStatus: 200,
                        requestID: ServiceError.requestID(response)))
            }
            return .accepted(recordID: id.quotable(limit: 255))
        }
        let error = explained(ServiceError.read(response, operation: "MeterUsage", J.self))
        if error.status == .usageDuplicate { return .duplicate(error) }
        // A server's failure, or an answer that is not AWS's own, does not say what became of the record.
        let isOpen = response.status >= 500 || error.awsType == nil || error.status == .serviceUnavailable
        return isOpen ? .unknown(error) : .refused(error)
    }

    /// Throws unless the dry run says that the container may meter: by HTTP 200 as in AWS's sample, or by
    /// DryRunOperation as in its reference.
    public static func checkDryRun<J: JSONCoding>(_ response: HTTPResponse, _: J.Type) throws(MeterError) {
        if response.status == 200, J.parse(response.body)?.isObject ?? false { return }
        let error = explained(ServiceError.read(response, operation: "MeterUsage", J.self))
        for success in ["DryRunOperation", "DryRunOperationException"] where error.awsType?.isSame(as: success) ?? false
        { return }
        throw error
    }

    private static func explained(_ error: MeterError) -> MeterError {
        var error = error
        if error.status == .accessDenied, error.fix.isSame(as: Status.accessDenied.fix.description) {
            error.fix = """
                Allow aws-marketplace:MeterUsage on the role, or attach the managed policy \
                AWSMarketplaceMeteringFullAccess: AWSMarketplaceMeteringRegisterUsage does not allow MeterUsage.
                """
        }
        return error
    }
}

extension UsageRecord {
    public func body<J: JSONCoding>(productCode: String, _: J.Type) throws(MeterError) -> [UInt8] {
        try MeterUsage.body(
            productCode: productCode, dimension: key.dimension, timestamp: timestamp, clientToken: clientToken,
            allocations: allocations,
            J.self)
    }
}
