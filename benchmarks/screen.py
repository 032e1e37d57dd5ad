"""The pixels of a running Xvfb as they change: its framebuffer file, mapped into memory.

The file is a window dump as X11/XWDFile.h lays it out; sandbox/framebuffer.py reads still pictures.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from time import monotonic, sleep
from typing import Final

import numpy as np
from numpy.typing import NDArray

from benchmarks.measured import CannotMeasureError

Pixels = NDArray[np.uint32]

LOOK_EVERY_S: Final = 0.001
_WORDS: Final = 25
_COLOUR_BYTES: Final = 12
_RGB: Final = np.uint32(0xFFFFFF)
_STEP: Final = 5


class Screen:
    """`pixels` are (height, width), 0xRRGGBB in the lower bits, and change while one looks."""

    def __init__(self, file: Path) -> None:
        words = [int(word) for word in np.fromfile(file, ">u4", _WORDS)]
        width, height, row_bytes = words[4], words[5], words[12]
        start = words[0] + _COLOUR_BYTES * words[19]
        if words[11] != 32:
            raise CannotMeasureError(f"a screen of {words[11]} bits a pixel")
        rows: Pixels = np.memmap(file, np.dtype("<u4"), "r", start, (height, row_bytes // 4))
        self.pixels = rows[:, :width]

    def part(self, x: float, y: float, w: float, h: float) -> Pixels:
        """A window on the living picture."""
        return self.pixels[round(y) : round(y + h), round(x) : round(x + w)]


def still(pixels: Pixels) -> Pixels:
    """A picture that no longer changes."""
    return pixels & _RGB


def alike(pixels: Pixels, other: Pixels) -> float:
    """The share of pixels that are the same; cheap, so of every `_STEP`-th in both directions."""
    one, two = (each[::_STEP, ::_STEP] & _RGB for each in (pixels, other))
    return float(np.count_nonzero(one == two)) / one.size


def changed(pixels: Pixels, before: Pixels) -> bool:
    """Whether any pixel differs from what `still` gave."""
    return not np.array_equal(pixels & _RGB, before)


def moment_when(seen: Callable[[], bool], what: str, timeout_s: float) -> float:
    """The monotonic moment when `seen` first is true, a millisecond late at the most.

    Raises:
        CannotMeasureError: `what` is not to be seen in time.
    """
    end_s = monotonic() + timeout_s
    while not seen():
        if monotonic() >= end_s:
            raise CannotMeasureError(f"no {what} within {timeout_s:g} s")
        sleep(LOOK_EVERY_S)
    return monotonic()
