"""What keys make of the fields that are not written in Chinese: pure, and the same for every look.

A pad holds what was typed. It says which keys make sense now (no 13th month, no X but at the end of
an ID number), so that most slips cannot happen, and remarks at once on what is whole.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from config.catalogue_models import Kind
from kiosk.visits.identity import NumberFault, check_number

DIGITS: Final = "0123456789"
CODE_SIGNS: Final = DIGITS + "ABCDEFGHIJKLMNOPQRSTUVWXYZ-"
# GB 32100: no I, O, S, V, Z, which are taken for digits.
CREDIT_SIGNS: Final = DIGITS + "ABCDEFGHJKLMNPQRTUWXY"
_CREDIT_WEIGHTS: Final = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
CELL: Final = "_"
LONGEST: Final = 40
INTEGER_DIGITS: Final = 9
YEARS: Final = ("19", "20")


@dataclass(frozen=True, slots=True)
class Remark:
    """On what stands in the field: a text key with its values. `good`: it is right."""

    key: str
    values: Mapping[str, object] = field(default_factory=dict)
    good: bool = False


# What a key makes of what was typed; None where it makes no sense.
Rule = Callable[[str, str], str | None]


@dataclass(slots=True)
class Pad:
    """mask: a cell for each sign that is typed, and what stands between; "" without fixed length.

    parts: where a value is cut, and what is put between, when it is handed over.
    """

    rule: Rule
    mask: str = ""
    most: int = LONGEST
    parts: tuple[int, ...] = ()
    typed: str = field(default="", repr=False)
    remarks: Callable[[str], Remark | None] = lambda _: None
    look: Callable[[str], str] = lambda typed: typed

    def can(self, key: str) -> bool:
        return self._with(key) is not None

    def press(self, key: str) -> None:
        more = self._with(key)
        if more is not None:
            self.typed = more

    def backspace(self) -> None:
        self.typed = self.typed[:-1]

    def clear(self) -> None:
        self.typed = ""

    def start(self, value: str) -> None:
        """With what is known already, in the form of its kind."""
        self.typed = value.replace("-", "") if self.parts else value

    @property
    def value(self) -> str:
        """In the form of its kind, as far as it was typed."""
        cuts = [at for at in self.parts if at < len(self.typed)]
        pieces = zip([0, *cuts], [*cuts, len(self.typed)], strict=True)
        return "-".join(self.typed[start:end] for start, end in pieces)

    @property
    def shown(self) -> str:
        """For the eye: in groups, with a line for each sign that is still to come."""
        if not self.mask:
            return self.look(self.typed)
        signs = iter(self.typed)
        return "".join(next(signs, CELL) if one == CELL else one for one in self.mask)

    @property
    def remark(self) -> Remark | None:
        return self.remarks(self.typed)

    def _with(self, key: str) -> str | None:
        more = self.rule(self.typed, key)
        return more if more is not None and len(more) <= self.most else None


def pad_for(kind: Kind, most: int = 0) -> Pad:
    """`most`: signs at the most; 0 for what the kind itself allows."""
    return _PADS[kind](most)


def _digits(typed: str, key: str) -> str | None:
    return typed + key if key in DIGITS else None


def _integer(typed: str, key: str) -> str | None:
    return None if key not in DIGITS else key if typed == "0" else typed + key


def _money(typed: str, key: str) -> str | None:
    yuan, point, cents = typed.partition(".")
    if key == ".":
        return None if point or not yuan else f"{typed}."
    if key not in DIGITS or len(cents) == 2 or (not point and len(yuan) == INTEGER_DIGITS):
        return None
    return key if typed == "0" else typed + key


def _mobile(typed: str, key: str) -> str | None:
    fits = key == "1" if not typed else key in "3456789" if len(typed) == 1 else key in DIGITS
    return typed + key if fits else None


def _id_number(typed: str, key: str) -> str | None:
    fits = key in DIGITS or (key == "X" and len(typed) == 17)
    return typed + key if fits else None


def _code(typed: str, key: str) -> str | None:
    return typed + key if key in CODE_SIGNS else None


def _credit_code(typed: str, key: str) -> str | None:
    return typed + key if key in CREDIT_SIGNS else None


def _day(typed: str, key: str) -> str | None:
    """Only what can still become a day; a month or day that can have one digit only gets its 0."""
    if key not in DIGITS:
        return None
    if _begins_a_day(typed + key):
        return typed + key
    padded = f"{typed}0{key}"
    return padded if len(typed) in (4, 6) and key != "0" and _begins_a_day(padded) else None


def _begins_a_day(typed: str) -> bool:
    year, month, day = typed[:4], typed[4:6], typed[6:]
    if not any(century.startswith(year[:2]) for century in YEARS):
        return False
    if month and not any(f"{one:02}".startswith(month) for one in range(1, 13)):
        return False
    if not day:
        return True
    return any(
        f"{one:02}".startswith(day) for one in range(1, 1 + monthrange(int(year), int(month))[1])
    )


def _thousands(typed: str) -> str:
    yuan, point, cents = typed.partition(".")
    return f"{int(yuan):,}{point}{cents}" if yuan else ""


def _fours(typed: str) -> str:
    return " ".join(typed[at : at + 4] for at in range(0, len(typed), 4))


def _of_day(typed: str) -> Remark | None:
    if len(typed) < 8:
        return None
    day = date(int(typed[:4]), int(typed[4:6]), int(typed[6:]))
    values = {"year": day.year, "month": day.month, "day": day.day, "weekday": day.isoweekday()}
    return Remark("typing.day", values, good=True)


def _of_id_number(typed: str) -> Remark | None:
    """The birth date as soon as it is there, the check character with the 18th sign."""
    try:
        born = date(int(typed[6:10]), int(typed[10:12]), int(typed[12:14])) if typed[13:] else None
    except ValueError:
        return Remark("typing.id_birth_wrong")
    if len(typed) < 18:
        return Remark("typing.missing", {"count": 18 - len(typed)}) if typed else None
    if born is None or check_number(typed) is NumberFault.CHECK_DIGIT:
        return Remark("typing.id_check_wrong")
    values = {"year": born.year, "month": born.month, "day": born.day}
    return Remark("typing.id_birth", values, good=True)


def _of_mobile(typed: str) -> Remark | None:
    return Remark("typing.missing", {"count": 11 - len(typed)}) if 0 < len(typed) < 11 else None


def _of_credit_code(typed: str) -> Remark | None:
    if not typed:
        return None
    if len(typed) < 18:
        return Remark("typing.missing", {"count": 18 - len(typed)})
    right = typed[17] == credit_check(typed[:17])
    return Remark("typing.credit_right" if right else "typing.credit_wrong", good=right)


def credit_check(first: str) -> str:
    """The 18th sign of a unified social credit code (GB 32100, mod 31)."""
    signs = CREDIT_SIGNS
    total = sum(
        weight * signs.index(sign) for weight, sign in zip(_CREDIT_WEIGHTS, first, strict=True)
    )
    return signs[-total % 31]


_PADS: Final[Mapping[Kind, Callable[[int], Pad]]] = {
    Kind.NUMBER: lambda most: Pad(_digits, most=most or LONGEST, look=_fours),
    Kind.INTEGER: lambda most: Pad(_integer, most=most or INTEGER_DIGITS),
    Kind.MONEY: lambda _: Pad(_money, look=_thousands),
    Kind.CODE: lambda most: Pad(_code, most=most or LONGEST),
    Kind.MOBILE: lambda _: Pad(_mobile, "___ ____ ____", 11, remarks=_of_mobile),
    Kind.ID_NUMBER: lambda _: Pad(_id_number, "______ ________ ____", 18, remarks=_of_id_number),
    Kind.CREDIT_CODE: lambda _: Pad(
        _credit_code, "__ ______ ____ ____ __", 18, remarks=_of_credit_code
    ),
    Kind.DATE: lambda _: Pad(_day, "____年__月__日", 8, (4, 6), remarks=_of_day),
    Kind.MONTH: lambda _: Pad(_day, "____年__月", 6, (4,)),
    Kind.YEAR: lambda _: Pad(_day, "____年", 4),
}
PADDED: Final = frozenset(_PADS)
