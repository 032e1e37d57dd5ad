"""What there is to know of a document camera model, read from `scanner_profiles.toml`."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Final

from devices.camera import Rotation

PROFILES = Path(__file__).with_name("scanner_profiles.toml")
_TURNS: Final[dict[int, Rotation]] = {0: 0, 90: 90, 180: 180, 270: 270}


class ProfileError(ValueError):
    """The table of document cameras is wrong; the message names the model and the field."""


@dataclass(frozen=True, slots=True)
class DocumentCameraProfile:
    """The fields are explained in `scanner_profiles.toml`."""

    name: str
    width_px: int
    height_px: int
    rotate: Rotation
    warm_up_frames: int
    settle_s: float
    frozen_after_s: float


def load_profiles(path: Path = PROFILES) -> dict[str, DocumentCameraProfile]:
    """Every model of the file by its name.

    Raises:
        ProfileError: a field is missing, unknown, of the wrong kind or out of its range.
    """
    tables = tomllib.loads(path.read_text(encoding="utf-8"))
    return {name: _profile(name, table) for name, table in tables.items()}


def _profile(name: str, table: dict[str, Any]) -> DocumentCameraProfile:
    expected = {field.name for field in fields(DocumentCameraProfile)} - {"name"}
    if table.keys() != expected:
        odd = ", ".join(sorted(table.keys() ^ expected))
        raise ProfileError(f"{name}: missing or unknown: {odd}")
    whole = ("width_px", "height_px", "rotate", "warm_up_frames")
    if any(type(table[field]) is not int for field in whole):
        raise ProfileError(f"{name}: {', '.join(whole)} are whole numbers")
    seconds = ("settle_s", "frozen_after_s")
    if any(type(table[field]) not in (int, float) for field in seconds):
        raise ProfileError(f"{name}: {', '.join(seconds)} are numbers")
    for field, right in (
        ("width_px", 320 <= table["width_px"] <= 8192),
        ("height_px", 240 <= table["height_px"] <= 8192),
        ("rotate", table["rotate"] in _TURNS),
        ("warm_up_frames", 0 <= table["warm_up_frames"] <= 100),
        ("settle_s", 0.1 <= table["settle_s"] <= 10),
        ("frozen_after_s", 1 <= table["frozen_after_s"] <= 600),
    ):
        if not right:
            raise ProfileError(f"{name}: {field} = {table[field]!r} is out of range")
    return DocumentCameraProfile(
        name,
        table["width_px"],
        table["height_px"],
        _TURNS[table["rotate"]],
        table["warm_up_frames"],
        float(table["settle_s"]),
        float(table["frozen_after_s"]),
    )
