"""The shared credentials file."""

import os
import tempfile

from botocore.credentials import SharedCredentialProvider
from botocore.exceptions import ConfigParseError, PartialCredentialsError

from .making import FILE_GUIDE, KEY, REJECTED, SECRET, TOKEN, Set, body, found


def shared_file():
    cases = Set()

    def add(name, text, expect, profile="default", stricter=False):
        case, stricter = cases.add(name, FILE_GUIDE, text, expect, profile=profile, stricter=stricter)
        agree_file(case, stricter)

    def keys(key=KEY, secret=SECRET, token=None):
        return f"aws_access_key_id = {key}\naws_secret_access_key = {secret}\n" + (
            f"aws_session_token = {token}\n" if token else ""
        )

    mine = found(None, None)
    add("default", "[default]\n" + keys(), mine)
    add("session-token", "[default]\n" + keys(token=TOKEN), found(None))
    add("no-spaces", ("[default]\n" + keys()).replace(" = ", "="), mine)
    add("more-spaces", ("[default]\n" + keys()).replace(" = ", "  \t=\t  ").replace("\n", " \n"), mine)
    add("no-final-newline", ("[default]\n" + keys()).rstrip("\n"), mine)
    add("crlf", ("[default]\n" + keys()).replace("\n", "\r\n"), mine)
    add("blank-lines", "\n\n[default]\n\n" + keys().replace("\n", "\n\n"), mine)
    add(
        "comments",
        "# one\n; two\n[default]\n# aws_access_key_id = other\n;aws_secret_access_key = other\n" + keys(),
        mine,
    )
    add("comment-between", "[default]\n" + keys().replace("\n", "\n# between\n"), mine)
    add("names-in-capitals", "[default]\n" + keys().replace("aws_", "AWS_"), mine)
    add("unknown-names", "[default]\nregion = eu-west-3\noutput=json\n" + keys() + "x_y = z\n", mine)
    add("other-order", "[default]\n" + "".join(reversed(keys(token=TOKEN).splitlines(keepends=True))), found(None))
    add("equals-in-value", "[default]\n" + keys(secret="a=b==", token="c=d=="), found(None, "c=d==", secret="a=b=="))
    add("hash-in-value", "[default]\n" + keys(secret="a#b;c"), found(None, None, secret="a#b;c"))
    add("percent-in-value", "[default]\n" + keys(secret="a%(b)s%"), found(None, None, secret="a%(b)s%"))
    add("quotes-are-kept", "[default]\n" + keys(secret='"a"'), found(None, None, secret='"a"'))
    add("token-empty", "[default]\n" + keys() + "aws_session_token =\n", mine)
    add("indented-evenly", "[default]\n" + "".join("  " + line for line in keys().splitlines(keepends=True)), mine)
    two = (
        "[default]\n"
        + keys("AKIADEFAULT")
        + "\n[dev]\n"
        + keys("AKIADEV", token=TOKEN)
        + "\n[profile prod]\n"
        + keys("AKIAPROD")
    )
    add("profile-default-of-several", two, found(None, None, "AKIADEFAULT"))
    add("profile-named", two, found(None, TOKEN, "AKIADEV"), "dev")
    add("profile-last", "[a]\n" + keys("AKIAA") + "[b]\n" + keys("AKIAB"), found(None, None, "AKIAB"), "b")
    add("profile-with-space", "[my team]\n" + keys(), mine, "my team")
    add("profile-with-punctuation", "[a.b-c_d@e/f]\n" + keys(), mine, "a.b-c_d@e/f")
    add("profile-unicode", "[\u00e9t\u00e9]\n" + keys(), mine, "\u00e9t\u00e9")
    for name, profile in (
        ("missing", "nowhere"),
        ("word-profile-is-of-the-config-file", "prod"),
        ("case", "DEV"),
        ("prefix", "de"),
        ("suffix", "dev2"),
    ):
        add(f"profile-{name}", two, None, profile)
    add("profile-without-keys", "[default]\nregion = eu-west-3\n[dev]\n" + keys(), None)
    add("profile-empty", "[default]\n[dev]\n" + keys(), None)
    add("empty", "", None)
    add("comments-only", "# [default]\n# aws_access_key_id = x\n", None)
    add("commented-out-section", "#[default]\n[dev]\n" + keys(), None)
    add("secret-missing", f"[default]\naws_access_key_id = {KEY}\n", REJECTED)
    add(
        "secret-in-other-profile",
        f"[default]\naws_access_key_id = {KEY}\n[dev]\naws_secret_access_key = {SECRET}\n",
        REJECTED,
    )
    add(
        "secret-on-continuation-line",
        f"[default]\naws_access_key_id = {KEY}\n  aws_secret_access_key = {SECRET}\n",
        REJECTED,
    )
    return cases.cases


def agree_file(case, stricter):
    """botocore reads the file as expected: credentials, none, or half of them."""
    with tempfile.NamedTemporaryFile(delete=False) as file:
        file.write(body(case))
    try:
        got = SharedCredentialProvider(file.name, case["profile"]).load()
        seen = got and found(None, got.token or None, got.access_key, got.secret_key)
        error = None
    except (PartialCredentialsError, ConfigParseError):
        seen, error = None, REJECTED
    finally:
        os.unlink(file.name)
    same = case.get("expect") == seen and case.get("expect_error") == error
    assert same != stricter, (case["name"], seen, error)
