"""What a document camera sees: a desk from above, a page that comes and goes, a hand.

The page is drawn: a heading, lines of words, a red seal, nobody's. It lies across the picture, as
under most such cameras, and not quite straight. The sensor has grain, and the lamp may flicker.

Films are as in `camera_films`, for `CameraPeer.show`. One that has an end stays as it ended.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import chain, count, repeat
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from sandbox.camera_films import FRAMES_PER_S, HEIGHT_PX, WIDTH_PX, Asked, Film, encode

Image = NDArray[np.uint8]

_PAGE_PX: Final = (880, 622)  # A4 lying across, width and height in the picture
_GRAINS: Final = 8


@dataclass(frozen=True, slots=True)
class Desk:
    """One frame. `page`: where the middle of the page is, from the middle of the desk, in pixels;
    None: no page. `hand`: the same of a fingertip; the arm comes from below.
    """

    page: tuple[float, float] | None = None
    turned_deg: float = 2.0
    hand: tuple[float, float] | None = None
    light: float = 1.0
    blur_px: float = 0.0
    grain: int = 0


@lru_cache(maxsize=1)
def _paper() -> Image:
    """The page, upright, before it is turned to lie across: (880, 622, 3), BGR."""
    width, height = _PAGE_PX[1], _PAGE_PX[0]
    paper = np.full((height, width, 3), (236, 240, 240), np.uint8)
    font = cv2.FONT_HERSHEY_DUPLEX
    cv2.putText(paper, "CERTIFICATE", (180, 90), font, 1.2, (40, 40, 40), 2, cv2.LINE_AA)
    lots = np.random.default_rng(7)
    for y in range(150, 690, 34):
        x = 70
        while x < width - 110:
            word_px = int(lots.integers(18, 80))
            cv2.rectangle(paper, (x, y), (min(x + word_px, width - 70), y + 9), (60, 60, 60), -1)
            x += word_px + 12
    cv2.circle(paper, (450, 770), 56, (50, 50, 205), 5, cv2.LINE_AA)
    return paper


@lru_cache(maxsize=1)
def _wood() -> Image:
    lots = np.random.default_rng(8)
    grain = cv2.resize(lots.normal(0, 7, (60, 4)).astype(np.float32), (WIDTH_PX, HEIGHT_PX))
    return np.clip(np.array([70, 95, 120]) + grain[:, :, None], 0, 255).astype(np.uint8)


@lru_cache(maxsize=_GRAINS)
def _grain(number: int) -> NDArray[np.float32]:
    lots = np.random.default_rng(200 + number)
    return lots.normal(0, 3, (HEIGHT_PX, WIDTH_PX, 3)).astype(np.float32)


def corners(desk: Desk) -> NDArray[np.float32] | None:
    """Where the corners of the page are, however far out of the picture: (4, 2), x then y,
    clockwise from the page's own top left; None without a page.
    """
    if desk.page is None:
        return None
    turn = math.radians(90 + desk.turned_deg)
    cos, sin = math.cos(turn), math.sin(turn)
    half_x, half_y = _PAGE_PX[1] / 2, _PAGE_PX[0] / 2
    own = np.array([(-half_x, -half_y), (half_x, -half_y), (half_x, half_y), (-half_x, half_y)])
    middle = np.array([WIDTH_PX / 2 + desk.page[0], HEIGHT_PX / 2 + desk.page[1]])
    return np.asarray(own @ np.array([(cos, sin), (-sin, cos)]) + middle, dtype=np.float32)


def _lay(frame: Image, place: NDArray[np.float32]) -> None:
    width, height = _PAGE_PX[1], _PAGE_PX[0]
    own = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float32)
    turn = cv2.getPerspectiveTransform(own, place)
    cv2.warpPerspective(
        _paper(),
        turn,
        (WIDTH_PX, HEIGHT_PX),
        dst=frame,
        flags=cv2.INTER_AREA,
        borderMode=cv2.BORDER_TRANSPARENT,
    )


def _reach(frame: Image, hand: tuple[float, float]) -> None:
    x, y = round(WIDTH_PX / 2 + hand[0]), round(HEIGHT_PX / 2 + hand[1])
    skin = (120, 150, 200)
    cv2.line(frame, (x + 60, y + 130), (x + 220, y + 900), (110, 70, 50), 120, cv2.LINE_AA)
    cv2.ellipse(frame, (x + 45, y + 90), (62, 80), 15, 0, 360, skin, -1, cv2.LINE_AA)
    for finger in range(4):
        tip = (x + 28 * finger, y + abs(finger - 1) * 10)
        cv2.line(frame, tip, (x + 20 + 22 * finger, y + 80), skin, 22, cv2.LINE_AA)


def draw(desk: Desk) -> Image:
    """The frame: (720, 1280, 3), BGR."""
    frame = _wood().copy()
    place = corners(desk)
    if place is not None:
        _lay(frame, place)
    if desk.hand is not None:
        _reach(frame, desk.hand)
    if desk.blur_px:
        frame = np.asarray(cv2.GaussianBlur(frame, (0, 0), desk.blur_px), dtype=np.uint8)
    lit = frame.astype(np.float32) * np.float32(desk.light) + _grain(desk.grain)
    return np.asarray(np.clip(lit, 0, 255), dtype=np.uint8)


@lru_cache(maxsize=256)
def jpeg(desk: Desk) -> bytes:
    return encode(draw(desk))


EMPTY: Final = Desk()
LYING: Final = Desk(page=(0.0, 0.0))
HELD: Final = replace(LYING, hand=(150.0, 120.0))
_STEPS: Final = FRAMES_PER_S


def _way(first: float, last: float, steps: int = _STEPS) -> list[float]:
    return [first + (last - first) * step / steps for step in range(steps + 1)]


def _laid() -> list[Desk]:
    """A hand brings the page in from below in a second, and goes."""
    brought = [Desk(page=(0, y), hand=(150, y + 120)) for y in _way(700, 0)]
    return [*brought, *(replace(LYING, hand=(150, y)) for y in _way(120, 700))]


def _focusing() -> list[Desk]:
    """The camera looks for the focus after a page was laid, to and fro."""
    hunt = [round(3 * abs(math.sin(step / 4)), 1) for step in range(2 * FRAMES_PER_S)]
    return [replace(LYING, blur_px=blur_px) for blur_px in hunt]


def _fidgeting() -> Iterator[Desk]:
    """A hand that points from line to line and does not go."""
    for step in count():
        turn = 2 * math.pi * (step % 50) / 50
        yield replace(HELD, hand=(150 + 60 * math.sin(turn), 80 + 40 * math.cos(turn)))


def _creeping() -> Iterator[Desk]:
    """Paper that a draught or a slope moves by a pixel every other frame, and which comes back."""
    for step in count():
        yield replace(LYING, page=(abs(step % 200 - 100) / 2, 0.0))


def _flickering() -> Iterator[Desk]:
    """A page at rest under a lamp whose light beats with the camera's clock."""
    for step in count():
        yield replace(LYING, light=1 + round(0.04 * math.sin(step), 3))


def _film(*scenes: Iterable[Desk]) -> Film:
    """One after the other, with the grain of the sensor over all."""

    def film(asked: Asked) -> Iterator[bytes]:
        for step, desk in enumerate(chain(*scenes)):
            yield jpeg(replace(desk, grain=step % _GRAINS))

    return film


def _then(scenes: list[Desk], last: Desk) -> Film:
    return _film(scenes, repeat(last))


FILMS: Final[dict[str, Film]] = {
    "desk": _film(repeat(EMPTY)),
    "page": _film(repeat(LYING)),
    "page_laid": _then(_laid(), LYING),
    "page_removed": _then(_laid()[::-1], EMPTY),
    "page_focusing": _then(_focusing(), LYING),
    "hand_rests": _film(repeat(HELD)),
    "hand_moves": lambda asked: _film(_fidgeting())(asked),
    "page_creeps": lambda asked: _film(_creeping())(asked),
    "lamp_flickers": lambda asked: _film(_flickering())(asked),
}
