"""A look-up as pages of A4, each marked 样张. No agency's seal is drawn.

Drawn at 200 dpi in black and white, which PDF carries as Group 4: some twenty kilobytes a page.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final

import cv2
import numpy as np
import pikepdf
from PIL import Image, ImageDraw, ImageFont

from sandbox.platform.telling import Section

FONT: Final = Path(__file__).resolve().parents[2] / "build" / "fonts" / "NotoSansSC-Regular.otf"
DPI = 200
A4_PX = (1654, 2339)
MARGIN_PX = 150
CODE_PX = 260
TITLE, HEADING, TEXT = 50, 32, 28  # sizes of letters
LABEL_PX = 460
GAP_PX = 30
SAMPLE = "样张"

_Line = tuple[int, list[tuple[int, str]]]  # size; where each text begins, from the margin


def pages(title: str, sections: tuple[Section, ...], foot: list[str], code: str) -> bytes:
    """A PDF. `foot`: lines at the end of the last page; `code`: what its QR code holds."""
    sheets = [_blank()]
    y = MARGIN_PX
    for size, cells in _lines(title, sections):
        if y > A4_PX[1] - 2 * MARGIN_PX - CODE_PX:
            sheets.append(_blank())
            y = MARGIN_PX
        pen = ImageDraw.Draw(sheets[-1])
        for x, text in cells:
            pen.text((MARGIN_PX + x, y), text, 0, _font(size))
        y += round(size * 1.5)
    last, bottom = ImageDraw.Draw(sheets[-1]), A4_PX[1] - MARGIN_PX - CODE_PX
    for number, text in enumerate(foot):
        last.text((MARGIN_PX, bottom + number * 48), text, 0, _font(TEXT))
    sheets[-1].paste(_qr(code), (A4_PX[0] - MARGIN_PX - CODE_PX, bottom))
    out = io.BytesIO()
    drawn = [sheet.convert("1", dither=Image.Dither.NONE) for sheet in sheets]
    drawn[0].save(out, "PDF", resolution=DPI, save_all=True, append_images=drawn[1:])
    # Pillow's table of objects has a generation that strict readers refuse.
    return _written_anew(out)


def _written_anew(pdf: io.BytesIO) -> bytes:
    out = io.BytesIO()
    with pikepdf.open(pdf) as read:
        read.save(out)
    return out.getvalue()


def _lines(title: str, sections: tuple[Section, ...]) -> Iterator[_Line]:
    yield TITLE, [(0, title)]
    for section in sections:
        yield TEXT, []
        yield HEADING, [(0, section["heading"])]
        for told in section.get("facts", []):
            yield TEXT, [(0, told["label"]), (LABEL_PX, told["value"])]
        if columns := section.get("columns"):
            rows = [columns, *section["lines"]]
            starts = _starts(rows)
            for row in rows:
                yield TEXT, list(zip(starts, row, strict=True))


def _starts(rows: list[list[str]]) -> list[int]:
    """Where each column begins, by the longest text in it."""
    widths = [
        max(_font(TEXT).getlength(row[column]) for row in rows) + GAP_PX
        for column in range(len(rows[0]))
    ]
    return [round(sum(widths[:column])) for column in range(len(widths))]


@cache
def _sample() -> Image.Image:
    """The mark is an outline of dots that can be read through, across the page and three times."""
    sheet = Image.new("L", A4_PX, 255)
    for row in range(3):
        mark = Image.new("L", (900, 420), 255)
        ImageDraw.Draw(mark).text((120, 0), SAMPLE, 255, _font(300), stroke_width=2, stroke_fill=0)
        turned = mark.rotate(20, expand=True, fillcolor=255)
        sheet.paste(turned, (350, 150 + row * 680))
    dots = np.asarray(sheet).copy()
    rows, columns = np.indices(dots.shape)
    dots[(rows + columns) % 3 != 0] = 255
    return Image.fromarray(dots)


def _blank() -> Image.Image:
    return _sample().copy()


def _qr(text: str) -> Image.Image:
    drawn = cv2.QRCodeEncoder.create().encode(text)
    return Image.fromarray(drawn).resize((CODE_PX, CODE_PX), Image.Resampling.NEAREST)


@cache
def _font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(FONT), size)
