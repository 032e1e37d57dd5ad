"""Drawn pictures for the tests of pages, and how far off a corner is."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import numpy as np

from sandbox.page_pictures import Picture, draw, some_scene

FONT = Path(__file__).parent.parent / "build/fonts/NotoSansSC-Regular.otf"
HD = (1280, 720)


@lru_cache(maxsize=8)
def picture(seed: int, size: tuple[int, int] = HD, **changes: object) -> Picture:
    """An everyday picture by lot, with `changes` to its scene."""
    return draw(replace(some_scene(seed, size), **changes), FONT)


def everyday(seed: int) -> dict[str, object]:
    """Changes that leave one page alone on the desk, so that there is one right answer."""
    return {"desk": "wood"} if some_scene(seed).desk == "papers" else {}


def corner_error_px(points: np.ndarray, true: np.ndarray) -> float:
    """Of the worst corner, whichever of them is called the first."""
    rolled = (np.roll(points, turn, axis=0) for turn in range(4))
    return min(float(np.linalg.norm(one - true, axis=1).max()) for one in rolled)
