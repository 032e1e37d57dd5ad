"""What the terminal does with an application: keeps it, and prints what is still missing."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import datetime

from devices.printer_status import PrintError
from devices.receipt_printer import ReceiptPrinter
from devices.slip import Slip
from kiosk.platform.answers import Answers
from kiosk.visits.events import Event, KeepFailed, Kept, Printed, PrintStopped
from kiosk.visits.visit import Visit
from kiosk.visits.worker import Job, Task
from kiosk.works.application import Application
from kiosk.works.keeping import ToKeep, keep_packets
from kiosk.works.printing import TROUBLES
from offline_cache.errors import OutboxFullError, StoreError
from offline_cache.outbox import Outbox
from offline_cache.sealing import Seals

log = logging.getLogger(__name__)


def keep_application(
    applications_of: Callable[[Visit], Sequence[Application]],
    sealer: Seals,
    answers: Answers,
    now: Callable[[], datetime],
    nudge: Callable[[], None],
) -> Callable[[Visit], Task[Outbox]]:
    """Answers Kept once a power cut no longer matters, or KeepFailed with what to tell. Of a bundle
    all items are kept or none; the first of them is the one whose answer is waited for.

    nudge: wakes the forwarder.
    """

    def work(visit: Visit) -> Task[Outbox]:
        applications, confirmed_at = applications_of(visit), now()
        case, helped = applications[0].key, bool(visit.helped.id)

        def task(outbox: Outbox, job: Job) -> Event:
            answers.expect(case)
            try:
                kept, *others = keep_packets(
                    outbox,
                    sealer,
                    [
                        ToKeep(one.packet, "application", one.key, one.item, case)
                        for one in applications
                    ],
                    paid_with=applications[0].paid_with,
                    helped=helped,
                )
            except OutboxFullError:
                return KeepFailed(job.visit, "full")
            except StoreError as fault:
                log.error("an application could not be kept: %s", fault)
                return KeepFailed(job.visit, "disk")
            nudge()
            numbers = tuple(one.number for one in others)
            return Kept(job.visit, kept.number, confirmed_at, kept.digest, numbers)

        return task

    return work


def print_checklist(slip_of: Callable[[Visit], Slip]) -> Callable[[Visit], Task[ReceiptPrinter]]:
    """Answers Printed or PrintStopped. A list is no receipt: a second one does no harm, so nobody
    keeps account of it.
    """

    def work(visit: Visit) -> Task[ReceiptPrinter]:
        slip = slip_of(visit)

        def task(printer: ReceiptPrinter, job: Job) -> Event:
            try:
                printer.print(slip)
            except PrintError as fault:
                if type(fault) not in TROUBLES:
                    raise
                return PrintStopped(job.visit, TROUBLES[type(fault)])
            return Printed(job.visit)

        return task

    return work
