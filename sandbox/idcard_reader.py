"""The far end of an ID-card reader's cable: a module behind a pseudo terminal, at real speed.

Whoever opens the link meets a serial port. Bytes take their time on the wire in both directions,
and a host that speaks at another speed is not understood.
"""

from __future__ import annotations

import os
import random
import select
import termios
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Self

from sandbox.id_cards import CardData
from sandbox.idcard_faults import DAMAGES, STATUSES, STRIKES, Fault
from sandbox.idcard_module import BAUDS, Requests, SamModule, reply_frame

_BITS_PER_BYTE = 10  # start, eight data bits, stop
_PIECE_S = 0.002  # of wire time: bytes are handed over in pieces of this length
_NOBODY_THERE_S = 0.01  # how often to look whether somebody opened the port
_DRIP_S = 0.15  # between two bytes
_FLOOD_BYTES = 16_384
_REQUEST_GAP_S = 0.5  # the rest of a request does not come any more
_SPEEDS = {getattr(termios, f"B{baud}"): baud for baud in BAUDS.values()}


@dataclass(frozen=True, slots=True)
class WireUse:
    """What went over the wire so far; `seconds` is its time at the set speed."""

    received_bytes: int = 0
    sent_bytes: int = 0
    seconds: float = 0.0


@dataclass(slots=True)
class _Mischief:
    fault: Fault
    times: int | None
    commands: tuple[bytes, ...]


class IdCardReaderPeer:
    """A reader plugged in at `link`, which becomes a symbolic link to a serial port.

    Every method may be called from any thread.
    """

    def __init__(self, link: Path, baud: int = 115_200, *, finds_again: bool = False) -> None:
        self._module = SamModule(finds_again=finds_again)
        self._module.baud = baud
        self._lock = threading.Lock()  # of the module, the mischief and the counter
        self._mischief: list[_Mischief] = []
        self._wire = WireUse()
        self._plugging = threading.RLock()
        self._cable: _Cable | None = None
        self.plug(link)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.unplug()

    def plug(self, link: Path) -> None:
        """Takes the reader out first when it is plugged in."""
        with self._plugging:
            self.unplug()
            self._cable = _Cable(link, self)

    def unplug(self) -> None:
        """Takes the port away; a host that has it open sees the line break. Twice is once."""
        with self._plugging:
            if self._cable:
                self._cable.close()
                self._cable = None

    def lay(self, card: CardData) -> None:
        with self._lock:
            self._module.lay(card)

    def lift(self) -> None:
        with self._lock:
            self._module.lift()

    def misbehave(
        self, fault: Fault, times: int | None = 1, commands: Iterable[bytes] | None = None
    ) -> None:
        """Strikes the next `times` requests (None: all until `behave`).

        `commands` (CMD and PARA of each) says which; by default those to which the fault belongs.
        Several faults queue up: the first that fits strikes.
        """
        struck = STRIKES.get(fault, ()) if commands is None else tuple(commands)
        with self._lock:
            self._mischief.append(_Mischief(fault, times, struck))

    def behave(self) -> None:
        with self._lock:
            self._mischief.clear()

    @property
    def baud(self) -> int:
        with self._lock:
            return self._module.baud

    @property
    def wire(self) -> WireUse:
        with self._lock:
            return self._wire

    def count(self, baud: int, received_bytes: int = 0, sent_bytes: int = 0) -> None:
        """For the cable: this much went over the wire."""
        with self._lock:
            self._wire = WireUse(
                self._wire.received_bytes + received_bytes,
                self._wire.sent_bytes + sent_bytes,
                self._wire.seconds + (received_bytes + sent_bytes) * _BITS_PER_BYTE / baud,
            )

    def answer(self, request: bytes | int) -> tuple[bytes, Fault | None]:
        """For the cable: the bytes of the reply, and the fault that strikes it."""
        with self._lock:
            fault = self._next_fault(request)
            if fault is Fault.LIFTED_MID_READ:
                self._module.lift()
            if fault in STATUSES:
                return reply_frame(STATUSES[fault][0], card_word=STATUSES[fault][1]), fault
            frame = self._module.answer(request)
        return (DAMAGES[fault](frame) if fault in DAMAGES else frame), fault

    def _next_fault(self, request: bytes | int) -> Fault | None:
        for mischief in self._mischief:
            if not mischief.commands or request in mischief.commands:
                if mischief.times is not None:
                    mischief.times -= 1
                    if not mischief.times:
                        self._mischief.remove(mischief)
                return mischief.fault
        return None


class _Cable:
    """One pseudo terminal and the thread that serves it."""

    def __init__(self, link: Path, reader: IdCardReaderPeer) -> None:
        self._link, self._reader = link, reader
        self._far, near = os.openpty()
        self.port = os.ttyname(near)
        # The host must be the only one who has it open, or its exclusive lock would outlive it.
        os.close(near)
        os.set_blocking(self._far, False)
        self._stopped, self._stop = os.pipe()
        self._held = b""  # a late reply
        self._thread = threading.Thread(target=self._serve, name=f"reader at {link}", daemon=True)
        link.unlink(missing_ok=True)
        link.symlink_to(self.port)
        self._thread.start()

    def close(self) -> None:
        self._link.unlink(missing_ok=True)
        os.close(self._stop)
        self._thread.join()
        os.close(self._far)
        os.close(self._stopped)

    def _serve(self) -> None:
        requests = Requests()
        arrived_s = monotonic()
        while True:
            ready, _, _ = select.select([self._stopped, self._far], [], [])
            if self._stopped in ready:
                return
            try:
                data = os.read(self._far, 4096)
            except OSError:  # nobody has the port open
                requests.forget()
                if self._pause_until(monotonic() + _NOBODY_THERE_S):
                    return
                continue
            now_s = monotonic()
            if now_s - arrived_s > _REQUEST_GAP_S:
                requests.forget()
            baud = self._reader.baud
            arrived_s = now_s + len(data) * _BITS_PER_BYTE / baud
            if self._host_baud() != baud:
                continue
            self._reader.count(baud, received_bytes=len(data))
            if self._pause_until(arrived_s):
                return
            for request in requests.arrive(data):
                self._reply(request)

    def _reply(self, request: bytes | int) -> None:
        baud = self._reader.baud  # before the answer, which may change the speed
        frame, fault = self._reader.answer(request)
        if fault is Fault.LATE:
            frame, self._held = self._held, frame
            self._send(frame, baud)
        elif fault is Fault.DRIP:
            self._send(frame, baud, gap_s=_DRIP_S, until_asked=True)
        elif fault is Fault.FLOOD:
            self._send(random.randbytes(_FLOOD_BYTES), baud, until_asked=True)
        elif frame:
            frame, self._held = self._held + frame, b""
            self._send(frame, baud)

    def _send(
        self, data: bytes, baud: int, *, gap_s: float = 0.0, until_asked: bool = False
    ) -> None:
        """Each piece arrives when its last bit would; an absolute schedule does not drift."""
        start_s = monotonic()
        byte_s = gap_s + _BITS_PER_BYTE / baud
        step = max(1, int(_PIECE_S / byte_s))
        for at in range(0, len(data), step):
            piece = data[at : at + step]
            if self._pause_until(start_s + (at + len(piece)) * byte_s, until_asked=until_asked):
                return
            if self._host_baud() != baud:
                piece = bytes(byte ^ 0x5A for byte in piece)
            self._reader.count(baud, sent_bytes=len(piece))
            try:
                os.write(self._far, piece)
            except OSError:  # the port was closed, or nobody empties it: the bytes are lost
                return

    def _pause_until(self, moment_s: float, *, until_asked: bool = False) -> bool:
        """Whether the pause was cut short: the reader is unplugged, or the host asks."""
        watched = [self._stopped, self._far] if until_asked else [self._stopped]
        return bool(select.select(watched, [], [], max(0.0, moment_s - monotonic()))[0])

    def _host_baud(self) -> int | None:
        """The settings of a pseudo terminal are seen from both of its ends."""
        try:
            return _SPEEDS.get(termios.tcgetattr(self._far)[5])
        except termios.error:
            return None
