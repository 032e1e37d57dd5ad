"""The page as if it lay flat under even light: straightened, evened out, in colour, grey or black.

A picture is (height, width, 3), BGR. Pages come out at `DPI`. Aspect: Zhang and He, "Whiteboard
scanning and image enhancement" (2007), section 4: four corners of a rectangle give its proportions
when the middle of the picture is where the lens looks.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

Image = NDArray[np.uint8]
Floats = NDArray[np.float64]

DPI: Final = 300
A4_PX: Final = (2480, 3508)  # 210 × 297 mm, ISO 216
ID_CARD_PX: Final = (1011, 638)  # 85.6 × 54 mm: ISO/IEC 7810, ID-1

_A4_FROM: Final = 1.33  # long side to short; A4 has 1.414, an ID card 1.585
_CARD_FROM: Final = 1.497
_CARD_TO: Final = 1.70
_FOCALS: Final = (0.5, 3.0)  # times the longer side: every lens there is
_USUAL_FOCAL: Final = 0.95  # sees 55 degrees across, as document cameras do
_TELLING: Final = 0.03  # by what share facing sides have to differ to tell the lens
_WHITE: Final = 245  # what paper is brought to; stays below burnt out
_CELLS: Final = 160  # of the light's map, along the shorter side
_DARKEST_LIGHT: Final = 0.45  # of the light round about: what is darker is print, not shadow
_MOST_SKEW_DEG: Final = 6.0


class Paper(StrEnum):
    """What a page is flattened to."""

    A4 = "a4"
    ID_CARD = "id_card"
    OTHER = "other"  # a receipt, a booklet: its own proportions, as long as an A4 page


def aspect(points: Floats, size: tuple[int, int], focal: float | None = None) -> float:
    """Width over height of the rectangle with these corners.

    Args:
        points: (4, 2), clockwise from the top left.
        size: width and height of the whole picture, for the lens looks at its middle.
        focal: of the lens, times the longer side; None takes it from the corners where they tell
            (both pairs of sides run together) and a usual one where they do not.
    """
    middle = (np.array(size) - 1) / 2
    m1, m2, m4, m3 = np.column_stack([points - middle, np.ones(4)])
    m14 = np.cross(m1, m4)
    n2 = (m14 @ m3) / (np.cross(m2, m4) @ m3) * m2 - m1
    n3 = (m14 @ m2) / (np.cross(m3, m4) @ m2) * m3 - m1
    if focal is None:
        focal = _focal(n2, n3, max(size))
    lens = np.array([focal * max(size), focal * max(size), 1.0])
    return float(np.linalg.norm(n2 / lens) / np.linalg.norm(n3 / lens))


def _focal(across: Floats, down: Floats, longest: int) -> float:
    if min(abs(across[2]), abs(down[2])) < _TELLING:
        return _USUAL_FOCAL
    square = -float(across[:2] @ down[:2]) / float(across[2] * down[2]) / longest**2
    return float(np.sqrt(np.clip(square, _FOCALS[0] ** 2, _FOCALS[1] ** 2)))


def paper_of(points: Floats, size: tuple[int, int]) -> Paper:
    """By proportions alone: A5 and B5 pass for A4, a bank card for an ID card."""
    ratio = aspect(points, size)
    ratio = max(ratio, 1 / ratio)
    if _A4_FROM <= ratio < _CARD_FROM:
        return Paper.A4
    return Paper.ID_CARD if _CARD_FROM <= ratio < _CARD_TO else Paper.OTHER


def flatten(frame: Image, points: Floats, paper: Paper | None = None) -> Image:
    """The page seen from straight above, at 300 dots an inch; lying if it lies in the picture.

    Args:
        frame: (height, width, 3), BGR.
        points: (4, 2), x then y in pixels of `frame`, clockwise; the first becomes the top left.
        paper: what it is; None lets its proportions decide.

    Returns:
        A4 is (3508, 2480, 3) or (2480, 3508, 3), an ID card (638, 1011, 3) or (1011, 638, 3).
    """
    height, width = frame.shape[:2]
    ratio = aspect(points, (width, height))
    kind = paper or paper_of(points, (width, height))
    across, down = _page_size(kind, ratio)
    goal = np.array(
        [[-0.5, -0.5], [across - 0.5, -0.5], [across - 0.5, down - 0.5], [-0.5, down - 0.5]]
    )
    part, inside = _part(frame, points, max(across, down))
    turn = cv2.getPerspectiveTransform(inside.astype(np.float32), goal.astype(np.float32))
    page = cv2.warpPerspective(
        part, turn, (across, down), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    return np.asarray(page, np.uint8)


def _page_size(kind: Paper, ratio: float) -> tuple[int, int]:
    if kind is Paper.OTHER:
        long = A4_PX[1]
        return (long, round(long / ratio)) if ratio > 1 else (round(long * ratio), long)
    short, long = sorted(A4_PX if kind is Paper.A4 else ID_CARD_PX)
    return (long, short) if ratio > 1 else (short, long)


def _part(frame: Image, points: Floats, longest: int) -> tuple[Image, Floats]:
    """The part of `frame` with the page, reduced where it has far more pixels than are wanted."""
    room = np.array(frame.shape[1::-1])
    low = np.clip(np.floor(points.min(axis=0)) - 2, 0, room - 2).astype(int)
    high = np.clip(np.ceil(points.max(axis=0)) + 3, low + 2, room).astype(int)
    part = frame[low[1] : high[1], low[0] : high[0]]
    sides = np.linalg.norm(points - np.roll(points, 1, axis=0), axis=1)
    times = int(sides.max() / longest)
    if times < 2:
        return part, points - low
    size = (part.shape[1] // times, part.shape[0] // times)
    whole = part[: size[1] * times, : size[0] * times]
    small = np.asarray(cv2.resize(whole, size, interpolation=cv2.INTER_AREA), np.uint8)
    return small, (points - low + 0.5) / times - 0.5


def even_light(page: Image) -> Image:
    """`page` divided by the light that fell on it: paper becomes white, a red stamp stays red.

    One light for all three colours, so that it cannot tint; the paper's own tint is taken out as a
    whole. Not for ID cards, whose ground is printed.
    """
    height, width = page.shape[:2]
    cell = max(1, min(height, width) // _CELLS)
    size = (max(1, width // cell), max(1, height // cell))
    small = cv2.resize(page, size, interpolation=cv2.INTER_AREA)
    luma = cv2.cvtColor(small, cv2.COLOR_BGR2GRAY)
    light = cv2.medianBlur(cv2.dilate(luma, np.ones((9, 9), np.uint8)), 9)
    around = cv2.blur(cv2.dilate(luma, np.ones((51, 51), np.uint8)), (51, 51))
    light = cv2.max(light, cv2.convertScaleAbs(around, None, _DARKEST_LIGHT))
    light = cv2.GaussianBlur(light, (0, 0), 4)
    paper = luma >= 0.92 * light
    tint = np.ones(3)
    if paper.any():
        colour = np.median(small[paper].astype(np.float64), axis=0)
        tint = np.clip(colour / max(1.0, float(colour @ [0.114, 0.587, 0.299])), 0.7, 1.4)
    ground = cv2.merge([cv2.convertScaleAbs(light, None, float(one)) for one in tint])
    whole = cv2.resize(np.maximum(ground, 24), (width, height), interpolation=cv2.INTER_LINEAR)
    return np.asarray(cv2.divide(page, whole, None, _WHITE), np.uint8)


def grey(page: Image) -> Image:
    """(height, width)."""
    return np.asarray(cv2.cvtColor(page, cv2.COLOR_BGR2GRAY), np.uint8)


def bilevel(page: Image) -> Image:
    """(height, width), 0 for ink and 255 for paper: each dot against the ones around it."""
    near = max(15, round(min(page.shape[:2]) / 50)) | 1
    level = cv2.GaussianBlur(grey(page), (3, 3), 0)
    return np.asarray(
        cv2.adaptiveThreshold(level, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY, near, 18),
        np.uint8,
    )


def skew_deg(page: Image) -> float | None:
    """By how much the lines of a scanned page run off level, clockwise, up to 6 degrees.

    By content: the angle at which rows and columns are most unlike their neighbours. None when
    nothing on the page runs straight.
    """
    ink = _ink(page, 500)
    coarse = np.arange(-_MOST_SKEW_DEG, _MOST_SKEW_DEG + 0.01, 0.5)
    rough = [_lined_up(ink, angle) for angle in coarse]
    first = float(coarse[int(np.argmax(rough))])
    if max(rough) <= 1.25 * float(np.median(rough)):
        return None
    ink = _ink(page, 1000)
    fine = first + np.arange(-0.6, 0.61, 0.1)
    marks = np.array([_lined_up(ink, angle) for angle in fine])
    top = int(np.clip(np.argmax(marks), 1, len(fine) - 2))
    left, middle, right = marks[top - 1 : top + 2]
    bend = left - 2 * middle + right
    return float(fine[top] + (0.05 * (left - right) / bend if bend < 0 else 0.0))


def deskewed(page: Image) -> Image:
    """`page` turned so that its lines run level, in its own size; as it is where none are seen."""
    angle = skew_deg(page)
    if angle is None or abs(angle) < 0.05:
        return page
    height, width = page.shape[:2]
    turn = cv2.getRotationMatrix2D(((width - 1) / 2, (height - 1) / 2), angle, 1.0)
    white = (_WHITE, _WHITE, _WHITE)
    return np.asarray(cv2.warpAffine(page, turn, (width, height), borderValue=white), np.uint8)


def _ink(page: Image, longest: int) -> NDArray[np.float32]:
    times = max(1, round(max(page.shape[:2]) / longest))
    size = (page.shape[1] // times, page.shape[0] // times)
    small = grey(np.asarray(cv2.resize(page, size, interpolation=cv2.INTER_AREA), np.uint8))
    paper = cv2.medianBlur(cv2.dilate(small, np.ones((15, 15), np.uint8)), 15)
    ink = np.maximum(np.asarray(cv2.subtract(paper, small), np.float32) - 12, 0)
    inset = max(2, min(ink.shape) // 40)  # a scanner's edge is the straightest line of all
    ink[:inset], ink[-inset:], ink[:, :inset], ink[:, -inset:] = 0, 0, 0, 0
    return np.asarray(np.minimum(ink, 80), np.float32)


def _lined_up(ink: NDArray[np.float32], angle: float) -> float:
    height, width = ink.shape
    turn = cv2.getRotationMatrix2D(((width - 1) / 2, (height - 1) / 2), angle, 1.0)
    turned = cv2.warpAffine(ink, turn, (width, height))
    rows, columns = turned.sum(axis=1), turned.sum(axis=0)
    return float((np.diff(rows) ** 2).sum() + (np.diff(columns) ** 2).sum())
