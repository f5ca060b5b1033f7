"""Those of Wycheproof's vectors that concern PS256: its whole JWS set, and RSASSA-PSS with SHA-256.

    wycheproof.py VECTORS-FOLDER WYCHEPROOF-CLONE

Wycheproof (github.com/C2SP/wycheproof, Apache License 2.0) says what is valid; `genuine` says what that means for a
verifier that knows PS256 alone and a key that is a PEM, and the library `cryptography` is asked whether it agrees.
"""

import base64
import json
import pathlib
import sys

import output
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

CURVES = {"P-256": ec.SECP256R1(), "P-384": ec.SECP384R1(), "P-521": ec.SECP521R1()}
# RSASSA-PSS as PS256 wants it, and with one parameter another: those that Wycheproof calls valid there are not valid
# here.
SETS = [f"rsa_pss_{bits}_sha256_mgf1_32" for bits in (2048, 3072, 4096)]
OTHER_SETS = ["rsa_pss_2048_sha256_mgf1_0", "rsa_pss_2048_sha256_mgf1sha1_20"]
# Wycheproof refuses it because the key's JWK is for PS512. A PEM cannot say so.
KEY_OF_ANOTHER_ALGORITHM = {"UsingPS256"}


def unb64(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def accepts(key, signature, message):
    """What `cryptography` says of it as PS256. It leaves the signature's length to OpenSSL, which RFC 8017 section
    8.1.2 step 1 does not."""
    if not isinstance(key, rsa.RSAPublicKey) or len(signature) != (key.key_size + 7) // 8:
        return False
    try:
        key.verify(signature, message, padding.PSS(padding.MGF1(hashes.SHA256()), 32), hashes.SHA256())
        return True
    except InvalidSignature:
        return False


class Keys:
    """Public keys as files, each once, under the name of the group that it is first used in."""

    def __init__(self, folder):
        self.folder = folder
        self.names = {}

    def name(self, wanted, key):
        pem = key.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
        if pem not in self.names:
            name = wanted if wanted not in self.names.values() else f"{wanted}-{len(self.names)}"
            self.names[pem] = name
            (self.folder / f"{name}.pem").write_bytes(pem)
        return self.names[pem] + ".pem"


def from_jwk(jwk):
    """The group's key; None if it is a secret, which no PEM can hold."""
    number = lambda name: int.from_bytes(unb64(jwk[name]), "big")  # noqa: E731
    if jwk["kty"] == "RSA":
        return rsa.RSAPublicNumbers(number("e"), number("n")).public_key()
    if jwk["kty"] == "EC":
        return ec.EllipticCurvePublicNumbers(number("x"), number("y"), CURVES[jwk["crv"]]).public_key()
    assert jwk["kty"] == "oct", jwk["kty"]
    return None


def is_ps256(token, key):
    """Whether it is a token in compact form that asks for PS256 and holds such a signature."""
    try:
        header, _, signature = token.split(".")
        asked = json.loads(unb64(header)).get("alg")
        return asked == "PS256" and accepts(key, unb64(signature), token.rpartition(".")[0].encode())
    except ValueError:
        return False


def tokens(source, keys):
    spare = from_jwk(next(g["public"] for g in source["testGroups"] if g["comment"] == "ps256"))
    cases = []
    for group in source["testGroups"]:
        jwk = group.get("public") or group["private"]
        key = from_jwk(jwk) or spare
        for test in group["tests"]:
            genuine = is_ps256(test["jws"], key)
            is_for_it = test["result"] == "valid" and json_alg(test["jws"]) == "PS256"
            assert genuine == (
                is_for_it or (test["comment"] in KEY_OF_ANOTHER_ALGORITHM and json_alg(test["jws"]) == "PS256")
            ), test
            cases.append(
                {
                    "name": f"{group['comment']}-{test['tcId']}",
                    "rule": test["comment"],
                    "key": keys.name(jwk.get("kid", "key").partition("@")[0] if from_jwk(jwk) else "PS256_2048", key),
                    "token": test["jws"],
                    "result": test["result"],
                    "genuine": genuine,
                }
            )
    return cases


def json_alg(token):
    try:
        return json.loads(unb64(token.split(".")[0])).get("alg")
    except ValueError:
        return None


def signatures(read, keys):
    cases = []
    for name in SETS + OTHER_SETS:
        for group in read(f"{name}_test.json")["testGroups"]:
            key = serialization.load_pem_public_key(group["publicKeyPem"].encode())
            for test in group["tests"]:
                signature, message = bytes.fromhex(test["sig"]), bytes.fromhex(test["msg"])
                assert test["result"] in ("valid", "invalid"), test
                genuine = test["result"] == "valid" and name in SETS
                if name in OTHER_SETS and test["result"] == "invalid":
                    continue
                assert accepts(key, signature, message) == genuine, (name, test)
                cases.append(
                    {
                        "name": f"{name}-{test['tcId']}",
                        "rule": test["comment"] or ", ".join(test["flags"]),
                        "key": keys.name(name, key),
                        "message_base64": base64.b64encode(message).decode(),
                        "signature_base64": base64.b64encode(signature).decode(),
                        "genuine": genuine,
                    }
                )
    return cases


def main():
    clone = pathlib.Path(sys.argv.pop())
    folder = output.folder("wycheproof")
    (folder / "keys").mkdir(exist_ok=True)
    keys = Keys(folder / "keys")

    def read(name):
        return json.loads((clone / "testvectors_v1" / name).read_text())

    output.write(folder / "jws.json", tokens(read("json_web_signature_test.json"), keys))
    output.write(folder / "pss.json", signatures(read, keys))


if __name__ == "__main__":
    main()
