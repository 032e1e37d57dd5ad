"""Characters drawn as dots from a chain of fonts: the first that has the character draws it.

Noto Sans CJK SC and HanaMinB have every character of GB 18030-2022; BabelStone Han adds some.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

BASELINE = 0.88  # of the cell, from the top: where Chinese fonts put it
LATIN_BASELINE, LATIN_SIZE = 0.8, 5 / 6  # of the cell: room for what hangs below the line
INK = 110  # a dot is black when the grey of its place is this dark, of 255: thin strokes survive
NOT_A_CHARACTER = "\uffff"  # no font has it: what is drawn for it is the font's empty box


class Glyphs:
    """Opens the fonts once; keeps what it found out about a character.

    Raises:
        OSError: a font file is missing or is none.
    """

    def __init__(self, fonts: Iterable[Path]) -> None:
        self._paths = tuple(fonts)
        self._sized: dict[tuple[Path, int], ImageFont.FreeTypeFont] = {}
        self._found: dict[str, Path | None] = {}
        for path in self._paths:
            self._font(path, 24)

    def has(self, char: str) -> bool:
        """Whether some font draws the character; a space is drawn by all."""
        return char.isspace() or self._path(char) is not None

    def draw(self, char: str, width_px: int, height_px: int) -> Image.Image:
        """The character in a cell: mode "L", 255 where a dot is black, 0 elsewhere.

        It is as high as the cell, centred in it, and squeezed when the font has it wider. A
        character that no font has is an empty cell: ask `has` first.
        """
        path = self._path(char)
        if path is None or char.isspace():
            return Image.new("L", (width_px, height_px))
        font = self._font(path, round(height_px * (LATIN_SIZE if char.isascii() else 1)))
        left, _, right, _ = font.getbbox(char, anchor="ls")
        natural_px = max(round(font.getlength(char)), int(right) - min(0, int(left)))
        cell = Image.new("L", (max(natural_px, width_px), height_px))
        start_px = (cell.width - natural_px) // 2 - min(0, int(left))
        baseline_px = round((LATIN_BASELINE if char.isascii() else BASELINE) * height_px)
        ImageDraw.Draw(cell).text((start_px, baseline_px), char, 255, font, anchor="ls")
        if cell.width > width_px:
            cell = cell.resize((width_px, height_px), Image.Resampling.LANCZOS)
        return cell.point(lambda grey: 255 if grey >= INK else 0)

    def _path(self, char: str) -> Path | None:
        if char not in self._found:
            having = (path for path in self._paths if self._in_font(path, char))
            self._found[char] = next(having, None)
        return self._found[char]

    def _in_font(self, path: Path, char: str) -> bool:
        font = self._font(path, 24)
        drawn, box = font.getmask(char), font.getmask(NOT_A_CHARACTER)
        return (drawn.size, bytes(drawn)) != (box.size, bytes(box))

    def _font(self, path: Path, size_px: int) -> ImageFont.FreeTypeFont:
        key = (path, size_px)
        if key not in self._sized:
            self._sized[key] = ImageFont.truetype(
                path, size_px, layout_engine=ImageFont.Layout.BASIC
            )
        return self._sized[key]
