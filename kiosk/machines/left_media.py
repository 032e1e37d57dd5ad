"""After each visit: whether its card still lies on the reader, its slip still hangs in the mouth of
the printer, and the alarm if it stays there.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from time import monotonic
from typing import Generic, TypeVar

from devices.base import DeviceError, Status
from devices.idcard_reader import IdCardReader
from devices.receipt_printer import ReceiptPrinter
from devices.social_card import SocialCardReader
from kiosk.machines.media import Slot
from kiosk.visits.events import Event, MediaForgotten, MediaTaken
from kiosk.visits.visit import Visit
from kiosk.visits.worker import Task

log = logging.getLogger(__name__)

Tool = TypeVar("Tool")


def card_lies_there(reader: IdCardReader, status: Status) -> bool | None:
    """Only asks whether the card that was read has gone. To search for cards between visits would
    spoil the next: most modules find a card once.

    Raises:
        DeviceError: from `IdCardReader.card_present`.
    """
    return reader.card_present() if status.usable else None


def social_card_lies_there(reader: SocialCardReader, status: Status) -> bool | None:
    """Raises: DeviceError: from `SocialCardReader.card_present`."""
    return reader.card_present() if status.usable else None


def slip_hangs_there(printer: ReceiptPrinter, _: Status) -> bool | None:
    """Also of a printer without paper: the last slip of the roll is somebody's too."""
    return printer.slip_in_mouth()


class LeftMedia(Generic[Tool]):
    """`visit_over` and works may be called from any thread, `status` by the device's worker.

    status: asks the device; may raise DeviceError.
    there: whether something is in the slot, None when nobody can tell; called right after `status`
        and with its answer, and only while the slot is minded.
    """

    def __init__(
        self,
        slot: Slot,
        status: Callable[[Tool], Status],
        there: Callable[[Tool, Status], bool | None],
        post: Callable[[Event], None],
    ) -> None:
        self._slot, self._ask, self._there, self._post = slot, status, there, post
        self._lock = threading.Lock()

    def visit_over(self) -> None:
        with self._lock:
            self._slot.leave()

    def status(self, tool: Tool) -> Status:
        """The device's, as `Worker` asks for it; looks into the slot on the way.

        Raises:
            DeviceError: from the device's status.
        """
        minded = self._slot.minded  # before the question: its answer is then of after the visit
        status = self._ask(tool)
        if minded:
            self._look(tool, status)
        return status

    def using(self, work: Callable[[Visit], Task[Tool]]) -> Callable[[Visit], Task[Tool]]:
        """`work`, which needs the slot: from then on what is there may be this visit's own."""

        def begun(visit: Visit) -> Task[Tool]:
            with self._lock:
                self._slot.use()
            return work(visit)

        return begun

    def _look(self, tool: Tool, status: Status) -> None:
        try:
            there = self._there(tool, status)
        except DeviceError as fault:
            log.info("nobody can tell what is left at the %s: %s", self._slot.device, fault)
            there = None
        with self._lock:
            self._tell(self._slot.see(there, monotonic()))

    def _tell(self, events: Sequence[Event]) -> None:
        for event in events:
            if isinstance(event, MediaForgotten):
                log.warning(
                    "something was left at the %s; it waits for the attendant", event.device
                )
            elif isinstance(event, MediaTaken):
                log.info("nothing of an earlier visit is at the %s any more", event.device)
            self._post(event)
