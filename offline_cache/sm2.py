"""SM2 public key encryption (GB/T 32918.4-2016) by the system's OpenSSL 3, through EVP.

`cryptography` has SM3 and SM4 and no SM2, so that this one function is bound here. Constant-time
arithmetic and random numbers are OpenSSL's; this module frames bytes. Ciphertexts are C1 ‖ C3 ‖ C2
as the standard has them: 65 + 32 + n bytes, C1 an uncompressed point; OpenSSL's own form is the
ASN.1 of GM/T 0009-2012, 7.2.
"""

from __future__ import annotations

import ctypes
from ctypes import POINTER, byref, c_char_p, c_int, c_long, c_size_t, c_ubyte, c_void_p
from typing import Any, Final

LIBRARY: Final = "libcrypto.so.3"
POINT_BYTES: Final = 65  # 4 ‖ x ‖ y
OVERHEAD_BYTES: Final = POINT_BYTES + 32  # C1 and C3, which is an SM3

_MOST_BYTES: Final = 256  # of a plaintext: it carries keys, not papers
_NUMBER_BYTES: Final = 32
# SubjectPublicKeyInfo (RFC 5480) of a point: id-ecPublicKey on sm2p256v1, 1.2.156.10197.1.301.
_SPKI: Final = bytes.fromhex("3059301306072a8648ce3d020106082a811ccf5501822d034200")


class Sm2Error(Exception):
    """There is no such library, or it refuses the key; the message says which."""


class Sm2:
    """The functions of libcrypto(7ssl) that are needed, with their types. One object is enough."""

    def __init__(self) -> None:
        """Raises: Sm2Error."""
        try:
            self._lib = ctypes.CDLL(LIBRARY)
            for name, (result, arguments) in _FUNCTIONS.items():
                function = getattr(self._lib, name)
                function.restype, function.argtypes = result, arguments
        except (OSError, AttributeError) as fault:
            raise Sm2Error(f"{LIBRARY} is not there or lacks a function") from fault

    def encrypt(self, plain: bytes, point: bytes) -> bytes:
        """C1 ‖ C3 ‖ C2, from a new random number each time. `plain`: 1 to 256 bytes.

        Raises:
            Sm2Error: `point` is not one of the curve, or the library refuses.
        """
        if not 0 < len(plain) <= _MOST_BYTES:
            raise Sm2Error(f"1 to {_MOST_BYTES} bytes are expected")
        if len(point) != POINT_BYTES or point[0] != 4:
            raise Sm2Error("an uncompressed point of 65 bytes is expected")
        spki = _SPKI + point
        at = c_char_p(spki)
        key = self._lib.d2i_PUBKEY(None, byref(at), len(spki))
        if not key:
            raise self._refused("the point is not on the curve")
        try:
            return _plain_form(self._encrypt(plain, key))
        finally:
            self._lib.EVP_PKEY_free(key)

    def _encrypt(self, plain: bytes, key: int) -> bytes:
        if self._lib.EVP_PKEY_is_a(key, b"SM2") != 1:
            raise self._refused("the key is not taken as one of SM2")
        context = self._lib.EVP_PKEY_CTX_new_from_pkey(None, key, None)
        if not context:
            raise self._refused("no context")
        try:
            size = c_size_t()
            if (
                self._lib.EVP_PKEY_encrypt_init(context) != 1
                or self._lib.EVP_PKEY_encrypt(context, None, byref(size), plain, len(plain)) != 1
            ):
                raise self._refused("no encryption")
            out = (c_ubyte * size.value)()
            if self._lib.EVP_PKEY_encrypt(context, out, byref(size), plain, len(plain)) != 1:
                raise self._refused("no encryption")
            return bytes(out)[: size.value]
        finally:
            self._lib.EVP_PKEY_CTX_free(context)

    def _refused(self, what: str) -> Sm2Error:
        self._lib.ERR_clear_error()  # a queue of this thread: nothing is left for the next caller
        return Sm2Error(what)


_FUNCTIONS: Final[dict[str, tuple[Any, list[Any]]]] = {
    "d2i_PUBKEY": (c_void_p, [c_void_p, POINTER(c_char_p), c_long]),
    "EVP_PKEY_is_a": (c_int, [c_void_p, c_char_p]),
    "EVP_PKEY_free": (None, [c_void_p]),
    "EVP_PKEY_CTX_new_from_pkey": (c_void_p, [c_void_p, c_void_p, c_char_p]),
    "EVP_PKEY_CTX_free": (None, [c_void_p]),
    "EVP_PKEY_encrypt_init": (c_int, [c_void_p]),
    "EVP_PKEY_encrypt": (
        c_int,
        [c_void_p, POINTER(c_ubyte), POINTER(c_size_t), c_char_p, c_size_t],
    ),
    "ERR_clear_error": (None, []),
}


def _plain_form(der: bytes) -> bytes:
    """SEQUENCE {x INTEGER, y INTEGER, hash OCTET STRING, cipher OCTET STRING} as C1 ‖ C3 ‖ C2."""
    whole, rest = _value(der, 0x30)
    if rest:
        raise Sm2Error("a ciphertext of another form")
    x, whole = _value(whole, 0x02)
    y, whole = _value(whole, 0x02)
    digest, whole = _value(whole, 0x04)
    cipher, rest = _value(whole, 0x04)
    if rest:
        raise Sm2Error("a ciphertext of another form")
    return b"\x04" + _number(x) + _number(y) + digest + cipher


def _number(integer: bytes) -> bytes:
    return int.from_bytes(integer, "big").to_bytes(_NUMBER_BYTES, "big")


def _value(der: bytes, tag: int) -> tuple[bytes, bytes]:
    """The content of the value at the front, which has this tag, and what follows it."""
    if len(der) < 2 or der[0] != tag:
        raise Sm2Error("a ciphertext of another form")
    size, begin = der[1], 2
    if size & 0x80:
        begin += size & 0x7F
        size = int.from_bytes(der[2:begin], "big")
    if len(der) < begin + size:
        raise Sm2Error("a ciphertext of another form")
    return der[begin : begin + size], der[begin + size :]
