"""The suite of national algorithms: SM2, SM3 and SM4-GCM, for deployments that must use them.

A box is C1 ‖ C3 ‖ C2 ‖ ciphertext ‖ tag: SM2 (GB/T 32918.4, with its SM3) carries 28 random bytes,
the key and the nonce of SM4-GCM (GB/T 32907, RFC 8998), whose associated data is the box's info.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Final

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import SM4
from cryptography.hazmat.primitives.ciphers.modes import GCM

from offline_cache.sm2 import Sm2, Sm2Error

NAME: Final = "GM-SM2-SM3-SM4-GCM"
KEY_BYTES: Final = 16
NONCE_BYTES: Final = 12


class Sm4Gcm:
    """Closes as `AESGCM` of cryptography does; the first 16 bytes of `key` are the key."""

    def __init__(self, key: bytes) -> None:
        self._key = SM4(key[:KEY_BYTES])

    def encrypt(self, nonce: bytes, data: bytes | memoryview, associated_data: bytes) -> bytes:
        """Ciphertext ‖ tag. `nonce`: 12 bytes, never twice under one key."""
        box = Cipher(self._key, GCM(nonce)).encryptor()
        box.authenticate_additional_data(associated_data)
        return box.update(data) + box.finalize() + box.tag


def closer(point: bytes) -> Callable[[bytes, bytes], bytes]:
    """What closes plain bytes, with their info, to the key at `point`.

    Raises:
        ValueError: it is no key, or this system cannot do it.
    """
    try:
        sm2 = Sm2()
        sm2.encrypt(bytes(KEY_BYTES), point)
    except Sm2Error as fault:
        raise ValueError(str(fault)) from fault

    def close(plain: bytes, info: bytes) -> bytes:
        carried = secrets.token_bytes(KEY_BYTES + NONCE_BYTES)
        box = Sm4Gcm(carried[:KEY_BYTES]).encrypt(carried[KEY_BYTES:], plain, info)
        return sm2.encrypt(carried, point) + box

    return close
