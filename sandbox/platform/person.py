"""One invented person: what the card says, and what the agencies know.

Card fields: the text block of the reader's reference, per kind of card. Numbers: GB 11643.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

NAME_UNITS = 15  # UTF-16 units of the name on the chip; a longer name is cut there

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


class Kind(StrEnum):
    """The mark at offset 248 of the text block."""

    RESIDENT = " "
    HMT = "J"
    FOREIGNER_2017 = "I"
    FOREIGNER_2023 = "Y"


ID_TYPES = {Kind.RESIDENT: "RESIDENT", Kind.HMT: "HMT", Kind.FOREIGNER_2023: "FOREIGNER"}


class Scheme(StrEnum):
    ENTERPRISE = "ENTERPRISE"
    PUBLIC = "PUBLIC"
    RESIDENTS = "RESIDENTS"
    PENSION_SURVIVOR = "PENSION_SURVIVOR"
    INJURY = "INJURY"
    INJURY_SURVIVOR = "INJURY_SURVIVOR"


SCHEME_NAMES = {
    Scheme.ENTERPRISE: "企业职工基本养老保险",
    Scheme.PUBLIC: "机关事业单位基本养老保险",
    Scheme.RESIDENTS: "城乡居民基本养老保险",
    Scheme.PENSION_SURVIVOR: "养老保险供养亲属待遇",
    Scheme.INJURY: "工伤保险长期待遇",
    Scheme.INJURY_SURVIVOR: "供养亲属抚恤金",
}

PENSION_ITEM = "2020-35/1/13"
ITEMS = {
    Scheme.ENTERPRISE: PENSION_ITEM,
    Scheme.PUBLIC: PENSION_ITEM,
    Scheme.RESIDENTS: PENSION_ITEM,
    Scheme.PENSION_SURVIVOR: "2020-35/1/14",
    Scheme.INJURY: "2020-35/2/17",
    Scheme.INJURY_SURVIVOR: "2020-35/2/18",
}


@dataclass(frozen=True, slots=True)
class Record:
    """A benefit somebody draws. `passed_months_ago`: its last certification; None: never."""

    scheme: Scheme
    pay_area: str
    pay_agency: str
    passed_months_ago: int | None

    @property
    def scheme_name(self) -> str:
        return SCHEME_NAMES[self.scheme]


@dataclass(frozen=True, slots=True)
class Person:
    ref: str
    name: str  # as the agencies have it, uncut
    number: str
    sex: str  # GB/T 2261.1: 1 male, 2 female
    nation: str  # GB/T 3304, two digits; empty where the card has none
    address: str
    issuer: str
    valid_from: date
    valid_to: date | None  # None: 长期
    outcome: str | None  # what a certification ends in; None: this card cannot be certified here
    records: tuple[Record, ...] = ()
    kind: Kind = Kind.RESIDENT
    remark: str = ""
    english_name: str = ""
    nationality: str = ""  # ISO 3166-1 alpha-3
    pass_number: str = ""  # 通行证号码
    issue_count: str = ""  # two digits
    staff_id: str = ""

    @property
    def birth(self) -> date:
        digits = self.number[6:14]
        if self.kind is Kind.FOREIGNER_2017:
            digits = "19" + self.number[7:13]
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))

    @property
    def card_name(self) -> str:
        """As the chip has it, cut; the Latin name where there is no Chinese one."""
        units = self.name.encode("utf-16-le")[: 2 * NAME_UNITS]
        return units.decode("utf-16-le", "ignore") or self.english_name

    @property
    def item(self) -> str:
        """The item this person comes for."""
        return ITEMS[self.records[0].scheme] if self.records else PENSION_ITEM

    def record_id(self, record: Record) -> str:
        return f"R-{self.ref}-{self.records.index(record) + 1}"


def has_valid_check_digit(number: str) -> bool:
    """ISO 7064 MOD 11-2 over 17 digits, as GB 11643 lays it down."""
    if len(number) != 18 or not (number[:17].isascii() and number[:17].isdigit()):
        return False
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, number, strict=False))
    return number[17] == "10X98765432"[total % 11]
