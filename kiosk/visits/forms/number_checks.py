"""Numbers that people and papers bear: text in; the number, or what is wrong with it, out.

Identity: GB 11643. Enterprises: GB 32100. Divisions: GB/T 2260, GB/T 10114 and the statistical
codes down to the village, 12 digits.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import date

from config.catalogue_models import Level, Question
from kiosk.visits.forms.surroundings import Surroundings
from kiosk.visits.forms.trouble import Trouble
from kiosk.visits.identity import NumberFault, age_on, check_number

MOBILE_DIGITS = 11
ID_CHARACTERS = 18
CREDIT_CHARACTERS = 18
DIVISION_DIGITS = 12

_CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # GB 32100, table 2: without I O S V Z
_CREDIT_WEIGHTS = tuple(pow(3, place, 31) for place in range(17))
_GAPS = str.maketrans("", "", " -\u3000\u2014\u2013")  # written between the groups of a number
_LETTERS_AND_DIGITS = re.compile(r"[0-9A-Z-]*")
_ELDEST_BORN = date(1880, 1, 1)

# Level → where its digits stand in a code; zeros there mean that it is not named.
_PLACES: Mapping[Level, slice] = {
    Level.PROVINCE: slice(0, 2),
    Level.CITY: slice(2, 4),
    Level.COUNTY: slice(4, 6),
    Level.TOWNSHIP: slice(6, 9),
    Level.VILLAGE: slice(9, 12),
}
_CITIES_WITHOUT_COUNTIES = frozenset({"4419", "4420", "4604"})  # 东莞, 中山, 儋州


def mobile(text: str, _: Question, __: Surroundings) -> str | Trouble:
    digits = plain(text)
    if not _digits(digits):
        return Trouble("check.digits")
    if trouble := _length(digits, MOBILE_DIGITS):
        return trouble
    if not re.match(r"1[3-9]", digits):
        return Trouble("check.mobile_start")
    return digits


def id_number(text: str, question: Question, around: Surroundings) -> str | Trouble:
    """`least` of the question: how many years its person has lived."""
    number = plain(text).upper()
    match check_number(number):
        case NumberFault.LENGTH:
            return _length(number, ID_CHARACTERS) or number
        case NumberFault.CHARACTERS:
            return Trouble("check.id_characters")
        case NumberFault.BIRTH:
            return Trouble("check.id_birth")
        case NumberFault.CHECK_DIGIT:
            return Trouble("check.id_check")
    born = birth_of(number)
    if born is None or not _ELDEST_BORN <= born <= around.today:
        return Trouble("check.id_birth")
    if question.least is not None and age_on(born, around.today) < question.least:
        return Trouble("check.too_young", {"least": question.least})
    return number


def birth_of(number: str) -> date | None:
    """The day that a number of 18 characters names; None where it is none."""
    try:
        return date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return None


def credit_code(text: str, _: Question, __: Surroundings) -> str | Trouble:
    code = plain(text).upper()
    if trouble := _length(code, CREDIT_CHARACTERS):
        return trouble
    if any(character not in _CREDIT_ALPHABET for character in code):
        return Trouble("check.credit_characters")
    values = [_CREDIT_ALPHABET.index(character) for character in code]
    total = sum(weight * value for weight, value in zip(_CREDIT_WEIGHTS, values, strict=False))
    if (31 - total % 31) % 31 != values[-1]:
        return Trouble("check.credit_check")
    return code


def number(text: str, question: Question, _: Surroundings) -> str | Trouble:
    """Digits alone, as on an account: leading zeros count, `least` and `most` are lengths."""
    digits = plain(text)
    if not _digits(digits):
        return Trouble("check.digits")
    if question.least is not None and question.least == question.most:
        return _length(digits, question.least) or digits
    return within_length(digits, question) or digits


def code(text: str, question: Question, _: Surroundings) -> str | Trouble:
    given = unicodedata.normalize("NFKC", text).upper().replace(" ", "")
    if not _LETTERS_AND_DIGITS.fullmatch(given):
        return Trouble("check.code_characters")
    return within_length(given, question) or given


def division(text: str, question: Question, around: Surroundings) -> str | Trouble:
    digits = plain(text)
    if len(digits) != DIVISION_DIGITS or not _digits(digits) or not around.knows(digits):
        return Trouble("check.division_unknown")
    for level in Level:
        named = digits[_PLACES[level]].strip("0")
        if not named and not (level is Level.COUNTY and digits[:4] in _CITIES_WITHOUT_COUNTIES):
            return Trouble(f"check.division_{level}")
        if level is question.down_to:
            break
    return digits


def plain(text: str) -> str:
    """As it was meant: wide digits made narrow, without the gaps between groups."""
    return unicodedata.normalize("NFKC", text).translate(_GAPS)


def within_length(given: str, question: Question, at_most: int | None = None) -> Trouble | None:
    """`at_most`: characters where the question has no limit of its own."""
    most = at_most if question.most is None else question.most
    if question.least is not None and len(given) < question.least:
        return Trouble("check.text_short", {"least": question.least, "now": len(given)})
    if most is not None and len(given) > most:
        return Trouble("check.text_long", {"most": most, "now": len(given)})
    return None


def _digits(text: str) -> bool:
    return text.isascii() and text.isdigit()


def _length(given: str, wanted: int) -> Trouble | None:
    now = len(given)
    if now < wanted:
        return Trouble("check.too_short", {"wanted": wanted, "now": now, "lacking": wanted - now})
    if now > wanted:
        return Trouble("check.too_long", {"wanted": wanted, "now": now, "over": now - wanted})
    return None
