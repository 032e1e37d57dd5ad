"""Keeps the terminal's journal, and goes round after each visit: is anything of it left?

One object for as long as the program runs, opened and used by its worker's thread alone.
"""

from __future__ import annotations

import logging
import os
import resource
from collections.abc import Callable
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Final, Self

from config.catalogue_models import Kind
from devices.base import Condition, Status
from kiosk.machines.store_room import StoreRoom
from kiosk.visits.events import Event, MediaForgotten, MediaTaken, StatusChanged
from kiosk.visits.visit import Visit
from kiosk.visits.worker import Job, Task
from offline_cache.errors import StoreError
from offline_cache.journal import DeviceName, Journal, JournalEvent, Residue
from offline_cache.residue import (
    ResidueSearchError,
    needles_for,
    outcome_of,
    search_apart,
)
from offline_cache.residue_search import Request, Searched

log = logging.getLogger(__name__)

BUDGET_S: Final = 20.0
EXPIRE_EVERY_S: Final = 86_400.0  # and at the start
AFTER_FAULT_S: Final = 600.0
PORTRAIT_BYTES: Final = 48  # of its middle: enough to know the picture again
TELLING: Final = (Kind.ID_NUMBER, Kind.MOBILE)  # answers that tell of one person alone

FINDINGS: Final = {
    Residue.LEFT: "something of a visit is on the disk and could not be removed",
    Residue.REMOVED: "something of a visit was on the disk; it was removed",
}


@dataclass(frozen=True, slots=True)
class Rooms:
    """Where to look. `sealed`: files whose path begins so hold sealed bodies by design."""

    roots: tuple[Path, ...]
    sealed: tuple[Path, ...]


class Caretaker:
    """A status that is a fault stays until the program is started again: somebody is to look."""

    def __init__(
        self, store: StoreRoom, rooms: Rooms, elapsed_s: Callable[[], float] = monotonic
    ) -> None:
        self._store, self._rooms, self._elapsed_s = store, rooms, elapsed_s
        self._expire_at_s = elapsed_s()
        self._held = ExitStack()
        self._journal: Journal | None = None
        self._finding: Residue | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self._journal = None
        self._held.close()

    def status(self) -> Status:
        """Asked every second or so: what has its hour is done here, too."""
        self._expire_drafts()
        if resource.getrlimit(resource.RLIMIT_CORE)[0] != 0:
            return Status(Condition.FAULT, "a crash would write memory to the disk (RLIMIT_CORE)")
        if self._finding is not None:
            return Status(Condition.FAULT, FINDINGS[self._finding])
        return Status(Condition.OK)

    def _expire_drafts(self) -> None:
        """Also while nobody comes."""
        if self._elapsed_s() < self._expire_at_s:
            return
        try:
            with self._store.drafts() as drafts:
                gone = drafts.expire()
        except StoreError as fault:
            log.error("drafts could not be looked over: %s", fault)
            self._expire_at_s = self._elapsed_s() + AFTER_FAULT_S
            return
        self._expire_at_s = self._elapsed_s() + EXPIRE_EVERY_S
        if gone:
            log.info("%d drafts were deleted: their days are over", gone)

    def go_round(self, needles: tuple[bytes, ...]) -> Residue | None:
        """Searches, writes down what it came to, and signs the journal. None without needles."""
        outcome = self._searched(needles) if needles else None
        self._write(self._store.sign)
        return outcome

    def note_device(self, event: JournalEvent, device: DeviceName) -> None:
        self._write(lambda journal: journal.note(event, device=device))

    def note_helper(self) -> None:
        self._write(lambda journal: journal.note(JournalEvent.HELPER_KNOWN))

    def _searched(self, needles: tuple[bytes, ...]) -> Residue:
        begun_s = monotonic()
        request = Request(
            [str(root) for root in self._rooms.roots],
            [str(path) for path in self._rooms.sealed],
            needles,
            os.getpid(),
            BUDGET_S,
        )
        try:
            searched = search_apart(request)
        except ResidueSearchError as fault:
            log.error("nobody can tell whether a visit left something: %s", fault)
            searched = Searched(unread=1)
        outcome, took_s = outcome_of(searched), monotonic() - begun_s
        if outcome in FINDINGS and self._finding is not Residue.LEFT:
            self._finding = outcome
        level = logging.INFO if outcome is Residue.CLEAN else logging.ERROR
        log.log(level, "after the visit: %d found (%s): %s", searched.found, outcome, searched)
        self._write(
            lambda journal: journal.note(
                JournalEvent.RESIDUE_CHECKED, word=outcome, count=searched.found, took_s=took_s
            )
        )
        return outcome

    def _write(self, line: Callable[[Journal], object]) -> None:
        """A disk that refuses is told by the outbox; the search goes on without a journal."""
        try:
            if self._journal is None:
                self._journal = self._store.journal(
                    self._held.enter_context(closing(self._store.connect()))
                )
            line(self._journal)
        except StoreError as fault:
            log.error("the journal could not be written: %s", fault)
            self._journal = None
            self._held.close()


def needles_of(visit: Visit) -> tuple[bytes, ...]:
    """What may not be found any more: number and name on the card, the numbers that were typed
    (that left with a complaint, too), and a piece of the portrait and of each page that was
    scanned.
    """
    card, intake = visit.card, visit.intake
    own = [visit.remark.mobile] if visit.remark.mobile else []
    if card is None:
        return needles_for(own)
    texts = [card.number, card.name, card.english_name, *own]
    pictures = [visit.portrait or b""]
    if intake is not None:
        texts += intake.walk.typed(*TELLING)
        pictures += [page for given in intake.papers.given.values() for page in given.pages]
    return (*needles_for(texts), *filter(None, map(_piece, pictures)))


def _piece(picture: bytes) -> bytes:
    middle = len(picture) // 2
    piece = picture[middle : middle + PORTRAIT_BYTES]
    return piece if len(piece) == PORTRAIT_BYTES else b""


def going_round(needles: tuple[bytes, ...]) -> Task[Caretaker]:
    """The needles live as long as this task waits and runs."""

    def task(caretaker: Caretaker, _: Job) -> None:
        caretaker.go_round(needles)

    return task


class DeviceNews:
    """What is worth a line: a device that goes, and one that is back; what was forgotten there, and
    that it is gone.
    """

    def __init__(self) -> None:
        self._usable: dict[str, bool] = {}
        self._forgotten: set[str] = set()

    def line_for(self, event: Event) -> tuple[JournalEvent, DeviceName] | None:
        """May be called from any thread, for one device from one at a time."""
        if isinstance(event, MediaForgotten):
            self._forgotten.add(event.device)
            return JournalEvent.MEDIA_FORGOTTEN, DeviceName(event.device)
        if isinstance(event, MediaTaken) and event.device in self._forgotten:
            self._forgotten.discard(event.device)
            return JournalEvent.MEDIA_TAKEN, DeviceName(event.device)
        if not isinstance(event, StatusChanged) or event.device not in set(DeviceName):
            return None
        if event.status.condition is Condition.UNKNOWN:
            return None
        before = self._usable.get(event.device, True)
        self._usable[event.device] = event.status.usable
        if before == event.status.usable:
            return None
        kind = JournalEvent.DEVICE_BACK if event.status.usable else JournalEvent.DEVICE_LOST
        return kind, DeviceName(event.device)
