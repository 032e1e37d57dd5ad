"""Whether a picture of a page is worth taking: what stands in the way, the most important first.

`judge` is for the live picture: page found, measured and judged in one go. Thresholds were set on
drawn pictures, well outside the good ones, and are to be looked at again on site.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from devices.page_finding import Corners, find_page, reduced
from devices.page_flattening import Paper, paper_of
from devices.page_upright import CardSide, card_side

Image = NDArray[np.uint8]
Floats = NDArray[np.float64]


class Finding(StrEnum):
    """What stands between this picture and a good one; the value is the key of the sentence.

    In the order in which a resident can do something about them.
    """

    TOO_DARK = "too_dark"
    NO_PAGE = "no_page"
    CUT_EDGES = "cut_edges"
    TOO_SMALL = "too_small"
    OBLIQUE = "oblique"
    FINGERS = "fingers"
    UNSURE = "unsure"
    GLARE = "glare"
    BLURRED = "blurred"
    EMPTY_PAGE = "empty_page"
    WRONG_SIDE = "wrong_side"


@dataclass(frozen=True, slots=True)
class Verdict:
    """`findings`: in the order of `Finding`, none twice. `corners`: to draw on the picture. `side`:
    which one of an ID card lies there, where one was wanted and it can be told.
    """

    findings: tuple[Finding, ...]
    corners: Corners | None = field(repr=False)
    side: CardSide | None = None

    @property
    def good(self) -> bool:
        return not self.findings

    @property
    def first(self) -> Finding | None:
        """What to tell the resident: one thing at a time."""
        return self.findings[0] if self.findings else None


@dataclass(frozen=True, slots=True)
class Measures:
    """Of one page in one picture. Light runs from 0 to 255, shares from 0 to 1.

    confidence, lead: as `Corners` has them.
    dots: an inch of paper would have them if the picture had 1080 lines; 0 when its size is not
    known. slant: the shorter over the longer of facing sides, the worse pair. off_square_deg: of
    the worst corner. fingers, glare, ink: shares of the page. sharpness: of the steepest place of
    an edge, the rise over one pixel as a share of the whole rise; None when there is no print.
    """

    cut: bool
    confidence: float
    lead: float
    dots: float
    slant: float
    off_square_deg: float
    white: float
    fingers: float
    glare: float
    ink: float
    sharpness: float | None
    side: CardSide | None


@dataclass(frozen=True, slots=True)
class Gate:
    """What a page must reach.

    dark: a white level below it drowns in noise. dots: 55 at 1080 lines are 150 at 12 megapixels,
    the least that text of a usual size is read at. confidence, lead: below either, two outlines in
    three are not the page's: other papers lie there, or white lies on white. slant, off_square_deg:
    seen 25 degrees askew or more; the far side then has too few dots. sharpness: a lens out of
    focus by 2 px or more.
    """

    dark: float = 85.0
    frame_dark: float = 45.0  # only asked when no page is found
    dots: float = 55.0
    confidence: float = 0.68
    lead: float = 0.055
    slant: float = 0.76
    off_square_deg: float = 16.0
    fingers: float = 0.0015
    glare: float = 0.008
    ink: float = 0.0025
    sharpness: float = 0.24


_VIEW_PX: Final = 480  # the longer side of the page as it is looked at
_BURNT: Final = 251
_INCHES: Final = {Paper.A4: (8.27, 11.69), Paper.ID_CARD: (2.126, 3.37)}
_LINES: Final = 1080
_TILE_PX: Final = 180
_TILES: Final = (0.22, 0.5, 0.78)  # where they lie on the page, both ways
_EDGE_PX: Final = 13
_FEWEST_EDGES: Final = 150  # points of edge that make a tile worth asking
# Skin, in YCrCb after the page was made white: all shades of it differ in light, little in colour.
_SKIN: Final = (np.array([25, 139, 85], np.uint8), np.array([250, 182, 125], np.uint8))


def judge(frame: Image, gate: Gate | None = None, side: CardSide | None = None) -> Verdict:
    """What there is to say about `frame`, (height, width, 3), BGR.

    `side`: of an ID card that is wanted; None when any page is.
    """
    chosen = gate or Gate()
    corners = find_page(frame)
    if corners is None:
        light = float(np.quantile(frame[::8, ::8].max(axis=2), 0.9))
        dark = light < chosen.frame_dark
        return Verdict((Finding.TOO_DARK if dark else Finding.NO_PAGE,), None)
    seen = measure(frame, corners, side is not None)
    return Verdict(findings(seen, chosen, side), corners, seen.side)


_FLAWS: Final[tuple[tuple[Finding, Callable[[Measures, Gate], bool]], ...]] = (
    (Finding.TOO_DARK, lambda seen, gate: seen.white < gate.dark),
    (Finding.CUT_EDGES, lambda seen, gate: seen.cut),
    (Finding.TOO_SMALL, lambda seen, gate: 0 < seen.dots < gate.dots),
    (
        Finding.OBLIQUE,
        lambda seen, gate: seen.slant < gate.slant or seen.off_square_deg > gate.off_square_deg,
    ),
    (Finding.FINGERS, lambda seen, gate: seen.fingers > gate.fingers),
    (
        Finding.UNSURE,
        lambda seen, gate: (
            not seen.cut and (seen.confidence < gate.confidence or seen.lead < gate.lead)
        ),
    ),
    (Finding.GLARE, lambda seen, gate: seen.glare > gate.glare),
    (
        Finding.BLURRED,
        lambda seen, gate: seen.sharpness is not None and seen.sharpness < gate.sharpness,
    ),
    (Finding.EMPTY_PAGE, lambda seen, gate: seen.ink < gate.ink),
)


def findings(seen: Measures, gate: Gate, side: CardSide | None = None) -> tuple[Finding, ...]:
    """In the order of importance."""
    named = [finding for finding, shows in _FLAWS if shows(seen, gate)]
    if side is not None and seen.side is not None and seen.side is not side:
        named.append(Finding.WRONG_SIDE)
    return tuple(named)


def measure(frame: Image, corners: Corners, with_side: bool = False) -> Measures:
    """The page within `corners` of `frame`. `with_side`: whether to look which side of a card."""
    height, width = frame.shape[:2]
    points = corners.points
    sides = np.linalg.norm(np.roll(points, -1, axis=0) - points, axis=1)
    paper = paper_of(points, (width, height))
    view = _view(frame, points, sides)
    luma = np.asarray(cv2.cvtColor(view, cv2.COLOR_BGR2GRAY), np.uint8)
    facing = [min(sides[k], sides[k + 2]) / max(sides[k], sides[k + 2]) for k in (0, 1)]
    edge = 0.004 * width
    near_edge = (points < edge) | (points > np.array([width - 1, height - 1]) - edge)
    return Measures(
        cut=corners.cut or bool(near_edge.any()),
        confidence=corners.confidence,
        lead=corners.lead,
        dots=_dots(points, paper) * _LINES / min(height, width),
        slant=float(min(facing)),
        off_square_deg=_off_square_deg(points),
        white=_level(luma, 0.8),
        fingers=_fingers(view),
        glare=_glare(view),
        ink=_ink(luma),
        sharpness=_sharpness(frame, points),
        side=_side(view) if with_side else None,
    )


def _view(frame: Image, points: Floats, sides: Floats) -> Image:
    """The page small and straight, without a sliver of its edge."""
    wide, high = max(sides[0], sides[2]), max(sides[1], sides[3])
    scale = _VIEW_PX / max(wide, high)
    across, down = max(32, round(wide * scale)), max(32, round(high * scale))
    times = max(1, int(0.7 / scale))
    small = reduced(frame, times)
    inside = ((points + 0.5) / times - 0.5).astype(np.float32)
    goal = np.array([[0, 0], [across, 0], [across, down], [0, down]], np.float32) - 0.5
    turn = cv2.getPerspectiveTransform(inside, goal)
    return np.asarray(cv2.warpPerspective(small, turn, (across, down)), np.uint8)


def _side(view: Image) -> CardSide | None:
    found = card_side(view)
    return found[0] if found else None


def _dots(points: Floats, paper: Paper) -> float:
    if paper not in _INCHES:
        return 0.0
    x, y = points[:, 0], points[:, 1]
    area = 0.5 * abs(float((x * np.roll(y, -1) - np.roll(x, -1) * y).sum()))
    across, down = _INCHES[paper]
    return float(np.sqrt(area / (across * down)))


def _off_square_deg(points: Floats) -> float:
    edge = np.roll(points, -1, axis=0) - points
    way = np.degrees(np.arctan2(edge[:, 1], edge[:, 0]))
    bend = (way - np.roll(way, 1)) % 360
    return float(np.abs(bend - 90).max())


def _glare(view: Image) -> float:
    burnt = cv2.inRange(view, (_BURNT,) * 3, (255,) * 3)
    return float(cv2.morphologyEx(burnt, cv2.MORPH_OPEN, np.ones((5, 5), np.uint8)).mean()) / 255


def _fingers(view: Image) -> float:
    """Share of the page under skin that comes in over its edge; a portrait's does not."""
    some = view[::3, ::3].reshape(-1, 3)
    bright = cv2.reduce(some, 1, cv2.REDUCE_MAX)
    paper = bright[:, 0] >= np.quantile(bright, 0.6)
    white = np.maximum(np.median(some[paper], axis=0), 30)
    table = np.minimum(np.arange(256)[:, None] * (200 / white), 255).astype(np.uint8)
    balanced = cv2.LUT(view, table[:, None])
    skin = cv2.inRange(cv2.cvtColor(balanced, cv2.COLOR_BGR2YCrCb), *_SKIN)
    skin = cv2.morphologyEx(skin, cv2.MORPH_OPEN, np.ones((5, 5), np.uint8))
    rim, deep = max(3, round(0.015 * _VIEW_PX)), max(6, round(0.035 * _VIEW_PX))
    at_rim = skin > 0
    at_rim[rim:-rim, rim:-rim] = False
    if not at_rim.any():
        return 0.0
    count, labels, stats, _ = cv2.connectedComponentsWithStats(skin)
    there, beyond = (
        np.bincount(each.ravel(), minlength=count) > 0
        for each in (labels[at_rim], labels[deep:-deep, deep:-deep])
    )
    return int(stats[there & beyond, cv2.CC_STAT_AREA].sum()) / skin.size


def _ink(luma: Image) -> float:
    """Share of the page, without its rim, that is darker than the paper around it."""
    # 5 is the widest median that is fast.
    paper = np.asarray(cv2.medianBlur(cv2.dilate(luma, np.ones((9, 9), np.uint8)), 5), np.uint8)
    darker = np.asarray(cv2.subtract(paper, cv2.blur(luma, (2, 2))), np.uint8)
    rim = max(6, round(0.04 * min(luma.shape)))
    inside = darker[rim:-rim, rim:-rim]
    usual = _level(inside, 0.5)  # of the paper's own grain
    level = usual + max(10.0, 0.06 * _level(paper, 0.5))
    return np.count_nonzero(inside > int(level)) / inside.size


def _level(grey: Image, share: float) -> float:
    """The quantile, by counting: of so many bytes several times faster than by sorting."""
    counts = cv2.calcHist([grey], [0], None, [256], [0, 256])
    return float(np.searchsorted(np.cumsum(counts), share * grey.size))


def _sharpness(frame: Image, points: Floats) -> float | None:
    """The median over tiles of the page, each as it is in the picture, not straightened.

    The lesser of across and down: a page that moved is sharp along its way.
    """
    marks: list[tuple[float, float]] = []
    tops, bottoms = (
        points[first] + np.array(_TILES)[:, None] * (points[second] - points[first])
        for first, second in ((0, 1), (3, 2))
    )
    half = _TILE_PX // 2
    for share in _TILES:
        for x, y in np.rint(tops + share * (bottoms - tops)).astype(int):
            tile = frame[max(0, y - half) : max(0, y + half), max(0, x - half) : max(0, x + half)]
            if min(tile.shape[:2]) > 3 * _EDGE_PX:
                level = np.asarray(cv2.cvtColor(tile, cv2.COLOR_BGR2GRAY), np.uint8)
                grain = float(np.median(np.abs(cv2.Laplacian(level, cv2.CV_16S)[::2, ::2]))) / 3.0
                across = _steepest(level, grain)
                down = _steepest(np.ascontiguousarray(level.T), grain)
                if across is not None and down is not None:
                    marks.append((across, down))
    if not marks:
        return None
    return float(np.median(np.array(marks), axis=0).min())


def _steepest(level: Image, grain: float) -> float | None:
    """Of the edges across one tile, the rise over a pixel as a share of the rise all in all."""
    window = np.ones((1, _EDGE_PX), np.uint8)
    whole = cv2.morphologyEx(level, cv2.MORPH_GRADIENT, window)
    step = cv2.absdiff(level[:, 2:], level[:, :-2])
    step = cv2.dilate(cv2.copyMakeBorder(step, 0, 0, 1, 1, cv2.BORDER_CONSTANT), window)
    edges = np.flatnonzero(whole > int(max(22.0, 7.0 * grain)))
    if len(edges) < _FEWEST_EDGES:
        return None
    steps, wholes = (np.asarray(each).ravel().take(edges[::3]) for each in (step, whole))
    rise = np.maximum(steps.astype(np.float32) / 2 - grain, 0) / wholes
    return float(np.median(rise))
