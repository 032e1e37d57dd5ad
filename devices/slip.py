"""What a slip of paper says, before anything is known of the printer that prints it.

Text is shown as it is given: masking names and numbers is the work of whoever writes the slip.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal


class Align(StrEnum):
    LEFT = "left"
    CENTER = "center"
    RIGHT = "right"


@dataclass(frozen=True, slots=True)
class Title:
    """The heading: centred, bold, as large as fits on one line."""

    text: str


@dataclass(frozen=True, slots=True)
class Line:
    """A paragraph; a line feed begins a new line. Size 2 is twice as wide and twice as high."""

    text: str
    size: Literal[1, 2] = 1
    bold: bool = False
    align: Align = Align.LEFT


@dataclass(frozen=True, slots=True)
class Pair:
    """A label and its value. Pairs that follow each other share one column of labels."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Rule:
    """A line across the paper."""


@dataclass(frozen=True, slots=True)
class Qr:
    """A QR code, centred. `data` holds no personal data: anybody can scan a lost slip."""

    data: str


@dataclass(frozen=True, slots=True)
class Gap:
    """Blank lines."""

    lines: int = 1


Block = Title | Line | Pair | Rule | Qr | Gap


@dataclass(frozen=True, slots=True)
class Slip:
    """`large` is the large-print form: twice the size, and each value under its label."""

    blocks: tuple[Block, ...]
    large: bool = False
