"""Which keys lie where, on every keyboard and pad. Knows no window."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from config.catalogue_models import Kind

BACKSPACE: Final = "Backspace"
CLEAR: Final = "Clear"
LAYER: Final = "Layer"


@dataclass(frozen=True, slots=True)
class Place:
    """A key: what it types, and where it lies, in columns and rows."""

    key: str
    col: float
    row: int
    wide: float = 1


@dataclass(frozen=True, slots=True)
class Layout:
    cols: int
    rows: int
    places: tuple[Place, ...]


def _row(keys: str, row: int, start: float = 0) -> tuple[Place, ...]:
    return tuple(Place(key, start + at, row) for at, key in enumerate(keys))


def _letters(letters: str, first: int, left: str) -> tuple[Place, ...]:
    """Rows of 10, 9 and 7, with a key on the left of the last and the one for taking back."""
    return (
        *_row(letters[:10], first),
        *_row(letters[10:19], first + 1, 0.5),
        Place(left, 0, first + 2, 1.5),
        *_row(letters[19:], first + 2, 1.5),
        Place(BACKSPACE, 8.5, first + 2, 1.5),
    )


def _pad(left: str) -> Layout:
    digits = tuple(Place(str(1 + at), at % 3, at // 3) for at in range(9))
    return Layout(3, 4, (*digits, Place(left, 0, 3), Place("0", 1, 3), Place(BACKSPACE, 2, 3)))


_QWERTY: Final = "qwertyuiopasdfghjklzxcvbnm"
_SIGNS: Final = "，。、：；（）《》－"
PINYIN: Final = Layout(10, 3, _letters(_QWERTY, 0, LAYER))
NAME: Final = Layout(10, 3, _letters(_QWERTY, 0, "·"))
CAPITALS: Final = Layout(10, 3, _letters(_QWERTY.upper(), 0, LAYER))
SIGNS: Final = Layout(
    10,
    3,
    (
        *_row("1234567890", 0),
        *_row(_SIGNS, 1),
        Place(LAYER, 0, 2, 5),
        Place(BACKSPACE, 5, 2, 5),
    ),
)
CODE: Final = Layout(10, 4, (*_row("1234567890", 0), *_letters(_QWERTY.upper(), 1, "-")))
PADS: Final[Mapping[Kind, Layout]] = {
    **dict.fromkeys((Kind.NUMBER, Kind.INTEGER, Kind.MOBILE), _pad(CLEAR)),
    **dict.fromkeys((Kind.DATE, Kind.MONTH, Kind.YEAR), _pad(CLEAR)),
    Kind.MONEY: _pad("."),
    Kind.ID_NUMBER: _pad("X"),
    Kind.CODE: CODE,
    Kind.CREDIT_CODE: CODE,
}
