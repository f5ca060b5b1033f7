"""A CA bundle is read as OpenSSL reads it, but in steps that each take 64 KiB of it at most, whatever it holds.

Between two steps deadline and cancellation are looked at, and another thread's fork() comes in.
"""

from __future__ import annotations

import base64
import random
import subprocess
from pathlib import Path
from typing import NamedTuple

import pytest

from .places import ROOT

LIMIT = 2 << 20
STEP = 64 << 10
END, UNREADABLE = 0, -1


def tlv(tag: int, *parts: bytes) -> bytes:
    """DER: a tag, a length, and what it is of."""
    body = b"".join(parts)
    size = len(body).to_bytes((len(body).bit_length() + 7) // 8 or 1, "big")
    return bytes([tag]) + (size if len(body) < 128 else bytes([0x80 | len(size)]) + size) + body


ED25519 = tlv(0x30, tlv(6, b"\x2b\x65\x70"))
VALIDITY = tlv(0x30, tlv(0x17, b"250101000000Z"), tlv(0x17, b"350101000000Z"))
SUBJECT_ALT_NAME = tlv(6, b"\x55\x1d\x11")


def name(text: str) -> bytes:
    return tlv(0x30, tlv(0x31, tlv(0x30, tlv(6, b"\x55\x04\x03"), tlv(12, text.encode()))))


def pem(der: bytes, label: str = "CERTIFICATE", end: str = "\n") -> bytes:
    text = base64.b64encode(der).decode()
    lines = [
        f"-----BEGIN {label}-----",
        *(text[at : at + 64] for at in range(0, len(text), 64)),
        f"-----END {label}-----",
    ]
    return "".join(line + end for line in lines).encode()


def certificate(number: int, names: int = 0) -> bytes:
    """The smallest there is: nobody looks at its signature. With so many host names in it."""
    serial = tlv(2, number.to_bytes(number.bit_length() // 8 + 1, "big"))
    key = tlv(0x30, ED25519, tlv(3, bytes(33)))
    version = tlv(0xA0, tlv(2, b"\x02")) if names else b""
    subject = name(f"{number:x}")
    hosts = tlv(0x30, SUBJECT_ALT_NAME, tlv(4, tlv(0x30, tlv(0x82, b"a") * names)))
    extensions = tlv(0xA3, tlv(0x30, hosts)) if names else b""
    signed = tlv(0x30, version, serial, ED25519, subject, VALIDITY, subject, key, extensions)
    return tlv(0x30, signed, ED25519, tlv(3, b"\0\0"))


SMALL = pem(certificate(1))


class Read(NamedTuple):
    result: int
    count: int
    steps: int
    most: int
    widest: int
    expected_result: int
    expected_count: int


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Path:
    program = tmp_path_factory.mktemp("reader") / "bundle_reader"
    source = Path(__file__).with_name("bundle_reader.c")
    libraries = [ROOT / "build/deps/lib" / name for name in ("libssl.a", "libcrypto.a")]
    subprocess.run(
        ["gcc", "-g", "-O1", "-Wall", "-Werror", "-fsanitize=address,undefined", "-I", ROOT / "build/deps/include",
         source, *libraries, "-pthread", "-o", program],
        check=True,
    )  # fmt: skip
    return program


def read(reader: Path, folder: Path, text: bytes) -> Read:
    path = folder / "bundle.pem"
    path.write_bytes(text)
    done = subprocess.run([reader, path], capture_output=True, text=True, check=True)
    return Read(*map(int, done.stdout.split()))


ALIKE = {
    "nothing": b"",
    "text": b"x",
    "one": SMALL,
    "without a last line end": SMALL[:-1],
    "with CR LF": pem(certificate(1), end="\r\n"),
    "after a byte order mark": b"\xef\xbb\xbf" + SMALL,
    "after text on its line": b"x" + SMALL + SMALL,
    "with text around": b"Somebody's root\n\n" + SMALL + b"another\n" + SMALL + b"the end",
    "trusted certificates": pem(certificate(1), "TRUSTED CERTIFICATE"),
    "old labels": pem(certificate(1), "X509 CERTIFICATE"),
    "a key between": SMALL + pem(b"key", "PRIVATE KEY") + SMALL,
    "cut off": SMALL + SMALL[:100],
    "a begin alone": b"-----BEGIN CERTIFICATE-----\n",
    "two begins": b"-----BEGIN CERTIFICATE-----\n" + SMALL,
    "an end first": b"-----END CERTIFICATE-----\n" + SMALL,
    "not base64": b"-----BEGIN CERTIFICATE-----\n????\n-----END CERTIFICATE-----\n",
    "no certificate inside": pem(b"nothing"),
    "hyphens": b"-" * 70000 + b"\n" + SMALL,
    "a certificate across two steps": b"x" * (STEP - 100) + b"\n" + SMALL,
    "as long as may be": pem(certificate(1, 15500)),
    "many": b"".join(pem(certificate(number)) for number in range(1, 1000)),
}


@pytest.mark.parametrize("what", ALIKE)
def test_it_finds_what_openssl_finds(reader: Path, tmp_path: Path, what: str) -> None:
    found = read(reader, tmp_path, ALIKE[what])
    assert (found.result, found.count) == (found.expected_result, found.expected_count), found


HOSTILE = {
    "8,500 small certificates": b"".join(pem(certificate(number)) for number in range(1, 8501)),
    "text": b"x\n" * (LIMIT // 2),
    "a line": b"x" * LIMIT,
    "hyphens": b"-" * LIMIT,
    "NULs": b"\0" * LIMIT,
    "begins": b"-----BEGIN CERTIFICATE-----\n" * 70000,
    "keys": b"-----BEGIN X-----\nAAAA\n-----END X-----\n" * 50000,
    "one giant certificate": pem(certificate(1, 500000)),
    "sixteen giant certificates": b"".join(pem(certificate(number, 30000)) for number in range(1, 17)),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_no_step_takes_more_than_its_share(reader: Path, tmp_path: Path, what: str) -> None:
    text = HOSTILE[what][:LIMIT]
    found = read(reader, tmp_path, text)
    assert found.widest <= STEP and found.most <= 16, found
    if "giant" in what:  # Refused: one certificate is one step, and this one would take a tenth of a second.
        assert found.result == UNREADABLE and found.steps == 1
    elif what != "begins":
        assert found.result == END and found.steps >= len(text) // STEP


def test_damage_is_seen_as_openssl_sees_it(reader: Path, tmp_path: Path) -> None:
    """A few hundred bundles with bytes changed, lines lost and lines twice."""
    chance = random.Random(14)
    whole = b"text\n" + SMALL + pem(certificate(2)) + pem(b"key", "X") + pem(certificate(3), end="\r\n") + b"text"
    for _ in range(300):
        lines = bytearray(whole).splitlines(keepends=True)
        for _ in range(chance.randint(1, 3)):
            at = chance.randrange(len(lines))
            if (kind := chance.randrange(4)) == 0:
                del lines[at]
            elif kind == 1:
                lines.insert(at, lines[chance.randrange(len(lines))])
            elif kind == 2:
                lines[at] = lines[at][: chance.randrange(len(lines[at]) + 1)]
            else:
                lines[at][chance.randrange(len(lines[at]) or 1) : 1] = bytes([chance.randrange(256)])
        found = read(reader, tmp_path, b"".join(lines))
        assert (found.result, found.count) == (found.expected_result, found.expected_count), b"".join(lines)
