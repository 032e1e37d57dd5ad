"""Netpbm pictures as scanners send them: bytes in, arrays out; opens nothing.

P4 (1 bit, 1 is black), P5 (grey) and P6 (red, green, blue), one picture each, as pbm(5), pgm(5) and
ppm(5) of Netpbm lay them down. Samples of 16 bits are big-endian, and are given with 8.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from devices.base import GarbledReplyError

Image = NDArray[np.uint8]

HEADER_MAX_BYTES: Final = 1024  # with its comments; `scanimage` writes about forty
_GAP: Final = rb"(?:\s|#[^\n]*\n)+"
_NUMBER: Final = rb"(\d{1,7})"
_SIZE: Final = _GAP + _NUMBER + _GAP + _NUMBER
_HEAD: Final = re.compile(
    rb"P(?:(4)" + _SIZE + rb"\s|([56])" + _SIZE + _GAP + _NUMBER + rb"\s)", re.ASCII
)


@dataclass(frozen=True, slots=True)
class PnmHeader:
    """`kind` is 4, 5 or 6; `sample_max` is 1 for kind 4. `bytes` counts the header itself."""

    kind: int
    width_px: int
    height_px: int
    sample_max: int
    bytes: int

    @property
    def row_bytes(self) -> int:
        if self.kind == 4:
            return (self.width_px + 7) // 8
        samples = self.width_px * (3 if self.kind == 6 else 1)
        return samples * (2 if self.sample_max > 255 else 1)

    @property
    def total_bytes(self) -> int:
        """The whole picture, header and all."""
        return self.bytes + self.row_bytes * self.height_px


def parse_header(data: bytes | bytearray) -> PnmHeader | None:
    """The header at the beginning of `data`; None while there is too little of it to tell.

    Raises:
        GarbledReplyError: no such picture begins like this.
    """
    start = bytes(data[:HEADER_MAX_BYTES])
    match = _HEAD.match(start)
    if match is None:
        if len(start) < HEADER_MAX_BYTES and _could_begin(start):
            return None
        raise GarbledReplyError("what came is not a picture")
    if match[1]:
        kind, width, height, top = 4, int(match[2]), int(match[3]), 1
    else:
        kind, width, height, top = (int(match[group]) for group in (4, 5, 6, 7))
    if not (width and height and 1 <= top <= 0xFFFF):
        raise GarbledReplyError(f"a picture of {width} × {height} with samples up to {top}")
    return PnmHeader(kind, width, height, top, match.end())


def _could_begin(start: bytes) -> bool:
    return start[:1] in (b"", b"P") and start[1:2] in (b"", b"4", b"5", b"6")


def decode(data: bytes | bytearray) -> Image:
    """The picture: (height, width, 3), BGR, for P6, else (height, width), 255 being white.

    Raises:
        GarbledReplyError: it is damaged, cut short, or has something behind it.
    """
    header = parse_header(data)
    if header is None or len(data) != header.total_bytes:
        whole = f" of {header.total_bytes}" if header else ""
        raise GarbledReplyError(f"a picture with {len(data)} bytes{whole}")
    rows = header.height_px
    if header.kind == 4:
        packed = np.frombuffer(data, np.uint8, offset=header.bytes).reshape(rows, -1)
        bits = np.unpackbits(packed, axis=1, count=header.width_px)
        return np.asarray((1 - bits) * np.uint8(255), dtype=np.uint8)
    wide = header.sample_max > 255
    samples = np.frombuffer(data, ">u2" if wide else np.uint8, offset=header.bytes)
    if header.sample_max not in (255, 65535):
        samples = np.minimum(samples, header.sample_max) * (255 / header.sample_max)
    elif wide:
        samples = samples >> 8
    if header.kind == 5:
        return samples.astype(np.uint8).reshape(rows, header.width_px)
    picture = samples.astype(np.uint8).reshape(rows, header.width_px, 3)
    return np.asarray(cv2.cvtColor(picture, cv2.COLOR_RGB2BGR), dtype=np.uint8)
