"""A signature as it was drawn on the screen: whether it is one, and as a picture."""

from __future__ import annotations

from itertools import pairwise
from math import hypot
from typing import Final

import cv2
import numpy as np

Strokes = tuple[tuple[tuple[float, float], ...], ...]
"""Points as shares of the field from its top left, 0 to 1; one tuple a stroke."""

WIDTH_PX: Final = 720
HEIGHT_PX: Final = 240
LEAST: Final = 0.4  # of line, in widths of the field: a dot or a slip of the finger is no name
MOST_POINTS: Final = 20_000
_PEN_PX: Final = 6
_FRACTION_BITS: Final = 4  # OpenCV draws at sixteenths of a pixel


def is_signature(strokes: Strokes) -> bool:
    points = sum(len(stroke) for stroke in strokes)
    drawn = sum(hypot(x2 - x1, y2 - y1) for one in strokes for (x1, y1), (x2, y2) in pairwise(one))
    return points <= MOST_POINTS and drawn >= LEAST


def png(strokes: Strokes) -> bytes:
    """Black on white, 720 × 240, the same bytes for the same strokes."""
    paper = np.full((HEIGHT_PX, WIDTH_PX), 255, np.uint8)
    for stroke in strokes:
        shares = np.clip(np.array(stroke, np.float64).reshape(-1, 2), 0.0, 1.0)
        points = shares * (WIDTH_PX - 1, HEIGHT_PX - 1) * (1 << _FRACTION_BITS)
        line = points.round().astype(np.int32).reshape(-1, 1, 2)
        cv2.polylines(paper, [line], False, 0, _PEN_PX, cv2.LINE_AA, _FRACTION_BITS)
    done, encoded = cv2.imencode(".png", paper)
    if not done:
        raise ValueError("a signature could not be drawn")
    return bytes(encoded)
