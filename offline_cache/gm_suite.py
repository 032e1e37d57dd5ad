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

KEY_BYTES: Final = 16
NONCE_BYTES: Final = 12


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
        box = Cipher(SM4(carried[:KEY_BYTES]), GCM(carried[KEY_BYTES:])).encryptor()
        box.authenticate_additional_data(info)
        return sm2.encrypt(carried, point) + box.update(plain) + box.finalize() + box.tag

    return close
