"""What there is to know of a board that switches lights, read from `light_profiles.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from pathlib import Path
from typing import Any

PROFILES = Path(__file__).with_name("light_profiles.toml")
_ECHO = "echo"


class Mode(StrEnum):
    OFF = "off"
    ON = "on"
    BLINK = "blink"


class LightProfileError(ValueError):
    """The table of light boards is wrong; the message names the board and the field."""


@dataclass(frozen=True, slots=True)
class LightProfile:
    """The fields are explained in `light_profiles.toml`."""

    name: str
    baud: int
    answer: str
    on: Mapping[str, bytes]
    off: Mapping[str, bytes]
    blink: Mapping[str, bytes]

    @property
    def channels(self) -> frozenset[int]:
        return frozenset(int(channel) for channel in self.on)

    def command(self, channel: int, mode: Mode) -> bytes:
        table = {Mode.OFF: self.off, Mode.ON: self.on, Mode.BLINK: self.blink or self.on}[mode]
        return table[str(channel)]

    def answer_to(self, command: bytes) -> bytes:
        """What proves that `command` was carried out; empty: this board says nothing."""
        if self.answer == _ECHO:
            return command
        return b"" if self.answer == "none" else bytes.fromhex(self.answer)


def load_profiles(path: Path = PROFILES) -> dict[str, LightProfile]:
    """Every board of the file by its name.

    Raises:
        LightProfileError: a field is missing, unknown, of the wrong kind or out of its range.
    """
    tables = tomllib.loads(path.read_text(encoding="utf-8"))
    return {name: _profile(name, table) for name, table in tables.items()}


def _profile(name: str, table: dict[str, Any]) -> LightProfile:
    expected = {field.name for field in fields(LightProfile)} - {"name"}
    if table.keys() != expected:
        odd = ", ".join(sorted(table.keys() ^ expected))
        raise LightProfileError(f"{name}: missing or unknown: {odd}")
    baud = table["baud"]
    if type(baud) is not int or not 1200 <= baud <= 921_600:
        raise LightProfileError(f"{name}: baud = {baud!r} is out of range")
    try:
        commands = {
            mode: {channel: bytes.fromhex(sent) for channel, sent in table[mode].items()}
            for mode in ("on", "off", "blink")
        }
        profile = LightProfile(name, baud, table["answer"], **commands)
        profile.answer_to(b"")
        channels = profile.channels
    except (AttributeError, TypeError, ValueError) as fault:
        raise LightProfileError(f"{name}: {fault}") from fault
    if not channels or not profile.on.keys() == profile.off.keys():
        raise LightProfileError(f"{name}: on and off have different channels, or none")
    if not all(sent for table in commands.values() for sent in table.values()):
        raise LightProfileError(f"{name}: a command is empty")
    if profile.blink and profile.blink.keys() != profile.on.keys():
        raise LightProfileError(f"{name}: blink has other channels than on")
    return profile
