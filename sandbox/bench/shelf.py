"""The devices that a terminal may have besides the first four, and what each needs of the machine.

Each is built with the directory of the sandbox, in which it keeps its files. The shelf has their
names only: a sandbox without them does not wait for what they import.
"""

from __future__ import annotations

import importlib
import os
import shutil
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from sandbox.hosted import Hosted

_PROGRAMS: Final = os.defpath + ":/usr/sbin:/sbin"  # where Debian puts what only a service starts


@dataclass(frozen=True, slots=True)
class OnShelf:
    """`needs`: a program, or a file by its whole path → the Debian package it comes with."""

    module: str
    name: str
    needs: Mapping[str, str] = field(default_factory=dict)


# Of those that write the same section of the settings, the first is the one the terminal meets.
SHELF: Final[Mapping[str, OnShelf]] = {
    "social_card": OnShelf(
        "card_slot",
        "CardSlotAtBench",
        {
            "pcscd": "pcscd",
            "gcc": "gcc",
            "/usr/include/PCSC/ifdhandler.h": "libpcsclite-dev",
            "/usr/lib/pcsc/drivers/serial/libifdvpcd.so": "vsmartcard-vpcd",
        },
    ),
    "document_camera": OnShelf("scanners", "DocumentCameraAtBench"),
    "scanner": OnShelf("scanners", "ScannerAtBench", {"scanimage": "sane-utils"}),
    "page_printer": OnShelf(
        "page_printer", "PagePrinterAtBench", {"cupsd": "cups-daemon", "cupsdisable": "cups-client"}
    ),
    "code_reader": OnShelf("serial_devices", "CodeReaderAtBench"),
    "speaker": OnShelf(
        "speaker", "SpeakerAtBench", {"pulseaudio": "pulseaudio", "pactl": "pulseaudio-utils"}
    ),
    "ups": OnShelf(
        "ups", "UpsAtBench", {"/lib/nut/dummy-ups": "nut-server", "/lib/nut/upsd": "nut-server"}
    ),
    "lights": OnShelf("serial_devices", "LightsAtBench"),
}


class Absent:
    """Stands where a device would; `why` says what to do about it."""

    def __init__(self, why: str) -> None:
        self._why = why

    def call(self, method: str, /, *_: Any, **__: Any) -> Any:
        """Raises: ValueError: it was to do something."""
        if method == "state":
            return {"absent": self._why}
        if method in ("settings", "environment"):
            return {}
        raise ValueError(self._why)


def missing(needs: Mapping[str, str]) -> str | None:
    """The command that installs what is not there."""
    packages = {package for what, package in needs.items() if not _is_there(what)}
    return f"apt-get install {' '.join(sorted(packages))}" if packages else None


def take(name: str, directory: Path) -> Hosted | Absent:
    """A device off the shelf, starting, or what to do so that it can."""
    found = SHELF[name]
    if (install := missing(found.needs)) is not None:
        return Absent(install)
    return Hosted(name, build, found, directory)


def build(device: OnShelf, directory: Path) -> AbstractContextManager[Any]:
    """In its own process."""
    module = importlib.import_module(f"sandbox.bench.{device.module}")
    built: AbstractContextManager[Any] = getattr(module, device.name)(directory)
    return built


def _is_there(what: str) -> bool:
    return Path(what).exists() if what.startswith("/") else bool(shutil.which(what, path=_PROGRAMS))
