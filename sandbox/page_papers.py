"""The papers of the drawn pictures: what a resident lays under a document camera.

Everybody named on them is invented. Sizes are true: `DOTS_PER_MM` is 300 dpi. A paper is
(height, width, 3), BGR; the shares that are paper and not air are a mask beside it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image as Pil
from PIL import ImageDraw, ImageFont

Image = NDArray[np.uint8]
Colour = tuple[int, int, int]

DOTS_PER_MM: Final = 300 / 25.4
A4_MM: Final = (210.0, 297.0)
ID_MM: Final = (85.6, 54.0)  # ISO/IEC 7810, ID-1
RECEIPT_MM: Final = (80.0, 150.0)
SIZES_MM: Final = {
    "certificate": A4_MM,
    "empty": A4_MM,
    "id_portrait": ID_MM,
    "id_emblem": ID_MM,
    "receipt": RECEIPT_MM,
}
_ID_CORNER_MM: Final = 3.18
_RED: Final = (200, 30, 40)
_INK: Final = (40, 40, 45)
_FIRST: Final = "张王李赵陈刘杨黄周吴"
_SECOND: Final = "桂秀建德玉树有振凤金"
_WORDS: Final = (
    "兹证明该居民系本村村民户籍登记住址与所填相符家庭成员情况已核实无误特此证明以上内容经本人"
    "确认签字后生效办理事项符合规定材料齐全准予受理并在规定期限内办结告知申请人领取方式及时间"
)


@dataclass(frozen=True, slots=True)
class Paper:
    """`mm`: width, then height. `shares`: (height, width), 255 where there is paper."""

    image: Image
    shares: Image
    mm: tuple[float, float]


@lru_cache(maxsize=32)
def _face(font: Path, px: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(font, px, layout_engine=ImageFont.Layout.BASIC)


class _Pen:
    """Draws in millimetres from the top left."""

    def __init__(self, mm: tuple[float, float], ground: Colour, font: Path, seed: int) -> None:
        self.size = (round(mm[0] * DOTS_PER_MM), round(mm[1] * DOTS_PER_MM))
        self.picture = Pil.new("RGB", self.size, ground)
        self._draw, self._font, self.mm = ImageDraw.Draw(self.picture), font, mm
        self.lots = np.random.default_rng(seed)

    def text(
        self, x: float, y: float, words: str, mm: float, colour: Colour = _INK, anchor: str = "lt"
    ) -> None:
        face = _face(self._font, round(mm * DOTS_PER_MM))
        at = (x * DOTS_PER_MM, y * DOTS_PER_MM)
        self._draw.text(at, words, colour, face, anchor=anchor)

    def line(self, x0: float, y0: float, x1: float, y1: float, mm: float = 0.35) -> None:
        ends = tuple(end * DOTS_PER_MM for end in (x0, y0, x1, y1))
        self._draw.line(ends, _INK, max(1, round(mm * DOTS_PER_MM)))

    def ring(self, x: float, y: float, radius: float, mm: float, colour: Colour) -> None:
        box = tuple(DOTS_PER_MM * end for end in (x - radius, y - radius, x + radius, y + radius))
        self._draw.ellipse(box, outline=colour, width=max(1, round(mm * DOTS_PER_MM)))

    def disc(self, x: float, y: float, across: float, down: float, colour: Colour) -> None:
        box = tuple(DOTS_PER_MM * end for end in (x - across, y - down, x + across, y + down))
        self._draw.ellipse(box, fill=colour)

    def box(self, x: float, y: float, width: float, height: float, colour: Colour) -> None:
        box = tuple(DOTS_PER_MM * end for end in (x, y, x + width, y + height))
        self._draw.rectangle(box, fill=colour)

    def words(self, count: int) -> str:
        start = int(self.lots.integers(len(_WORDS)))
        return (_WORDS * (2 + count // len(_WORDS)))[start : start + count]

    def name(self) -> str:
        return "".join(str(self.lots.choice(list(part))) for part in (_FIRST, _SECOND, _SECOND))

    def paper(self, corner_mm: float = 0.0) -> Paper:
        shares = np.full(self.size[::-1], 255, np.uint8)
        if corner_mm:
            shares = _rounded(self.size, round(corner_mm * DOTS_PER_MM))
        image = np.asarray(self.picture, np.uint8)[:, :, ::-1]
        return Paper(np.ascontiguousarray(image), shares, self.mm)


def _rounded(size: tuple[int, int], radius: int) -> Image:
    mask = Pil.new("L", size, 0)
    box = (0, 0, size[0] - 1, size[1] - 1)
    ImageDraw.Draw(mask).rounded_rectangle(box, radius, fill=255)
    return np.asarray(mask, np.uint8)


def _stamp(pen: _Pen, x: float, y: float) -> None:
    pen.ring(x, y, 20, 1.2, _RED)
    pen.text(x, y, "★", 12, _RED, "mm")
    pen.text(x, y + 12, "村民委员会", 4, _RED, "mm")


def certificate(font: Path, seed: int = 0) -> Paper:
    """A4: a title, a text that begins flush left and ends ragged, a table, a signature, a stamp."""
    pen = _Pen(A4_MM, (246, 246, 243), font, seed)
    pen.text(105, 25, "居 民 情 况 证 明", 10, anchor="mt")
    y = 48.0
    for _ in range(4):
        for line in range(int(pen.lots.integers(2, 5))):
            indent = 10 if line == 0 else 0
            pen.text(26 + indent, y, pen.words(31 - 2 * (line == 0)), 5)
            y += 8.5
        pen.text(26, y, pen.words(int(pen.lots.integers(4, 22))), 5)
        y += 9.5
    top, rows = y + 3, 5
    for row in range(rows + 1):
        pen.line(26, top + 10 * row, 184, top + 10 * row)
    for x in (26, 66, 105, 145, 184):
        pen.line(x, top, x, top + 10 * rows)
    for row in range(rows):
        for x in (29, 69, 108, 148):
            pen.text(x, top + 3 + 10 * row, pen.words(5), 4.5)
    pen.text(130, 262, "经办人：" + pen.name(), 5)
    pen.text(130, 272, "二〇二六年十一月", 5)
    _stamp(pen, 150, 262)
    return pen.paper()


def empty_sheet(font: Path, seed: int = 0) -> Paper:
    return _Pen(A4_MM, (245, 245, 243), font, seed).paper()


def _guilloche(pen: _Pen) -> None:
    """Soft waves, as the ground of a card has them."""
    width, height = pen.size
    across, down = np.meshgrid(np.arange(width), np.arange(height))
    waves = np.sin(across / 17 + 5 * np.sin(down / 90)) + np.sin(down / 13 + across / 60)
    tint = np.array([[[222, 232, 236]]]) + waves[:, :, None] * np.array([[[5, 3, 3]]])
    blue = np.linspace(0, 14, width)[None, :, None] * np.array([[[-1.0, 0.1, 0.6]]])
    pen.picture.paste(Pil.fromarray(np.clip(tint + blue, 0, 255).astype(np.uint8)))


def id_portrait(font: Path, seed: int = 0) -> Paper:
    """The side with the portrait and the number; the number is checksum-free and nobody's."""
    pen = _Pen(ID_MM, (226, 234, 236), font, seed)
    _guilloche(pen)
    labels = (
        (6.5, "姓 名", pen.name()),
        (13.5, "性 别", "女   民族 汉"),
        (20, "出 生", "1948 年 3 月 12 日"),
    )
    for y, label, value in labels:
        pen.text(5.5, y, label, 2.4, (60, 100, 160))
        pen.text(15.5, y - 0.3, value, 2.9)
    pen.text(5.5, 27, "住 址", 2.4, (60, 100, 160))
    pen.text(15.5, 26.7, "示例县示例镇示例村" + pen.words(2), 2.9)
    pen.text(15.5, 31.2, "一组二号", 2.9)
    pen.text(5.5, 45.5, "公民身份号码", 2.4, (60, 100, 160))
    number = "000000" + "".join(str(digit) for digit in pen.lots.integers(0, 10, 12))
    pen.text(28, 44.7, number, 3.6)
    skin: Colour = (205 - int(pen.lots.integers(40)), 165 - int(pen.lots.integers(20)), 140)
    pen.disc(67.5, 35, 10.5, 9, (70, 75, 95))
    pen.box(57, 36, 21, 5, (70, 75, 95))
    pen.disc(67.5, 19, 8, 10, (35, 30, 30))
    pen.disc(67.5, 22, 6.6, 8.6, skin)
    for x in (64.8, 70.2):
        pen.disc(x, 21, 1, 0.6, (40, 30, 30))
    pen.disc(67.5, 26.6, 2, 0.6, (170, 90, 90))
    return pen.paper(_ID_CORNER_MM)


def id_emblem(font: Path, seed: int = 0) -> Paper:
    """The side with the national emblem, in place of which stands a red and golden disc."""
    pen = _Pen(ID_MM, (232, 234, 230), font, seed)
    _guilloche(pen)
    pen.disc(14.5, 14, 8.5, 8.5, (205, 150, 50))
    pen.disc(14.5, 13.5, 6.8, 6.8, (205, 35, 40))
    pen.text(14.5, 13, "★", 5, (230, 190, 70), "mm")
    pen.text(53, 9, "中华人民共和国", 4.6, anchor="mt")
    pen.text(53, 17, "居 民 身 份 证", 6.4, anchor="mt")
    pen.text(22, 39, "签发机关  示例县公安局", 2.9)
    pen.text(22, 45.5, "有效期限  2020.01.01-长期", 2.9)
    return pen.paper(_ID_CORNER_MM)


def receipt(font: Path, seed: int = 0) -> Paper:
    """Thermal paper, 80 mm wide."""
    pen = _Pen(RECEIPT_MM, (240, 238, 234), font, seed)
    pen.text(40, 8, "业务受理回执", 5.5, anchor="mt")
    for row in range(20):
        pen.text(6, 20 + 5.6 * row, pen.words(int(pen.lots.integers(6, 20))), 3.2)
    return pen.paper()


PAPERS: Final[dict[str, Callable[[Path, int], Paper]]] = {
    "certificate": certificate,
    "empty": empty_sheet,
    "id_portrait": id_portrait,
    "id_emblem": id_emblem,
    "receipt": receipt,
}


@lru_cache(maxsize=24)
def paper(name: str, font: Path, seed: int = 0, half: int = 0) -> Paper:
    """One of `PAPERS`, with each side halved `half` times."""
    drawn = PAPERS[name](font, seed)
    if not half:
        return drawn
    size = (drawn.image.shape[1] >> half, drawn.image.shape[0] >> half)
    image, shares = (
        np.asarray(cv2.resize(each, size, interpolation=cv2.INTER_AREA), np.uint8)
        for each in (drawn.image, drawn.shares)
    )
    return Paper(image, shares, drawn.mm)
