"""The sides of a page to a fraction of a pixel, from corners that are about right.

Each side is crossed at many places; the steepest step at each is an edge point, and a line that
gives little to points far off is laid through them: a finger, a letter, a round corner do not move
it.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

Image = NDArray[np.uint8]
Floats = NDArray[np.float64]


def refined(frame: Image, points: Floats, border: NDArray[np.bool_], reach: float) -> Floats:
    """`points`, (4, 2), moved to where lines through the steepest places near the sides meet.

    `border`: sides that are the picture's own edge and stay. `reach`: how far, in pixels, an edge
    may be from where it is thought to be. As they were where the lines meet far off.
    """
    lines_: list[tuple[Floats, float]] = []
    for side in range(4):
        start, end = points[side], points[(side + 1) % 4]
        ahead = (end - start) / np.linalg.norm(end - start)
        out = np.array([ahead[1], -ahead[0]])
        rho = float(out @ start)
        if not border[side]:
            fit = _side(frame, start, end, out, reach)
            if fit is not None:
                out, rho = fit
        lines_.append((out, rho))
    new = np.empty((4, 2))
    for corner in range(4):
        (n0, r0), (n1, r1) = lines_[corner - 1], lines_[corner]
        new[corner] = np.linalg.solve(np.stack([n0, n1]), np.array([r0, r1]))
    far = np.linalg.norm(new - points, axis=1) > 3 * reach
    return points if far.any() else new


def _side(
    frame: Image, start: Floats, end: Floats, out: Floats, reach: float
) -> tuple[Floats, float] | None:
    """A line, as normal and distance, through the edge within `reach` pixels of one side."""
    count = 64
    share = np.linspace(0.08, 0.92, count)[:, None]
    step = max(0.5, reach / 12)
    aside = np.arange(-reach - step, reach + 1.5 * step, step)
    spots = start + share * (end - start)
    x = (spots[:, :1] + out[0] * aside).astype(np.float32)
    y = (spots[:, 1:] + out[1] * aside).astype(np.float32)
    strips = cv2.remap(frame, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    values = cv2.GaussianBlur(strips, (1, 5), 1.2).astype(np.float32)
    rise = values[:, 2:] - values[:, :-2]
    usual = np.median(rise, axis=0)  # (places, channels): what most of the side agrees on
    which = int(np.argmax(np.abs(usual).max(axis=0)))
    sign = 1.0 if usual[np.argmax(np.abs(usual[:, which])), which] > 0 else -1.0
    slope = np.maximum(sign * rise[:, :, which], 0)
    peak = np.argmax(slope, axis=1)
    height = slope[np.arange(count), peak]
    inside = (peak > 0) & (peak < slope.shape[1] - 1)
    good = inside & (height > max(2.0, 0.25 * float(np.median(height))))
    if good.sum() < count // 4:
        return None
    rows, at = np.nonzero(good)[0], peak[good]
    left, top, right = slope[rows, at - 1], slope[rows, at], slope[rows, at + 1]
    between = 0.5 * (left - right) / np.minimum(left - 2 * top + right, -1e-6)
    offset = aside[at + 1] + between * step
    return _robust(spots[rows] + offset[:, None] * out, out)


def _robust(spots: Floats, out: Floats) -> tuple[Floats, float]:
    """Least squares, over and over, those far off counting less each time (Tukey)."""
    ahead = np.array([-out[1], out[0]])
    u, v = spots @ ahead, spots @ out
    middle = float(u.mean())
    u = u - middle
    # A start that half the points cannot spoil: the median slope between first and second half.
    half = len(u) // 2
    slope = _middle((v[half : 2 * half] - v[:half]) / (u[half : 2 * half] - u[:half]))
    base = _middle(v - slope * u)
    for _ in range(5):
        off = v - base - slope * u
        wide = max(0.4, 4.0 * _middle(np.abs(off)))
        w = np.clip(1 - (off / wide) ** 2, 0, 1) ** 2
        total = float(w.sum())
        mean_u, mean_v = float((w * u).sum()) / total, float((w * v).sum()) / total
        slope = float((w * (u - mean_u) * (v - mean_v)).sum() / (w * (u - mean_u) ** 2).sum())
        base = mean_v - slope * mean_u
    normal = (out - slope * ahead) / np.hypot(1.0, slope)
    spot = out * base + ahead * middle
    return normal, float(normal @ spot)


def _middle(values: Floats) -> float:
    """The upper median; numpy's own takes ten times as long for so few."""
    half = len(values) // 2
    return float(np.partition(values, half)[half])
