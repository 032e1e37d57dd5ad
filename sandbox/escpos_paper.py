"""The paper of a simulated receipt printer: its built-in font, and the roll as dots."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

MARGIN_DOTS = 32  # 4 mm of white beside the printable width, as on real rolls
BLACK, WHITE = 0, 255


@dataclass(frozen=True, slots=True)
class Page:
    """A piece of paper in somebody's hand.

    `text` has a line for each line printed in the built-in font; pictures leave none. `complete` is
    false when the roll ended or the power failed in it: there is more, or there was.
    """

    png: bytes
    text: str
    complete: bool


class BuiltInFont:
    """24 x 24 dots for a Chinese character, 12 x 24 for one of ASCII, drawn from a font file."""

    def __init__(self, path: Path) -> None:
        self._font = ImageFont.truetype(path, 24, layout_engine=ImageFont.Layout.BASIC)
        self._latin = ImageFont.truetype(path, 20, layout_engine=ImageFont.Layout.BASIC)

    def glyph(self, char: str, times_wide: int, times_high: int, bold: bool) -> Image.Image:
        wide = 12 if char.isascii() else 24
        font = self._latin if char.isascii() else self._font
        natural = max(wide, round(font.getlength(char)))
        drawn = Image.new("L", (natural, 24), WHITE)
        pen = ImageDraw.Draw(drawn)
        start = (natural - font.getlength(char)) / 2
        pen.text((start, 19 if char.isascii() else 21), char, BLACK, font, anchor="ls")
        drawn = drawn.resize((wide, 24), Image.Resampling.LANCZOS).point(_ink)
        size = (wide * times_wide, 24 * times_high)
        drawn = drawn.resize(size, Image.Resampling.NEAREST)  # as the printer enlarges its dots
        if bold:
            shifted = drawn.copy()
            shifted.paste(drawn, (1, 0))
            drawn = Image.composite(shifted, drawn, drawn)
        return drawn


class Paper:
    """The roll from the last cut to the print head."""

    def __init__(self, dots: int) -> None:
        self.dots = dots
        self._bands: list[Image.Image] = []
        self._text: list[str] = []
        self.torn = False  # something happened to this piece: it is not all of what was to be on it

    def put(self, band: Image.Image, text: str | None = None) -> None:
        """`band` is as wide as the printable width; `text` is what it says, None for a picture."""
        self._bands.append(band)
        if text is not None:
            self._text.append(text)

    def feed(self, rows: int) -> None:
        if rows > 0:
            self._bands.append(Image.new("L", (self.dots, rows), WHITE))

    def written(self) -> bool:
        return any(band.getextrema() != (WHITE, WHITE) for band in self._bands)

    def take(self, complete: bool) -> Page:
        """Takes the piece off; the roll begins anew."""
        height = sum(band.height for band in self._bands)
        sheet = Image.new("L", (self.dots + 2 * MARGIN_DOTS, height + 2 * MARGIN_DOTS), WHITE)
        top = MARGIN_DOTS
        for band in self._bands:
            sheet.paste(band, (MARGIN_DOTS, top))
            top += band.height
        png = io.BytesIO()
        sheet.save(png, "PNG")
        page = Page(png.getvalue(), "\n".join(self._text), complete and not self.torn)
        self._bands, self._text, self.torn = [], [], False
        return page


def _ink(grey: int) -> int:
    return BLACK if grey < 150 else WHITE
