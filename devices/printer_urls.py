"""How a settings file names the cable of a receipt printer: as a URL."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from urllib.parse import SplitResult, unquote, urlsplit

from devices.printer_links import FileLink, LinkSettings, SerialLink, TcpLink
from devices.printer_usb import UsbLink


def link_from_url(url: str) -> LinkSettings:
    """One of four kinds.

    - tcp://192.168.1.50:9100
    - serial:///dev/serial/by-id/*?baud=115200 (the path may be a pattern; in it %3F stands for "?")
    - usb://0416:5011 (vendor and product in hexadecimal)
    - file:///dev/usb/lp0

    Raises:
        ValueError: the URL is none of these; the message names what is wrong.
    """
    parts = urlsplit(url)
    if parts.scheme not in _KINDS:
        raise ValueError(f"a printer's address begins with {', '.join(_KINDS)}, not {url!r}")
    try:
        return _KINDS[parts.scheme](parts)
    except (ValueError, KeyError) as fault:
        raise ValueError(f"not a printer's address: {url!r}") from fault


def _tcp(parts: SplitResult) -> TcpLink:
    if not parts.hostname or parts.path not in ("", "/"):
        raise ValueError
    return TcpLink(parts.hostname, parts.port or 9100)


def _serial(parts: SplitResult) -> SerialLink:
    (word, _, baud) = (parts.query or "baud=115200").partition("=")
    if word != "baud":
        raise ValueError
    return SerialLink(_absolute(parts.path), int(baud))


def _usb(parts: SplitResult) -> UsbLink:
    vendor, product = parts.netloc.split(":")
    return UsbLink(int(vendor, 16), int(product, 16))


def _file(parts: SplitResult) -> FileLink:
    return FileLink(Path(_absolute(parts.path)))


def _absolute(path: str) -> str:
    if not path.startswith("/"):
        raise ValueError
    return unquote(path)


_KINDS: dict[str, Callable[[SplitResult], LinkSettings]] = {
    "tcp": _tcp,
    "serial": _serial,
    "usb": _usb,
    "file": _file,
}
