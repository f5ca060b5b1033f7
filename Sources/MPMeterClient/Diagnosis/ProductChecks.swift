// Decides what is said of the public keys and the product codes, before anything of them is sent.

internal import MPMeterCore

extension Examination {
    func examineKeys() {
        guard !options.publicKeys.isEmpty else {
            if request.metering != nil {
                return skip(.publicKey, "metering needs none: MeterUsage's answer is not signed")
            }
            return options.isVerified
                ? skip(.publicKey, "none was given")
                : warn(
                    .publicKey, "none: the answer is not verified",
                    "Give the product's public key: without it any server in AWS's place could answer.")
        }
        var seen: [String] = []
        var isSmall = false
        for (version, text) in options.publicKeys {
            do throws(MeterError) {
                let pem = try PublicKeyText.pem(text)
                let key = try P.Cryptography.publicKey(
                    pem: pem, bits: options.minimumKeyBits...ClientOptions.keyBits.upperBound)
                let bits = P.Cryptography.bits(of: key)
                seen.append("version \(version): RSA, \(bits) bits")
                isSmall = isSmall || bits < 2048
            } catch {
                let general = "The public key cannot be used: "
                let flaw =
                    error.message.startsWith(general)
                    ? String(utf8: error.message.utf8.dropFirst(general.utf8.count)) ?? "" : error.message
                return fail(.publicKey, error.status, "version \(version): \(flaw)", adviceForKey(error))
            }
        }
        let list = seen.joined(separator: "; ")
        if isSmall {
            return warn(.publicKey, "\(list): less than 2048", "Ask AWS Marketplace for a new key of the product.")
        }
        pass(.publicKey, list)
    }

    /// A register's own advice, and what a small key may be.
    private func adviceForKey(_ error: MeterError) -> String {
        guard error.message.contains(bytesOf: " bits, and ") else { return error.fix }
        return "\(error.fix) An old key may be smaller than 2048 bits: ask AWS Marketplace for a new one."
    }

    func examineProducts() {
        guard !request.productCodes.isEmpty else { return skip(.productCode, "none was given") }
        var seen: [String] = []
        for code in request.productCodes {
            do throws(MeterError) {
                let kind = try options.products.kind(of: code)
                let listed = options.products.listedKind(of: code) != nil
                seen.append(
                    "\(code.quotable(limit: 40)): \(kind == .paid ? "paid" : "free")\(listed ? ", and trusted" : "")")
            } catch {
                return fail(.productCode, error.status, error.message, error.fix)
            }
        }
        let list = seen.joined(separator: "; ")
        if let path = request.productCodes.first(where: { $0.startsWith("/") || $0.endsWith(".pem") }) {
            return warn(
                .productCode,
                """
                \(path.quotable(limit: 80)) looks like a path, not a product code: are --product-code and --public-key \
                swapped?
                """,
                "Give the product code from the AWS Marketplace Management Portal: 25 lower-case letters and digits.")
        }
        if let id = request.productCodes.first(where: { Self.looksLikeProductID($0) || $0.startsWith("arn:") }) {
            return warn(
                .productCode,
                """
                \(id.quotable(limit: 80)) looks like a product's \(id.startsWith("arn:") ? "ARN" : "ID"), not its \
                product code
                """,
                """
                Compare it with the product code in the AWS Marketplace Management Portal: 25 lower-case letters and \
                digits.
                """
            )
        }
        if let (code, variable) = codeFromEnvironment() {
            return warn(
                .productCode,
                """
                \(list). The code \(code) is the value of the environment variable \(variable), which a buyer can change
                """,
                """
                Compile the code into the program, or give the library the list of codes that it may register (trusted \
                product codes).
                """
            )
        }
        pass(.productCode, list)
    }

    /// "prod-" and 13 small letters and digits, or a UUID.
    private static func looksLikeProductID(_ code: String) -> Bool {
        let parts = code.fields(separatedBy: UInt8(ascii: "-"))
        func isLabel(_ text: String) -> Bool { text.utf8.allSatisfy { $0.isLowercaseASCII || $0.isDigitASCII } }
        if parts.count == 2, parts[0].isSame(as: "prod") { return parts[1].utf8.count == 13 && isLabel(parts[1]) }
        return parts.map { $0.utf8.count } == [8, 4, 4, 4, 12] && parts.allSatisfy { isLabel($0) }
    }

    /// A code without a list to hold it to, and the variable whose value it is. The sandbox's own variables do not
    /// count.
    private func codeFromEnvironment() -> (code: String, variable: String)? {
        guard let bytes = try? machine.readFile("/proc/self/environ", limit: 1 << 17) else { return nil }
        for entry in bytes.split(separator: 0) where !entry.starts(with: "MPMETER_SANDBOX_".utf8) {
            guard let cut = entry.firstIndex(of: UInt8(ascii: "=")) else { continue }
            let value = entry[(cut + 1)...]
            let code = request.productCodes.first {
                options.products.listedKind(of: $0) == nil && value.elementsEqual($0.utf8)
            }
            if let code, let name = String(utf8: entry[..<cut]) { return (code, name.quotable(limit: 80)) }
        }
        return nil
    }
}
