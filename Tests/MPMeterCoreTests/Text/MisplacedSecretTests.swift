// Which values of environment variables are not shown. The keys are AWS's own examples.

import MPMeterCore
import Testing

@Suite struct MisplacedSecretTests {
    private static let key = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"

    @Test(arguments: [
        (key, "a secret access key"), ("\(key)\r\n", "a secret access key"), (" \"\(key)\"", "a secret access key"),
        (key + "A", nil),
        (String(key.dropLast()), nil), ("2fd4e1c67a2d28fced849ee1bb76e7391b93eb12", nil),
        ("arn:aws:iam::111122223333:role/LongNameOfIt1", nil),
        ("AKIAIOSFODNN7EXAMPLE", "an access key id"), ("ASIAIOSFODNN7EXAMPLE ", "an access key id"),
        ("AIDAIOSFODNN7EXAMPLE", nil),
        ("AKIAIOSFODNN7EXAMPL", nil), ("AKIAIOSFODNN7EXAMPLe", nil), ("eyJhbGciOiJSUzI1NiJ9.e30.AA", "a token"),
        ("eu-west-3", nil), ("", nil),
    ])
    func value(_ text: String, _ look: String?) {
        #expect(text.misplacedSecret == look)
        #expect(text.showable() == (look.map { "not shown, as it looks like \($0)" } ?? text))
    }

    @Test(arguments: [
        ("e30.e30.AA", "a token"), ("/run/a.b.c", nil), ("a.b", nil), ("a.b.c.d", nil), (key, "a secret access key"),
        ("/var/run/secrets/eks.amazonaws.com/serviceaccount/token", nil),
    ])
    func path(_ text: String, _ look: String?) { #expect(text.misplacedPathSecret == look) }

    @Test(arguments: [
        ("a\r", "ends in a carriage return"), ("a\n", "ends in a line end"), ("a\r\n", "ends in a line end"),
        ("a ", "ends in white space"),
        ("a\t", "ends in white space"), (" a", "begins with white space"), ("a b", nil), ("", nil),
    ])
    func edge(_ text: String, _ words: String?) { #expect(text.whiteSpaceAtEdge == words) }
}
