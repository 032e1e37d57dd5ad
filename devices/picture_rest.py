"""Whether a picture is at rest: frame in, how long nothing has moved out. Time is an argument.

A frame is compared in fields of 16 × 16 pixels, each the mean of its own, so that the grain of the
sensor is averaged away and a finger is not. It is compared with the frame that the rest began with,
not with the one before, so that what creeps is seen too. By how much the most of them became
brighter is taken off first: lamps flicker and cameras follow the light.

The limit comes from the noise: the middle of the differences between one frame and the next, at the
calmest pair so far. More than half of the fields must move to disturb that, and then it only grows
up to `_LIMIT_MAX`.
"""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

Image = NDArray[np.uint8]
Fields = NDArray[np.float32]

FIELD_PX: Final = 16
FRAMES_MIN: Final = 4  # of a rest, for cameras that send only a few a second
_SIGMAS: Final = 8.0  # among ten thousand fields noise alone reaches four
_MAD_TO_SIGMA: Final = 1.4826  # of normally distributed noise
_LIMIT_MIN: Final = 1.0  # grey levels of 255: what encoding alone may do to a field
_LIMIT_MAX: Final = 6.0  # a sleeve over paper, or its shadow, makes more


class Rest:
    """Frames of one size, in order."""

    def __init__(self) -> None:
        self._first: Fields | None = None
        self._last: Fields | None = None
        self._since_s = 0.0
        self._frames = 0
        self._noise = _LIMIT_MAX / _SIGMAS

    def seen(self, frame: Image, now_s: float) -> float:
        """For how many seconds the picture has been at rest, `frame` included; 0: it moves."""
        fields = _fields(frame)
        if self._last is not None and self._last.shape == fields.shape:
            change = _change(fields, self._last)
            if change.any():  # a frame sent twice tells nothing of the noise
                self._noise = min(self._noise, float(np.median(change)) * _MAD_TO_SIGMA)
        self._last = fields
        if self._first is None or not self._alike(fields, self._first):
            self._first, self._since_s, self._frames = fields, now_s, 0
        self._frames += 1
        return now_s - self._since_s if self._frames >= FRAMES_MIN else 0.0

    def _alike(self, fields: Fields, first: Fields) -> bool:
        if fields.shape != first.shape:
            return False
        limit = min(max(self._noise * _SIGMAS, _LIMIT_MIN), _LIMIT_MAX)
        return bool(_change(fields, first).max() <= limit)


def _fields(frame: Image) -> Fields:
    height, width = frame.shape[:2]
    size = (max(1, width // FIELD_PX), max(1, height // FIELD_PX))
    # In two steps: the first has bytes and little work, the second keeps what lies between them.
    quarter = cv2.resize(frame, (size[0] * 4, size[1] * 4), interpolation=cv2.INTER_AREA)
    grey = cv2.cvtColor(quarter, cv2.COLOR_BGR2GRAY).astype(np.float32)
    return np.asarray(cv2.resize(grey, size, interpolation=cv2.INTER_AREA), dtype=np.float32)


def _change(fields: Fields, other: Fields) -> Fields:
    gain = np.median((fields + 1) / (other + 1))
    return np.asarray(np.abs(fields - gain * other), dtype=np.float32)
