"""What is on a screen without glass: the file in which Xvfb keeps its pixels (`Xvfb -fbdir`).

The file is a window dump as X11/XWDFile.h lays it out: a header of big-endian 32-bit words, the
window's name, the colour table of 12 bytes an entry, then the rows.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

_WORDS: Final = 25
_VERSION: Final = 7
_COLOUR_BYTES: Final = 12


class FramebufferError(Exception):
    """The file is no window dump of 32 bits a pixel, blue first."""


def pixels(dump: bytes) -> NDArray[np.uint8]:
    """(height, width, 3), RGB.

    Raises:
        FramebufferError: the dump is of another kind, or cut off.
    """
    if len(dump) < 4 * _WORDS:
        raise FramebufferError(f"{len(dump)} bytes are no window dump")
    words = [int(word) for word in np.frombuffer(dump, ">u4", _WORDS)]
    header_bytes, version = words[0], words[1]
    width, height = words[4], words[5]
    blue_first, bits, row_bytes, colours = words[7] == 0, words[11], words[12], words[19]
    if version != _VERSION or bits != 32 or not blue_first:
        raise FramebufferError(f"window dump version {version} with {bits} bits a pixel")
    start = header_bytes + _COLOUR_BYTES * colours
    if len(dump) < start + row_bytes * height:
        raise FramebufferError(f"{len(dump)} bytes of {start + row_bytes * height}")
    rows = np.frombuffer(dump, np.uint8, row_bytes * height, start).reshape(height, row_bytes)
    return np.ascontiguousarray(rows[:, : 4 * width].reshape(height, width, 4)[:, :, 2::-1])


def picture(file: Path) -> Image.Image:
    """What the screen shows now.

    Raises:
        FramebufferError: `file` is not what Xvfb writes.
    """
    return Image.fromarray(pixels(file.read_bytes()))
