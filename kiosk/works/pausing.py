"""What the terminal does with a visit that pauses: keeps it, prints its code, takes it up again."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from typing import TypeVar

from devices.printer_status import PrintError
from devices.receipt_printer import PrintUnsure as Unsure
from devices.receipt_printer import ReceiptPrinter
from devices.slip import Slip
from kiosk.services.questions import intake_of
from kiosk.visits.draft_content import DraftContentError, packed, unpacked
from kiosk.visits.draft_events import (
    DraftKept,
    DraftNotKept,
    DraftOpened,
    DraftPast,
    DraftShut,
    DraftsThere,
    DraftUnknown,
)
from kiosk.visits.events import Event, Printed, PrintStopped, PrintUnsure
from kiosk.visits.visit import Visit
from kiosk.visits.worker import Job, Task
from kiosk.works.printing import TROUBLES
from offline_cache.drafts import Drafts
from offline_cache.errors import OutboxFullError, StoreError
from offline_cache.outbox import Outbox

log = logging.getLogger(__name__)

Tool = TypeVar("Tool")
OpenDrafts = Callable[[], AbstractContextManager[Drafts]]


def keep_draft(
    open_drafts: OpenDrafts, catalogue: str, days: int, now: Callable[[], datetime]
) -> Callable[[Visit], Task[Outbox]]:
    """Answers DraftKept once a power cut no longer matters, or DraftNotKept with what to tell. One
    that was taken up is kept again under its code.

    catalogue: its version. days: as `Drafts.keep` takes them. now: in local time.
    """

    def work(visit: Visit) -> Task[Outbox]:
        pause = visit.pause
        content = packed(intake_of(visit), pause.key, catalogue)
        document, code = pause.document, pause.code

        def task(_: Outbox, job: Job) -> Event:
            try:
                with open_drafts() as drafts:
                    kept = drafts.keep(content, document, days, code)
            except OutboxFullError:
                return DraftNotKept(job.visit, "full")
            except StoreError as fault:
                log.error("a draft could not be kept: %s", fault)
                return DraftNotKept(job.visit, "disk")
            return DraftKept(job.visit, kept, now() + timedelta(days=days))

        return task

    return work


def open_draft(open_drafts: OpenDrafts) -> Callable[[Visit], Task[Outbox]]:
    """Answers DraftOpened, DraftUnknown, DraftPast or DraftShut. It stays kept until it is handed
    in or its days are over.
    """

    def work(visit: Visit) -> Task[Outbox]:
        document, code = visit.pause.document, visit.pause.code

        def task(_: Outbox, job: Job) -> Event:
            try:
                with open_drafts() as drafts:
                    found = drafts.open(document, code)
                    if found is None:
                        past = drafts.is_past(document, code)
                        return (DraftPast if past else DraftUnknown)(job.visit)
                return DraftOpened(job.visit, unpacked(found.content), found.until.astimezone())
            except (StoreError, DraftContentError) as fault:
                log.error("a draft could not be opened: %s", fault)
                return DraftShut(job.visit)

        return task

    return work


def then_drop_draft(
    open_drafts: OpenDrafts, keep: Callable[[Visit], Task[Outbox]], kept: type[Event]
) -> Callable[[Visit], Task[Outbox]]:
    """`keep`, and when it answers `kept`, the draft that it was made of goes. A draft that could
    not be dropped expires; handed in again, it would bear the same key.
    """

    def work(visit: Visit) -> Task[Outbox]:
        inner, pause = keep(visit), visit.pause
        document, code = (pause.document, pause.code) if pause.is_taken_up else (b"", "")

        def task(outbox: Outbox, job: Job) -> Event | None:
            answer = inner(outbox, job)
            if code and isinstance(answer, kept):
                try:
                    with open_drafts() as drafts:
                        drafts.drop(document, code)
                except StoreError as fault:
                    log.error("a draft that was handed in could not be dropped: %s", fault)
            return answer

        return task

    return work


def with_drafts(
    open_drafts: OpenDrafts, ask: Callable[[Visit], Task[Tool]], told: type[Event]
) -> Callable[[Visit], Task[Tool]]:
    """`ask`, and when it answers `told`, what is kept here for the same person is posted before it:
    DraftsThere. A store that cannot be read says nothing; the code on the slip says more.
    """

    def work(visit: Visit) -> Task[Tool]:
        inner, document = ask(visit), visit.pause.document

        def task(tool: Tool, job: Job) -> Event | None:
            answer = inner(tool, job)
            if isinstance(answer, told):
                try:
                    with open_drafts() as drafts:
                        ends = tuple(one.until.astimezone() for one in drafts.of(document))
                    job.post(DraftsThere(job.visit, ends))
                except StoreError as fault:
                    log.error("nobody knows what is kept here: %s", fault)
            return answer

        return task

    return work


def print_draft_slip(slip_of: Callable[[Visit], Slip]) -> Callable[[Visit], Task[ReceiptPrinter]]:
    """Answers Printed, PrintStopped or PrintUnsure. Two slips of the same code do no harm."""

    def work(visit: Visit) -> Task[ReceiptPrinter]:
        slip = slip_of(visit)

        def task(printer: ReceiptPrinter, job: Job) -> Event:
            try:
                outcome = printer.print(slip)
            except PrintError as fault:
                if type(fault) not in TROUBLES:
                    raise
                return PrintStopped(job.visit, TROUBLES[type(fault)])
            return (PrintUnsure if isinstance(outcome, Unsure) else Printed)(job.visit)

        return task

    return work
