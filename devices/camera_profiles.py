"""What there is to know of a camera model, one that looks at faces or one that looks at pages, read
from one file a model.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

from devices.model_files import SHIPPED, Check, among, load_models, number, whole

Rotation = Literal[0, 90, 180, 270]


@dataclass(frozen=True, slots=True)
class CameraProfile:
    """The fields are explained in `profiles/README.md`."""

    name: str
    width_px: int
    height_px: int
    rotate: Rotation
    warm_up_frames: int
    settle_s: float
    frozen_after_s: float
    dark_after_s: float = 2.0
    dark_level: int = 10
    pixel_format: str = "MJPG"


def _pixel_format(value: Any) -> str:
    if type(value) is not str or len(value) != 4 or not value.isascii():
        raise ValueError("four characters, as V4L2 names the format")
    return value


_CHECKS: Final[dict[str, Check]] = {
    "width_px": whole(320, 8192),
    "height_px": whole(240, 8192),
    "rotate": among(0, 90, 180, 270),
    "warm_up_frames": whole(0, 100),
    "settle_s": number(0.1, 10),
    "frozen_after_s": number(1, 600),
    "dark_after_s": number(0.1, 600),
    "dark_level": whole(0, 255),
    "pixel_format": _pixel_format,
}


def load_profiles(*directories: Path) -> dict[str, CameraProfile]:
    """Every shipped model by its name, and those of further `directories`.

    Raises:
        ProfileError: as from `load_models`.
    """
    return load_models(CameraProfile, _CHECKS, SHIPPED / "cameras", *directories)
