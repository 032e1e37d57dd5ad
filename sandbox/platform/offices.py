"""Which office works on a case and gets its originals. Records: `records/offices.toml`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbox.platform.record_tables import rows

_OFFICES = sorted(rows("offices", "office"), key=lambda row: -len(row["division"]))
# Where the answers name several places, the one that decides.
_DECIDES = ("out_div", "target_div", "in_div", "household_div", "live_div")
_DIVISION_DIGITS = 12


def office_of(division: str) -> Mapping[str, Any]:
    """The nearest: the longest beginning of `division` that an office has."""
    return next(row for row in _OFFICES if division.startswith(row["division"]))


def address_of(office: Mapping[str, Any]) -> dict[str, str]:
    """`Office` of docs/api/platform.yaml."""
    return {name: office[name] for name in ("name", "address", "postcode", "telephone")}


def deciding(answers: Mapping[str, str | list[str]]) -> str:
    """The division whose decision it is; "" where no answer is one."""
    places = {
        name: value
        for name, value in answers.items()
        if isinstance(value, str) and len(value) == _DIVISION_DIGITS and value.isdigit()
    }
    return next((places[name] for name in _DECIDES if name in places), "") or next(
        iter(places.values()), ""
    )
