"""RSASSA-PSS made by hand (RFC 8017 section 8.1), so that a signature is right, or wrong in just one place, and the
same each time."""

import hashlib


def mgf1(seed, length, name):
    out = b""
    counter = 0
    while len(out) < length:
        out += hashlib.new(name, seed + counter.to_bytes(4, "big")).digest()
        counter += 1
    return out[:length]


def encode(message, bits, salt, name="sha256", mgf=None, trailer=0xBC, separator=1, stray=None, top_bit=False):
    """EMSA-PSS-ENCODE (section 9.1.1) as an integer; the last four arguments each break one rule of it."""
    size = (bits + 7) // 8
    inner = hashlib.new(name, b"\0" * 8 + hashlib.new(name, message).digest() + salt).digest()
    padding = bytearray(size - len(salt) - len(inner) - 2)
    if stray is not None:
        padding[stray] = 1
    block = bytes(padding) + bytes([separator]) + salt
    masked = bytearray(a ^ b for a, b in zip(block, mgf1(inner, len(block), mgf or name), strict=True))
    masked[0] &= 0xFF >> (8 * size - bits)
    if top_bit:
        masked[0] |= 1 << (8 - (8 * size - bits))
    return int.from_bytes(bytes(masked) + inner + bytes([trailer]), "big")


class Signer:
    """A private key with which anything can be signed."""

    def __init__(self, private_key):
        numbers = private_key.private_numbers()
        self.n = numbers.public_numbers.n
        self.bits = self.n.bit_length()
        self.size = (self.bits + 7) // 8
        self._p, self._q, self._dp, self._dq, self._qi = numbers.p, numbers.q, numbers.dmp1, numbers.dmq1, numbers.iqmp

    def raw(self, number):
        """number ** d mod n, by the Chinese remainder theorem."""
        a, b = pow(number, self._dp, self._p), pow(number, self._dq, self._q)
        return b + self._q * ((a - b) * self._qi % self._p)

    def bytes(self, number):
        return number.to_bytes(self.size, "big")

    def sign(self, message, salt_length=32, tag=b"", **flaws):
        """A signature with a salt that follows from the message and `tag`."""
        salt = mgf1(b"salt" + tag + message, salt_length, "sha256")
        return self.bytes(self.raw(encode(message, self.bits - 1, salt, **flaws)))

    def sign_until(self, message, good, **flaws):
        """The first signature, over many salts, for which good(signature) holds."""
        for attempt in range(1 << 16):
            try:
                signature = self.sign(message, tag=str(attempt).encode(), **flaws)
            except OverflowError:
                continue
            if good(signature):
                return signature
        raise LookupError("no such signature")
