"""A host full of OpenSSLs and libcurls of other versions: CPython's `ssl`, the one inside `cryptography`, and pycurl's
pair. All of them do TLS with one server, in turns and at once; what the host sets, keeps or breaks in its own stays
there."""

from __future__ import annotations

import ctypes
import io
import os
import socket
import ssl
import sys
import threading
import urllib.parse
from typing import Callable

import pycurl
from cryptography import x509
from cryptography.hazmat.backends.openssl import backend
from cryptography.hazmat.primitives import hashes
from library import Library

SERVER = os.environ["AWS_ENDPOINT_URL_MARKETPLACE_METERING"]
BUNDLE = os.environ["AWS_CA_BUNDLE"]
PARTS = urllib.parse.urlsplit(SERVER)


def by_ssl(bundle: str | None = BUNDLE) -> None:
    context = ssl.create_default_context(cafile=bundle)
    with (
        socket.create_connection((PARTS.hostname, PARTS.port)) as plain,
        context.wrap_socket(plain, server_hostname=PARTS.hostname),
    ):
        pass


def by_curl(bundle: str | None = BUNDLE) -> None:
    easy, body = pycurl.Curl(), io.BytesIO()
    easy.setopt(pycurl.URL, SERVER)
    easy.setopt(pycurl.WRITEDATA, body)
    easy.setopt(pycurl.CAINFO, bundle or "/dev/null")
    easy.perform()
    assert easy.getinfo(pycurl.RESPONSE_CODE) >= 400  # a GET is no request of the service's
    easy.close()


def by_cryptography() -> None:
    digest = hashes.Hash(hashes.SHA256())
    digest.update(b"abc")
    assert digest.finalize().hex().startswith("ba7816bf8f01cfea")
    with open(BUNDLE, "rb") as file:
        x509.load_pem_x509_certificate(file.read()).public_key()


def refused(attempt: Callable[[str | None], None]) -> bool:
    """Whether it does not trust the server without the bundle that the library was given."""
    try:
        attempt(None)
    except (ssl.SSLError, pycurl.error):
        return True
    return False


own_first = sys.argv[2] == "neighbours-first"
if own_first:
    by_ssl(), by_curl(), by_cryptography()
library = Library({"local": ctypes.RTLD_LOCAL, "global": ctypes.RTLD_GLOBAL}[sys.argv[1]] | os.RTLD_NOW)
client = library.client()
for turn in range(4):
    library.register(client, f"turn-{turn}")
    by_ssl(), by_curl(), by_cryptography()
    assert refused(by_ssl) and refused(by_curl), "the library's roots reach a neighbour"

failed: list[object] = []
threading.excepthook = failed.append


def often(what: Callable[[int], object]) -> threading.Thread:
    thread = threading.Thread(target=lambda: [what(number) for number in range(8)])
    thread.start()
    return thread


threads = [
    often(lambda number: by_ssl()),
    often(lambda number: by_curl()),
    often(lambda number: by_cryptography()),
    often(lambda number: library.register(client, f"first-{number}")),
    often(lambda number: library.register(client, f"second-{number}")),
]
for thread in threads:
    thread.join()
assert not failed, failed
library.free(client)
by_ssl(), by_curl(), by_cryptography()
print("OK", ssl.OPENSSL_VERSION, "|", backend.openssl_version_text(), "|", pycurl.version)
