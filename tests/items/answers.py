"""Valid answers to any question of the catalogue, invented by a seeded lot. Knows no window."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from random import Random
from typing import Final

from config.catalogue_models import Kind, Level, Question
from config.divisions import Divisions
from screens.ime.division_choice import DivisionChoice

Value = str | tuple[str, ...]

NAMES: Final = ("王小明", "李春花", "张建国", "陈玉珍", "刘德福")
PHRASES: Final = ("石桥", "东风路", "八号", "人民医院", "一中", "村口", "大桥")
_CREDIT: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # GB 32100, table 2
_ID_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)  # GB 11643
_SAID_FROM_NOW: Final = 1000  # a limit of a year below this counts from this year

# What has a form of its own, by that form.
_IN_FORM: Final[Mapping[str, Callable[[Random], str]]] = {
    "[0-9]{6}": lambda lot: _digits(lot, 6),
    "[0-9]{16}": lambda lot: _digits(lot, 16),
    "[0-9]{17}[0-9X]": lambda lot: _digits(lot, 17) + lot.choice("0X"),
    "[0-9A-Z-]{6,30}": lambda lot: f"GZ-{_digits(lot, 8)}",
    "[HZSJ][0-9]{8}": lambda lot: lot.choice("HZSJ") + _digits(lot, 8),
    "[CT][0-9]{22}": lambda lot: lot.choice("CT") + _digits(lot, 22),
    "[A-Z][0-9]{9}": lambda lot: "K" + _digits(lot, 9),
    "[YS][0-9A-Z][0-9]{13}[1-5A-Z][0-9]{6}": lambda lot: f"S0{_digits(lot, 13)}2{_digits(lot, 6)}",
    "[0-9]{17}[0-9X][1-7][1-4](B[0-9]{1,2})?": lambda lot: _digits(lot, 18) + "42",
}


def answer(question: Question, given: Mapping[str, Value], today: date, lot: Random) -> Value:
    """given: what was answered before, by the names of questions.

    Raises:
        LookupError: it has a form of its own that is not known here.
    """
    for _ in range(50):
        found = _MAKERS[question.kind](question, given, today, lot)
        fits = not question.pattern or re.fullmatch(question.pattern, str(found))
        if fits and (not question.differs_from or given.get(question.differs_from) != found):
            return found
    raise LookupError(f"no answer to {question.id} is known")


def id_number(lot: Random, first: date = date(1950, 1, 1), days: int = 15_000) -> str:
    born = first + timedelta(lot.randrange(days))
    body = f"430121{born:%Y%m%d}{_digits(lot, 3)}"
    total = sum(int(digit) * weight for digit, weight in zip(body, _ID_WEIGHTS, strict=True))
    return body + "10X98765432"[total % 11]


def credit_code(lot: Random) -> str:
    body = f"91520500MA{''.join(lot.choice(_CREDIT) for _ in range(7))}"
    total = sum(_CREDIT.index(sign) * pow(3, at, 31) for at, sign in enumerate(body))
    return body + _CREDIT[(31 - total % 31) % 31]


def place(lot: Random, own: str, down_to: Level) -> str:
    """The terminal's own every other time; otherwise wherever the picker's rows lead."""
    choice = DivisionChoice(Divisions(), own, down_to)
    if choice.ways:
        choice.go(lot.choice((choice.ways[0].code, "")))
    while not choice.chosen:
        choice.go(lot.choice(choice.rows).code)
    return choice.value


def _in_form(question: Question, lot: Random) -> str | None:
    make = _IN_FORM.get(question.pattern)
    return make(lot) if make else None


def _text(question: Question, _: object, __: date, lot: Random) -> str:
    if question.id == "plate":
        return "贵F" + lot.choice("ABCD") + _digits(lot, 4)
    least, most = question.least or 2, question.most or 200
    words = lot.choice(PHRASES)
    while len(words) < least:
        words += lot.choice(PHRASES)
    return words[:most]


def _code(question: Question, _: object, __: date, lot: Random) -> str:
    found = _in_form(question, lot)
    return found or f"A{_digits(lot, max(question.least or 8, 6) - 1)}"


def _number(question: Question, _: object, __: date, lot: Random) -> str:
    return _in_form(question, lot) or _digits(lot, question.least or min(8, question.most or 8))


def _integer(question: Question, _: object, __: date, lot: Random) -> str:
    least = question.least if question.least is not None else 1
    most = question.most if question.most is not None else least + 90
    return str(lot.randint(least, min(most, least + 90)))


def _money(question: Question, given: Mapping[str, Value], today: date, lot: Random) -> str:
    whole = _integer(question, given, today, lot)
    return whole if question.most == int(whole) or lot.random() < 0.5 else f"{whole}.50"


def _day(question: Question, given: Mapping[str, Value], today: date, lot: Random) -> str:
    first, last = _within(question, 300)
    day = today + timedelta(lot.randint(first, last))
    earliest = given.get(question.not_before)
    if isinstance(earliest, str) and earliest and day.isoformat() < earliest:
        return earliest if len(earliest) == 10 else f"{earliest}-28"
    return day.isoformat()


def _month(question: Question, given: Mapping[str, Value], today: date, lot: Random) -> str:
    first, last = _within(question, 24)
    count = today.year * 12 + today.month - 1 + lot.randint(first, last)
    month = f"{count // 12:04d}-{count % 12 + 1:02d}"
    earliest = given.get(question.not_before)
    return max(month, earliest[:7]) if isinstance(earliest, str) and earliest else month


def _within(question: Question, span: int) -> tuple[int, int]:
    """From now; as near to today as the question lets it be."""
    last = question.most if question.most is not None else (question.least or 0) + span
    first = question.least if question.least is not None else last - span
    return max(first, last - span), last


def _year(question: Question, _: object, today: date, lot: Random) -> str:
    def meant(limit: int | None, otherwise: int) -> int:
        if limit is None:
            return otherwise
        return today.year + limit if abs(limit) < _SAID_FROM_NOW else limit

    last = meant(question.most, today.year)
    return str(lot.randint(max(meant(question.least, last - 20), last - 20), last))


def _choices(question: Question, _: object, __: date, lot: Random) -> tuple[str, ...]:
    least, most = question.least or 1, question.most or len(question.options)
    wanted = lot.randint(least, min(most, least + 2, len(question.options)))
    ticked = set(lot.sample([one.value for one in question.options], wanted))
    return tuple(one.value for one in question.options if one.value in ticked)


def _digits(lot: Random, many: int) -> str:
    return "".join(lot.choice("123456789") for _ in range(many))


_MAKERS: Final[Mapping[Kind, Callable[[Question, Mapping[str, Value], date, Random], Value]]] = {
    Kind.YES_NO: lambda _, __, ___, lot: lot.choice(("yes", "no")),
    Kind.CHOICE: lambda one, _, __, lot: lot.choice([each.value for each in one.options]),
    Kind.CHOICES: _choices,
    Kind.NAME: lambda _, __, ___, lot: lot.choice(NAMES),
    Kind.TEXT: _text,
    Kind.NUMBER: _number,
    Kind.CODE: _code,
    Kind.INTEGER: _integer,
    Kind.MONEY: _money,
    Kind.MOBILE: lambda _, __, ___, lot: "138" + _digits(lot, 8),
    Kind.ID_NUMBER: lambda _, __, ___, lot: id_number(lot),
    Kind.CREDIT_CODE: lambda _, __, ___, lot: credit_code(lot),
    Kind.DATE: _day,
    Kind.MONTH: _month,
    Kind.YEAR: _year,
}
