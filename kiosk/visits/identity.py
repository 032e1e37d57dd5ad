"""What a resident's number and dates say, and how both are shown where others can look on.

Number: GB 11643, check character by ISO 7064 MOD 11-2. The same rule holds for the 18 digits of the
permits of Hong Kong, Macao and Taiwan residents and of the foreigner's card of 2023.
"""

from __future__ import annotations

import unicodedata
from datetime import date
from enum import StrEnum

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK_CHARACTERS = "10X98765432"
_STAR = "*"


class NumberFault(StrEnum):
    LENGTH = "length"
    CHARACTERS = "characters"
    BIRTH = "birth"
    CHECK_DIGIT = "check digit"


def check_number(number: str, birth: date | None = None) -> NumberFault | None:
    """The first fault of an 18-character number; a small x from a keyboard is none.

    With `birth`, as read from the card, the number must also name that day. A fault in the number
    of a card that was read well points at a fake. The sex digit is no criterion: it may differ.
    """
    if len(number) != 18:
        return NumberFault.LENGTH
    digits, check = number[:17], number[17].upper()
    if not (digits.isascii() and digits.isdigit() and check in _CHECK_CHARACTERS):
        return NumberFault.CHARACTERS
    try:
        named = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return NumberFault.BIRTH
    if birth not in (None, named):
        return NumberFault.BIRTH
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, digits, strict=True))
    return None if check == _CHECK_CHARACTERS[total % 11] else NumberFault.CHECK_DIGIT


def mask_number(number: str) -> str:
    """The first six (the place) and last four characters show, and of a short number none."""
    hidden = len(number) - 10
    return number[:6] + _STAR * hidden + number[-4:] if hidden > 4 else _STAR * len(number)


def mask_name(name: str) -> str:
    """The first character and one or two stars: 张*, whatever the length of the rest.

    A variation selector or combining mark belongs to the character before it.
    """
    if not name:
        return ""
    shown = 1
    while shown < len(name) and unicodedata.category(name[shown]).startswith("M"):
        shown += 1
    return name[:shown] + _STAR * min(2, max(1, len(name) - shown))


def age_on(birth: date, day: date) -> int:
    """Completed years; who was born on 29 February turns a year older on 1 March in other years."""
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))


def is_expired(valid_to: date | None, day: date) -> bool:
    """The last day still counts; None, long-term, never ends."""
    return valid_to is not None and day > valid_to
