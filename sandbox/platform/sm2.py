"""SM2 decryption (GB/T 32918.4-2016, 6.1), in numbers: slow, plain, and not for real secrets.

The curve is that of GB/T 32918.5-2017. SM3 (GB/T 32905) is the library's.
"""

from __future__ import annotations

from cryptography.hazmat.primitives import hashes

P = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFF
A = P - 3
B = 0x28E9FA9E9D9F5E344D5A9E4BCF6509A7F39789F515AB8F92DDBCBD414D940E93
N = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123
G = (
    0x32C4AE2C1F1981195F9904466A39C9948FE30BBFF2660BE1715A4589334C74C7,
    0xBC3736A2F4F6779C59BDCEE36B692153D0A9877CC62A474002DF32E52139F0A0,
)
C1_BYTES, C3_BYTES = 65, 32

Point = tuple[int, int]


class NotSm2Error(Exception):
    """No ciphertext of this key."""


def public_of(private: int) -> bytes:
    """4 ‖ x ‖ y."""
    x, y = _times(private, G)
    return b"\x04" + _bytes(x) + _bytes(y)


def decrypt(sealed: bytes, private: int) -> bytes:
    """`sealed`: C1 ‖ C3 ‖ C2. Raises: NotSm2Error."""
    c1, c3 = sealed[:C1_BYTES], sealed[C1_BYTES : C1_BYTES + C3_BYTES]
    c2 = sealed[C1_BYTES + C3_BYTES :]
    if len(c3) != C3_BYTES or not c2 or c1[0] != 4:
        raise NotSm2Error
    x, y = int.from_bytes(c1[1:33], "big"), int.from_bytes(c1[33:], "big")
    if max(x, y) >= P or (y * y - x * x * x - A * x - B) % P:
        raise NotSm2Error
    x2, y2 = map(_bytes, _times(private, (x, y)))
    stream = _kdf(x2 + y2, len(c2))
    plain = bytes(one ^ other for one, other in zip(c2, stream, strict=True))
    if _sm3(x2 + plain + y2) != c3:
        raise NotSm2Error
    return plain


def _kdf(shared: bytes, size: int) -> bytes:
    """5.4.3 of the standard: SM3 of the shared bytes and a counter from 1."""
    blocks = (_sm3(shared + at.to_bytes(4, "big")) for at in range(1, size // 32 + 2))
    return b"".join(blocks)[:size]


def _sm3(data: bytes) -> bytes:
    digest = hashes.Hash(hashes.SM3())
    digest.update(data)
    return digest.finalize()


def _bytes(number: int) -> bytes:
    return number.to_bytes(32, "big")


def _times(factor: int, point: Point) -> Point:
    total: Point | None = None
    for bit in bin(factor)[2:]:
        total = total and _plus(total, total)
        if bit == "1":
            total = _plus(total, point) if total else point
    if total is None:
        raise NotSm2Error
    return total


def _plus(one: Point, other: Point) -> Point:
    """Never asked for a point and its opposite: factors are below N."""
    (x1, y1), (x2, y2) = one, other
    if one == other:
        slope = (3 * x1 * x1 + A) * pow(2 * y1, -1, P)
    else:
        slope = (y2 - y1) * pow(x2 - x1, -1, P)
    x = (slope * slope - x1 - x2) % P
    return x, (slope * (x1 - x) - y1) % P
