"""Texts that are no token in compact form: parts, blanks, base64url, size and typ."""

import base64

from .genuine import sized
from .making import (
    CLAIM,
    GENUINE,
    HEADER,
    MALFORMED,
    MAXIMUM,
    OK,
    RFC4648,
    RFC7515,
    RFC7519,
    RFC8725,
    b64,
    case,
    seal,
    signing_input,
    text,
    token,
    unb64,
)


def cases():
    head, body, end = GENUINE.split(".")
    source = RFC7515 % "7.1"
    for name, value in {
        "empty": "",
        "dot": ".",
        "two-dots": "..",
        "one-part": head,
        "two-parts": f"{head}.{body}",
        "four-parts": f"{GENUINE}.{end}",
        "four-parts-empty-last": f"{GENUINE}.",
        "four-parts-empty-first": f".{GENUINE}",
        "five-parts": f"{GENUINE}.{end}.{end}",
        "thousand-dots": "." * 1000,
        "empty-header": f".{body}.{end}",
        "header-and-dots": f"{head}..",
        "text": "not a token",
        "json-form": text({"payload": body, "protected": head, "signature": end}),
        "double-quoted": f'"{GENUINE}"',
        "bearer": f"Bearer {GENUINE}",
        "comma": GENUINE.replace(".", ","),
        "full-width-dots": GENUINE.replace(".", "\uff0e"),
    }.items():
        case(f"parts-{name}", MALFORMED, "three parts, of which header and payload hold something", source, value)
    case(
        "parts-jwe",
        MALFORMED,
        "an encrypted token has five parts",
        "RFC 7516 section 7.1",
        ".".join(
            [b64(text({"alg": "RSA-OAEP", "enc": "A128GCM"}))]
            + [b64(bytes([i] * n)) for i, n in enumerate((256, 12, 40, 16))]
        ),
    )
    case("parts-empty-payload-signed", MALFORMED, "an empty payload, honestly signed", RFC7519 % "7.2", token(""))
    case("parts-empty-payload", MALFORMED, "an empty payload", RFC7519 % "7.2", f"{head}..{end}")
    for name, value in {
        "leading-space": f" {GENUINE}",
        "trailing-space": f"{GENUINE} ",
        "trailing-newline": f"{GENUINE}\n",
        "trailing-crlf": f"{GENUINE}\r\n",
        "leading-newline": f"\n{GENUINE}",
        "leading-tab": f"\t{GENUINE}",
        "space-in-header": f"{head[:5]} {head[5:]}.{body}.{end}",
        "newline-in-payload": f"{head}.{body[:9]}\n{body[9:]}.{end}",
        "space-in-signature": f"{head}.{body}.{end[:76]} {end[76:]}",
        "wrapped-signature": f"{head}.{body}.{end[:76]}\r\n{end[76:]}",
        "space-after-dot": f"{head}. {body}.{end}",
        "byte-order-mark": f"\ufeff{GENUINE}",
        "no-break-space": f"{GENUINE}\u00a0",
    }.items():
        case(f"blank-{name}", MALFORMED, "white space is not accepted", RFC7515 % "2", value)
    alphabet = RFC4648 % "5"
    for name, value in {
        "padding-in-header": f"{head}=.{body}.{end}",
        "padding-in-payload": f"{head}.{body}=.{end}",
        "padding-in-signature": f"{GENUINE}==",
        "padding-alone": f"{head}.{body}.=",
        "percent": f"{head}.{body}.%{end[1:]}",
        "dollar": f"{head}.{body}.{end[:-1]}$",
        "tilde": f"{head}.{body}.~{end[1:]}",
        "accent": f"{head}.{body}.\u00e9{end[1:]}",
        "full-width-letter": f"{head}.{body}.\uff21{end[1:]}",
        "cyrillic-letter": f"{head}.{body}.\u0430{end[1:]}",
        "del": f"{head}.{body}.\x7f{end[1:]}",
    }.items():
        case(f"base64url-{name}", MALFORMED, "an alphabet of 64 characters without padding", alphabet, value)
    both = next(
        t
        for i in range(999)
        if {"-", "_"} <= set((t := token(header={**HEADER, "x": "\u03ff\u00fb" * 3 + str(i)})).split(".")[0])
        and {"-", "_"} <= set(t.split(".")[2])
    )
    case("ok-base64url-dash-and-underscore", OK, "- and _ are of the alphabet", alphabet, both)
    h, p, s = both.split(".")
    case(
        "base64url-plus-in-signature", MALFORMED, "+ is of another alphabet", alphabet, f"{h}.{p}.{s.replace('-', '+')}"
    )
    case(
        "base64url-solidus-in-signature",
        MALFORMED,
        "/ is of another alphabet",
        alphabet,
        f"{h}.{p}.{s.replace('_', '/')}",
    )
    case(
        "base64url-other-alphabet-in-header-signed",
        MALFORMED,
        "+ and / even when signed",
        alphabet,
        seal(f"{h.replace('-', '+').replace('_', '/')}.{p}"),
    )
    padded = base64.urlsafe_b64encode((text(CLAIM) + " " * ((1 - len(text(CLAIM))) % 3)).encode()).decode()
    assert padded.endswith("==")
    case(
        "base64url-padding-signed",
        MALFORMED,
        "padding even when signed",
        RFC7515 % "2",
        seal(f"{b64(text({**HEADER, 'x': ''}))}.{padded}"),
    )
    canonical = RFC4648 % "3.5"
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"

    def restless(part):
        """The same bytes with another last character: a bit that says nothing is set."""
        assert len(part) % 4 in (2, 3)
        other = part[:-1] + letters[letters.index(part[-1]) ^ 1]
        assert base64.urlsafe_b64decode(other + "==") == unb64(part)
        return other

    case(
        "base64url-trailing-bits-signature",
        MALFORMED,
        "bits that say nothing must be 0",
        canonical,
        f"{head}.{body}.{restless(end)}",
    )
    payload = text(CLAIM) + " " * ((1 - len(text(CLAIM))) % 3)
    case(
        "base64url-trailing-bits-payload-signed",
        MALFORMED,
        "bits that say nothing must be 0, even when signed",
        canonical,
        seal(f"{head}.{restless(b64(payload))}"),
    )
    header = text(HEADER) + " " * ((2 - len(text(HEADER))) % 3)
    case(
        "base64url-trailing-bits-header-signed",
        MALFORMED,
        "bits that say nothing must be 0, even when signed",
        canonical,
        seal(f"{restless(b64(header))}.{body}"),
    )
    length = RFC4648 % "4"
    for name, value in {
        "header": f"{b64(text(HEADER) + ' ' * (-len(text(HEADER)) % 3))}A.{body}.{end}",
        "payload": f"{head}.{b64(text(CLAIM) + ' ' * (-len(text(CLAIM)) % 3))}A.{end}",
        "signature": f"{head}.{body}.{end[:-1]}",
        "signature-one-letter": f"{head}.{body}.A",
    }.items():
        parts = [len(part) % 4 for part in value.split(".")]
        assert 1 in parts, (name, parts)
        case(f"base64url-length-{name}", MALFORMED, "no text of that length is base64url", length, value)
    case(
        "base64url-bad-signature-under-none",
        MALFORMED,
        "the structure is judged before the header's algorithm",
        source,
        signing_input(header={"alg": "none"}) + ".%",
    )
    sizes = "include/mpmeter.h: at most 16384 bytes"
    case("size-16385", MALFORMED, "one byte too long, honestly signed", sizes, sized(MAXIMUM + 1))
    case(
        "size-20000",
        MALFORMED,
        "too long, with the shape of a token",
        sizes,
        {"prefix": f"{head}.", "repeat": "A", "count": 20000, "suffix": f".{end}"},
    )
    for name, letter in (("letters", "A"), ("dots", "."), ("spaces", " "), ("zeros", "0")):
        case(
            f"size-10-mib-{name}",
            MALFORMED,
            "far too long",
            sizes,
            {"prefix": "", "repeat": letter, "count": 10 << 20, "suffix": ""},
        )
    case(
        "size-10-mib-payload",
        MALFORMED,
        "far too long, with the shape of a token",
        sizes,
        {"prefix": f"{head}.", "repeat": "A", "count": 10 << 20, "suffix": f".{end}"},
    )
    case(
        "size-10-mib-signature",
        MALFORMED,
        "far too long, with the shape of a token",
        sizes,
        {"prefix": f"{head}.{body}.", "repeat": "A", "count": 10 << 20, "suffix": ""},
    )
    case(
        "size-10-mib-of-tokens",
        MALFORMED,
        "far too long",
        sizes,
        {"prefix": "", "repeat": f"{head}.", "count": (10 << 20) // len(head), "suffix": end},
    )
    for value in (
        "JWE",
        "at+jwt",
        "JWS",
        "JOSE",
        "JOSE+JSON",
        "",
        "JWT ",
        " JWT",
        "JWTX",
        "J",
        "\uff2aWT",
        "secevent+jwt",
        "dpop+jwt",
    ):
        case(
            f"typ-{value.encode('unicode_escape').decode() or 'empty'}",
            MALFORMED,
            "typ, when present, is JWT",
            RFC8725 % "3.11",
            token(header={"alg": "PS256", "typ": value}),
        )
    for name, value in (("null", None), ("number", 1), ("array", ["JWT"]), ("object", {"JWT": 1}), ("true", True)):
        case(
            f"typ-{name}", MALFORMED, "typ is a string", RFC7515 % "4.1.9", token(header={"alg": "PS256", "typ": value})
        )
