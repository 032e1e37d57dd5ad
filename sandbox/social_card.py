"""A hand that puts social security cards into a reader of `sandbox.pcscd`, and pulls them out.

Between card and reader goes vpcd's protocol: two bytes of length, then a control byte or a command.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import dataclass
from time import monotonic
from typing import Final, Self

from sandbox.social_card_chip import Chip
from sandbox.social_card_faults import DAMAGES, READ_RECORD, WORDS, CardFault

_OFF, _ON, _RESET, _ATR = (bytes([code]) for code in (0, 1, 2, 4))
_CONNECT_TIMEOUT_S: Final = 10.0
_INSERTIONS: Final = 10
_POWER_TIMEOUT_S: Final = 1.2
_OUT_S: Final = 0.6


class SlotError(Exception):
    """The reader does not take the card."""


@dataclass(slots=True)
class _Mischief:
    fault: CardFault
    times: int | None
    commands: tuple[bytes, ...]


class SocialCardPeer:
    """The slot behind `port` of a `Pcscd`. Every method may be called from any thread.

    Args:
        delay_s: how long reader and card take for each command.
        patience_s: how long the reader waits for a card that is silent; a slow one takes half.
    """

    def __init__(self, port: int, delay_s: float = 0.0, patience_s: float = 1.0) -> None:
        self._port, self.delay_s, self._patience_s = port, delay_s, patience_s
        self._lock = threading.Lock()
        self._mischief: list[_Mischief] = []
        self._inserted: _Contacts | None = None
        self._next: Chip | None = None
        self._swap: threading.Timer | None = None
        self.seen: list[Chip] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.remove()

    def insert(self, chip: Chip) -> None:
        """The card that was in the slot is pulled out first. Returns when this one has current.

        Raises:
            SlotError: pcscd gives it none.
        """
        with self._lock:
            self.seen.append(chip)
        for _ in range(_INSERTIONS):
            self.remove()
            contacts = _Contacts(chip, self._port, self)
            with self._lock:
                self._inserted = contacts
            if contacts.powered.wait(_POWER_TIMEOUT_S):
                return
            # pcscd looks into its slots every 400 ms and takes a card that came back within that
            # for the one before: no hand is so quick.
            self.remove()
            threading.Event().wait(_OUT_S)
        raise SlotError("pcscd does not notice the card")

    def remove(self) -> None:
        with self._lock:
            contacts, self._inserted = self._inserted, None
            if self._swap:
                self._swap.cancel()
        if contacts:
            contacts.close()  # without the lock, which its thread may be waiting for

    def misbehave(
        self,
        fault: CardFault,
        times: int | None = 1,
        commands: Iterable[bytes] = (READ_RECORD,),
        other: Chip | None = None,
    ) -> None:
        """Strikes the next `times` commands (None: all until `behave`) that begin with one of
        `commands`. `other` is the card of SWAPPED. Several faults queue up.
        """
        with self._lock:
            self._next = other or self._next
            self._mischief.append(_Mischief(fault, times, tuple(commands)))

    def behave(self) -> None:
        with self._lock:
            self._mischief.clear()

    @property
    def chip(self) -> Chip | None:
        """The card in the slot."""
        with self._lock:
            return self._inserted.chip if self._inserted else None

    @property
    def commands(self) -> list[bytes]:
        """All that any card received, in order."""
        with self._lock:
            return [command for chip in self.seen for command in chip.commands]

    @property
    def forbidden(self) -> list[bytes]:
        with self._lock:
            return [command for chip in self.seen for command in chip.forbidden]

    def answer(self, contacts: _Contacts, command: bytes) -> bytes | None:
        """For the contacts: what goes to the reader; None when the connection ended."""
        with self._lock:
            fault = self._next_fault(command)
        pause_s = self.delay_s
        if fault in (CardFault.SILENCE, CardFault.SLOW):
            pause_s = self._patience_s / (1 if fault is CardFault.SILENCE else 2)
        if pause_s and contacts.pause(pause_s):
            return None
        if fault in WORDS:
            contacts.chip.commands.append(command)
            return WORDS[fault]
        answer = contacts.chip.answer(command)
        if fault in DAMAGES:
            return DAMAGES[fault](answer)
        if fault is CardFault.HALF:
            contacts.send(answer, only=len(answer) // 2)
        if fault in (CardFault.REMOVED, CardFault.SWAPPED, CardFault.SILENCE, CardFault.HALF):
            self._leave(contacts, fault)
            return None
        return answer

    def _leave(self, contacts: _Contacts, fault: CardFault) -> None:
        """The card is out; one that is swapped is followed by the other, as fast as a hand can."""
        contacts.end()
        with self._lock:
            other = self._next if fault is CardFault.SWAPPED else None
            if contacts is not self._inserted:
                return
            self._inserted = None
        if other is not None:
            self._swap = threading.Timer(_OUT_S, self.insert, (other,))
            self._swap.start()

    def _next_fault(self, command: bytes) -> CardFault | None:
        for mischief in self._mischief:
            if command.startswith(mischief.commands):
                if mischief.times is not None:
                    mischief.times -= 1
                    if not mischief.times:
                        self._mischief.remove(mischief)
                return mischief.fault
        return None


class _Contacts:
    """One insertion of one card: a connection to the vpcd, and the thread that serves it."""

    def __init__(self, chip: Chip, port: int, peer: SocialCardPeer) -> None:
        self.chip, self._peer = chip, peer
        self._line = socket.create_connection(("127.0.0.1", port), _CONNECT_TIMEOUT_S)
        self._line.settimeout(None)
        self._line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._ended = threading.Event()
        self.powered = threading.Event()
        self._thread = threading.Thread(target=self._serve, name="social card", daemon=True)
        self._thread.start()

    def close(self) -> None:
        self.end()
        if threading.current_thread() is not self._thread:
            self._thread.join(_CONNECT_TIMEOUT_S)

    def end(self) -> None:
        self._ended.set()
        with ExitStack() as ignoring:
            ignoring.push(_no_line)
            self._line.shutdown(socket.SHUT_RDWR)

    def pause(self, seconds: float) -> bool:
        """Whether the card was pulled out meanwhile."""
        deadline_s = monotonic() + seconds
        return self._ended.wait(max(0.0, deadline_s - monotonic()))

    def send(self, message: bytes, only: int | None = None) -> None:
        """`only`: so many bytes of a message that was announced whole."""
        self._line.sendall(len(message).to_bytes(2, "big") + message[:only])

    def _serve(self) -> None:
        with self._line, ExitStack() as ignoring:
            ignoring.push(_no_line)
            while (message := self._receive()) is not None:
                if message == _ATR:
                    self.send(self.chip.habits.atr)
                elif len(message) == 1:
                    self.chip.reset()
                    if message == _OFF:
                        self.powered.clear()
                    else:
                        self.powered.set()
                elif not self.powered.is_set():
                    return  # a card without current does not answer
                elif (answer := self._peer.answer(self, message)) is not None:
                    self.send(answer)

    def _receive(self) -> bytes | None:
        head = self._exactly(2)
        return None if head is None else self._exactly(int.from_bytes(head, "big"))

    def _exactly(self, size: int) -> bytes | None:
        data = b""
        while len(data) < size:
            # The vpcd sends a length and a message apart, and the message only once the length is
            # acknowledged: the usual 40 ms would be most of each command's time.
            self._line.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
            piece = self._line.recv(size - len(data))
            if not piece:
                return None
            data += piece
        return data


def _no_line(_kind: object, fault: BaseException | None, _: object) -> bool:
    """Either end may have hung up; that is what removing is."""
    return isinstance(fault, OSError)
