"""What the terminal does for originals that travel: asks where to, prints, records a hand-over."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence

from devices.printer_status import PrintError
from devices.receipt_printer import PrintUnsure as Unsure
from devices.receipt_printer import ReceiptPrinter
from devices.slip import Slip
from kiosk.platform.affairs_messages import Parcel
from kiosk.platform.enquiries import Enquiries
from kiosk.platform.gateway import Platform, PlatformError
from kiosk.platform.relay_messages import HandOver
from kiosk.visits.events import Event, PlatformAway, Printed, PrintStopped, PrintUnsure
from kiosk.visits.relay_events import HandedOn, NotItsTurn, ParcelsTold
from kiosk.visits.relaying import parcel_of, sendings
from kiosk.visits.visit import Visit
from kiosk.visits.worker import Job, Task
from kiosk.works.printing import TROUBLES

log = logging.getLogger(__name__)


def ask_office(visit: Visit) -> Task[Platform]:
    """Where the originals go of what was just handed in: ParcelsTold, without those that have not
    arrived there; PlatformAway without an answer.
    """
    numbers = [one.number for one in sendings(visit)]

    def task(platform: Platform, job: Job) -> Event:
        told = list[tuple[str, Parcel]]()
        for number in numbers:
            try:
                progress = Enquiries(platform).progress(number)
            except PlatformError as fault:
                log.warning("nobody tells where a parcel goes: %s", fault)
                return PlatformAway(job.visit)
            job.answered()
            if progress is not None and progress.whereabouts.parcel is not None:
                told.append((number, progress.whereabouts.parcel))
        return ParcelsTold(job.visit, tuple(told))

    return task


def record_hand_over(visit: Visit) -> Task[Platform]:
    """Answers HandedOn or NotItsTurn, PlatformAway without an answer. Tried again by the same
    member of staff in the same visit it is the same hand-over.
    """
    parcel = parcel_of(visit)
    handed = HandOver(
        key=visit.key,
        number=visit.lookup.code,
        to=(parcel.next or "") if parcel is not None else "",
        staff=visit.staff,
        waybill=visit.lookup.waybill,
    )

    def task(platform: Platform, job: Job) -> Event:
        try:
            recorded = Enquiries(platform).hand_over(handed)
        except PlatformError as fault:
            log.warning("a hand-over was not recorded: %s", fault)
            return PlatformAway(job.visit)
        return HandedOn(job.visit) if recorded else NotItsTurn(job.visit)

    return task


def print_papers(
    slips_of: Callable[[Visit], Sequence[Slip]],
) -> Callable[[Visit], Task[ReceiptPrinter]]:
    """All slips of a parcel, one behind the other: Printed, PrintStopped, or PrintUnsure where
    nobody knows it of one of them.
    """

    def work(visit: Visit) -> Task[ReceiptPrinter]:
        slips = slips_of(visit)

        def task(printer: ReceiptPrinter, job: Job) -> Event:
            sure = True
            for slip in slips:
                try:
                    outcome = printer.print(slip)
                except PrintError as fault:
                    if type(fault) not in TROUBLES:
                        raise
                    log.info("the papers of a parcel stopped: %s", fault)
                    return PrintStopped(job.visit, TROUBLES[type(fault)])
                job.answered()
                sure = sure and not isinstance(outcome, Unsure)
            return Printed(job.visit) if sure else PrintUnsure(job.visit)

        return task

    return work
