"""What the operating system shows of a device before it is opened: its nodes in /dev.

Looked at about twice a second, and only while a device is missing. That costs some 50 µs; inotify
would not see it sooner than anybody notices, and has nothing to watch while /dev/serial/by-id, as
often, is gone with the last device in it.
"""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote, urlsplit

Nodes = tuple[tuple[str, int, int, int, int, int], ...]


def nodes(pattern: str) -> Nodes:
    """Every node that fits, with what changes when it is plugged in anew or its permission is
    mended; empty for an empty pattern.
    """
    if not pattern:
        return ()
    found = []
    path = Path(pattern)
    for match in sorted(Path(path.anchor).glob(str(path.relative_to(path.anchor)))):
        try:
            told = match.stat()
        except OSError:  # just gone, or a link that leads nowhere
            continue
        found.append(
            (str(match), told.st_ino, told.st_rdev, told.st_mode, told.st_uid, told.st_gid)
        )
    return tuple(found)


def pattern_of(link: str) -> str:
    """Where the nodes of a printer's link (see `printer_urls`) are; empty for one on the network.

    For usb:// it is all of the bus: whatever is plugged in is worth a look.
    """
    parts = urlsplit(link)
    if parts.scheme == "usb":
        return "/dev/bus/usb/*/*"
    return unquote(parts.path) if parts.scheme in ("serial", "file") else ""
