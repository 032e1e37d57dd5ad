"""Driver of a resident ID-card reader with a SAM module on a serial port (GA/T 467).

A card is read by three questions in order: find, select, read. After that most modules find the
same card again only when it has left and come back; `card_present` tells whether it is still there.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Self

from serial.tools import list_ports

from devices.base import (
    Condition,
    DeviceAbsentError,
    DeviceError,
    DeviceFailedError,
    GarbledReplyError,
    NotToBeOpenedError,
    Remedy,
    Status,
)
from devices.idcard_frames import Command, Reply, SamStatus, sam_number, split_read
from devices.idcard_line import Line
from devices.idcard_profiles import IdCardProfile, PresentBy
from devices.idcard_text import IdCard, parse_card

log = logging.getLogger(__name__)

_ROUNDS = 3  # of asking at all ports and speeds, before a reset is tried
_TRIES = 3  # of the whole cycle, before the resident is asked to lay the card again
_GENERIC = IdCardProfile("generic")


class CardLiftedError(DeviceError):
    """The card was taken away or moved while it was being read; it must be laid again."""

    remedy = Remedy.RESIDENT


class NotAnIdCardError(DeviceError):
    """What lies on the reader is some other card."""

    remedy = Remedy.RESIDENT


class CardRefusedError(DeviceError):
    """Card and module did not accept each other, repeatedly: not genuine, or one is defective."""

    remedy = Remedy.RESIDENT


class CommandRefusedError(DeviceError):
    """The module did not carry out a command for some passing reason of its own."""

    remedy = Remedy.RETRY


_FAULTS: dict[int, type[DeviceError]] = {
    SamStatus.UNKNOWN_COMMAND: DeviceFailedError,
    SamStatus.SELF_TEST_FAILED: DeviceFailedError,
    SamStatus.NOT_AUTHORISED: DeviceFailedError,
    SamStatus.NOT_AN_ID_CARD: NotAnIdCardError,
    SamStatus.CARD_REFUSED_SAM: CardRefusedError,
    SamStatus.SAM_REFUSED_CARD: CardRefusedError,
    SamStatus.DATA_NOT_VERIFIED: CardRefusedError,
    SamStatus.READ_FAILED: CardLiftedError,
    SamStatus.NO_CARD: CardLiftedError,
    SamStatus.SELECT_FAILED: CardLiftedError,
}
_WORTH_ANOTHER_TRY = (CardLiftedError, CardRefusedError, CommandRefusedError)
_BROKEN_MODULE = (SamStatus.SELF_TEST_FAILED, SamStatus.NOT_AUTHORISED)
_SENT_BADLY = (SamStatus.CHECKSUM_SEEN_BAD, SamStatus.LENGTH_SEEN_BAD)


class IdCardReader:
    """Opened by `with`; opening finds the reader and may take some seconds when it is silent.

    Args:
        port: a path or a glob pattern such as `/dev/serial/by-id/*`. Every match is asked whether
            it is a reader, so the pattern should not take in devices that would mind.
        baud: None tries all speeds of the profile.
        timeout_s: how long the module may take to read a card; other answers have a share of it.
            None takes the profile's.
        open_line: as `Line`; a line that records is put in here.

    Raises:
        DeviceAbsentError: on entering: no port, no permission, taken, or nothing answers there.
        DeviceFailedError: on entering: the module says that it is broken.
    """

    def __init__(
        self,
        port: str,
        baud: int | None = None,
        timeout_s: float | None = None,
        profile: IdCardProfile = _GENERIC,
        open_line: Callable[[str, int], Line] = Line,
    ) -> None:
        self._pattern, self._profile, self._open_line = port, profile, open_line
        self._bauds = profile.bauds if baud is None else (baud,)
        self._timeout_s = profile.timeout_s if timeout_s is None else timeout_s
        self.poll_gap_s = profile.poll_gap_s  # to wait between two `read` that found no card
        self.sam_number: str | None = None

    def __enter__(self) -> Self:
        self._line = self._find_reader()
        with ExitStack() as undo:
            undo.callback(self._line.close)
            self.sam_number = self._ask_sam_number()
            undo.pop_all()
        log.info("ID-card reader %s on %s", self.sam_number, self._line.path)
        return self

    def __exit__(self, *exc: object) -> None:
        self._line.close()

    def read(self) -> IdCard | None:
        """The card on the reader, additional addresses included; None when there is none to find.

        Raises:
            DeviceAbsentError: the line broke, or nothing answers any more.
            DeviceFailedError: the module says that it is broken, or is too old.
            GarbledReplyError: replies were lost or damaged even after a reset.
            CommandRefusedError: the module refused three times for reasons of its own.
            CardLiftedError: a card was found and then lost.
            NotAnIdCardError: it is some other card.
            CardRefusedError: card and module did not accept each other.
            UnreadableCardError: the card's text is of no known kind.
        """
        found = reset = False
        fault: DeviceError
        for tries_left in reversed(range(_TRIES)):
            try:
                if not self._find():
                    break
                found = True
                return self._select_and_read(insist=not tries_left)
            except _WORTH_ANOTHER_TRY as refused:
                fault = refused
            except GarbledReplyError as garbled:
                if reset:
                    raise
                fault = garbled
                self._reset()
                reset = True
        else:
            raise fault
        if found:
            raise CardLiftedError("the card left while it was being read")
        return None

    def card_present(self) -> bool:
        """Whether the card that was read still lies there.

        Raises:
            DeviceError: as from `read`.
        """
        by_find = self._profile.present_by is PresentBy.FIND
        command = Command.FIND if by_find else Command.READ_ADDRESS
        reply = self._ask(command)
        if reply.status in _BROKEN_MODULE:
            raise _fault(command, reply)
        return reply.succeeded

    def status(self) -> Status:
        reply = self._ask(Command.STATUS)
        if reply.succeeded:
            where = f"{self._line.path} at {self._line.baud} baud"
            return Status(Condition.OK, f"SAM {self.sam_number or 'without number'} on {where}")
        broken = reply.status in _BROKEN_MODULE
        return Status(Condition.FAULT if broken else Condition.ATTENTION, reply.describe())

    def _find(self) -> bool:
        for _ in range(2):  # a card that was just laid often answers only the second call
            reply = self._ask(Command.FIND)
            if reply.succeeded:
                return True
            if reply.status != SamStatus.NO_CARD:
                raise _fault(Command.FIND, reply)
        return False

    def _select_and_read(self, *, insist: bool) -> IdCard:
        """`insist`: read even when the card was not selected, which works with some modules."""
        selected = self._ask(Command.SELECT)
        if not selected.succeeded:
            selected = self._ask(Command.SELECT)
        if not (selected.succeeded or insist):
            raise _fault(Command.SELECT, selected)
        read = self._ask(Command.READ)
        if not selected.succeeded and not read.succeeded:
            raise _fault(Command.SELECT, selected)
        if not read.succeeded:
            raise _fault(Command.READ, read)
        parts = split_read(read.data)
        return parse_card(parts.text, parts.photo, self._additional_addresses())

    def _additional_addresses(self) -> bytes:
        """Without them the card is still read: the resident may have lifted it by now."""
        try:
            reply = self._ask(Command.READ_ADDRESS)
        except GarbledReplyError as fault:
            log.warning("additional address not read: %s", fault)
            return b""
        return reply.data if reply.succeeded else b""

    def _ask(self, command: Command) -> Reply:
        """The reply to `command`, which is sent again when it or its reply got lost."""
        try:
            reply = self._ask_once(self._line, command)
            if reply.status not in _SENT_BADLY:
                return reply
        except GarbledReplyError as fault:
            log.info("asking again: %s", fault)
        return self._ask_once(self._line, command)

    def _ask_once(self, line: Line, command: Command) -> Reply:
        return line.ask(command, self._profile.shares[command] * self._timeout_s)

    def _reset(self) -> None:
        log.warning("%s: resetting the module", self._line.path)
        for questions in ((Command.RESET, Command.STATUS), *2 * [(Command.STATUS,)]):
            if self._is_ready(self._line, questions):
                return
        raise DeviceAbsentError(f"{self._line.path}: no whole reply, not even after a reset")

    def _find_reader(self) -> Line:
        pattern = Path(self._pattern)
        matches = Path(pattern.anchor).glob(str(pattern.relative_to(pattern.anchor)))
        paths = sorted(str(match) for match in matches if self._may_be_reader(match))
        why: dict[str, DeviceAbsentError] = {}
        for questions in (*_ROUNDS * [(Command.STATUS,)], (Command.RESET, Command.STATUS)):
            for path in paths:
                try:
                    return self._open(path, questions)
                except DeviceAbsentError as fault:
                    why[path] = fault
        words = "; ".join(map(str, why.values())) or f"nothing is there as {self._pattern}"
        lasting = why and all(fault.lasting for fault in why.values())
        raise (NotToBeOpenedError if lasting else DeviceAbsentError)(words)

    def _may_be_reader(self, path: Path) -> bool:
        """False for a USB port that is known to be of some other device."""
        wanted = self._profile.usb_ids
        if not wanted:
            return True
        port = str(path.resolve())
        usb = [(each.vid, each.pid) for each in list_ports.comports() if each.device == port]
        return not usb or None in usb[0] or "{:04x}:{:04x}".format(*usb[0]) in wanted

    def _open(self, path: str, questions: tuple[Command, ...]) -> Line:
        with ExitStack() as undo:
            line = undo.enter_context(self._open_line(path, self._bauds[0]))
            for baud in self._bauds:
                line.baud = baud
                if self._is_ready(line, questions):
                    undo.pop_all()
                    return line
        raise DeviceAbsentError(
            f"{path}: nothing answers as an ID-card reader at {self._bauds} baud"
        )

    def _is_ready(self, line: Line, questions: tuple[Command, ...]) -> bool:
        """Whether the last of `questions` is answered well.

        Raises:
            DeviceFailedError: it is a reader, but broken.
        """
        ready = False
        for command in questions:
            try:
                reply = self._ask_once(line, command)
            except GarbledReplyError:
                ready = False
                continue
            if reply.status in _BROKEN_MODULE:
                raise _fault(command, reply)
            ready = reply.succeeded
        return ready

    def _ask_sam_number(self) -> str | None:
        try:
            reply = self._ask(Command.SAM_NUMBER)
        except GarbledReplyError:
            return None
        return sam_number(reply.data) if reply.succeeded else None


def _fault(command: Command, reply: Reply) -> DeviceError:
    return _FAULTS.get(reply.status, CommandRefusedError)(f"{command.name}: {reply.describe()}")
