"""Which device is at which port: by its USB identity where that tells, or else by asking it.

Bytes go only to ports that no program holds and that the settings give to no other kind. The
question that harms least comes first: a frame for an ID-card reader would stand on a printer's next
slip, so whatever answers as a printer is asked nothing else.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from devices import idcard_probe, printer_probe
from devices.base import DeviceAbsentError
from devices.ports import Port, cameras, serial_ports
from devices.probing import Identity, Recognise

UNKNOWN: Final = "unknown"
HELD: Final = "another program has it; not asked"
SILENT: Final = "gave no answer that is known"

# In this order; the names are those of the settings.
PROBES: Final[Mapping[str, Recognise]] = {
    "receipt_printer": printer_probe.recognise,
    "idcard_reader": idcard_probe.recognise,
}


@dataclass(frozen=True, slots=True)
class Found:
    """`kind` as in the settings, or what else it is, or `UNKNOWN` with the reason in `identity`.

    `stable` is the path that stays the same when the plugs or the order of starting change.
    """

    kind: str
    port: str
    stable: str
    identity: str
    baud: int | None = None


def discover(
    root: Path = Path("/"),
    bound: Mapping[str, str] | None = None,
    probes: Mapping[str, Recognise] = PROBES,
) -> list[Found]:
    """Every serial port and camera. A silent port takes some five seconds.

    Args:
        root: where dev, proc and sys are.
        bound: path → the kind that the settings have there; it is asked for that alone.
        probes: kind → the question for it, the most harmless first.
    """
    kinds = {os.path.realpath(path): kind for path, kind in (bound or {}).items()}
    held = _held(root)
    found = []
    for port in serial_ports(root):
        real = os.path.realpath(port.path)
        if kind := _kind_by_maker(port):
            found.append(Found(kind, port.path, port.stable, _words(port)))
        elif real in held:
            found.append(Found(UNKNOWN, port.path, port.stable, HELD))
        else:
            wanted = kinds.get(real)
            asked = {kind: probes[kind] for kind in probes if wanted in (None, kind)}
            found.append(_ask(port, asked))
    for camera in cameras(root):
        found.append(Found("camera", camera.path, camera.stable, _words(camera)))
    return found


def _ask(port: Port, probes: Mapping[str, Recognise]) -> Found:
    for kind, recognise in probes.items():
        try:
            identity: Identity | None = recognise(port.path)
        except DeviceAbsentError as fault:
            return Found(UNKNOWN, port.path, port.stable, str(fault))
        if identity is not None:
            words = ", ".join(filter(None, (identity.words, _words(port))))
            return Found(kind, port.path, port.stable, words, identity.baud)
    return Found(UNKNOWN, port.path, port.stable, ", ".join(filter(None, (SILENT, _words(port)))))


def _words(port: Port) -> str:
    """Name and number of the device, as far as it has them."""
    usb = port.usb
    number = f"number {usb.serial}" if usb and usb.serial else ""
    return " ".join(filter(None, (port.name or (usb.words if usb else ""), number)))


def _kind_by_maker(port: Port) -> str | None:
    return _kinds().get(f"{port.usb.vendor:04x}") if port.usb else None


@cache
def _kinds() -> Mapping[str, str]:
    """Vendor, in four hexadecimal digits → kind."""
    text = Path(__file__).with_name("usb_kinds.toml").read_text("utf-8")
    return {vendor: kind for kind, makers in tomllib.loads(text).items() for vendor in makers}


def _held(root: Path) -> frozenset[str]:
    """What other processes have open, as far as this one may see."""
    own = str(os.getpid())
    processes = (each for each in (root / "proc").glob("[0-9]*") if each.name != own)
    return frozenset(target for process in processes for target in _targets(process / "fd"))


def _targets(descriptors: Path) -> Iterable[str]:
    try:
        each_fd = list(descriptors.iterdir())
    except OSError:  # somebody else's, or just ended
        return
    for descriptor in each_fd:
        try:
            yield str(descriptor.readlink())
        except OSError:
            continue
