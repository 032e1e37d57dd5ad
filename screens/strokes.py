"""A signature as strokes: which of them are real, and their jagged points as smooth lines.

A point is (x, y). Knows no window, keeps nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import dist

Point = tuple[float, float]


def length(stroke: Sequence[Point]) -> float:
    return sum(dist(one, other) for one, other in pairwise(stroke))


def is_real(strokes: Sequence[Sequence[Point]], least: float) -> bool:
    """Whether one of them is longer than `least`: dots alone are no name."""
    return any(length(stroke) >= least for stroke in strokes)


def smooth(stroke: Sequence[Point], step: float) -> tuple[Point, ...]:
    """The same line without its corners, a point about every `step`.

    Quadratic curves from the middle of each side to that of the next, as fonts have them: the line
    never leaves what the finger enclosed. A single point stays one.
    """
    if len(stroke) < 3:
        return tuple(stroke)
    line = [stroke[0], _middle(stroke[0], stroke[1])]
    for corner, after in pairwise(stroke[1:]):
        begin, end = line[-1], _middle(corner, after)
        parts = max(1, round((dist(begin, corner) + dist(corner, end)) / step))
        line += [_on_curve(begin, corner, end, at / parts) for at in range(1, parts + 1)]
    return (*line, stroke[-1])


def _middle(one: Point, other: Point) -> Point:
    return (one[0] + other[0]) / 2, (one[1] + other[1]) / 2


def _on_curve(begin: Point, corner: Point, end: Point, share: float) -> Point:
    left = 1 - share
    x, y = (
        left * left * a + 2 * left * share * b + share * share * c
        for a, b, c in zip(begin, corner, end, strict=True)
    )
    return x, y
