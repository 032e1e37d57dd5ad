"""Which way up a page is, and which side of an ID card: as far as it shows without reading.

What this cannot tell: whether a page of centred lines, a picture or an empty form stands on its
head, and Chinese set in columns from a page on its side. `Upright.sure` says so. Only reading the
characters would.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

Image = NDArray[np.uint8]

_LONGEST_PX: Final = 700
_FLUSH: Final = 0.03  # of the text's width: an end this near the margin is at it
_SHORT: Final = 0.12  # and one this far is not; an indent of two characters lies between
_FEWEST: Final = 3  # lines that end early, of which at most a third may begin late instead
_CARD: Final = (320, 202)
_RED_ENOUGH: Final = 0.16  # of the place where the emblem is
_DARK_ENOUGH: Final = 0.14  # of the place where the portrait is: hair, eyes, clothes


class CardSide(StrEnum):
    EMBLEM = "emblem"  # the national emblem and the term of validity
    PORTRAIT = "portrait"  # the portrait and the number


@dataclass(frozen=True, slots=True)
class Upright:
    """`turns`: quarter turns clockwise that put the page upright, 0 to 3; see `turned`.

    sure: False where only the direction of the lines is known and the page may stand on its head.
    """

    turns: int
    sure: bool


def turned(page: Image, turns: int) -> Image:
    return np.ascontiguousarray(np.rot90(page, -turns))


def upright(page: Image) -> Upright:
    """How a flattened page of text has to be turned.

    Lines lie across where rows of the page differ more than columns. The last line of a paragraph
    begins at the margin and ends early, so the side where short lines are flush is the left.
    """
    ink = _ink(page)
    across, down = _striped(ink), _striped(ink.T)
    turns = 0 if across >= down else 3
    if turns:
        ink = np.ascontiguousarray(np.rot90(ink, -turns))
    early, late = _short_lines(ink)
    if max(early, late) < _FEWEST or max(early, late) < 3 * min(early, late):
        return Upright(turns, sure=False)
    return Upright(turns if early > late else (turns + 2) % 4, sure=True)


def _ink(page: Image) -> NDArray[np.bool_]:
    times = max(1, round(max(page.shape[:2]) / _LONGEST_PX))
    size = (page.shape[1] // times, page.shape[0] // times)
    small = cv2.cvtColor(cv2.resize(page, size, interpolation=cv2.INTER_AREA), cv2.COLOR_BGR2GRAY)
    paper = cv2.medianBlur(cv2.dilate(small, np.ones((15, 15), np.uint8)), 15)
    ink = np.asarray(cv2.subtract(paper, small)) > 30
    inset = max(2, min(ink.shape) // 30)
    ink[:inset], ink[-inset:], ink[:, :inset], ink[:, -inset:] = False, False, False, False
    return ink


def _striped(ink: NDArray[np.bool_]) -> float:
    rows = ink.sum(axis=1).astype(np.float64)
    return float((np.diff(rows) ** 2).sum() / ink.shape[1])


def _short_lines(ink: NDArray[np.bool_]) -> tuple[int, int]:
    """How many lines stand at the left margin and end early; and the other way round."""
    height, width = ink.shape
    # A ruled line, of a table or a form, is no text.
    rule = cv2.morphologyEx(
        ink.astype(np.uint8), cv2.MORPH_OPEN, np.ones((1, width // 12), np.uint8)
    )
    upright_rule = cv2.morphologyEx(
        ink.astype(np.uint8), cv2.MORPH_OPEN, np.ones((width // 20, 1), np.uint8)
    )
    text = ink & (rule == 0) & (upright_rule == 0)
    full = np.flatnonzero(np.diff(np.r_[0, text.sum(axis=1) > max(2, width // 150), 0]))
    starts, ends = [], []
    for top, bottom in full.reshape(-1, 2):
        if not 3 <= bottom - top <= height // 20:
            continue
        marked = np.flatnonzero(text[top:bottom].any(axis=0))
        if marked[-1] - marked[0] > 0.08 * width:
            starts.append(marked[0] / width)
            ends.append(marked[-1] / width)
    if len(starts) < _FEWEST:
        return 0, 0
    left, right = np.quantile(starts, 0.2), np.quantile(ends, 0.8)
    wide = max(right - left, 0.1)
    before, after = (np.array(starts) - left) / wide, (right - np.array(ends)) / wide
    early = (before < _FLUSH) & (after > _SHORT)
    late = (after < _FLUSH) & (before > _SHORT)
    return int(np.count_nonzero(early)), int(np.count_nonzero(late))


def card_side(card: Image) -> tuple[CardSide, int] | None:
    """The side of a flattened ID card, and the quarter turns clockwise that put it upright.

    By colours in their places: the red emblem at the top left, the dark of hair and clothes at the
    right. None for anything else, and for a black and white copy of the emblem side.
    """
    lying = card if card.shape[1] >= card.shape[0] else turned(card, 3)
    first = 0 if lying is card else 3
    small = np.asarray(cv2.resize(lying, _CARD, interpolation=cv2.INTER_AREA), np.uint8)
    found = [(mark, side, turns) for turns in (0, 2) for side, mark in _marks(turned(small, turns))]
    mark, side, turns = max(found, key=lambda one: one[0])
    return (side, (first + turns) % 4) if mark > 1.0 else None


def _marks(card: Image) -> list[tuple[CardSide, float]]:
    """For each side, how much of what it needs is there; 1 is just enough."""
    width, height = _CARD
    colours = card.astype(np.int16)
    blue, green, red = colours[..., 0], colours[..., 1], colours[..., 2]
    reddish = (red - np.maximum(blue, green) > 45) | ((red - blue > 70) & (green - blue > 25))
    light = float(np.median(card.max(axis=2))) + 1
    dark = card.max(axis=2) < 0.55 * light
    corner = (
        slice(round(0.06 * height), round(0.5 * height)),
        slice(round(0.05 * width), round(0.32 * width)),
    )
    photo = (
        slice(round(0.12 * height), round(0.8 * height)),
        slice(round(0.62 * width), round(0.94 * width)),
    )
    rest = (
        slice(round(0.12 * height), round(0.8 * height)),
        slice(round(0.06 * width), round(0.38 * width)),
    )
    emblem = float(reddish[corner].mean() - reddish[:, width // 2 :].mean()) / _RED_ENOUGH
    portrait = float(dark[photo].mean() - 1.5 * dark[rest].mean()) / _DARK_ENOUGH
    portrait -= float(reddish[corner].mean()) / _RED_ENOUGH
    return [(CardSide.EMBLEM, emblem), (CardSide.PORTRAIT, portrait)]
