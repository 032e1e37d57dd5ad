"""Receipt numbers: what a resident takes home, reads out on the telephone and types in again.

14 digits: the terminal (6), drawn by lot (7), a check digit (1) after Damm. It catches every wrong
digit and every exchanged pair of neighbours; ISO 7064 MOD 11,10 lets 1 pair in 10 pass here.
"""

from __future__ import annotations

import re
import secrets

_TERMINAL = re.compile(r"[0-9]{6}")
_NUMBER = re.compile(r"[0-9]{14}")
_ZERO = ord("0")

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
    return str(interim)


def draw(terminal: str) -> str:
    """A number of `terminal` (6 digits); the caller sees to it that it is not in use."""
    if not _TERMINAL.fullmatch(terminal):
        raise ValueError("a terminal is named by 6 digits")
    digits = f"{terminal}{secrets.randbelow(10**7):07d}"
    return digits + check_digit(digits)


def is_valid(number: str) -> bool:
    """Whether `number` has the shape and the check digit; not whether it was ever given."""
    return bool(_NUMBER.fullmatch(number)) and check_digit(number[:-1]) == number[-1]
