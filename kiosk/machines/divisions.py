"""The places of the country, as forms ask for them: by 12 digits, down to the village."""

from __future__ import annotations

from typing import Protocol


class Divisions(Protocol):
    def knows(self, code: str) -> bool:
        """Whether there is a place with these 12 digits."""
        ...

    def full_name(self, code: str) -> str:
        """From the province down, without gaps; the digits themselves where nobody knows it."""
        ...


class Digits:
    """Where a terminal has no table of them: every code may be one."""

    def knows(self, code: str) -> bool:
        return len(code) == 12 and code.isascii() and code.isdigit()

    def full_name(self, code: str) -> str:
        return code
