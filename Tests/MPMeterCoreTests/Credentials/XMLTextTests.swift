// How little XML is understood (https://www.w3.org/TR/xml/), and that what is not understood is refused, not guessed.

import Foundation
import MPMeterJSON
import Testing

@testable import MPMeterCore

@Suite struct XMLTextTests {
    private func element(_ name: String, _ text: String) -> String? {
        XMLText.element(name, in: Array(text.utf8)).map { String(decoding: $0, as: UTF8.self) }
    }

    @Test(arguments: [
        ("<A>b</A>", "b"), ("<A></A>", ""), ("<A x='1'>b</A>", "b"), ("<A\n>b</A>", "b"), ("<B/><A>b</A>", "b"),
        ("<AB>c</AB><A>b</A>", "b"),
        ("<A> b </A>", " b "), ("<A><B>c</B></A>", "<B>c</B>"), ("x<A>b</A>y", "b"), ("<A>b</A><A>c</A>", "b"),
    ])
    func elements(_ text: String, _ expected: String) { #expect(element("A", text) == expected) }

    @Test(arguments: [
        "", "A", "<", "<A", "<A>", "<A>b", "<A>b</A", "<A/>", "<A />", "<A x='1'/>", "<a>b</a>", "<AB>c</AB>", "</A>",
        "<A>b</B>", "< A>b</A>", "<A><",
    ])
    func none(_ text: String) { #expect(element("A", text) == nil) }

    @Test(arguments: [
        ("<R>a</R>", true), ("  \n<R>a</R>", true), ("<?xml version='1.0'?><R>a</R>", true),
        ("<?xml version=\"1.0\"?>\r\n<R xmlns=''>a</R>", true), ("<R\t>a</R>", true),
        ("", false), ("<R", false), ("<RS>a</RS>", false), ("<S><R>a</R></S>", false), ("<!DOCTYPE R><R>a</R>", false),
        ("<?xml", false), ("<?xml?>", false),
        ("text<R>a</R>", false), ("R", false), ("<html><R>a</R></html>", false),
    ])
    func roots(_ text: String, _ expected: Bool) { #expect(XMLText.isRoot("R", of: Array(text.utf8)) == expected) }

    private func answer(_ credentials: String, root: String = "AssumeRoleWithWebIdentityResponse") -> HTTPResponse {
        HTTPResponse(
            status: 200,
            body: Array(
                "<\(root)><AssumeRoleWithWebIdentityResult>\(credentials)</AssumeRoleWithWebIdentityResult></\(root)>"
                    .utf8))
    }

    private func keys(_ key: String = "AKID", _ secret: String = "SECRET", _ token: String = "TOKEN") -> String {
        """
        <Credentials><AccessKeyId>\(key)</AccessKeyId><SecretAccessKey>\(secret)</SecretAccessKey>\
        <SessionToken>\(token)</SessionToken></Credentials>
        """
    }

    @Test func keysAreFoundInTheirAnswerAlone() throws {
        #expect(try WebIdentity.credentials(in: answer(keys()), Jansson.self).accessKeyID == "AKID")
        #expect(
            thrown { try WebIdentity.credentials(in: answer(keys(), root: "AssumeRoleResponse"), Jansson.self) }?.status
                == .badResponse)
        #expect(
            thrown { try WebIdentity.credentials(in: answer("<AccessKeyId>A</AccessKeyId>"), Jansson.self) }?.status
                == .badResponse)
    }

    /// https://www.w3.org/TR/xml/#sec-comments: "comments are not part of the document's character data";
    /// …#sec-cdata-sect: what is in one is text. Neither holds an element.
    @Test(arguments: ["<!-- * -->", "<!-- > * -->", "<!--*--><!--*-->", "<![CDATA[*]]>", "<B><![CDATA[*]]></B>"])
    func commentsAndTextHoldNoElements(_ around: String) {
        let decoy = around.replacingOccurrences(of: "*", with: keys("OTHER"))
        let found = try? WebIdentity.credentials(in: answer(decoy + keys()), Jansson.self)
        #expect(found == nil || found?.accessKeyID == "AKID")
        #expect(thrown { try WebIdentity.credentials(in: answer(decoy), Jansson.self) }?.status == .badResponse)
        let hidden = around.replacingOccurrences(of: "*", with: "<Error><Code>Throttling</Code></Error>")
        let error = HTTPResponse(status: 400, body: Array("<ErrorResponse>\(hidden)</ErrorResponse>".utf8))
        #expect(thrown { try WebIdentity.credentials(in: error, Jansson.self) }?.status == .credentialsRejected)
    }

    @Test func commentsThatDoNotEndAreRefused() {
        #expect(
            thrown { try WebIdentity.credentials(in: answer("<!-- " + keys()), Jansson.self) }?.status == .badResponse)
    }

    /// Keys that markup has got into are no keys: they would become parts of a header.
    @Test(arguments: [
        "<b>A</b>", "A<b/>", "<![CDATA[A]]>", "A\u{0}", "A\nB", "A B", "Ä", "&#10;", "&#0;", "&nbsp;", "&#xD800;",
        "&#x110000;", "&#99999999999999999999;", "&", "&;", "&#;", "&#x;", "&amp",
    ])
    func markupInKeysIsRefused(_ text: String) {
        #expect(
            thrown { try WebIdentity.credentials(in: answer(keys("AKID", "SECRET", text)), Jansson.self) }?.status
                == .badResponse)
    }

    /// An Expiration that cannot be read is not one that is missing: such credentials would never expire.
    @Test(arguments: [
        "", "&bad;", "<b>2030-01-01T00:00:00Z</b>", "2030-01-01", "&#+50;030-01-01T00:00:00Z",
        "&#x+32;030-01-01T00:00:00Z",
    ]) func anExpirationIsReadOrRefused(_ text: String) {
        let body = keys().replacingOccurrences(
            of: "</Credentials>", with: "<Expiration>\(text)</Expiration></Credentials>")
        #expect(thrown { try WebIdentity.credentials(in: answer(body), Jansson.self) }?.status == .badResponse)
    }

    /// https://www.w3.org/TR/xml/#sec-predefined-ent: a reference stands for its character. It may be refused, but is
    /// never taken as it is written, nor resolved twice.
    @Test(arguments: [
        ("a&amp;b", "a&b"), ("&lt;&gt;&quot;&apos;", "<>\"'"), ("&#65;&#x42;&#x63;", "ABc"), ("&amp;lt;", "&lt;"),
        ("&#38;amp;", "&amp;"),
    ])
    func referencesAreNotTakenLiterally(_ text: String, _ expected: String) {
        let found = try? WebIdentity.credentials(in: answer(keys("AKID", "SECRET", text)), Jansson.self)
        #expect(found == nil || found?.sessionToken?.reveal() == expected)
    }
}
