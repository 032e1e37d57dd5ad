"""What a face picture is worth: measured in a `Look`, judged into one hint for the resident.

Opens nothing. A picture is (height, width, 3), BGR. Left and right are the resident's own, unless a
name says "picture".
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

Image = NDArray[np.uint8]


class Hint(StrEnum):
    """What stands between this picture and a good one. The value is the key of the sentence."""

    NOBODY = "nobody"
    SEVERAL = "several"
    TURNED = "turned"  # to one side, or the head tilted
    TOO_FAR = "too_far"
    TOO_CLOSE = "too_close"
    OFF_CENTRE = "off_centre"
    TOO_DARK = "too_dark"
    TOO_BRIGHT = "too_bright"
    UNEVEN_LIGHT = "uneven_light"
    EYES_HIDDEN = "eyes_hidden"  # hat, hair, dark glasses, shut; or eyes the detector cannot see
    BLURRED = "blurred"
    GOOD = "good"


@dataclass(frozen=True, slots=True)
class Face:
    """A face in a picture, in its pixels.

    The box is about square, from over the brows to the chin. `yaw` runs from -1 to 1: 0 looks into
    the camera, 1 is a profile turned to the person's own left (the right of the picture). How fine
    it is depends on the detector. `eyes`: open eyes that were seen, none to two, picture
    left first.
    """

    x: int
    y: int
    width: int
    height: int
    score: float
    yaw: float = 0.0
    eyes: tuple[tuple[int, int], ...] = ()

    @property
    def middle(self) -> tuple[float, float]:
        return self.x + self.width / 2, self.y + self.height / 2

    @property
    def roll_deg(self) -> float:
        """How far the line of the eyes is from level; 0 when it is not known."""
        if len(self.eyes) != 2:
            return 0.0
        (x0, y0), (x1, y1) = self.eyes
        return math.degrees(math.atan2(y1 - y0, x1 - x0))


class FaceDetector(Protocol):
    def find(self, frame: Image) -> tuple[Face, ...]:
        """The faces in `frame`, in its pixels, in no particular order. Used by one thread."""
        ...


@dataclass(frozen=True, slots=True)
class Look:
    """One frame and what was measured on it. Light runs from 0 to 255.

    The last four are of the largest face, 0 when there is none. `glare`: share of it that is burnt
    out. `slant`: from -1, all light from the picture's left, to 1. `sharpness`: variance of the
    Laplacian over that of the grey values, on the face brought to `FACE_SAMPLE_PX`, so that neither
    size nor contrast counts.
    """

    frame: Image = field(repr=False)
    faces: tuple[Face, ...]  # largest first
    frame_light: float
    face_light: float = 0.0
    glare: float = 0.0
    slant: float = 0.0
    sharpness: float = 0.0

    @property
    def main(self) -> Face | None:
        return self.faces[0] if self.faces else None


@dataclass(frozen=True, slots=True)
class Gate:
    """What a picture must reach. Sizes are shares of the shorter side of the frame.

    `nearest_other`, `roll_deg`: chosen here. `smallest`: at 720 lines it leaves about 80 px between
    the eyes, above the 60 px usual as the least for comparing. `largest`: head and shoulders still
    fit. Light, slant and sharpness: measured on drawn pictures (one light-skinned face, brightness,
    lamp and blur varied) and set well outside the good ones; `face_dark` is low on purpose, so that
    tanned and dark skin is never sent away as bad light. To be looked at again on site.
    """

    smallest: float = 0.25
    largest: float = 0.60
    off_centre_x: float = 0.18  # of the frame's width, between its middle and the face's
    off_centre_y: float = 0.25  # of its height
    nearest_other: float = 0.6  # a face smaller than this share of the main one stands behind
    yaw: float = 0.35
    roll_deg: float = 15.0
    frame_dark: float = 40.0  # only asked when no face is found
    frame_bright: float = 215.0
    face_dark: float = 55.0
    face_bright: float = 215.0
    glare: float = 0.25
    slant: float = 0.25  # 0.25: one half of the face has 1.7 times the light of the other
    sharpness: float = 0.08


FACE_SAMPLE_PX: Final = 96
_INSET: Final = 0.15  # of the box on each side is hair and wall; light is measured inside it
_BURNT: Final = 250


def _halves(sample: Image) -> tuple[float, float]:
    half = sample.shape[1] // 2
    return float(sample[:, :half].mean()), float(sample[:, half:].mean())


def _middle_inside(frame: Image, face: Face) -> bool:
    """A network may find faces in the margin that it adds to the picture."""
    height: int = frame.shape[0]
    width: int = frame.shape[1]
    x, y = face.middle
    return 0 < x < width and 0 < y < height


def look(frame: Image, detector: FaceDetector) -> Look:
    """`frame` measured. The frame is kept by reference: the caller does not draw on it."""
    inside = (face for face in detector.find(frame) if _middle_inside(frame, face))
    faces = tuple(sorted(inside, key=lambda face: face.width, reverse=True))
    if not faces:
        return Look(frame, (), frame_light=float(frame[::8, ::8].mean()))
    face = faces[0]
    top, left = max(0, face.y), max(0, face.x)
    box = frame[top : face.y + face.height, left : face.x + face.width]
    grey = cv2.cvtColor(
        cv2.resize(box, (FACE_SAMPLE_PX, FACE_SAMPLE_PX), interpolation=cv2.INTER_AREA),
        cv2.COLOR_BGR2GRAY,
    )
    inset = round(FACE_SAMPLE_PX * _INSET)
    skin = np.asarray(grey[inset:-inset, inset:-inset], dtype=np.uint8)
    picture_left, picture_right = _halves(skin)
    return Look(
        frame,
        faces,
        frame_light=float(frame[::8, ::8].mean()),
        face_light=float(skin.mean()),
        glare=float((skin >= _BURNT).mean()),
        slant=(picture_right - picture_left) / (picture_right + picture_left + 1),
        sharpness=float(cv2.Laplacian(skin, cv2.CV_32F).var() / (skin.var() + 1)),
    )


def _size(seen: Look, face: Face) -> float:
    height: int = seen.frame.shape[0]
    width: int = seen.frame.shape[1]
    return face.width / min(height, width)


def _off_centre(seen: Look, face: Face, gate: Gate) -> bool:
    height: int = seen.frame.shape[0]
    width: int = seen.frame.shape[1]
    x, y = face.middle
    return abs(x / width - 0.5) > gate.off_centre_x or abs(y / height - 0.5) > gate.off_centre_y


def _several(seen: Look, face: Face, gate: Gate) -> bool:
    return any(other.width > gate.nearest_other * face.width for other in seen.faces[1:])


def _turned(seen: Look, face: Face, gate: Gate) -> bool:
    return abs(face.yaw) > gate.yaw or abs(face.roll_deg) > gate.roll_deg


# In the order in which a resident can do something about them: first who, then where, then light.
_FLAWS: Final[tuple[tuple[Hint, Callable[[Look, Face, Gate], bool]], ...]] = (
    (Hint.SEVERAL, _several),
    (Hint.TURNED, _turned),
    (Hint.TOO_FAR, lambda seen, face, gate: _size(seen, face) < gate.smallest),
    (Hint.TOO_CLOSE, lambda seen, face, gate: _size(seen, face) > gate.largest),
    (Hint.OFF_CENTRE, _off_centre),
    (Hint.TOO_DARK, lambda seen, face, gate: seen.face_light < gate.face_dark),
    (
        Hint.TOO_BRIGHT,
        lambda seen, face, gate: seen.face_light > gate.face_bright or seen.glare > gate.glare,
    ),
    (Hint.UNEVEN_LIGHT, lambda seen, face, gate: abs(seen.slant) > gate.slant),
    (Hint.BLURRED, lambda seen, face, gate: seen.sharpness < gate.sharpness),
    (Hint.EYES_HIDDEN, lambda seen, face, gate: len(face.eyes) < 2),
)


def judge(seen: Look, gate: Gate) -> Hint:
    """The first thing to say to the resident about this picture; GOOD when there is nothing."""
    if seen.main is None:
        if seen.frame_light < gate.frame_dark:
            return Hint.TOO_DARK
        return Hint.TOO_BRIGHT if seen.frame_light > gate.frame_bright else Hint.NOBODY
    for hint, shows in _FLAWS:
        if shows(seen, seen.main, gate):
            return hint
    return Hint.GOOD


PORTRAIT_HEIGHT_PX: Final = 480  # at least, where the frame has them
PORTRAIT_MOST_PX: Final = 960  # higher adds bytes and nothing to compare
PORTRAIT_BYTES: Final = 200_000
_HEAD_AND_SHOULDERS: Final = 2.4  # times the height of the face
_FACE_DOWN: Final = 0.45  # the middle of the face, from the top of the portrait
_QUALITIES: Final = (92, 85, 75, 60, 40)


def portrait_jpeg(frame: Image, face: Face) -> bytes:
    """Head and shoulders, upright 3:4, as JPEG of at most `PORTRAIT_BYTES`; never enlarged."""
    frame_height, frame_width = frame.shape[:2]
    height = max(round(_HEAD_AND_SHOULDERS * face.height), PORTRAIT_HEIGHT_PX)
    height = min(height, frame_height, frame_width * 4 // 3)
    width = height * 3 // 4
    x, y = face.middle
    left = min(max(0, round(x - width / 2)), frame_width - width)
    top = min(max(0, round(y - height * _FACE_DOWN)), frame_height - height)
    picture = frame[top : top + height, left : left + width]
    if height > PORTRAIT_MOST_PX:
        small = (PORTRAIT_MOST_PX * 3 // 4, PORTRAIT_MOST_PX)
        picture = np.asarray(cv2.resize(picture, small, interpolation=cv2.INTER_AREA), np.uint8)
    while True:
        for quality in _QUALITIES:
            encoded = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
            if len(encoded) <= PORTRAIT_BYTES:
                return bytes(encoded.tobytes())
        # Only noise is this stubborn: a quarter of it goes at each round.
        half = (picture.shape[1] * 3 // 4, picture.shape[0] * 3 // 4)
        picture = np.asarray(cv2.resize(picture, half, interpolation=cv2.INTER_AREA), np.uint8)
