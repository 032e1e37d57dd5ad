"""The serial ports and cameras of this machine, each with a name that stays. Opens nothing.

/dev/ttyUSB0 is whatever was seen first. What stays is the serial number of the device (the links
of udev under by-id), or else the socket it is plugged into (by-path). Many adapters have no number;
two of those would share one link in by-id, which then leads to either of them.

pyserial's `list_ports` knows neither these links nor cameras, so sysfs is read here.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Usb:
    """`serial` is empty where the maker gave none; `location` is the socket, such as 1-1.4."""

    vendor: int
    product: int
    serial: str
    location: str
    words: str


@dataclass(frozen=True, slots=True)
class Port:
    """`stable` is what belongs into the settings; `path` is today's name."""

    path: str
    stable: str
    name: str = ""
    usb: Usb | None = None


def serial_ports(root: Path = Path("/")) -> list[Port]:
    """In the order of their names; without the console, on which a login may be waiting."""
    classes = root / "sys/class/tty"
    consoles = _line(classes / "console/active").split()
    found = []
    for entry in sorted(classes.glob("*")):
        is_port = (entry / "device").exists() and _line(entry / "type") != "0"  # 0: no UART there
        if is_port and entry.name not in consoles and (root / "dev" / entry.name).exists():
            found.append(_port(root, entry, "dev/serial"))
    return found


def cameras(root: Path = Path("/")) -> list[Port]:
    """USB cameras. Each has further nodes for its metadata; the first is the picture."""
    found = [
        _port(root, entry, "dev/v4l")
        for entry in sorted((root / "sys/class/video4linux").glob("video*"))
        if _line(entry / "index") == "0"
    ]
    return [camera for camera in found if camera.usb]


def _port(root: Path, entry: Path, links: str) -> Port:
    path, usb = root / "dev" / entry.name, _usb(entry / "device")
    ways = (*(["by-id"] if usb and usb.serial else []), "by-path")
    stable = next((link for way in ways if (link := _link(root / links / way, path))), path)
    return Port(str(path), str(stable), _line(entry / "name"), usb)


def _link(directory: Path, path: Path) -> Path | None:
    """The link in `directory` that names `path`."""
    links = sorted(directory.glob("*"))
    return next((link for link in links if link.readlink().name == path.name), None)


def _usb(device: Path) -> Usb | None:
    """The USB device above a port: one up for CDC-ACM and cameras, two for adapters."""
    real = device.resolve()
    for above in (real, *real.parents):
        if (above / "idVendor").exists():
            words = (_line(above / "manufacturer"), _line(above / "product"))
            return Usb(
                int(_line(above / "idVendor"), 16),
                int(_line(above / "idProduct"), 16),
                _line(above / "serial"),
                above.name,
                " ".join(filter(None, words)),
            )
    return None


def _line(file: Path) -> str:
    try:
        return file.read_text("utf-8", errors="replace").strip()
    except OSError:
        return ""
