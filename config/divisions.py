"""The administrative divisions of the country, from the provinces down to the villages.

Codes: GB/T 2260 down to the county, then those of the statistics (统计用区划代码, 12 digits; the
township's last three are GB/T 10114). Table: `deploy/divisions.py`. Hong Kong, Macao and Taiwan
have no lower levels in it and are left out, as the statistics leave them out.

A province is read when something below its counties is asked for: a hundredth of a second or two,
2 to 8 MB. Files: `counties.gz` has a line for each division down to the county, code and name.
`NN.gz` has a block for each county of province NN, parted by empty lines: its six digits, then a
line for each township (three digits, name), under it its villages (a space, three digits, name).
"""

from __future__ import annotations

import gzip
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Final

from config.catalogue_models import Level

INSTALLED: Final = Path(__file__).resolve().parent / "divisions"
AS_OF: Final = date(2023, 6, 30)
# How many digits of a code name the division of a level.
DIGITS: Final[Mapping[Level, int]] = {
    Level.PROVINCE: 2,
    Level.CITY: 4,
    Level.COUNTY: 6,
    Level.TOWNSHIP: 9,
    Level.VILLAGE: 12,
}
LEVELS: Final = tuple(DIGITS)
# Rungs of the table that nobody says when asked where somebody lives.
UNSAID: Final = frozenset({"市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划"})
PROVINCES_HELD: Final = 2


@dataclass(frozen=True, slots=True)
class Division:
    code: str  # 12 digits
    name: str
    level: Level


class UnknownDivisionError(LookupError):
    """No division of the table has this code."""


class Divisions:
    """Reads on demand and holds the two provinces that were asked for last; for one thread.

    A code may be given with 12 digits or with those of its level alone; "" stands for the country.
    """

    def __init__(self, folder: Path = INSTALLED) -> None:
        self._folder = folder
        self._held: OrderedDict[str, dict[str, str]] = OrderedDict()

    def children(self, code: str = "") -> tuple[Division, ...]:
        """One level down, in the order of the codes; of a village there are none.

        A city without districts (东莞) is in the table twice, as city and as county, with the same
        12 digits: its townships are its children.

        Raises: UnknownDivisionError.
        """
        short = _short(code)
        if list(self._below.get(short, {})) == ["00"]:
            short += "00"
        if len(short) < 6:
            found = self._below.get(short, {})
        elif len(short) == 6:
            found = _townships(self._block(short))
        elif len(short) == 9:
            found = _villages(self._block(short[:6]), short[6:])
        else:
            found = {}
        if not found and code and not self.knows(code):
            raise UnknownDivisionError(code)
        return tuple(division(short + digits, name) for digits, name in found.items())

    def find(self, code: str) -> Division:
        """Raises: UnknownDivisionError."""
        return division(_short(code), self.name(code))

    def name(self, code: str) -> str:
        """Raises: UnknownDivisionError."""
        short = _short(code)
        if name := self._name(short):
            return name
        raise UnknownDivisionError(code)

    def full_name(self, code: str) -> str:
        """All that is said of it, from the province on, as on an envelope: 贵州省毕节市大方县…

        The digits themselves where nobody knows the place.
        """
        return "".join(self.said(code)) if self.knows(code) else code

    def said(self, code: str) -> tuple[str, ...]:
        """The parts of `full_name`: without rungs that nobody says, none twice."""
        short = _short(code)
        names = [self.name(short[:digits]) for digits in DIGITS.values() if digits <= len(short)]
        last = names[-1]
        parts = dict.fromkeys(name for name in names if name not in UNSAID or name is last)
        return tuple(parts)

    def knows(self, code: str) -> bool:
        try:
            return bool(self._name(_short(code)))
        except UnknownDivisionError:
            return False

    def _name(self, short: str) -> str | None:
        if len(short) <= 6:
            return self._counties.get(short)
        block = self._block(short[:6])
        if len(short) == 9:
            return _townships(block).get(short[6:])
        return _villages(block, short[6:9]).get(short[9:])

    def _block(self, county: str) -> str:
        return self._province(county[:2]).get(county, "")

    def _province(self, province: str) -> dict[str, str]:
        """County → its block."""
        if province in self._held:
            self._held.move_to_end(province)
            return self._held[province]
        file = self._folder / f"{province}.gz"
        if not (province.isdigit() and file.exists()):
            return {}
        blocks = gzip.decompress(file.read_bytes()).decode().split("\n\n")
        self._held[province] = {block[:6]: block for block in blocks}
        if len(self._held) > PROVINCES_HELD:
            self._held.popitem(last=False)
        return self._held[province]

    @cached_property
    def _counties(self) -> dict[str, str]:
        """All down to the county; those above it by their 2 and 4 digits."""
        found = {}
        for line in gzip.decompress((self._folder / "counties.gz").read_bytes()).decode().split():
            digits = next(at for at, one in enumerate(line) if not one.isascii())
            found[line[:digits]] = line[digits:]
        return found

    @cached_property
    def _below(self) -> dict[str, dict[str, str]]:
        below: dict[str, dict[str, str]] = {}
        for code, name in self._counties.items():
            below.setdefault(code[:-2], {})[code[-2:]] = name
        return below


def division(short: str, name: str) -> Division:
    level = next(level for level, digits in DIGITS.items() if digits == len(short))
    return Division(short.ljust(12, "0"), name, level)


def parent(code: str) -> str:
    """One level up, 12 digits; "" of a province."""
    short = _short(code)
    digits = [0, *DIGITS.values()]
    shorter = digits[digits.index(len(short)) - 1] if short else 0
    return short[:shorter].ljust(12, "0") if shorter else ""


def _short(code: str) -> str:
    """The digits that name it: 430100000000 is 4301.

    Raises: UnknownDivisionError: no code of any level.
    """
    if code and not (code.isascii() and code.isdigit()):
        raise UnknownDivisionError(code)
    whole = code.ljust(12, "0")
    for digits in (0, *DIGITS.values()):
        if whole[digits:].strip("0") == "" and len(code) <= 12:
            return whole[:digits]
    raise UnknownDivisionError(code)


def _townships(block: str) -> dict[str, str]:
    lines = block.split("\n")[1:]
    return {line[:3]: line[3:] for line in lines if not line.startswith(" ")}


def _villages(block: str, township: str) -> dict[str, str]:
    start = block.find(f"\n{township}")
    if start < 0:
        return {}
    found = {}
    for line in block[start + 1 :].split("\n")[1:]:
        if not line.startswith(" "):
            break
        found[line[1:4]] = line[4:]
    return found
