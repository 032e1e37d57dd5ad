"""What an answer is measured against besides its own question."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from config.catalogue_models import Said
from kiosk.visits.forms.trouble import Value


def _nothing(_: str) -> tuple[Value, Said] | None:
    return None


@dataclass(frozen=True, slots=True)
class Surroundings:
    """knows: whether there is a place with this code of 12 digits.

    other: the answer to another question of the same form and what that question is called; None
        while it has none.
    """

    today: date
    knows: Callable[[str], bool]
    other: Callable[[str], tuple[Value, Said] | None] = _nothing
