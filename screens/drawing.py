"""Flat shapes with smooth edges, as points: what the illustrations are drawn with.

A point is (x, y); a shape is a closed, convex row of points, counter-clockwise or clockwise.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import cos, pi, sin

from kivy.graphics import Color, InstructionGroup, Mesh, SmoothLine

Point = tuple[float, float]
Place = Callable[[float, float], Point]

_ARC_STEPS = 8


def rounded(x: float, y: float, width: float, height: float, radius: float) -> list[Point]:
    corners = (
        (x + width - radius, y + height - radius, 0.0),
        (x + radius, y + height - radius, pi / 2),
        (x + radius, y + radius, pi),
        (x + width - radius, y + radius, 3 * pi / 2),
    )
    return [
        (
            cx + radius * cos(start + pi / 2 * step / _ARC_STEPS),
            cy + radius * sin(start + pi / 2 * step / _ARC_STEPS),
        )
        for cx, cy, start in corners
        for step in range(_ARC_STEPS + 1)
    ]


def oval(x: float, y: float, width: float, height: float, parts: int = 40) -> list[Point]:
    return [
        (
            x + width / 2 * (1 + cos(2 * pi * at / parts)),
            y + height / 2 * (1 + sin(2 * pi * at / parts)),
        )
        for at in range(parts)
    ]


def swept(shape: Sequence[Point], dx: float, dy: float) -> list[Point]:
    """The outline of all that `shape` passes over when it is moved: the sides of a flat body."""
    points = sorted({*shape, *((x + dx, y + dy) for x, y in shape)})
    return [*_half_hull(points), *_half_hull(points[::-1])]


def _half_hull(points: Sequence[Point]) -> list[Point]:
    hull: list[Point] = []
    for x, y in points:
        while len(hull) > 1:
            (ax, ay), (bx, by) = hull[-2:]
            if (bx - ax) * (y - ay) - (by - ay) * (x - ax) > 0:
                break
            hull.pop()
        hull.append((x, y))
    return hull[:-1]


def fill(
    group: InstructionGroup,
    shape: Sequence[Point],
    colour: tuple[float, float, float, float],
) -> Color:
    """Adds the shape; the colour is given back for whoever wants to change it later."""
    paint = Color(*colour)
    group.add(paint)
    flat = [part for x, y in shape for part in (x, y, 0, 0)]
    group.add(Mesh(vertices=flat, indices=list(range(len(shape))), mode="triangle_fan"))
    group.add(SmoothLine(points=[part for point in shape for part in point], width=1, close=True))
    return paint
