"""Whether what was drawn on the screen is a signature."""

from __future__ import annotations

from itertools import pairwise
from math import hypot
from typing import Final

Strokes = tuple[tuple[tuple[float, float], ...], ...]
"""Points as shares of the field from its top left, 0 to 1; one tuple a stroke."""

LEAST: Final = 0.08  # of line, in widths of the field: a dot or a slip of the finger is no name
MOST_POINTS: Final = 20_000


def is_signature(strokes: Strokes) -> bool:
    points = sum(len(stroke) for stroke in strokes)
    drawn = sum(hypot(x2 - x1, y2 - y1) for one in strokes for (x1, y1), (x2, y2) in pairwise(one))
    return points <= MOST_POINTS and drawn >= LEAST
