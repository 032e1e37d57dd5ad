"""Where a terminal stands."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """`terminal`: 6 digits. `division`: 12 digits, the first two are the province."""

    terminal: str
    name: str
    division: str
