"""The receipt printer: prints a slip once, and says truthfully whether it came out.

A slip goes out in pieces. Behind each stands a barrier (GS r 1), whose answer proves that the
printer has done everything before it; at most `window_bytes` are ever unconfirmed, so a printer
that stops still has room for questions. When no answer comes for a while, its state is asked.
"""

from __future__ import annotations

import time
from collections import deque
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from devices.base import Condition, GarbledReplyError, Status
from devices.escpos import encode
from devices.glyphs import Glyphs
from devices.printer_links import LinkBrokenError, LinkSettings
from devices.printer_profiles import PrinterProfile
from devices.printer_status import (
    PrinterAbsentError,
    PrinterGarbledError,
    PrinterOfflineError,
    PrinterState,
    fault_of,
    status_of,
)
from devices.printer_talk import CLEAR, NO_STATUS_BACK, RESTART, SilenceError, Talk
from devices.slip import Slip

ASK_AFTER_S = 0.1  # without a confirmation
KNIFE_S = 2.0  # for the knife to find its place again


@dataclass(frozen=True, slots=True)
class Printed:
    """The printer confirmed every piece, the cut with them."""


@dataclass(frozen=True, slots=True)
class PrintUnsure:
    """All, some or none of the slip came out: only somebody who looks can tell."""

    reason: str


class ReceiptPrinter:
    """Opened by `with`, used by one thread. Holds a slip that a fault interrupted, until the next.

    A held slip lives as long as the connection: after an error with `started`, keep the driver open
    and call `resume` when the fault is mended. Closed and opened again, it can only be unsure.
    """

    def __init__(
        self,
        link: LinkSettings,
        profile: PrinterProfile,
        glyphs: Glyphs,
        answer_timeout_s: float = 1.0,
        stall_timeout_s: float = 5.0,
    ) -> None:
        """`stall_timeout_s`: how long a printer that says it is well may print nothing."""
        self._settings, self._profile, self._glyphs = link, profile, glyphs
        self._answer_timeout_s, self._stall_timeout_s = answer_timeout_s, stall_timeout_s
        self._held: deque[bytes] | None = None  # what is still to be sent of a slip under way
        self._told: PrinterState | None = None  # when it was last asked

    def __enter__(self) -> Self:
        self._link = self._settings.open(self._answer_timeout_s)
        self._talk = Talk(
            self._link,
            self._answer_timeout_s,
            self._stall_timeout_s,
            self._profile.status_ignored,
            self._profile.slip_in_mouth,
        )
        self._held = self._told = None
        if self._link.answers:
            try:
                self._talk.write(NO_STATUS_BACK)
            except LinkBrokenError:
                self._link.close()
                raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._held = None
        self._link.close()

    @property
    def holding(self) -> bool:
        """Whether a slip waits for `resume`."""
        return self._held is not None

    def status(self) -> Status:
        """Asks the printer; after a mended knife error it also sets the printer going again.

        Raises:
            PrinterOfflineError: no answer.
            PrinterGarbledError: answers that make no sense.
            LinkBrokenError: the line is broken.
        """
        if not self._link.answers:
            return Status(Condition.UNKNOWN, "this printer cannot be asked")
        state = self._state()
        self._free_knife(state)
        return status_of(state)

    def slip_in_mouth(self) -> bool | None:
        """Whether a slip that nobody took hangs in the mouth, as of the last `status`.

        Asks nothing. None: this model cannot tell, or did not answer, or has printed since.
        """
        return self._told.slip_in_mouth if self._told else None

    def print(self, slip: Slip) -> Printed | PrintUnsure:
        """Prints the slip; gives up one that is still held. Blocks until it is out or stuck.

        What the printer already has of a slip given up, at most `window_bytes`, comes out first.

        Raises:
            PrintError: one of its kinds. With `started`, the slip is held for `resume`.
            ValueError: a QR code does not fit on the paper.
        """
        pieces = encode(slip, self._profile, self._glyphs)
        self._held = None
        try:
            if self._link.answers:
                self._wait_ready()
                self._settle()
        except LinkBrokenError as fault:
            raise PrinterAbsentError(str(fault)) from fault
        self._held = deque(pieces)
        return self._print_held() if self._link.answers else self._print_blindly(pieces)

    def resume(self) -> Printed | PrintUnsure:
        """Goes on with the slip that a fault interrupted, where it stopped; prints nothing twice.

        Raises:
            PrintError: the fault is still there, or another; the slip stays held.
        """
        if self._held is None:
            return PrintUnsure("no slip is held")
        try:
            self._wait_ready()
            # What the printer had must come out first. If it does not, it is lost: sending the
            # rest would print half a slip.
            while self._talk.unconfirmed:
                if not self._confirmed_one():
                    return self._give_up("the printer lost what it had, or its power")
        except (LinkBrokenError, PrinterGarbledError) as fault:
            return self._give_up(str(fault))
        return self._print_held()

    def _print_held(self) -> Printed | PrintUnsure:
        held, talk = self._held or deque(), self._talk
        try:
            while held or talk.unconfirmed:
                room = self._profile.window_bytes - talk.unconfirmed_bytes
                if held and (len(held[0]) <= room or not talk.unconfirmed):
                    talk.send(held.popleft())
                elif not self._confirmed_one():
                    return self._give_up("the printer stopped confirming")
        except LinkBrokenError as fault:
            return self._give_up(str(fault))
        if talk.doubtful:
            return self._give_up("the printer's answers were garbled")
        self._held = self._told = None
        return Printed()

    def _print_blindly(self, pieces: tuple[bytes, ...]) -> PrintUnsure:
        try:
            for piece in pieces:
                self._talk.write(piece)
        except LinkBrokenError as fault:
            return self._give_up(str(fault))
        return self._give_up("this printer cannot be asked")

    def _give_up(self, reason: str) -> PrintUnsure:
        self._held = self._told = None
        return PrintUnsure(reason)

    def _confirmed_one(self) -> bool:
        """Waits for one more piece to be confirmed; False when a printer that is well does not.

        Raises:
            PrintError: the printer says why it stopped, or says nothing at all.
        """
        before = self._talk.unconfirmed
        until = time.monotonic() + self._stall_timeout_s + self._link.lag_s
        busy = False
        while time.monotonic() < until:
            self._talk.listen(ASK_AFTER_S)
            if self._talk.unconfirmed < before:
                return True
            try:
                state = self._state()
            except PrinterGarbledError:
                continue  # the talk is doubtful now; the paper may still come
            if self._talk.unconfirmed < before:
                return True
            self._refuse(state)
            busy = state.busy
        if busy:
            raise PrinterOfflineError("busy for too long", started=self.holding)
        return False

    def _settle(self) -> None:
        """Lets what is left of a slip given up come out; then makes sure the printer confirms."""
        while self._talk.unconfirmed and self._confirmed_one():
            pass
        self._talk.start_over()
        self._talk.send(b"")
        if not self._confirmed_one():
            raise PrinterOfflineError("the printer confirms nothing (GS r 1)")

    def _wait_ready(self) -> None:
        """Waits while the printer is busy; raises a PrintError when it cannot print."""
        begun = time.monotonic()
        while True:
            state = self._state()
            waited_s = time.monotonic() - begun
            if self._free_knife(state) and waited_s < KNIFE_S:
                self._talk.listen(ASK_AFTER_S)
                continue
            self._refuse(state)
            if not state.busy:
                return
            if waited_s > self._stall_timeout_s:
                raise PrinterOfflineError("busy for too long", started=self.holding)
            self._talk.listen(ASK_AFTER_S)

    def _free_knife(self, state: PrinterState) -> bool:
        """Tells a printer with a knife error to try again; not while somebody's hand is in it."""
        if state.cutter_error and not state.cover_open:
            self._talk.write(CLEAR if self._held is None else RESTART)
        return state.cutter_error and not state.cover_open

    def _refuse(self, state: PrinterState) -> None:
        if fault := fault_of(state):
            fault.started = self.holding
            raise fault

    def _state(self) -> PrinterState:
        self._told = None
        try:
            self._told = self._talk.ask_state()
        except SilenceError as fault:
            raise PrinterOfflineError("no answer from the printer", started=self.holding) from fault
        except GarbledReplyError as fault:
            raise PrinterGarbledError(str(fault), started=self.holding) from fault
        return self._told
