"""A signature as a picture."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np

from kiosk.visits.forms.signing import Strokes

WIDTH_PX: Final = 720
HEIGHT_PX: Final = 240
_PEN_PX: Final = 6
_FRACTION_BITS: Final = 4  # OpenCV draws at sixteenths of a pixel


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
