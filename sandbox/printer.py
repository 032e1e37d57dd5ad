"""A receipt printer at the far end of a cable: a TCP port or serial line that speaks ESC/POS.

Real-time requests (DLE EOT, DLE ENQ) are answered as their bytes arrive; everything else waits in a
small input buffer, is printed in order, and stops when the printer is off line. A full buffer stops
the reading, so the sender feels it.
"""

from __future__ import annotations

import contextlib
import selectors
import socket
import threading
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

from sandbox.escpos_interpreter import Interpreter
from sandbox.escpos_paper import Page, Paper
from sandbox.printer_ports import SerialPort, TcpPort

DOTS_PER_MM = 8
GARBAGE = b"\xff\x95"


class ReceiptPrinterPeer:
    """Switched on by `with`; every method may be called from any thread.

    `address` is what the terminal is told: ("127.0.0.1", port) or the path of the serial line.
    `findings` lists every byte sequence a printer could not follow, and lines wider than the paper.
    """

    def __init__(
        self,
        font: Path,
        dots: int = 576,
        charset: str = "gb2312",
        *,
        serial: bool = False,
        mm_per_s: float = 0.0,
        buffer_bytes: int = 4096,
        own_status: int = 0,
        mouth_status: int = 0,
    ) -> None:
        """`mm_per_s` is the printing speed, 0 for at once; 150 is usual. `own_status` are bits that
        the maker sets in the answer to DLE EOT 1 for news of his own; `mouth_status`, those that
        he sets there while paper hangs in the mouth, 0 for a model without such a sensor.
        """
        self._own_status, self._mouth_status = own_status, mouth_status
        self._hanging = False  # a slip that was cut off and not taken
        self._font, self._dots, self._charset = font, dots, charset
        self._mm_per_s, self._buffer_bytes = mm_per_s, buffer_bytes
        self.findings: list[str] = []
        self.pages: list[Page] = []
        self._changed = threading.Condition()
        self._buffer = bytearray()
        self._tail = b""  # the last bytes that arrived: a real-time request may come in parts
        self._power = 0  # counts power cycles: what began under one ends with it
        self._stopping = False
        self._between = True  # the interpreter is at the beginning of a command
        self._lines = 0
        self._paper_lines: int | None = None  # lines until the roll ends
        self._paper_end = self._near_end = self._cover_open = False
        self._jammed = self._cutter_error = self._failed = self._hot = self._off_line = False
        self._silent = self._garbage = False
        self._status_back = 0
        self._told = b""  # the last status told unasked
        self._paper = Paper(dots)
        self._wake_near, self._wake_far = socket.socketpair()
        self._wake_near.setblocking(False)
        self._port: TcpPort | SerialPort = SerialPort() if serial else TcpPort()
        self.address = self._port.address
        self._threads = [
            threading.Thread(target=self._listen, name="printer-peer-line"),
            threading.Thread(target=self._print, name="printer-peer-head"),
        ]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with self._changed:
            self._stopping = True
            self._changed.notify_all()
        self._wake()
        for thread in self._threads:
            thread.join()
        self._port.close()
        self._wake_near.close()
        self._wake_far.close()

    # --- what a person sees

    def wait_until(self, seen: Callable[[], bool], timeout_s: float = 20.0) -> bool:
        """Waits until `seen()`; false when the time is over. It is asked after every change."""
        with self._changed:
            return self._changed.wait_for(seen, timeout_s)

    def wait_until_idle(self, timeout_s: float = 20.0) -> bool:
        """Waits until everything that arrived is printed."""
        return self.wait_until(lambda: self._between and not self._buffer, timeout_s)

    @property
    def lines_printed(self) -> int:
        return self._lines

    @property
    def stopped(self) -> bool:
        """Off line, for whatever reason."""
        return not self._ready()

    @property
    def slip_in_mouth(self) -> bool:
        """Whether somebody could take a slip, cut off or not."""
        with self._changed:
            return self._hanging or self._paper.written()

    # --- what a person or an accident does

    def end_paper(self, after_lines: int = 0) -> None:
        """The roll ends now, or when so many more lines or pictures are printed."""
        with self._changed:
            self._paper_lines = after_lines
            self._paper_end = after_lines == 0
            self._tell_change()

    def near_end(self) -> None:
        self._switch(_near_end=True)

    def refill(self) -> None:
        """A new roll. What was printed of a slip comes off with the old one: an incomplete page."""
        with self._changed:
            self._paper_lines = None
            self._paper_end = self._near_end = False
            if self._paper.written():
                self.pages.append(self._paper.take(complete=False))
                self._paper.torn = bool(self._buffer)  # the rest of it is still to come
            self._tell_change()

    def open_cover(self) -> None:
        self._switch(_cover_open=True)

    def close_cover(self) -> None:
        self._switch(_cover_open=False)

    def jam_cutter(self) -> None:
        """The next cut fails."""
        self._switch(_jammed=True)

    def clear_jam(self) -> None:
        """The knife is free again; the error stays until DLE ENQ, or until the power is cycled."""
        self._switch(_jammed=False)

    def fail(self) -> None:
        """An error that only a repair ends."""
        self._switch(_failed=True)

    def overheat(self, hot: bool = True) -> None:
        self._switch(_hot=hot)

    def go_off_line(self, off_line: bool = True) -> None:
        self._switch(_off_line=off_line)

    def fall_silent(self, silent: bool = True) -> None:
        """Prints, but answers nothing."""
        self._switch(_silent=silent)

    def talk_garbage(self, garbage: bool = True) -> None:
        self._switch(_garbage=garbage)

    def tear_off(self) -> None:
        """Somebody takes what hangs in the mouth: a slip that was cut off, and what is printed of
        one that was not.
        """
        with self._changed:
            if self._paper.written() or not self._hanging:
                idle = self._between and not self._buffer
                self.pages.append(self._paper.take(complete=idle))
            self._hanging = False
            self._changed.notify_all()

    def drop_connection(self) -> None:
        """The line breaks; the printer keeps what it has."""
        with self._changed:
            self._port.drop()
        self._wake()

    def power_cycle(self) -> None:
        """Off and on: the buffer and the modes are lost, and a TCP connection breaks."""
        with self._changed:
            self._forget()
            self._cutter_error = self._silent = self._garbage = self._off_line = False
            self._status_back = 0
            self._port.drop()
            self._changed.notify_all()
        self._wake()

    # --- what the interpreter moves and asks

    def take(self, count: int) -> bytes:
        taken = bytearray()
        with self._changed:
            power = self._power
            while len(taken) < count:
                self._changed.notify_all()
                self._changed.wait_for(lambda: self._buffer or self._lost(power))
                self._end_if_lost(power)
                self._between = False
                part = self._buffer[: count - len(taken)]
                taken += part
                del self._buffer[: len(part)]
                self._wake()
        return bytes(taken)

    def advance(self, rows: int, ink: Callable[[], None]) -> None:
        self._gate()
        with self._changed:
            power = self._power
            if self._mm_per_s:
                needed_s = rows / DOTS_PER_MM / self._mm_per_s
                self._changed.wait_for(lambda: self._lost(power), needed_s)
            self._end_if_lost(power)
            ink()
            self._lines += 1
            if self._paper_lines is not None:
                self._paper_lines -= 1
                self._paper_end = self._paper_lines <= 0
            self._tell_change()

    def cut(self) -> None:
        with self._changed:
            if self._jammed:
                self._cutter_error = True
                self._tell_change()
        self._gate()
        with self._changed:
            self._hanging = self._hanging or self._paper.written()
            self.pages.append(self._paper.take(complete=True))
            self._changed.notify_all()

    def answer(self, reply: bytes) -> None:
        self._gate()
        with self._changed:
            self._reply(reply)

    def paper_status(self) -> int:
        self._gate()
        return 0x03 * self._near_end | 0x0C * self._paper_end

    def status_back(self, wanted: int) -> None:
        with self._changed:
            self._status_back, self._told = wanted, b""
            self._tell_change()

    # --- inside

    def _switch(self, **states: bool) -> None:
        with self._changed:
            for name, state in states.items():
                setattr(self, name, state)
            self._tell_change()

    def _tell_change(self) -> None:
        if self._status_back:
            first = 0x10 | 0x08 * self.stopped | 0x20 * self._cover_open
            error = 0x08 * self._cutter_error | 0x20 * self._failed | 0x40 * self._hot
            paper = 0x03 * self._near_end | 0x0C * self._paper_end
            status = bytes([first, error, paper, 0])
            if status != self._told:
                self._reply(status)
            self._told = status
        self._changed.notify_all()

    def _ready(self) -> bool:
        stops = (self._paper_end, self._cover_open, self._cutter_error, self._failed)
        return not (any(stops) or self._hot or self._off_line)

    def _lost(self, power: int) -> bool:
        return self._stopping or power != self._power

    def _end_if_lost(self, power: int) -> None:
        if self._stopping:
            raise _StoppedError
        if power != self._power:
            raise _PowerLostError

    def _gate(self) -> None:
        """Waits until the printer may work."""
        with self._changed:
            power = self._power
            self._changed.wait_for(lambda: self._ready() or self._lost(power))
            self._end_if_lost(power)

    def _forget(self) -> None:
        self._paper.torn = self._paper.torn or self._paper.written()
        self._power += 1
        self._buffer.clear()
        self._tail = b""

    def _reply(self, reply: bytes) -> None:
        if self._silent:
            return
        self._port.send((GARBAGE * len(reply))[: len(reply)] if self._garbage else reply)

    def _print(self) -> None:
        with contextlib.suppress(_StoppedError):
            while True:
                interpreter = Interpreter(
                    self, self._paper, self._font, self._charset, self.findings
                )
                with contextlib.suppress(_PowerLostError):
                    while True:
                        self._begin_command()
                        interpreter.step()

    def _begin_command(self) -> None:
        with self._changed:
            self._between = True
            self._changed.notify_all()
        self._gate()

    def _listen(self) -> None:
        with selectors.DefaultSelector() as selector:
            selector.register(self._wake_far, selectors.EVENT_READ)
            watched = None
            while True:
                with self._changed:
                    if self._stopping:
                        return
                    room = self._buffer_bytes - len(self._buffer)
                    source = self._port.source() if room else None
                if source is not watched:
                    if watched is not None:
                        selector.unregister(watched)
                    if source is not None:
                        selector.register(source, selectors.EVENT_READ)
                    watched = source
                for key, _ in selector.select():
                    if key.fileobj is self._wake_far:
                        self._wake_far.recv(4096)
                    else:
                        self._arrived(room)

    def _arrived(self, room: int) -> None:
        with self._changed:
            for byte in self._port.receive(room):
                self._buffer.append(byte)
                self._tail = (self._tail + bytes([byte]))[-3:]
                if len(self._tail) == 3 and self._tail[0] == 0x10:
                    self._real_time(self._tail[1], self._tail[2])
            self._changed.notify_all()

    def _real_time(self, command: int, n: int) -> None:
        if command == 0x04 and 1 <= n <= 4:
            self._reply(bytes([self._status_byte(n)]))
        elif command == 0x05 and n in (1, 2) and self._cutter_error:
            self._cutter_error = self._jammed
            if n == 2:
                self._forget()
            self._tell_change()

    def _status_byte(self, n: int) -> int:
        error = self._cutter_error or self._failed or self._hot
        bits = {
            1: 0x08 * self.stopped | self._own_status | self._mouth(),
            2: 0x04 * self._cover_open | 0x20 * self._paper_end | 0x40 * error,
            3: 0x08 * self._cutter_error | 0x20 * self._failed | 0x40 * self._hot,
            4: 0x0C * self._near_end | 0x60 * self._paper_end,
        }
        return 0x12 | bits[n]

    def _mouth(self) -> int:
        return self._mouth_status if self._mouth_status and self.slip_in_mouth else 0

    def _wake(self) -> None:
        with contextlib.suppress(BlockingIOError):  # full: it wakes anyway
            self._wake_near.send(b"!")


class _StoppedError(Exception):
    pass


class _PowerLostError(Exception):
    pass
