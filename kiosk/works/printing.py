"""What the terminal does with the receipt printer, with the ledger beside it: one slip an event."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager

from devices.base import DeviceError
from devices.printer_status import (
    CoverOpenError,
    CutterError,
    PaperEndError,
    PrinterOfflineError,
    PrintError,
)
from devices.receipt_printer import Printed as Out
from devices.receipt_printer import PrintUnsure as Unsure
from devices.receipt_printer import ReceiptPrinter
from devices.slip import Slip
from kiosk.visits.events import Event, Printed, PrintStopped, PrintUnsure
from kiosk.visits.visit import Visit
from kiosk.visits.worker import Job, Task
from offline_cache.outbox import Outbox
from offline_cache.print_ledger import Begun, PrintLedger

log = logging.getLogger(__name__)

OpenLedger = Callable[[], AbstractContextManager[PrintLedger]]

# What somebody here can mend while the resident waits; the rest is a broken printer.
TROUBLES: Mapping[type[DeviceError], str] = {
    PaperEndError: "paper_end",
    CoverOpenError: "cover_open",
    CutterError: "cutter_error",
    PrinterOfflineError: "offline",
}


def print_slip(
    slip_of: Callable[[Visit], Slip], open_ledger: OpenLedger
) -> Callable[[Visit], Task[ReceiptPrinter]]:
    """Answers Printed, PrintStopped or PrintUnsure. Asked again for the same receipt, it goes on
    where the printer stopped, and prints nothing that the printer confirmed before.
    """

    def work(visit: Visit) -> Task[ReceiptPrinter]:
        slip, number = slip_of(visit), visit.receipt

        def task(printer: ReceiptPrinter, job: Job) -> Event:
            with open_ledger() as ledger:
                begun = ledger.begin(number)
                if begun is Begun.ALREADY_PRINTED:
                    return Printed(job.visit)
                print_it = printer.resume if begun is Begun.UNSURE else lambda: printer.print(slip)
                return _out(ledger, number, job, print_it)

        return task

    return work


def print_slip_again(
    slip_of: Callable[[Visit], Slip], open_ledger: OpenLedger
) -> Callable[[Visit], Task[ReceiptPrinter]]:
    """The resident looked, and the slip is not whole: whatever the printer thinks, another one."""

    def work(visit: Visit) -> Task[ReceiptPrinter]:
        slip, number = slip_of(visit), visit.receipt

        def task(printer: ReceiptPrinter, job: Job) -> Event:
            with open_ledger() as ledger:
                ledger.begin(number)
                return _out(ledger, number, job, lambda: printer.print(slip))

        return task

    return work


def print_once(slip_of: Callable[[Visit], Slip]) -> Callable[[Visit], Task[ReceiptPrinter]]:
    """A slip that bears no receipt number, so that the ledger knows nothing of it: whether it came
    out is for the resident to say.
    """

    def work(visit: Visit) -> Task[ReceiptPrinter]:
        slip = slip_of(visit)

        def task(printer: ReceiptPrinter, job: Job) -> Event:
            try:
                outcome = printer.print(slip)
            except PrintError as fault:
                if type(fault) not in TROUBLES:
                    raise
                log.info("a slip stopped: %s", fault)
                return PrintStopped(job.visit, TROUBLES[type(fault)])
            return PrintUnsure(job.visit) if isinstance(outcome, Unsure) else Printed(job.visit)

        return task

    return work


def slip_in_hand(open_ledger: OpenLedger) -> Callable[[Visit], Task[Outbox]]:
    """The printer or the resident said that the slip is out: no retry prints it any more."""

    def work(visit: Visit) -> Task[Outbox]:
        number = visit.receipt

        def task(_: Outbox, __: Job) -> None:
            with open_ledger() as ledger:
                ledger.finish(number)

        return task

    return work


def _out(ledger: PrintLedger, number: str, job: Job, print_it: Callable[[], Out | Unsure]) -> Event:
    try:
        outcome = print_it()
    except PrintError as fault:
        if not fault.started:
            ledger.release(number)
        if type(fault) not in TROUBLES:
            raise
        log.info("a slip stopped: %s", fault)
        return PrintStopped(job.visit, TROUBLES[type(fault)])
    if isinstance(outcome, Unsure):
        log.warning("nobody knows whether a slip is out: %s", outcome.reason)
        ledger.unsure(number)
        return PrintUnsure(job.visit)
    ledger.finish(number)
    return Printed(job.visit)
