"""A host that uses an OpenSSL of its own, CPython's, before and after the library is loaded and while it works."""

from __future__ import annotations

import ctypes
import hashlib
import os
import socket
import ssl
import sys
import urllib.parse

from library import Library


def hashes() -> None:
    """Through OpenSSL's EVP, whose functions the library has under the same names inside."""
    for name, expected in (
        ("sha256", "ba7816bf8f01cfea"),
        ("sha3_256", "3a985da74fe225b2"),
        ("md5", "900150983cd24fb0"),
    ):
        assert hashlib.new(name, b"abc").hexdigest().startswith(expected)


def handshake() -> str:
    """TLS to the sandbox's metering, by CPython."""
    parts = urllib.parse.urlsplit(os.environ["AWS_ENDPOINT_URL_MARKETPLACE_METERING"])
    context = ssl.create_default_context(cafile=os.environ["AWS_CA_BUNDLE"])
    with (
        socket.create_connection((parts.hostname, parts.port)) as plain,
        context.wrap_socket(plain, server_hostname=parts.hostname) as tls,
    ):
        version = tls.version()
        assert version is not None
        return version


early = sys.argv[2] == "openssl-first"
if early:
    hashes()
    before = handshake()
library = Library({"local": ctypes.RTLD_LOCAL, "global": ctypes.RTLD_GLOBAL}[sys.argv[1]] | os.RTLD_NOW)
client = library.client()
nonces = {library.register(client, f"{round}") for round in range(3)}
hashes()
after = handshake()
assert not early or before == after
for round in range(10):
    library.register(client, f"again-{round}")
    hashes()
    handshake()
library.free(client)
hashes()
handshake()

# None of the library's OpenSSL is to be seen by others: what CPython asked for by name is CPython's own.
main = ctypes.CDLL(None)
for name in ("SSL_CTX_new", "curl_easy_init", "json_loads"):
    assert not hasattr(main, name) or name == "SSL_CTX_new", f"{name} leaks into the host"
print("OK", ssl.OPENSSL_VERSION)
