"""Where the page lies in a picture: four corners, to a fraction of a pixel.

A reduced copy gives long straight edges (`page_lines`); four of them make a page. Which four is
decided by how much of each side is edge, by edges that end at the corners, by paper on the inside,
and by size. The corners are then crossings of lines fitted to the full picture's edges, away from
the ends, so that rounded corners and a finger on a side do no harm.

Coordinates are OpenCV's: the middle of the first pixel is (0, 0).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from devices.page_edges import refined
from devices.page_lines import Lines, gradient, lines

Image = NDArray[np.uint8]
Floats = NDArray[np.float64]
Indices = NDArray[np.intp]

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


def find_page(frame: Image) -> Corners | None:
    """The page in `frame`, (height, width, 3), BGR; None when nothing looks like one.

    Of several, the one whose whole outline is seen, then the larger.
    """
    height, width = frame.shape[:2]
    scale = max(1, -(-max(height, width) // LONGEST_PX))  # whole: several times faster to reduce
    size = (width // scale, height // scale)
    whole = frame[: size[1] * scale, : size[0] * scale]
    small = np.asarray(cv2.resize(whole, size, interpolation=cv2.INTER_AREA), np.uint8)
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


def _from_top_left(points: Floats) -> Floats:
    first = int(np.argmin(points.sum(axis=1)))
    return np.roll(points, -first, axis=0)


def _quad(small: Image) -> tuple[Floats, float, NDArray[np.bool_], float] | None:
    """Corners in `small`, clockwise, a score, which sides are the picture's own edge, and by how
    much the score is above that of any other outline.
    """
    height, width = small.shape[:2]
    found = lines(gradient(small), _regions(small), _LINES)
    sides, corners = _candidates(found, width, height)
    if not len(sides):
        return None
    scores = _scores(found, sides, corners, width, height)
    best = np.argsort(scores)[::-1][:_LOOKED_INTO]
    scores = scores[best] + _paper_inside(small, corners[best], found.border[sides[best]])
    winner = int(np.argmax(scores))
    chosen = best[winner]
    others = scores[
        _apart(corners[best], corners[chosen]) > _ANOTHER_SHARE * np.hypot(width, height)
    ]
    lead = float(scores[winner] - others.max(initial=0.0))
    return corners[chosen], float(scores[winner]), found.border[sides[chosen]], lead


def _apart(quads: Floats, one: Floats) -> Floats:
    """Of each quad, how far its worst corner is from that of `one`, whichever is called first."""
    turned = np.stack([np.roll(one, turn, axis=0) for turn in range(4)])
    off = np.linalg.norm(quads[:, None] - turned[None], axis=3).max(axis=2)
    return np.asarray(off.min(axis=1), np.float64)


def _regions(small: Image) -> tuple[Floats, Floats]:
    """Sides of what is lighter than its surroundings, at several levels: normals and rhos.

    The least of the three channels tells paper from wood and cloth better than grey does.
    """
    blue, green, red = cv2.split(small)
    level = np.asarray(cv2.min(cv2.min(blue, green), red), np.uint8)
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


def _candidates(found: Lines, width: int, height: int) -> tuple[NDArray[np.intp], Floats]:
    """Lines, (n, 4), in the order of the sides they make; and corners, (n, 4, 2), clockwise.

    Side k runs from corner k to corner k + 1.
    """
    normal, rho = found.normal, found.rho
    count = len(rho)
    cross = normal[:, None, 0] * normal[None, :, 1] - normal[:, None, 1] * normal[None, :, 0]
    safe = np.where(np.abs(cross) < 1e-3, np.nan, cross)
    meet_x = (rho[:, None] * normal[None, :, 1] - rho[None, :] * normal[:, None, 1]) / safe
    meet_y = (rho[None, :] * normal[:, None, 0] - rho[:, None] * normal[None, :, 0]) / safe
    meet = np.stack([meet_x, meet_y], axis=-1)
    one, two = np.triu_indices(count, 1)
    facing = (np.abs(cross[one, two]) < 0.45) & ~(found.border[one] & found.border[two])
    one, two = one[facing], two[facing]
    # Of all lines that cross such a pair, those that are edge between the two.
    room = np.array([width, height])
    inside = ((meet > -0.2 * room) & (meet < 1.2 * room)).all(axis=2) & (np.abs(cross) > 0.7)
    place = np.einsum("kac,kc->ka", meet, found.along)  # where on line k it meets line a
    start, end = place[:, one], place[:, two]
    usable = inside[:, one] & inside[:, two] & (np.abs(end - start) > _SHORTEST_SIDE_PX)
    start, end = np.where(usable, start, 0), np.where(usable, end, 0)
    line = np.broadcast_to(np.arange(count)[:, None], start.shape)
    share = np.where(found.border[:, None], _BORDER_WORTH, found.share(line, start, end))
    share = np.where(usable, share, 0).T
    best = np.argsort(share, axis=1)[:, ::-1][:, :_ACROSS]
    first, second = np.triu_indices(best.shape[1], 1)
    pair = np.repeat(np.arange(len(one)), len(first))
    k, m = best[:, first].ravel(), best[:, second].ravel()
    good = (share[pair, k] >= _SIDE_SEEN) & (share[pair, m] >= _SIDE_SEEN)
    good &= ~(found.border[k] & found.border[m])
    pair, k, m = pair[good], k[good], m[good]
    i, j = one[pair], two[pair]
    corners = np.stack(
        [meet[a, b] for a, b in ((i, k), (i, m), (j, m), (j, k))],
        axis=1,
    )
    sides = np.stack([i, m, j, k], axis=1)
    area = _area(corners)
    turned = area < 0  # make it clockwise in picture coordinates (y down)
    corners[turned] = corners[turned][:, [1, 0, 3, 2]]
    sides[turned] = sides[turned][:, [0, 3, 2, 1]]
    keep = _plausible(corners, np.abs(area), width, height)
    return sides[keep], corners[keep]


def _area(corners: Floats) -> Floats:
    x, y = corners[..., 0], corners[..., 1]
    return np.asarray(
        0.5 * (x * np.roll(y, -1, axis=-1) - np.roll(x, -1, axis=-1) * y).sum(axis=-1), np.float64
    )


def _plausible(corners: Floats, area: Floats, width: int, height: int) -> NDArray[np.bool_]:
    with np.errstate(invalid="ignore"):
        room = np.array([width, height])
        inside = ((corners > -0.2 * room) & (corners < 1.2 * room)).all(axis=(1, 2))
        edge = np.roll(corners, -1, axis=1) - corners
        long = np.linalg.norm(edge, axis=2)
        before = np.roll(edge, 1, axis=1)
        sine = (before[..., 0] * edge[..., 1] - before[..., 1] * edge[..., 0]) / (
            long * np.roll(long, 1, axis=1)
        )
        facing = np.minimum(long[:, :2], long[:, 2:]) / np.maximum(long[:, :2], long[:, 2:])
        shape = np.minimum(long[:, 0], long[:, 1]) / np.maximum(long[:, 0], long[:, 1])
        return np.asarray(
            inside
            & (area > _SMALLEST_SHARE * width * height)
            & (long > _SHORTEST_SIDE_PX).all(axis=1)
            & (sine > 0.6).all(axis=1)
            & (facing > 0.55).all(axis=1)
            & (shape > 0.25),
            np.bool_,
        )


def _scores(found: Lines, sides: Indices, corners: Floats, width: int, height: int) -> Floats:
    """How much of each outline is edge, less what runs on past its corners."""
    along, normal = found.along, found.normal
    middle = corners.mean(axis=1)
    seen = np.empty((len(sides), 4))
    past = np.empty((len(sides), 4))
    inward = np.empty((len(sides), 4))
    for side in range(4):
        line = sides[:, side]
        start, end = corners[:, side], corners[:, (side + 1) % 4]
        t0 = (start * along[line]).sum(axis=1)
        t1 = (end * along[line]).sum(axis=1)
        low, high = np.minimum(t0, t1), np.maximum(t0, t1)
        long = high - low
        trim = np.minimum(0.05 * long, 8.0)
        share = found.share(line, low + trim, high - trim)
        more = np.maximum(0.12 * long, 12.0)
        running_on = 0.5 * (
            found.share(line, low - more, low - 4) + found.share(line, high + 4, high + more)
        )
        border = found.border[line]
        seen[:, side] = np.where(border, _BORDER_WORTH, share)
        past[:, side] = np.where(border, 0.0, running_on)
        inward[:, side] = np.where(
            border, 0, np.sign((middle * normal[line]).sum(axis=1) - found.rho[line])
        )
    area = np.abs(_area(corners)) / (width * height)
    aside = np.abs(middle - [width / 2, height / 2]).max(axis=1) / width
    agree = np.abs(inward.sum(axis=1)) / 4
    bright = inward.sum(axis=1) / 4
    return np.asarray(
        0.45 * seen.mean(axis=1)
        + 0.35 * seen.min(axis=1)
        - 0.75 * past.mean(axis=1)
        + 0.04 * agree
        + 0.04 * bright
        - 0.20 * aside
        + 0.20 * np.sqrt(np.minimum(area, 0.9)),
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
    rings = []
    for aside in (-6.0, -4.0, 4.0):
        at = spots + aside * out
        x = np.clip(np.rint(at[..., 0]), 0, width - 1).astype(np.intp)
        y = np.clip(np.rint(at[..., 1]), 0, height - 1).astype(np.intp)
        rings.append(small[y, x].astype(np.float32))
    within, beyond = (rings[0] + rings[1]) / 2, rings[2]
    flat = within.reshape(len(corners), -1, 3)
    middle = np.median(flat, axis=1)
    spread = np.median(np.abs(flat - middle[:, None]).max(axis=2), axis=1)
    far = np.quantile(np.abs(flat - middle[:, None]).max(axis=2), 0.85, axis=1)
    step = np.median(np.abs(within - beyond).max(axis=3), axis=2)
    step = np.where(border, 12.0, step)  # nothing is known of what lies beyond the picture
    white = float(np.quantile(small[::3, ::3].min(axis=2), 0.97)) + 1
    light = np.minimum(middle.min(axis=1) / white, 1)
    return np.asarray(
        0.10 * np.minimum(step / 40, 1).mean(axis=1)
        + 0.08 * np.minimum(step / 12, 1).min(axis=1)
        + 0.20 * light
        - 0.10 * np.minimum(spread / 25, 1)
        - 0.10 * np.minimum(far / 60, 1),
        np.float64,
    )
