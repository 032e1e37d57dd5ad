"""Long straight edges of a small picture, and how well each is borne out along its length.

For `page_finding`. Edges are Canny's, of whichever colour channel shows them best; lines are voted
for after Hough, each edge point only near its own gradient's direction (O'Gorman and Clowes 1976),
with its sign: from dark to bright.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

Image = NDArray[np.uint8]
Floats = NDArray[np.float64]
Singles = NDArray[np.float32]
Indices = NDArray[np.intp]

_WEAKEST: Final = 18.0  # of a gradient: a step of 4 or 5 grey values
_NOISE_TIMES: Final = 2.6  # and this many times the picture's usual gradient
_FULL: Final = 60.0  # a gradient beyond which an edge is not the more an edge
_ROUNDS: Final = 4
_VOTE_FULL: Final = 120.0  # and beyond which it votes no louder
_SECTOR: Final = 15  # bins of direction that share a number of lines: a grain has hundreds
_THETAS: Final = 180
_RHO_PX: Final = 2.0
_VOTES_ASIDE: Final = 3  # bins on either side of the gradient's own direction
_STEP_PX: Final = 2.0
_SAME_WITHIN_PX: Final = 120.0


@dataclass(frozen=True, slots=True)
class Gradient:
    """Sobel's, of the channel in which it is largest."""

    dx: NDArray[np.int16]
    dy: NDArray[np.int16]
    noise: float


@dataclass(frozen=True, slots=True)
class Lines:
    """`normal`: (n, 2), from dark to bright; `rho`: (n,), along it, so that normal · point = rho.

    borne: (n, steps + 1), the running sum of how much edge there is from one end of the picture
    to the other; use `share`. `border`: (n,), whether it is an edge of the picture itself.
    """

    normal: Floats
    rho: Floats
    borne: Floats
    border: NDArray[np.bool_]
    reach_px: float

    @property
    def along(self) -> Floats:
        return np.column_stack([-self.normal[:, 1], self.normal[:, 0]])

    def step(self, at: Floats) -> Indices:
        """The place in `borne` that is `at` pixels along a line."""
        steps = np.rint((at + self.reach_px) / _STEP_PX)
        return np.clip(steps, 0, self.borne.shape[1] - 1).astype(np.intp)

    def share(self, line: Indices, start: Floats, end: Floats) -> Floats:
        """How much of the stretch from `start` on to `end` is edge: 0 to 1. Pixels along it."""
        first, last = self.step(start), self.step(end)
        row, borne = line * self.borne.shape[1], self.borne.ravel()
        sums = borne.take(row + last) - borne.take(row + first)
        return np.asarray(sums / np.maximum(last - first, 1), np.float64)


def gradient(picture: Image) -> Gradient:
    """`picture`: (height, width, 3)."""
    each = [cv2.spatialGradient(channel) for channel in cv2.split(picture)]
    sizes = [cv2.add(np.abs(dx), np.abs(dy)) for dx, dy in each]
    (best_x, best_y), size = each[0], sizes[0]
    for (dx, dy), here in zip(each[1:], sizes[1:], strict=True):
        more = cv2.compare(here, size, cv2.CMP_GT)
        cv2.copyTo(dx, more, best_x)
        cv2.copyTo(dy, more, best_y)
        size = cv2.max(size, here)
    return Gradient(
        np.asarray(best_x, np.int16),
        np.asarray(best_y, np.int16),
        float(np.median(np.asarray(size)[::3, ::3])),
    )


def lines(found: Gradient, guesses: tuple[Floats, Floats], most: int) -> Lines:
    """`guesses` (normals and rhos), the `most` longest other edges, and the picture's own four."""
    height, width = found.dx.shape
    weakest = max(_WEAKEST, _NOISE_TIMES * found.noise)
    edges = cv2.Canny(found.dx, found.dy, 0.7 * weakest, weakest, L2gradient=True)
    spot = np.flatnonzero(edges)  # of a flat view: several times faster than rows and columns
    y, x = np.divmod(spot, width)
    dx, dy = (each.ravel().take(spot).astype(np.float32) for each in (found.dx, found.dy))
    size = np.hypot(dx, dy) + np.float32(1e-6)
    points = np.stack([x, y, np.ones(len(x)), dx / size, dy / size]).astype(np.float32)
    weight = np.minimum(size / _VOTE_FULL, 1.0)
    reach = float(np.hypot(width, height))
    left, weight_left, cells = points, weight, _cells(points, reach)
    normals, rhos = [np.empty((0, 2))], [np.empty(0)]
    for turn in range(_ROUNDS + 1):
        if turn == 0:
            normal, rho = guesses
        else:
            normal, rho = _peaks(cells, weight_left, reach, most // _ROUNDS)
        normal, rho = _fitted(left, weight_left, normal, rho, 3.5)
        normals.append(normal)
        rhos.append(rho)
        # What a strong line explains is taken away, or its echoes would drown the weak ones.
        free = np.flatnonzero(~_near(left, normal, rho, 2.5).any(axis=0))
        left, cells = left.take(free, axis=1), cells.take(free, axis=1)
        weight_left = weight_left.take(free)
    normal, rho = _fitted(points, weight, np.vstack(normals), np.concatenate(rhos), 1.8)
    normal, rho = _distinct(normal, rho, np.array([width / 2, height / 2]))
    borne = _borne(found, normal, rho, reach, max(0.5 * weakest, 6.0), max(2 * weakest, _FULL))
    return _with_borders(
        Lines(normal, rho, borne, np.zeros(len(rho), np.bool_), reach), width, height
    )


def _bins(reach: float) -> int:
    return 2 * int(reach / _RHO_PX) + 2


def _cells(points: Singles, reach: float) -> Indices:
    """(directions, n): the cells that each of `points` votes for."""
    own = np.rint(np.arctan2(points[4], points[3]) * (_THETAS / (2 * np.pi))).astype(np.intp)
    theta = (own + np.arange(-_VOTES_ASIDE, _VOTES_ASIDE + 1)[:, None]) % _THETAS
    angles = np.arange(_THETAS) * (2 * np.pi / _THETAS)
    cos, sin = np.cos(angles).astype(np.float32), np.sin(angles).astype(np.float32)
    rho = points[0] * cos.take(theta) + points[1] * sin.take(theta)
    return np.asarray(theta * _bins(reach) + ((rho + reach) / _RHO_PX).astype(np.intp), np.intp)


def _peaks(cells: Indices, weight: Singles, reach: float, most: int) -> tuple[Floats, Floats]:
    """The `most` lines with the most votes, not too many of them in one direction."""
    bins = _bins(reach)
    votes = np.bincount(cells.ravel(), np.tile(weight, len(cells)), _THETAS * bins)
    ballot = votes.reshape(_THETAS, bins).astype(np.float32)
    round_trip = np.vstack([ballot[-8:], ballot, ballot[:8]])
    smooth = cv2.GaussianBlur(round_trip, (3, 3), 0.8)
    highest = cv2.dilate(smooth, np.ones((7, 5), np.uint8))
    peak = np.where(smooth >= highest, smooth, 0)[8:-8].ravel()
    place = np.flatnonzero(peak > 2.0)
    order = place[np.argsort(peak[place])[::-1]][: 8 * most]
    sector = order // bins % (_THETAS // 2) // _SECTOR
    rank = np.empty(len(order), np.intp)
    for each in range(_THETAS // 2 // _SECTOR):
        rank[sector == each] = np.arange(np.count_nonzero(sector == each))
    order = order[rank < max(2, most // 3)][:most]
    theta, at = order // bins, order % bins
    angle = theta * (2 * np.pi / _THETAS)
    normal = np.column_stack([np.cos(angle), np.sin(angle)])
    return normal, np.asarray((at + 0.5) * _RHO_PX - reach, np.float64)


def _near(points: Singles, normal: Floats, rho: Floats, px: float) -> NDArray[np.bool_]:
    """(lines, points): which points lie within `px` of which line and run its way."""
    facing = normal.astype(np.float32)
    off = np.column_stack([facing, -rho.astype(np.float32)]) @ points[:3]
    return np.asarray((np.abs(off, out=off) < px) & (facing @ points[3:] > 0.94), np.bool_)


def _fitted(
    points: Singles, weight: Singles, normal: Floats, rho: Floats, px: float
) -> tuple[Floats, Floats]:
    """Each line laid through the edge points near it that run its way (least squares)."""
    near = np.flatnonzero(_near(points, normal, rho, px))
    line, point = np.divmod(near, max(1, points.shape[1]))
    w, x, y = (each.take(point).astype(np.float64) for each in (weight, points[0], points[1]))
    count = len(rho)
    total = np.bincount(line, w, count) + 1e-9
    mean_x, mean_y = (np.bincount(line, w * each, count) / total for each in (x, y))
    xx = np.bincount(line, w * x * x, count) / total - mean_x**2
    yy = np.bincount(line, w * y * y, count) / total - mean_y**2
    xy = np.bincount(line, w * x * y, count) / total - mean_x * mean_y
    along = 0.5 * np.arctan2(2 * xy, xx - yy)
    new = np.column_stack([-np.sin(along), np.cos(along)])
    new *= np.where((new * normal).sum(axis=1) < 0, -1, 1)[:, None]
    good = (total > 2) & ((new * normal).sum(axis=1) > 0.97)
    new = np.where(good[:, None], new, normal)
    return new, np.where(good, new[:, 0] * mean_x + new[:, 1] * mean_y, rho)


def _distinct(normal: Floats, rho: Floats, middle: Floats) -> tuple[Floats, Floats]:
    """The first of those that became the same, as far as the picture reaches."""
    foot = middle + normal * (rho - normal @ middle)[:, None]
    along = np.column_stack([-normal[:, 1], normal[:, 0]])
    apart = np.zeros((len(rho), len(rho)))
    for way in (-_SAME_WITHIN_PX, _SAME_WITHIN_PX):
        apart = np.maximum(apart, np.abs((foot + way * along) @ normal.T - rho))
    same = (normal @ normal.T > 0.99) & (apart < 2.0)
    first = ~np.tril(same, -1).any(axis=1)
    return normal[first], rho[first]


def _borne(
    found: Gradient, normal: Floats, rho: Floats, reach: float, weakest: float, full: float
) -> Floats:
    at = np.arange(-reach, reach, _STEP_PX) + _STEP_PX / 2
    along = np.column_stack([-normal[:, 1], normal[:, 0]])
    best = np.zeros((len(rho), len(at)), np.float32)
    across, down = np.hsplit(normal.astype(np.float32), 2)
    # Without the outermost pixels, whose gradient is half known; beyond, there is nothing.
    inner = [each[1:-1, 1:-1].astype(np.float32) for each in (found.dx, found.dy)]
    for aside in (-1.0, 0.0, 1.0) if len(rho) else ():  # OpenCV refuses to look up nothing
        spot = normal * (rho + aside)[:, None] - 1
        x, y = (
            (spot[:, way, None] + along[:, way, None] * at).astype(np.float32) for way in (0, 1)
        )
        dx, dy = (
            cv2.remap(each, x, y, cv2.INTER_NEAREST, borderMode=cv2.BORDER_CONSTANT)
            for each in inner
        )
        rise = dx * across + dy * down
        clear = rise * rise > 0.85**2 * (dx * dx + dy * dy)
        best = np.maximum(best, np.where(clear, rise, 0))
    borne = np.clip((best - weakest) / (full - weakest), 0, 1) ** 0.5
    return np.column_stack([np.zeros(len(rho)), np.cumsum(borne, axis=1, dtype=np.float64)])


def _with_borders(found: Lines, width: int, height: int) -> Lines:
    normal = np.array([[1.0, 0], [-1.0, 0], [0, 1.0], [0, -1.0]])
    rho = np.array([0.0, 1.0 - width, 0.0, 1.0 - height])
    none = np.zeros((4, found.borne.shape[1]))
    return Lines(
        np.vstack([found.normal, normal]),
        np.concatenate([found.rho, rho]),
        np.vstack([found.borne, none]),
        np.concatenate([found.border, np.ones(4, np.bool_)]),
        found.reach_px,
    )
