"""A camera of the kernel's own (vivid): by its number, by its place, taken away and given back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

import numpy as np

from devices.base import Condition, DeviceAbsentError
from devices.camera import Camera
from tests.machine.telling import check, until

_DRIVER: Final = Path("/sys/bus/platform/drivers/vivid")
_DEVICE: Final = "vivid.0"
_PLACES: Final = Path("/dev/v4l/by-path")
_PATIENCE_S: Final = 30.0  # the processor is emulated, and draws the picture too


def camera() -> None:
    until(_place)
    place = _place()
    assert place is not None
    number = str(place.resolve()).removeprefix("/dev/video")
    with _camera(number, 640, 360) as seen:
        check("a local camera is opened by its number", _detail(seen) == "640 × 360")
        one, two = seen.frame(), seen.frame()
        check("and shows what is now", not np.array_equal(one, two))
    with _camera(str(place), 320, 180) as seen:
        check("by its place, in another of its modes", _detail(seen) == "320 × 180")
    with _camera(str(place), 333, 222) as seen:
        detail = _detail(seen)
        check("a mode it has not is the next that it has", detail in ("320 × 180", "640 × 360"))
    with _camera(str(place), 320, 180) as seen:
        seen.frame()
        (_DRIVER / "unbind").write_text(_DEVICE)
        check("taken away it is absent", until(lambda: _raises(seen.frame)))
        check("and says so", seen.status().condition is Condition.ABSENT)
    check("it cannot be opened then", until(lambda: _raises(_camera(str(place)).__enter__), 1))
    (_DRIVER / "bind").write_text(_DEVICE)
    until(_place)
    with _camera(str(place), 320, 180) as seen:
        check("given back it is there again", _detail(seen) == "320 × 180")


def _camera(source: str, width_px: int = 640, height_px: int = 360) -> Camera:
    return Camera(source, width_px, height_px, timeout_s=_PATIENCE_S)


def _place() -> Path | None:
    """By which socket the camera is plugged into: here, which of the kernel's own it is."""
    return next(iter(sorted(_PLACES.glob("*-index0"))), None)


def _detail(seen: Camera) -> str:
    return seen.status().detail


def _raises(act: Callable[[], object]) -> bool:
    try:
        act()
    except DeviceAbsentError:
        return True
    return False
