"""Words and lines on an A4 page of 300 dots an inch, drawn with a chain of fonts.

As dots and not as text of the document: Noto Sans CJK SC and HanaMinB are 16 and 30 MB, and a page
with rare characters would carry both, or the terminal a program that takes fonts apart. A page of
dots in Group 4 is 40 kB, prints the same on each printer, and cannot be set in another font there.
The words come along unseen (`devices/page_text.py`), so that a document can be searched and read
aloud.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import groupby
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from devices.glyphs import Glyphs
from devices.page_flattening import A4_PX, DPI
from devices.page_text import Word
from devices.slip_layout import NOT_FIRST, NOT_LAST

DOTS = DPI / 25.4  # a millimetre
LINE = 1.45  # of the em: from line to line
BASELINE = 1.1  # of the em: from the top of a line
MISSING = "□"
DARK = 128  # a dot is black where the grey of its place is darker
_PIECE = re.compile(r"[^\W\u2e80-\U0003ffff]+(?:[.,:/'’\-][^\W\u2e80-\U0003ffff]+)*|\s+|.")


def pieces(words: str) -> list[str]:
    """What must not be parted; no line begins with a closing mark or ends with an opening one."""
    found: list[str] = []
    for piece in _PIECE.findall(words):
        before = found[-1].rstrip()[-1:] if found else ""
        if found and (piece.isspace() or piece[0] in NOT_FIRST or before in NOT_LAST):
            found[-1] += piece
        else:
            found.append(piece)
    return found


class Typeface:
    """A main font and, for what it has not, others in their order. Opens each once.

    Raises:
        OSError: a font file is missing or is none.
    """

    def __init__(self, fonts: Sequence[Path]) -> None:
        self._chain = [(path, Glyphs((path,))) for path in fonts]
        self._found: dict[str, Path | None] = {}
        self._sized = cache(_opened)

    def runs(self, words: str, em_mm: float) -> list[tuple[ImageFont.FreeTypeFont, str]]:
        """Parts of `words` with the font of each; what none has becomes MISSING."""
        placed = [(self._font_of(one), one) for one in words]
        known = [(font, one) if font else (self._chain[0][0], MISSING) for font, one in placed]
        return [
            (self._sized(font, round(em_mm * DOTS)), "".join(one for _, one in run))
            for font, run in groupby(known, key=lambda pair: pair[0])
        ]

    def width_mm(self, words: str, em_mm: float) -> float:
        return sum(font.getlength(part) for font, part in self.runs(words, em_mm)) / DOTS

    def broken(self, words: str, em_mm: float, room_mm: float) -> list[str]:
        """As lines of at most `room_mm`; a piece that is longer is parted anywhere."""
        lines: list[str] = []
        for paragraph in words.split("\n"):
            line = ""
            for piece in pieces(paragraph):
                if line and self.width_mm((line + piece).rstrip(), em_mm) > room_mm:
                    lines.append(line.rstrip())
                    line = ""
                line += piece
                while self.width_mm(line.rstrip(), em_mm) > room_mm:
                    cut = next(
                        end
                        for end in range(len(line) - 1, 0, -1)
                        if end == 1 or self.width_mm(line[:end], em_mm) <= room_mm
                    )
                    lines.append(line[:cut])
                    line = line[cut:]
            lines.append(line.rstrip())
        return lines

    def _font_of(self, character: str) -> Path | None:
        if character not in self._found:
            self._found[character] = next(
                (path for path, glyphs in self._chain if glyphs.has(character)), None
            )
        return self._found[character]


def _opened(path: Path, size_px: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(path, size_px, layout_engine=ImageFont.Layout.BASIC)


@dataclass
class Sheet:
    """One page in the making; places in millimetres from its top left."""

    dots: Image.Image = field(default_factory=lambda: Image.new("L", A4_PX, 255))
    words: list[Word] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._pen = ImageDraw.Draw(self.dots)

    def write(self, x: float, y: float, words: str, em_mm: float, face: Typeface) -> None:
        """One line; `y` is its top."""
        left, base = x * DOTS, (y + BASELINE * em_mm) * DOTS
        for font, part in face.runs(words, em_mm):
            self._pen.text((left, base), part, 0, font, anchor="ls")
            left += font.getlength(part)
        if words.strip():
            width = face.width_mm(words, em_mm)
            self.words.append(Word(words, x, y + BASELINE * em_mm, em_mm, width))

    def rule(self, x: float, y: float, width: float, thick_mm: float = 0.2) -> None:
        self._pen.rectangle((x * DOTS, y * DOTS, (x + width) * DOTS, (y + thick_mm) * DOTS), fill=0)

    def stroke(self, points: Sequence[tuple[float, float]], thick_mm: float) -> None:
        """A line with round ends through `points`."""
        half = thick_mm * DOTS / 2
        places = [(x * DOTS, y * DOTS) for x, y in points]
        self._pen.line(places, fill=0, width=round(2 * half), joint="curve")
        for x, y in (places[0], places[-1]):
            self._pen.ellipse((x - half, y - half, x + half, y + half), fill=0)

    def code(self, x: float, y: float, side_mm: float, black: NDArray[np.bool_]) -> None:
        """A QR code in a square of `side_mm` at the most, each module a whole number of dots."""
        each = int(side_mm * DOTS) // len(black)
        picture = np.where(np.kron(black, np.ones((each, each), bool)), 0, 255).astype(np.uint8)
        self.dots.paste(Image.fromarray(picture), (round(x * DOTS), round(y * DOTS)))

    def mark(self, words: str, face: Typeface) -> None:
        """Large and slantwise over the page, of loose dots: what is under it can still be read."""
        em_mm = min(60.0, 175 / max(face.width_mm(words, 1.0), 1e-6))
        layer = Image.new("L", A4_PX, 0)
        ((font, _), *_) = face.runs(words, em_mm)
        middle = (A4_PX[0] / 2, A4_PX[1] / 2)
        ImageDraw.Draw(layer).text(middle, words, 255, font, anchor="mm")
        shape = np.asarray(layer.rotate(35, Image.Resampling.BILINEAR)) > DARK
        rows, columns = np.indices(shape.shape)
        loose = (rows % 6 < 2) & ((columns + 3 * (rows // 6 % 2)) % 6 < 2)
        grey = np.asarray(self.dots).copy()
        grey[shape & loose] = 0
        self.dots = Image.fromarray(grey)
        self._pen = ImageDraw.Draw(self.dots)

    def bilevel(self) -> NDArray[np.uint8]:
        """(3508, 2480), 0 where it is black and 255 elsewhere."""
        return np.where(np.asarray(self.dots) < DARK, 0, 255).astype(np.uint8)
