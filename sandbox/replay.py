"""The device's side of a recording, played at the far end of a cable to whoever asks it again.

Strict about what comes: the first byte that is not the recorded one ends the play, and `difference`
says which. A card reader's answers come when they came in the recording; a printer's as fast as it
is sent to, and questions out of turn (DLE EOT) are answered as they last were at that place,
however often they are asked.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import socket
import termios
import threading
from collections import deque
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Any, Final, Self

VERSION: Final = 1
_NOBODY_THERE_S: Final = 0.01
_STATE_REQUEST: Final = b"\x10\x04"
_REAL_TIME: Final = (b"\x10\x04", b"\x10\x05")


class NotARecordingError(ValueError):
    """The message names the file and the line."""


@dataclass(frozen=True, slots=True)
class Played:
    """A recording as it was read: header, bytes in their order, what was asked and came of it."""

    header: dict[str, Any]
    events: tuple[tuple[int, str, bytes], ...]  # ms, "out" or "in", bytes
    asked: tuple[dict[str, Any], ...]
    begins: tuple[int, ...]  # how many events there were before each was asked
    outcomes: tuple[str, ...]


def read(path: Path) -> Played:
    """Raises: NotARecordingError."""
    events, asked, begins, outcomes = [], [], [], []
    header: dict[str, Any] = {}
    for number, text in enumerate(path.read_text("utf-8").splitlines(), start=1):
        try:
            line = json.loads(text)
            if number == 1:
                header = line
                if line["device_recording"] != VERSION:
                    raise NotARecordingError(f"{path}: version {line['device_recording']}")
            elif "dir" in line:
                events.append((line["ms"], line["dir"], bytes.fromhex(line["hex"])))
            elif "op" in line:
                asked.append(line)
                begins.append(len(events))
            else:
                outcomes.append(line["outcome"])
        except (KeyError, TypeError, json.JSONDecodeError) as fault:
            raise NotARecordingError(f"{path}, line {number}: {fault!r}") from None
    if not header:
        raise NotARecordingError(f"{path}: empty")
    return Played(header, tuple(events), tuple(asked), tuple(begins), tuple(outcomes))


class _Replay:
    def __init__(self) -> None:
        self.difference: str | None = None
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._serve, name="replay", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self._stop.set()
        self._thread.join(10.0)

    def _serve(self) -> None:
        raise NotImplementedError

    def _differs(self, at: int, expected: bytes, came: bytes) -> None:
        first = next(
            (i for i, (a, b) in enumerate(zip(expected, came, strict=False)) if a != b),
            min(len(expected), len(came)),
        )
        self.difference = (
            f"byte {at + first}: {expected[first : first + 8].hex(' ') or 'nothing'} was recorded, "
            f"{came[first : first + 8].hex(' ')} came"
        )


class ReaderReplay(_Replay):
    """On a pseudo terminal, which `link` becomes a symbolic link to. Opened by `with`."""

    def __init__(self, link: Path, played: Played, *, timing: bool = True) -> None:
        super().__init__()
        self._events, self._timing = deque(played.events), timing
        self._far, near = os.openpty()
        link.symlink_to(os.ttyname(near))
        # Only the terminal may have it open, or its exclusive lock would outlive it.
        os.close(near)
        os.set_blocking(self._far, False)

    def __exit__(self, *exc: object) -> None:
        super().__exit__(*exc)
        os.close(self._far)

    def _serve(self) -> None:
        at, asked_ms, asked_s = 0, 0, monotonic()
        while self._events and not self._stop.is_set():
            ms, direction, data = self._events[0]
            if direction == "out":
                came = self._take(len(data))
                if came != data:
                    if not self._stop.is_set():
                        self._differs(at, data, came)
                    return
                at += len(data)
                asked_ms, asked_s = ms, monotonic()
            else:
                due_s = asked_s + (ms - asked_ms) / 1000 if self._timing else 0.0
                if self._stop.wait(max(0.0, due_s - monotonic())):
                    return
                with contextlib.suppress(OSError):
                    while data:
                        data = data[os.write(self._far, data) :]
            self._events.popleft()
        while not self._stop.is_set():
            if came := self._take(1):
                self._differs(at, b"", came)
                return

    def _take(self, count: int) -> bytes:
        came = b""
        while len(came) < count and not self._stop.is_set():
            try:
                if select.select([self._far], [], [], 0.05)[0]:
                    came += os.read(self._far, count - len(came))
            except (OSError, termios.error):  # nobody has the port open
                self._stop.wait(_NOBODY_THERE_S)
        return came


@dataclass(slots=True)
class _Question:
    """Out of turn, when so much of the slip was sent; answered by nothing when it never was."""

    after: int
    kind: int
    answer: bytes = b""


@dataclass(frozen=True, slots=True)
class _Barrier:
    """An answer in its turn, when so much was sent and so many questions were put."""

    after: int
    questions: int
    answer: bytes


class PrinterReplay(_Replay):
    """On a TCP port; `address` is what the terminal is told. Opened by `with`."""

    def __init__(self, played: Played) -> None:
        super().__init__()
        self._data = b""  # all that is printed, without the questions out of turn
        self._questions: deque[_Question] = deque()
        self._barriers: deque[_Barrier] = deque()
        self._plan(played)
        self._put = 0  # of the recorded questions
        self._last: dict[int, bytes] = {}
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listener.settimeout(0.05)
        self.address: tuple[str, int] = self._listener.getsockname()[:2]

    def __exit__(self, *exc: object) -> None:
        super().__exit__(*exc)
        self._listener.close()

    def _plan(self, played: Played) -> None:
        open_questions: deque[_Question] = deque()
        idle = False
        for number, (_, direction, data) in enumerate(played.events):
            # What came between two things asked of the driver waits until the later has begun,
            # which is with a question; else it would still be heard by the earlier.
            idle = direction == "in" and (idle or number in played.begins)
            if direction == "out" and data[:2] in _REAL_TIME and len(data) == 3:
                if data.startswith(_STATE_REQUEST):
                    self._questions.append(_Question(len(self._data), data[2]))
                    open_questions.append(self._questions[-1])
            elif direction == "out":
                self._data += data
            else:
                for byte in data:
                    # Answers to DLE EOT have bits 1 and 4 fixed to 1, those to GS r bit 4 to 0.
                    if byte & 0x13 == 0x12 and open_questions:
                        open_questions.popleft().answer = bytes([byte])
                    else:
                        put = len(self._questions) + idle
                        self._barriers.append(_Barrier(len(self._data), put, bytes([byte])))

    def _serve(self) -> None:
        while not self._stop.is_set():
            try:
                line, _ = self._listener.accept()
            except TimeoutError:
                continue
            with line, contextlib.suppress(OSError):
                line.settimeout(0.05)
                line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                self._talk(line)
            return

    def _talk(self, line: socket.socket) -> None:
        at, held = 0, b""
        while not self._stop.is_set():
            try:
                came = line.recv(4096)
            except TimeoutError:
                continue
            if not came:
                return
            held += came
            while held:
                if held[:1] == b"\x10" and self._data[at : at + 1] != b"\x10":
                    if len(held) < 3:
                        break
                    if held.startswith(_STATE_REQUEST):
                        line.sendall(self._state(at, held[2]))
                    held = held[3:]
                elif held[:1] == self._data[at : at + 1]:
                    at, held = at + 1, held[1:]
                else:
                    self._differs(at, self._data[at:], held)
                    return
                line.sendall(self._due(at))

    def _state(self, at: int, kind: int) -> bytes:
        if self._questions and self._questions[0].after <= at and self._questions[0].kind == kind:
            self._last[kind] = self._questions.popleft().answer
            self._put += 1
        return self._last.get(kind, b"\x12")

    def _due(self, at: int) -> bytes:
        due = b""
        while self._barriers and self._barriers[0].after <= at:
            if self._barriers[0].questions > self._put:
                break
            due += self._barriers.popleft().answer
        return due
