"""What there is to know of an ID-card reader model, read from one file a model."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from devices.idcard_frames import Command
from devices.model_files import SHIPPED, Check, among, load_models, number, one_of, several

BAUDS: Final = (115_200, 57_600, 38_400, 19_200, 9_600)

# What the module may take of `timeout_s`, which is the share of reading text and photo.
SHARES: Final = {
    Command.RESET: 0.25,
    Command.STATUS: 0.125,
    Command.SAM_NUMBER: 0.25,
    Command.FIND: 0.125,
    Command.SELECT: 0.125,
    Command.READ: 1.0,
    Command.READ_ADDRESS: 0.375,
}


class PresentBy(StrEnum):
    """How a module tells that the card it read still lies there."""

    ADDRESS = "address"  # it reads the additional address again; a find finds no card twice
    FIND = "find"


@dataclass(frozen=True, slots=True)
class IdCardProfile:
    """The fields: `profiles/README.md`. The defaults are a module as in GA/T 467."""

    name: str
    bauds: tuple[int, ...] = BAUDS
    timeout_s: float = 4.0
    shares: dict[Command, float] = field(default_factory=SHARES.copy)
    # A find takes 2 ms of wire: even this short a gap leaves the line idle; a longer one would be
    # felt each time a card is laid.
    poll_gap_s: float = 0.05
    present_by: PresentBy = PresentBy.ADDRESS
    usb_ids: tuple[str, ...] = ()


def _shares(value: Any) -> dict[Command, float]:
    known = {command.name.lower(): command for command in SHARES}
    if type(value) is not dict or value.keys() - known.keys():
        raise ValueError(f"a table of {', '.join(known)}")
    share = number(0.01, 4)
    return SHARES | {known[word]: share(part) for word, part in value.items()}


def _usb_id(value: Any) -> str:
    vendor, colon, product = str(value).partition(":")
    if not colon or len(vendor) != 4 or len(product) != 4:
        raise ValueError("vendor:product, four hexadecimal digits each")
    return f"{int(vendor, 16):04x}:{int(product, 16):04x}"


_CHECKS: Final[dict[str, Check]] = {
    "bauds": several(among(*BAUDS), least=1),
    "timeout_s": number(0.1, 30),
    "shares": _shares,
    "poll_gap_s": number(0.01, 5),
    "present_by": one_of(PresentBy),
    "usb_ids": several(_usb_id),
}


def load_profiles(*directories: Path) -> dict[str, IdCardProfile]:
    """Every shipped model by its name, and those of further `directories`.

    Raises:
        ProfileError: as from `load_models`.
    """
    return load_models(IdCardProfile, _CHECKS, SHIPPED / "idcard_readers", *directories)
