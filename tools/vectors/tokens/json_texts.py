"""Headers and payloads that are no strict JSON object, each honestly signed."""

import json

from .making import (
    CLAIM,
    HEADER,
    MALFORMED,
    NONCE,
    RFC7515,
    RFC7519,
    RFC8259,
    b64,
    case,
    raw_claims,
    signing_input,
    text,
    token,
)


def cases():
    """Texts that are no strict JSON object, each made from a good one."""

    def object_with(good):
        inner = good[1:-1]
        name = inner.split('"')[1]
        yield "not-json", "x"
        yield "unclosed", good[:-1]
        yield "unopened", good[1:]
        yield "trailing-comma", good[:-1] + ",}"
        yield "leading-comma", "{," + inner + "}"
        yield "missing-colon", good.replace(":", " ", 1)
        yield "single-quotes", good.replace('"', "'")
        yield "comment", "{/*x*/" + inner + "}"
        yield "line-comment", good[:-1] + "//x\n}"
        yield "unquoted-name", good[:-1] + ",x:1}"
        yield "nan", good[:-1] + ',"x":NaN}'
        yield "infinity", good[:-1] + ',"x":Infinity}'
        yield "leading-zero", good[:-1] + ',"x":01}'
        yield "plus-sign", good[:-1] + ',"x":+1}'
        yield "hexadecimal", good[:-1] + ',"x":0x1}'
        yield "bare-point", good[:-1] + ',"x":.5}'
        yield "trailing-point", good[:-1] + ',"x":5.}'
        yield "integer-over-64-bits", good[:-1] + ',"x":9223372036854775808}'
        yield "real-over-double", good[:-1] + ',"x":1e400}'
        yield "true-in-capitals", good[:-1] + ',"x":TRUE}'
        yield "bad-escape", good[:-1] + ',"x":"\\x41"}'
        yield "short-escape", good[:-1] + ',"x":"\\u12"}'
        yield "lone-high-surrogate", good[:-1] + ',"x":"\\ud83d"}'
        yield "lone-low-surrogate", good[:-1] + ',"x":"\\udd12"}'
        yield "swapped-surrogates", good[:-1] + ',"x":"\\udd12\\ud83d"}'
        yield "raw-newline-in-string", good[:-1] + ',"x":"a\nb"}'
        yield "raw-control-in-string", good[:-1] + ',"x":"a\x1fb"}'
        yield "raw-nul-in-string", good[:-1] + ',"x":"a\0b"}'
        yield "escaped-nul-in-string", good[:-1] + ',"x":"a\\u0000b"}'
        yield "escaped-nul-in-name", good[:-1] + ',"a\\u0000b":1}'
        yield "nul-after", good + "\0"
        yield "nul-before", "\0" + good
        yield "garbage-after", good + "x"
        yield "second-object", good + good
        yield "closed-twice", good + "}"
        yield "form-feed", good + "\f"
        yield "no-break-space", "\u00a0" + good
        yield "byte-order-mark", "\ufeff" + good
        yield "utf-16", good.encode("utf-16-le")
        yield "utf-16-mark", good.encode("utf-16")
        yield "utf-32", good.encode("utf-32-be")
        for label, data in (
            ("ff", b"\xff"),
            ("lone-continuation", b"\x80"),
            ("cut-short", b"\xe2\x82"),
            ("overlong", b"\xc0\xaf"),
            ("overlong-nul", b"\xc0\x80"),
            ("surrogate", b"\xed\xa0\x80"),
            ("above-10ffff", b"\xf4\x90\x80\x80"),
            ("latin-1", b"\xe9"),
        ):
            yield f"utf-8-{label}", good[:-1].encode() + b',"x":"' + data + b'"}'
        yield "array", "[" + good + "]"
        yield "string", json.dumps(good)
        yield "number", "1"
        yield "null", "null"
        yield "true", "true"
        yield "only-blank", " "
        yield "nested-5000-arrays", good[:-1] + ',"x":' + "[" * 5000 + "]" * 5000 + "}"
        yield "nested-5000-open", good[:-1] + ',"x":' + "[" * 5000
        yield "nested-1500-objects-open", good[:-1] + ',"x":' + '{"":' * 1500 + "1" + "}" * 1499
        yield "duplicate", good[:-1] + "," + inner + "}"
        yield "duplicate-escaped", good[:-1] + ',"\\u%04x%s":1}' % (ord(name[0]), name[1:])
        yield "duplicate-unknown", good[:-1] + ',"x":1,"x":1}'
        yield "duplicate-nested", good[:-1] + ',"x":{"y":1,"y":2}}'
        yield "duplicate-in-array", good[:-1] + ',"x":[{"y":1,"y":2}]}'
        yield "duplicate-empty-name", good[:-1] + ',"":1,"":2}'

    for name, broken in object_with(text(CLAIM)):
        case(
            f"payload-{name}",
            MALFORMED,
            "the payload, honestly signed, is no strict JSON object",
            RFC7519 % "4" if "duplicate" in name else RFC7519 % "7.2",
            token(broken),
        )
    for name, broken in object_with(text(HEADER)):
        case(
            f"header-{name}",
            MALFORMED,
            "the header, honestly signed, is no strict JSON object",
            RFC7515 % "4" if "duplicate" in name else RFC7515 % "5.2",
            token(header=broken),
        )
    for name, broken in (("same", ',"nonce":"%s"' % NONCE), ("first-wins", None), ("last-wins", ',"nonce":"other"')):
        payload = raw_claims(before='"nonce":"other",') if broken is None else raw_claims(after=broken)
        case(f"payload-duplicate-nonce-{name}", MALFORMED, "a name that stands twice", RFC7519 % "4", token(payload))
    for first, second in (("PS256", "none"), ("none", "PS256"), ("PS256", "PS256")):
        case(
            f"header-duplicate-alg-{first}-{second}",
            MALFORMED,
            "a name that stands twice",
            RFC7515 % "4",
            token(header=f'{{"alg":"{first}","alg":"{second}"}}'),
        )
    case(
        "payload-nested-100000",
        MALFORMED,
        "100,000 deep",
        RFC8259 % "9",
        {"prefix": f"{b64(text(HEADER))}.", "repeat": b64("[[["), "count": 100000 // 3, "suffix": "." + "A" * 342},
    )
    case(
        "header-nested-100000",
        MALFORMED,
        "100,000 deep",
        RFC8259 % "9",
        {
            "prefix": "",
            "repeat": b64("[[["),
            "count": 100000 // 3,
            "suffix": "." + signing_input().split(".")[1] + "." + "A" * 342,
        },
    )
    case(
        "header-not-json-bad-signature",
        MALFORMED,
        "the header is judged before the signature",
        RFC7515 % "5.2",
        f"{b64('x')}.{b64(text(CLAIM))}.{b64(bytes(256))}",
    )
