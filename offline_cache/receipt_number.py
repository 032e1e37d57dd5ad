"""Receipt numbers: what a resident takes home, reads out on the telephone and types in again.

14 digits: the terminal (6), seven that are drawn, a check digit (1) after Damm. It catches every
wrong digit and every exchanged pair of neighbours; ISO 7064 MOD 11,10 lets 1 pair in 10 pass here.
What is drawn comes from the key of the submission, a random UUID: a lot that falls the same way
each time it is asked for the same submission, and says nothing about any other.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from typing import Final

_TERMINAL = re.compile(r"[0-9]{6}")
_NUMBER = re.compile(r"[0-9]{14}")
_DIGITS, _ZERO = "0123456789", ord("0")
LOTS: Final = 10**7

# H. Michael Damm, Total anti-symmetrische Quasigruppen, Marburg 2004, page 111.
_QUASIGROUP = tuple(
    tuple(map(int, row))
    for row in (
        "0317598642",
        "7092154863",
        "4206871359",
        "1750983426",
        "6123045978",
        "3674209581",
        "5869720134",
        "8945362017",
        "9438617205",
        "2581436790",
    )
)


def check_digit(digits: str) -> str:
    """The digit that follows `digits`."""
    interim = 0
    for digit in digits.encode():
        interim = _QUASIGROUP[interim][digit - _ZERO]
    return _DIGITS[interim]


def drawn_from(key: str, draw: int) -> int:
    """The lot that falls to `key` (UUID) at the first draw, 1, or a later one: below `LOTS`."""
    told = hashlib.sha256(f"{key}|{draw}".encode()).digest()
    return int.from_bytes(told[:8], "big") % LOTS


def drawn_in(number: str) -> int:
    """The lot in a receipt number; of anything else -1, which is in none."""
    return int(number[6:13]) if _NUMBER.fullmatch(number) else -1


def number_of(terminal: str, drawn: int) -> str:
    """`terminal`: 6 digits, which nobody looks at here."""
    digits = f"{terminal}{drawn:07d}"
    return digits + check_digit(digits)


def draw(terminal: str) -> str:
    """A number of `terminal` (6 digits) that belongs to nothing."""
    if not _TERMINAL.fullmatch(terminal):
        raise ValueError("a terminal is named by 6 digits")
    return number_of(terminal, secrets.randbelow(LOTS))


def is_valid(number: str) -> bool:
    """Whether `number` has the shape and the check digit; not whether it was ever given."""
    return bool(_NUMBER.fullmatch(number)) and check_digit(number[:-1]) == number[-1]
