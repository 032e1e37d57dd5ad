"""Who may confirm a resident's identity here, or lead one through, known by their own ID card.

The settings hold a salted scrypt digest of the card's number, never the number: a stolen disk names
nobody. scrypt as in RFC 7914, with N = 2^15, r = 8, p = 1: about 0.1 s a try.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Iterable
from typing import Protocol


class Entry(Protocol):
    """A row of the settings: `card` is `scrypt$salt$digest`, both in hexadecimal."""

    @property
    def id(self) -> str: ...

    @property
    def card(self) -> str: ...


def entry_for(number: str) -> str:
    """What goes into the settings for this card."""
    salt = secrets.token_bytes(16)
    return f"scrypt${salt.hex()}${_digest(number, salt).hex()}"


def recognised(number: str, staff: Iterable[Entry]) -> str | None:
    """The id of the member of staff whose card this is; None when it is nobody's."""
    for member in staff:
        _, salt, digest = member.card.split("$")
        if hmac.compare_digest(_digest(number, bytes.fromhex(salt)).hex(), digest):
            return member.id
    return None


def _digest(number: str, salt: bytes) -> bytes:
    return hashlib.scrypt(
        number.upper().encode("ascii"), salt=salt, n=2**15, r=8, p=1, maxmem=64 * 2**20, dklen=32
    )
