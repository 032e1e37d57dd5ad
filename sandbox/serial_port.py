"""A serial port that can be plugged in and pulled out: a pseudo terminal behind a symbolic link."""

from __future__ import annotations

import contextlib
import os
import select
import threading
import tty
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

_NOBODY_THERE_S = 0.01  # how often to look whether somebody opened the port
_JOIN_TIMEOUT_S = 5.0


class SerialPort:
    """Plugged in at `link` by `with`. `heard` is given what the host writes, by a thread."""

    def __init__(self, link: Path, heard: Callable[[bytes], None]) -> None:
        self._link, self._heard = link, heard
        self._pulled: threading.Event | None = None
        self._far = -1
        self._thread: threading.Thread | None = None

    def __enter__(self) -> Self:
        self.plug()
        return self

    def __exit__(self, *exc: object) -> None:
        self.unplug()

    def plug(self, link: Path | None = None) -> None:
        """At `link`, or where it was last. Pulls it out first when it is plugged in."""
        self.unplug()
        self._link = link or self._link
        self._far, near = os.openpty()
        tty.setraw(near)
        self._link.unlink(missing_ok=True)
        self._link.symlink_to(os.ttyname(near))
        # The host must be the only one who has it open, or its exclusive lock would outlive it.
        os.close(near)
        os.set_blocking(self._far, False)
        self._pulled = threading.Event()
        self._thread = threading.Thread(
            target=self._listen, args=(self._far, self._pulled), name=f"port {link}", daemon=True
        )
        self._thread.start()

    def unplug(self) -> None:
        """A host that has it open sees the line break. Twice is once."""
        if self._pulled is None or self._thread is None:
            return
        self._pulled.set()
        self._thread.join(_JOIN_TIMEOUT_S)
        self._link.unlink(missing_ok=True)
        os.close(self._far)
        self._pulled = self._thread = None

    def send(self, data: bytes, gap_s: float = 0.0) -> None:
        """As fast as the host takes it, or with `gap_s` between two bytes; until it is all out."""
        pulled = self._pulled
        if pulled is None:
            raise AssertionError("nothing is sent while the cable is out")
        size = 1 if gap_s else 1024
        for at in range(0, len(data), size):
            piece = data[at : at + size]
            while piece and not pulled.is_set():
                with contextlib.suppress(BlockingIOError):
                    piece = piece[os.write(self._far, piece) :]
                if piece:
                    select.select([], [self._far], [], _NOBODY_THERE_S)
            if gap_s and pulled.wait(gap_s):
                return

    @contextmanager
    def flooding(self, data: bytes) -> Iterator[None]:
        """Meanwhile `data` comes again and again, as fast as the host takes it."""
        enough = threading.Event()

        def flood() -> None:
            while not enough.is_set():
                with contextlib.suppress(BlockingIOError):
                    os.write(self._far, data)
                select.select([], [self._far], [], _NOBODY_THERE_S)

        thread = threading.Thread(target=flood, name="flood", daemon=True)
        thread.start()
        try:
            yield
        finally:
            enough.set()
            thread.join(_JOIN_TIMEOUT_S)

    def _listen(self, far: int, pulled: threading.Event) -> None:
        while not pulled.is_set():
            try:
                ready, _, _ = select.select([far], [], [], _NOBODY_THERE_S)
                data = os.read(far, 4096) if ready else b""
            except OSError:  # nobody has the port open
                pulled.wait(_NOBODY_THERE_S)
                continue
            if data:
                self._heard(data)
