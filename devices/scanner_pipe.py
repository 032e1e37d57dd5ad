"""A page on its way from `scanimage`: a named pipe where the program believes a file to be.

In batch mode it writes a page to its name with ".part" behind it, and takes that off when the page
is whole. A pipe can be renamed like a file, and keeps nothing.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Final, Self

from devices.base import GarbledReplyError
from devices.pnm import parse_header
from devices.scanner_options import ScannerSetupError

_CHUNK_BYTES: Final = 1 << 20


def private_folder(parent: Path) -> tempfile.TemporaryDirectory[str]:
    """Entered by this user alone; gone, with all in it, when its `with` is left.

    Raises:
        ScannerSetupError: not in `parent`.
    """
    try:
        return tempfile.TemporaryDirectory(prefix="scan-", dir=parent)
    except OSError as fault:
        raise ScannerSetupError(f"no pipes in {parent}: {fault.strerror}") from fault


class PagePipe:
    """Made by `with`, gone behind it. `data` is what came so far."""

    def __init__(self, path: Path, max_pixels: float) -> None:
        self.path, self._max_pixels = path, max_pixels
        self._part = path.with_name(path.name + ".part")
        self.data = bytearray()

    def __enter__(self) -> Self:
        os.mkfifo(self._part, 0o600)
        self.file = os.open(self._part, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        return self

    def __exit__(self, *exc: object) -> None:
        os.close(self.file)
        self._part.unlink(missing_ok=True)
        self.path.unlink(missing_ok=True)

    def take(self) -> bool:
        """Takes in what came; whether nobody writes to it: not yet, or not any more.

        Raises:
            GarbledReplyError: it is no picture, more than one, or larger than a page can be.
        """
        try:
            while more := os.read(self.file, _CHUNK_BYTES):
                self.data += more
                self._check()
        except BlockingIOError:
            return False
        return True

    def _check(self) -> None:
        """Before it fills the memory."""
        header = parse_header(self.data)
        if header is None:
            return
        if header.width_px * header.height_px > self._max_pixels:
            size = f"{header.width_px} × {header.height_px}"
            raise GarbledReplyError(f"a page of {size} pixels")
        if len(self.data) > header.total_bytes:
            raise GarbledReplyError("more came than the page has")
