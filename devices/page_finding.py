"""Where the page lies in a picture: four corners, to a fraction of a pixel.

A reduced copy gives long straight edges (`page_lines`); four of them make a page. Which four is
decided by how much of each side is edge, by edges that end at the corners, by paper on the inside,
and by size. The corners are then crossings of lines fitted to the full picture's edges, away from
the ends, so that rounded corners and a finger on a side do no harm.

Coordinates are OpenCV's: the middle of the first pixel is (0, 0).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, TypeVar

import cv2
import numpy as np
from numpy.typing import NDArray

from devices.page_edges import refined
from devices.page_lines import Lines, gradient, lines

Image = NDArray[np.uint8]
Floats = NDArray[np.float64]
Indices = NDArray[np.intp]
Kind = TypeVar("Kind", bound=np.generic)

LONGEST_PX: Final = 512  # of the reduced copy
_LINES: Final = 48
_LOOKED_INTO: Final = 60
_ACROSS: Final = 9
_SIDE_SEEN: Final = 0.28
_LEVELS: Final = (0.3, 0.4, 0.5, 0.58, 0.66, 0.74, 0.82, 0.88, 0.93)
_SMALLEST_SHARE: Final = 0.02  # of the picture
_SHORTEST_SIDE_PX: Final = 28.0
_SURE: Final = 1.1
_ENOUGH: Final = 0.6
_BEST: Final = 1.25
_ANOTHER_SHARE: Final = 0.03  # of the diagonal: outlines whose corners are this far apart
_BORDER_WORTH: Final = 0.6  # of a side that is the picture's own edge
_OTHER_WAY: Final = [0, 3, 2, 1]  # the sides of an outline from the same first one
_TEXT_PX: Final = 5  # strokes thinner than this are closed before edges are looked for


@dataclass(frozen=True, slots=True, eq=False)
class Corners:
    """`points`: (4, 2), x then y, clockwise; the first is nearest the picture's top left.

    confidence: 0 to 1; how much of the outline was seen as an edge of paper. cut: the page leaves
    the picture; corners beyond it are where its sides would meet, or lie on the picture's edge.
    lead: by how much of the confidence it is ahead of the next best that is another outline.
    """

    points: Floats = field(repr=False)
    confidence: float
    cut: bool = False
    lead: float = 1.0


@dataclass(frozen=True, slots=True)
class Crossings:
    """Of each line with each other: the sine between them, where they meet, and the place of that
    along the first. Not a number where they run side by side.
    """

    sine: Floats
    x: Floats
    y: Floats
    place: Floats

    def corners(self, sides: Indices) -> Floats:
        """(n, 4, 2): side k of `sides`, (n, 4), runs from corner k to corner k + 1."""
        before = np.roll(sides, 1, axis=1)
        return np.stack([self.x[before, sides], self.y[before, sides]], axis=-1)


def find_page(frame: Image) -> Corners | None:
    """The page in `frame`, (height, width, 3), BGR; None when nothing looks like one.

    Of several, the one whose whole outline is seen, then the larger.
    """
    height, width = frame.shape[:2]
    scale = max(1, -(-max(height, width) // LONGEST_PX))
    small = reduced(frame, scale)
    closed = cv2.morphologyEx(small, cv2.MORPH_CLOSE, np.ones((_TEXT_PX, _TEXT_PX), np.uint8))
    best = _quad(np.asarray(closed, np.uint8))
    if best is None or best[1] < _SURE:
        # A light page on a light desk shows by a thin shadow alone, which closing takes for text.
        other = _quad(small)
        if other is not None and (best is None or other[1] > best[1]):
            best = other
    if best is None or best[1] < _ENOUGH:
        return None
    quad, score, border, lead = best
    points = (quad + 0.5) * scale - 0.5
    reach = 2.5 * scale
    while True:
        points = refined(frame, points, border, reach)
        if reach <= 4.0:
            break
        reach = max(4.0, reach / 2.5)
    outside = (points < -0.5) | (points > np.array([width, height]) - 0.5)
    cut = bool(border.any() or outside.any())
    points = _from_top_left(points)
    confidence, lead = (float(np.clip(each / _BEST, 0, 1)) for each in (score, lead))
    return Corners(points, confidence, cut, lead)


def reduced(frame: Image, times: int) -> Image:
    """`frame`, a whole number of times smaller, which is several times faster than any other."""
    height, width = (side // times for side in frame.shape[:2])
    whole = frame[: height * times, : width * times]
    if times == 1:
        return whole
    return np.asarray(cv2.resize(whole, (width, height), interpolation=cv2.INTER_AREA), np.uint8)


def _from_top_left(points: Floats) -> Floats:
    first = int(np.argmin(points.sum(axis=1)))
    return np.roll(points, -first, axis=0)


def _quad(small: Image) -> tuple[Floats, float, NDArray[np.bool_], float] | None:
    """Corners in `small`, clockwise, a score, which sides are the picture's own edge, and by how
    much the score is above that of any other outline.
    """
    height, width = small.shape[:2]
    found = lines(gradient(small), _regions(small), _LINES)
    met = _crossings(found)
    sides = _candidates(found, met, width, height)
    if not sides.size:
        return None
    scores = _scores(found, met, sides, width, height)
    best = np.argsort(scores)[::-1][:_LOOKED_INTO]
    sides = sides[:, best].T
    corners, border = met.corners(sides), found.border[sides]
    scores = scores[best] + _paper_inside(small, corners, border)
    chosen = int(np.argmax(scores))
    another = _apart(corners, corners[chosen]) > _ANOTHER_SHARE * np.hypot(width, height)
    lead = float(scores[chosen] - scores[another].max(initial=0.0))
    return corners[chosen], float(scores[chosen]), border[chosen], lead


def _apart(quads: Floats, one: Floats) -> Floats:
    """Of each quad, how far its worst corner is from that of `one`, whichever is called first."""
    turned = np.stack([np.roll(one, turn, axis=0) for turn in range(4)])
    off = np.linalg.norm(quads[:, None] - turned[None], axis=3).max(axis=2)
    return np.asarray(off.min(axis=1), np.float64)


def _regions(small: Image) -> tuple[Floats, Floats]:
    """Sides of what is lighter than its surroundings, at several levels: normals and rhos.

    The least of the three channels tells paper from wood and cloth better than grey does.
    """
    level = _darkest(small)
    normals, rhos = [], []
    for least in np.quantile(level[::3, ::3], _LEVELS):
        lighter = (level > least).astype(np.uint8)
        mask = cv2.morphologyEx(lighter, cv2.MORPH_OPEN, np.ones((5, 5), np.uint8))
        for contour in cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)[0]:
            hull = cv2.convexHull(contour)
            if cv2.contourArea(hull) < _SMALLEST_SHARE * level.size:
                continue
            corner = cv2.approxPolyDP(hull, 0.02 * cv2.arcLength(hull, True), True)[:, 0]
            if not 4 <= len(corner) <= 7:
                continue
            side = (np.roll(corner, -1, axis=0) - corner).astype(np.float64)
            long = np.linalg.norm(side, axis=1)
            # A hull runs clockwise or not; the light side is the one its middle is on.
            normal = np.column_stack([-side[:, 1], side[:, 0]]) / long[:, None]
            rho = (normal * corner).sum(axis=1)
            sign = np.where(normal @ corner.mean(axis=0) < rho, -1.0, 1.0)
            keep = long > _SHORTEST_SIDE_PX
            normals.append((normal * sign[:, None])[keep])
            rhos.append((rho * sign)[keep])
    if not normals:
        return np.empty((0, 2)), np.empty(0)
    return np.vstack(normals), np.concatenate(rhos)


def _crossings(found: Lines) -> Crossings:
    normal, rho = found.normal, found.rho
    sine = normal[:, None, 0] * normal[None, :, 1] - normal[:, None, 1] * normal[None, :, 0]
    safe = np.where(np.abs(sine) < 1e-3, np.nan, sine)
    x = (rho[:, None] * normal[None, :, 1] - rho[None, :] * normal[:, None, 1]) / safe
    y = (rho[None, :] * normal[:, None, 0] - rho[:, None] * normal[None, :, 0]) / safe
    return Crossings(sine, x, y, x * found.along[:, :1] + y * found.along[:, 1:])


def _darkest(small: Image) -> Image:
    """(height, width): the least of the three channels."""
    blue, green, red = cv2.split(small)
    return np.asarray(cv2.min(cv2.min(blue, green), red), np.uint8)


def _candidates(found: Lines, met: Crossings, width: int, height: int) -> Indices:
    """Lines, (4, n), in the order of the sides they make, clockwise."""
    inside = (met.x > -0.2 * width) & (met.x < 1.2 * width) & (np.abs(met.sine) > 0.7)
    inside &= (met.y > -0.2 * height) & (met.y < 1.2 * height)
    one, two = np.triu_indices(len(found.rho), 1)
    facing = (np.abs(met.sine[one, two]) < 0.45) & ~(found.border[one] & found.border[two])
    one, two = one[facing], two[facing]
    # Of all lines that cross such a pair, those that are edge between the two.
    step = found.step(np.where(inside, met.place, 0))
    borne = np.take_along_axis(found.borne, step, axis=1)
    tables = np.stack([met.place.T, step.T, borne.T])  # (table, line that is met, line)
    long, steps, edge = np.abs(tables[:, one] - tables[:, two])
    usable = inside[one] & inside[two] & (long > _SHORTEST_SIDE_PX)
    share = np.where(found.border, _BORDER_WORTH, edge / np.maximum(steps, 1))
    share = np.where(usable, share, 0)
    best = np.argsort(share, axis=1)[:, ::-1][:, :_ACROSS]
    seen = np.take_along_axis(share, best, axis=1) >= _SIDE_SEEN
    first, second = np.triu_indices(best.shape[1], 1)
    pair, across = np.divmod(np.flatnonzero(seen[:, first] & seen[:, second]), len(first))
    k, m = _of(best, pair, first[across]), _of(best, pair, second[across])
    sides = np.stack([one[pair], m, two[pair], k])
    return _plausible(met, sides[:, ~(found.border[k] & found.border[m])], width * height)


def _plausible(met: Crossings, sides: Indices, room: int) -> Indices:
    """Those of `sides` that may be a page's, clockwise. Their corners are known to be no sharper
    and no farther out than a page's.
    """
    before = np.roll(sides, 1, axis=0)
    long = _of(met.place, sides, np.roll(sides, -1, axis=0)) - _of(met.place, sides, before)
    turn = long * np.roll(long, 1, axis=0) * _of(met.sine, before, sides)
    other_way = (turn < 0).all(axis=0)
    long = np.abs(np.where(other_way, long[_OTHER_WAY], long))
    keep = np.flatnonzero(
        ((turn > 0).all(axis=0) | other_way)  # or two sides cross
        & (np.abs(turn[1] + turn[3]) / 2 > _SMALLEST_SHARE * room)  # its area: two triangles
        & (long > _SHORTEST_SIDE_PX).all(axis=0)
        & (np.minimum(long[:2], long[2:]) > 0.55 * np.maximum(long[:2], long[2:])).all(axis=0)
        & (np.minimum(long[0], long[1]) > 0.25 * np.maximum(long[0], long[1]))
    )
    return np.where(other_way, sides[_OTHER_WAY], sides)[:, keep]


def _scores(found: Lines, met: Crossings, sides: Indices, width: int, height: int) -> Floats:
    """How much of each outline is edge, less what runs on past its corners."""
    before = np.roll(sides, 1, axis=0)
    start = _of(met.place, sides, before)
    end = _of(met.place, sides, np.roll(sides, -1, axis=0))
    low, high = np.minimum(start, end), np.maximum(start, end)
    long = high - low
    trim = np.minimum(0.05 * long, 8.0)
    share = found.share(sides, low + trim, high - trim)
    more = np.maximum(0.12 * long, 12.0)
    running_on = 0.5 * (
        found.share(sides, low - more, low - 4) + found.share(sides, high + 4, high + more)
    )
    border = found.border[sides]
    seen = np.where(border, _BORDER_WORTH, share)
    past = np.where(border, 0.0, running_on)
    # Clockwise, the page is on the right of a side; on the right of a line it is dark.
    inward = np.where(border, 0, np.sign(start - end)).sum(axis=0)
    x, y = _of(met.x, before, sides), _of(met.y, before, sides)
    area = np.abs((x * np.roll(y, -1, axis=0) - np.roll(x, -1, axis=0) * y).sum(axis=0)) / 2
    middle = np.abs(x.mean(axis=0) - width / 2), np.abs(y.mean(axis=0) - height / 2)
    return np.asarray(
        0.45 * seen.mean(axis=0)
        + 0.35 * seen.min(axis=0)
        - 0.75 * past.mean(axis=0)
        + 0.04 * np.abs(inward) / 4
        + 0.04 * inward / 4
        - 0.20 * np.maximum(*middle) / width
        + 0.20 * np.sqrt(np.minimum(area / (width * height), 0.9)),
        np.float64,
    )


def _paper_inside(small: Image, corners: Floats, border: NDArray[np.bool_]) -> Floats:
    """What speaks for paper: the same along all sides within, and another thing beyond them."""
    share = np.linspace(0.1, 0.9, 15)
    start, end = corners, np.roll(corners, -1, axis=1)
    spots = start[:, :, None] + share[None, None, :, None] * (end - start)[:, :, None]
    ahead = (end - start) / np.linalg.norm(end - start, axis=2, keepdims=True)
    out = np.stack([ahead[..., 1], -ahead[..., 0]], axis=-1)[:, :, None]
    height, width = small.shape[:2]
    colours = np.stack(cv2.split(small)).reshape(3, -1)
    rings = []
    for aside in (-6.0, -4.0, 4.0):
        at = spots + aside * out
        x = np.clip(np.rint(at[..., 0]), 0, width - 1).astype(np.intp)
        y = np.clip(np.rint(at[..., 1]), 0, height - 1).astype(np.intp)
        rings.append(colours.take(y * width + x, axis=1).astype(np.float32))
    within, beyond = (rings[0] + rings[1]) / 2, rings[2]  # (colour, outline, side, spot)
    flat = within.reshape(3, len(corners), -1)
    middle = np.median(flat, axis=2)
    off = np.abs(flat - middle[..., None]).max(axis=0)
    spread, far = np.median(off, axis=1), np.quantile(off, 0.85, axis=1)
    step = np.median(np.abs(within - beyond).max(axis=0), axis=2)
    step = np.where(border, 12.0, step)  # nothing is known of what lies beyond the picture
    white = float(np.quantile(_darkest(small)[::3, ::3], 0.97)) + 1
    light = np.minimum(middle.min(axis=0) / white, 1)
    return np.asarray(
        0.10 * np.minimum(step / 40, 1).mean(axis=1)
        + 0.08 * np.minimum(step / 12, 1).min(axis=1)
        + 0.20 * light
        - 0.10 * np.minimum(spread / 25, 1)
        - 0.10 * np.minimum(far / 60, 1),
        np.float64,
    )


def _of(table: NDArray[Kind], row: Indices, column: Indices) -> NDArray[Kind]:
    """`table[row, column]`: ten times as fast for as many as there are here."""
    found: NDArray[Kind] = table.ravel().take(row * table.shape[1] + column)
    return found
