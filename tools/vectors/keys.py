"""Test keys. They are random: run this only to replace them all, and then make the sets that use them again."""

import base64
import datetime
import secrets

import output
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.x509.oid import NameOID

SPKI = serialization.PublicFormat.SubjectPublicKeyInfo
PKCS1 = serialization.PublicFormat.PKCS1
PKCS8 = serialization.PrivateFormat.PKCS8
PEM = serialization.Encoding.PEM


def tlv(tag, content):
    """One DER element."""
    size = len(content)
    if size < 128:
        return bytes([tag, size]) + content
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(length)]) + length + content


def integer(value):
    return tlv(2, value.to_bytes(value.bit_length() // 8 + 1, "big"))


def pem(label, der):
    text = base64.b64encode(der).decode()
    lines = [text[i : i + 64] for i in range(0, len(text), 64)]
    return "\n".join([f"-----BEGIN {label}-----", *lines, f"-----END {label}-----", ""])


def spki(modulus, exponent, inside=b"", after=b""):
    """A SubjectPublicKeyInfo written by hand, for keys that no library would make; `inside` and `after` are stray
    bytes."""
    algorithm = tlv(0x30, bytes.fromhex("06092a864886f70d0101010500"))
    key = tlv(0x30, integer(modulus) + integer(exponent)) + inside
    return pem("PUBLIC KEY", tlv(0x30, algorithm + tlv(3, b"\0" + key)) + after)


def random_modulus(bits):
    """An odd number of that many bits: no private key belongs to it."""
    return secrets.randbits(bits) | 1 << (bits - 1) | 1


def main():
    folder = output.folder("keys")

    def write(name, text):
        (folder / f"{name}.pem").write_bytes(text if isinstance(text, bytes) else text.encode())

    def pair(name, key):
        write(f"{name}.private", key.private_bytes(PEM, PKCS8, serialization.NoEncryption()))
        write(name, key.public_key().public_bytes(PEM, SPKI))
        return key

    for bits in (1024, 2047, 2049, 3072, 4096, 16384):
        pair(f"rsa{bits}", rsa.generate_private_key(65537, bits))
    pair("rsa2048-e3", rsa.generate_private_key(3, 2048))
    pair("rsa2048-other", rsa.generate_private_key(65537, 2048))
    pair("ec-p256", ec.generate_private_key(ec.SECP256R1()))
    pair("ed25519", ed25519.Ed25519PrivateKey.generate())
    key = pair("rsa2048", rsa.generate_private_key(65537, 2048))

    modulus = key.public_key().public_numbers().n
    public = key.public_key().public_bytes(PEM, SPKI).decode()
    assert spki(modulus, 65537) == public
    for bits in (512, 1016, 1023, 16392):
        write(f"rsa{bits}", spki(random_modulus(bits), 65537))
    write("rsa2048-e0", spki(modulus, 0))
    write("rsa2048-e1", spki(modulus, 1))
    write("rsa2048-e2", spki(modulus, 2))
    write("rsa2048-e65536", spki(modulus, 65536))

    # The same key in other clothes.
    pkcs1 = key.public_key().public_bytes(PEM, PKCS1).decode()
    write("rsa2048-pkcs1", pkcs1)
    write("rsa2048-crlf", public.replace("\n", "\r\n"))
    write("rsa2048-no-final-newline", public.rstrip("\n"))
    write("rsa2048-blank-around", "\n  " + public + "\n \n")
    write("rsa2048-backslash-n", public.replace("\n", "\\n"))
    write("rsa2048-pkcs1-backslash-n", pkcs1.replace("\n", "\\n"))
    write("rsa2048-base64", base64.b64encode(public.encode()))
    write("rsa2048-base64-newline", base64.b64encode(public.encode()) + b"\n")

    # What is not one RSA public key in PEM.
    lines = public.splitlines()
    write("bad-empty", "")
    write("bad-blank", " \n")
    write("bad-text", "not a key\n")
    write("bad-base64-of-text", base64.b64encode(b"not a key"))
    write("bad-der-in-base64", "".join(lines[1:-1]))
    write("bad-no-end", "\n".join(lines[:-1]) + "\n")
    write("bad-no-begin", "\n".join(lines[1:]) + "\n")
    write("bad-empty-body", f"{lines[0]}\n{lines[-1]}\n")
    write("bad-truncated", "\n".join(lines[:-2] + lines[-1:]) + "\n")
    write("bad-character", public.replace(lines[2][:4], "!!!!", 1))
    write("bad-labels-differ", public.replace("END PUBLIC", "END RSA PUBLIC"))
    write("bad-label-of-pkcs1", public.replace("PUBLIC KEY", "RSA PUBLIC KEY"))
    write("bad-trailing-garbage", public + "garbage\n")
    write("bad-two-keys", public + (folder / "rsa2048-other.pem").read_text())
    write("bad-der-trailing-bytes", spki(modulus, 65537, after=b"\0\0"))
    write("bad-der-stray-bytes-in-key", spki(modulus, 65537, inside=b"\0\0"))
    write(
        "bad-private-pkcs1",
        key.private_bytes(PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()),
    )
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "worthless test certificate")])
    start = datetime.datetime(2020, 1, 1)
    certificate = x509.CertificateBuilder(
        name, name, key.public_key(), 1, start, start + datetime.timedelta(days=36500)
    )
    write("bad-certificate", certificate.sign(key, hashes.SHA256()).public_bytes(PEM))
    print(f"keys: {len(list(folder.glob('*.pem')))} files")


if __name__ == "__main__":
    main()
