"""A smart card in QEMU's USB reader: the far end of its `ccid-card-passthru`.

The protocol is libcacard's VSCard (vscard_common.h): three words in network order (what, reader,
length), then the message.
"""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
from pathlib import Path
from typing import Final, Self

from sandbox.social_card_chip import Chip

_INIT, _READER_ADD, _ATR, _CARD_REMOVE, _APDU = 1, 3, 5, 6, 7
_HEADER: Final = struct.Struct("!III")
_VERSION: Final = 2


class CardInReader:
    """Waits at `path` for QEMU and is a card there. Runs while entered."""

    def __init__(self, path: Path, chip: Chip) -> None:
        self._path, self._chip = path, chip

    def __enter__(self) -> Self:
        self._door = socket.socket(socket.AF_UNIX)
        self._door.bind(str(self._path))
        self._door.listen()
        threading.Thread(target=self._serve, name="smart card", daemon=True).start()
        return self

    def __exit__(self, *exc: object) -> None:
        self._door.close()

    def _serve(self) -> None:
        with contextlib.suppress(OSError):  # the machine is off
            line, _ = self._door.accept()
            with line:
                self._send(line, _INIT, b"VSCD" + struct.pack("!II", _VERSION, 0))
                self._send(line, _READER_ADD, b"")
                self._chip.reset()
                self._send(line, _ATR, self._chip.habits.atr)
                while header := line.recv(_HEADER.size, socket.MSG_WAITALL):
                    what, _, size = _HEADER.unpack(header)
                    message = line.recv(size, socket.MSG_WAITALL) if size else b""
                    if what == _APDU:
                        self._send(line, _APDU, self._chip.answer(message))

    def _send(self, line: socket.socket, what: int, message: bytes) -> None:
        line.sendall(_HEADER.pack(what, 0, len(message)) + message)
