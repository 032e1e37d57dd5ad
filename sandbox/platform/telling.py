"""What a look-up comes to, and how it is laid out: labelled sections of facts and tables.

Shapes: `QueryAnswer` and `ToldSection` of docs/api/platform.yaml.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

Section = dict[str, Any]
Inputs = Mapping[str, str | tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Told:
    """code: `QueryCode`. choices: with SEVERAL, the question and value → label. sealed: whether a
    document with a seal goes with it, and `issuer` in whose name.
    """

    code: str
    title: str = ""
    sections: tuple[Section, ...] = ()
    note: str = ""
    question: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    sealed: bool = False
    issuer: str = ""
    valid_days: int | None = None  # of the document; 0 is today alone


NOTHING = Told("NOTHING")
REFUSED = Told("REFUSED")
NOT_ALLOWED = Told("NOT_ALLOWED")
ARREARS = Told("ARREARS")
MISMATCH = Told("MISMATCH")


def fact(label: str, value: object, mask: str = "none") -> dict[str, str]:
    return {"label": label, "value": str(value), "mask": mask}


def facts(heading: str, *told: dict[str, str]) -> Section:
    return {"heading": heading, "facts": list(told)}


def table(heading: str, columns: Iterable[str], lines: Iterable[Iterable[object]]) -> Section:
    return {
        "heading": heading,
        "columns": list(columns),
        "lines": [[str(cell) for cell in line] for line in lines],
    }


def yuan(fen: int) -> str:
    """`123456` fen as `1,234.56`."""
    sign, fen = ("-", -fen) if fen < 0 else ("", fen)
    return f"{sign}{fen // 100:,}.{fen % 100:02d}"


def share(fen: int, per_mille: int) -> int:
    """So many thousandths of an amount, rounded half up to the fen."""
    return (fen * per_mille + 500) // 1000


def one(inputs: Inputs, question: str, usual: str = "") -> str:
    """The answer to a question with one answer."""
    given = inputs.get(question, usual)
    return given if isinstance(given, str) else next(iter(given), usual)


def months(first: str, last: str) -> list[str]:
    """`2025-11` to `2026-02`, both included; none when the order is wrong."""
    begin, end = (int(each[:4]) * 12 + int(each[5:7]) - 1 for each in (first, last))
    return [f"{month // 12:04d}-{month % 12 + 1:02d}" for month in range(begin, end + 1)]


def month_before(day: date, count: int = 1) -> str:
    month = day.year * 12 + day.month - 1 - count
    return f"{month // 12:04d}-{month % 12 + 1:02d}"


def masked_name(name: str) -> str:
    """For whoever is not the one who asks."""
    return name[:1] + "*" * min(2, max(1, len(name) - 1))


def masked_number(number: str) -> str:
    return f"{number[:6]}{'*' * (len(number) - 10)}{number[-4:]}"
