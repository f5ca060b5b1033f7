// Decides what a text is that was handed over in the place of a public key, so that it can be called by its name.
// Nothing of it is shown: it may be a private key.

struct PublicKeyImpostor {
    let name: String
    let fix: String

    private init(_ name: String, _ fix: String? = nil) {
        self.name = name
        self.fix = fix ?? PublicKeyText.usual
    }

    /// By the label of a PEM; nil for a public key's.
    init?(label: String) {
        switch label {
        case "PUBLIC KEY", "RSA PUBLIC KEY": return nil
        case "CERTIFICATE", "X509 CERTIFICATE", "TRUSTED CERTIFICATE":
            self.init(
                "it is a certificate, not a public key",
                """
                Take the key out of it, if it is the product's (openssl x509 -pubkey -noout -in FILE). \
                \(PublicKeyText.usual)
                """
            )
        case "CERTIFICATE REQUEST", "NEW CERTIFICATE REQUEST":
            self.init("it is a certificate request, not a public key")
        case _ where label.startsWith("SSH2") || label.startsWith("OPENSSH"):
            self.init("it is an OpenSSH key", Self.ssh)
        case _ where label.endsWith("PRIVATE KEY"):
            self.init(
                "it is a private key",
                "Do not hand out this key, which only its owner should have. \(PublicKeyText.usual)")
        case _ where label.startsWith("PGP"): self.init("it is a PGP key")
        default: self.init("it is a \(label.quotable(limit: 40)), not a PUBLIC KEY")
        }
    }

    /// By how it begins or looks; nil for what looks like nothing known.
    init?(_ text: [UInt8]) {
        func begins(_ words: String...) -> Bool { words.contains { text.starts(with: $0.utf8) } }
        let isOneLine = !text.contains(UInt8(ascii: "\n"))
        if begins("ssh-", "ecdsa-sha2-", "sk-ssh-", "---- BEGIN SSH2") {
            self.init("it is an OpenSSH key", Self.ssh)
        } else if text.first == 0x30, text.contains(where: { $0 >= 0x80 || $0 == 0 }) {
            self.init("it is DER, not PEM", PublicKeyText.convert)
        } else if begins("{") {
            self.init("it is JSON, not PEM")
        } else if begins("eyJ") {
            self.init("it is a token, not a key")
        } else if begins("MII") {
            self.init("it is a key's base64, cut short or without the PEM's first and last line")
        } else if text.isEmpty {
            self.init("it is empty")
        } else if isOneLine, text.count < 4096,
            begins("/", "./", "../", "~/", "file:")
                || [".pem", ".pub", ".key", ".crt", ".der"].contains(where: { text.suffix(4).elementsEqual($0.utf8) })
        {
            self.init(
                "it is a path, and the key's text is needed in its place", "Read the file, and hand over what is in it."
            )
        } else {
            return nil
        }
    }

    private static let ssh = "Convert it to PEM, if it is the product's key: ssh-keygen -e -m PKCS8 -f FILE."
}
