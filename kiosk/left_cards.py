"""After each visit: whether its card still lies on the reader, and the alarm if it stays there."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from time import monotonic

from devices.base import DeviceError, Status
from devices.idcard_reader import IdCardReader
from kiosk.events import Event, MediaForgotten, MediaTaken
from kiosk.media import Slot
from kiosk.visit import Visit
from kiosk.worker import Task

log = logging.getLogger(__name__)


class LeftCards:
    """`visit_over` and works may be called from any thread, `status` by the reader's worker.

    The reader is only asked whether the card that was read has gone. To search for cards between
    visits would spoil the next: most modules find a card once.
    """

    def __init__(self, slot: Slot, post: Callable[[Event], None]) -> None:
        self._slot, self._post = slot, post
        self._lock = threading.Lock()

    def visit_over(self) -> None:
        with self._lock:
            self._slot.leave()

    def status(self, reader: IdCardReader) -> Status:
        """The reader's, as `Worker` asks for it; looks for the card on the way.

        Raises:
            DeviceError: from `IdCardReader.status`.
        """
        status = reader.status()
        if self._slot.minded and status.usable:
            self._look(reader)
        return status

    def reading(
        self, work: Callable[[Visit], Task[IdCardReader]]
    ) -> Callable[[Visit], Task[IdCardReader]]:
        """`work`, which expects a card: from then on what lies there may be this visit's own."""

        def begun(visit: Visit) -> Task[IdCardReader]:
            with self._lock:
                self._slot.use()
            return work(visit)

        return begun

    def _look(self, reader: IdCardReader) -> None:
        try:
            there: bool | None = reader.card_present()
        except DeviceError as fault:
            log.info("nobody can tell whether a card was left: %s", fault)
            there = None
        with self._lock:
            self._tell(self._slot.see(there, monotonic()))

    def _tell(self, events: Sequence[Event]) -> None:
        for event in events:
            if isinstance(event, MediaForgotten):
                log.warning("a card was left on the %s; it waits for the attendant", event.device)
            elif isinstance(event, MediaTaken):
                log.info("no card of an earlier visit lies on the %s any more", event.device)
            self._post(event)
