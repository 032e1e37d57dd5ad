"""What the cameras of the samples see, drawn, BGR: a head, a desk with a page or without."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

Point = tuple[float, float]

# Where a page has its top left corner, as shares of the picture.
LYING: Point = (0.16, 0.115)
CUT: Point = (0.42, 0.2)

_ALONG, _DOWN = (0.67, -0.033), (0.015, 0.818)  # the sides of an A4 page that lies across
_WORDS_MM = ((20, 52), (56, 104), (108, 132), (136, 186))


def nothing() -> None:
    return None


@cache
def head() -> NDArray[np.uint8]:
    """A drawn head before a wall, BGR, as a camera would give it."""
    rows, columns = np.mgrid[0:480, 0:640].astype(np.float32)
    picture = np.empty((480, 640, 3), np.uint8)
    shade = (1 - 0.25 * rows / 480)[..., None]
    picture[:] = (np.array([212, 204, 190]) * shade).astype(np.uint8)

    def oval(x: float, y: float, across: float, up: float, colour: tuple[int, int, int]) -> None:
        inside = ((columns - x) / across) ** 2 + ((rows - y) / up) ** 2 < 1
        picture[inside] = colour

    oval(320, 500, 190, 150, (120, 84, 52))
    oval(320, 380, 52, 90, (138, 170, 212))
    oval(320, 205, 118, 140, (62, 58, 56))
    oval(320, 240, 104, 138, (150, 184, 226))
    for x in (278, 362):
        oval(x, 226, 11, 8, (50, 46, 44))
        oval(x, 204, 24, 5, (78, 74, 72))
    oval(320, 262, 12, 22, (136, 168, 210))
    oval(320, 318, 34, 9, (104, 112, 190))
    oval(258, 290, 5, 5, (60, 70, 90))
    return picture


def outline(page: Point) -> tuple[Point, ...]:
    """Clockwise; what lies beyond the picture at its edge."""
    x, y = page
    ways = ((0.0, 0.0), _ALONG, (_ALONG[0] + _DOWN[0], _ALONG[1] + _DOWN[1]), _DOWN)
    return tuple((min(x + across, 1.0), min(y + down, 1.0)) for across, down in ways)


@cache
def desk(page: Point | None = None) -> NDArray[np.uint8]:
    """A wooden desk from above, with a page of print and a seal on it or without."""
    rows, columns = np.mgrid[0:720, 0:1280].astype(np.float32)
    boards = 5 * np.sin(rows / 3 + 2 * np.sin(columns / 260)) - 24 * (rows % 236 < 3)
    picture = np.array([92, 124, 158]) + boards[..., None]
    if page is not None:
        away = np.stack([columns / 1280 - page[0], rows / 720 - page[1]])
        shares = np.tensordot(np.linalg.inv(np.array([_ALONG, _DOWN]).T), away, 1)
        _lay(picture, shares[0] * 297, (1 - shares[1]) * 210)
    return np.clip(picture, 0, 255).astype(np.uint8)


@cache
def standing() -> NDArray[np.uint8]:
    """What a camera that is mounted on its side sees of `LYING`, with far more dots."""
    return np.rot90(desk(LYING), -1).repeat(3, axis=0).repeat(3, axis=1)


@cache
def sheet() -> NDArray[np.uint8]:
    """A page as it is after it was made flat: A4, upright, 150 dots an inch."""
    rows, columns = np.mgrid[0:1754, 0:1240].astype(np.float32)
    picture = np.full((1754, 1240, 3), 255.0)
    _lay(picture, rows / 1754 * 297, columns / 1240 * 210)
    return np.clip(picture, 0, 255).astype(np.uint8)


CARD_OUTLINE: tuple[Point, ...] = ((0.3, 0.275), (0.7, 0.275), (0.7, 0.725), (0.3, 0.725))


@cache
def card() -> NDArray[np.uint8]:
    """An ID card in the middle of the desk, the side with the photograph, nobody's."""
    picture = desk().copy()
    shape = np.array([720, 1280])
    (left, top), _, (right, bottom), _ = CARD_OUTLINE

    def fill(across: Point, down: Point, colour: tuple[int, int, int]) -> None:
        """Shares of the card, from its top left."""
        rows = slice(*(round((top + one * (bottom - top)) * shape[0]) for one in down))
        columns = slice(*(round((left + one * (right - left)) * shape[1]) for one in across))
        picture[rows, columns] = colour

    fill((0.0, 1.0), (0.0, 1.0), (232, 238, 230))
    fill((0.66, 0.92), (0.16, 0.68), (214, 200, 180))
    fill((0.72, 0.86), (0.24, 0.48), (150, 184, 226))
    fill((0.69, 0.89), (0.5, 0.68), (92, 72, 60))
    for row, wide in enumerate((0.24, 0.4, 0.46, 0.52, 0.3)):
        fill((0.08, 0.08 + wide), (0.14 + 0.13 * row, 0.2 + 0.13 * row), (90, 84, 80))
    fill((0.3, 0.9), (0.83, 0.9), (60, 56, 54))
    return picture


def _lay(
    picture: NDArray[np.float64], down: NDArray[np.float64], along: NDArray[np.float64]
) -> None:
    """A4, its head to the left. Millimetres from its top and from its left for each pixel."""
    picture[(np.abs(down - 150) < 151) & (np.abs(along - 103) < 107)] *= 0.8  # its shadow
    picture[(np.abs(down - 148.5) < 148.5) & (np.abs(along - 105) < 105)] = (238, 242, 243)
    picture[(np.abs(down - 34) < 5) & (np.abs(along - 105) < 38)] = (52, 48, 46)
    for line in range(16):
        for first, last in _WORDS_MM[: 2 if line % 6 == 5 else 4]:
            word = (np.abs(down - 62 - 11 * line) < 1.9) & (along > first) & (along < last)
            picture[word] = (88, 84, 82)
    picture[np.abs(np.hypot(down - 258, along - 150) - 18) < 1.6] = (58, 52, 206)
