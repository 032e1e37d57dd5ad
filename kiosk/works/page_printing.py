"""What the terminal does with the A4 printer: one document, once, whatever happens meanwhile.

A page holds somebody's data: one that did not come out while the resident stood there is taken out
of the queue, so that it never comes out before somebody else.
"""

from __future__ import annotations

import logging
import time
import uuid
from collections.abc import Callable, Mapping

from devices.page_jobs import PageJob, PageProgress, PagesCanceled, PagesPrinted
from devices.page_printer import PagePrinter
from devices.page_printer_faults import (
    DoorOpenError,
    OutputFullError,
    PagePrinterError,
    PagePrinterOfflineError,
    PaperJamError,
    PaperOutError,
    TonerOutError,
)
from kiosk.visits.events import Event, Printed, PrintStopped, PrintUnsure
from kiosk.visits.visit import Visit
from kiosk.visits.worker import Job, Task

log = logging.getLogger(__name__)

CALLED_OFF_S = 5.0  # until a queue has let go of a job
LOOK_S = 0.1

# What somebody here can mend while the resident waits; the rest is a broken printer.
TROUBLES: Mapping[type[PagePrinterError], str] = {
    PaperOutError: "paper_out",
    PaperJamError: "paper_jam",
    DoorOpenError: "door_open",
    TonerOutError: "toner_out",
    OutputFullError: "output_full",
    PagePrinterOfflineError: "offline",
}


def print_page(
    page_of: Callable[[Visit], Callable[[], bytes]], title: str
) -> Callable[[Visit], Task[PagePrinter]]:
    """Answers Printed, PrintStopped or PrintUnsure. page_of: what makes the PDF of this visit, in
    the printer's thread. title: for the panel of the printer; it names nobody.
    """

    def work(visit: Visit) -> Task[PagePrinter]:
        page, key = page_of(visit), str(uuid.uuid4())

        def task(printer: PagePrinter, job: Job) -> Event:
            pdf = page()
            job.answered()
            sent = printer.print_pdf(pdf, key, title=title)
            try:
                outcome = printer.wait(sent, told=lambda _: job.answered())
            except PagePrinterError as fault:
                nothing_out = _called_off(printer, sent)
                if type(fault) not in TROUBLES:
                    raise
                log.info("a page stopped: %s", fault)
                if nothing_out:
                    return PrintStopped(job.visit, TROUBLES[type(fault)])
                return PrintUnsure(job.visit)
            printer.forget(sent)
            if isinstance(outcome, PagesPrinted):
                return Printed(job.visit)
            log.warning("nobody knows whether a page is out: %s", outcome)
            return PrintUnsure(job.visit)

        return task

    return work


def _called_off(printer: PagePrinter, sent: PageJob) -> bool:
    """Whether it is sure that nothing came out and nothing will."""
    printer.cancel(sent)
    end_s = time.monotonic() + CALLED_OFF_S
    while isinstance(outcome := printer.look(sent), PageProgress) and time.monotonic() < end_s:
        time.sleep(LOOK_S)
    printer.forget(sent)
    return isinstance(outcome, PagesCanceled) and not outcome.impressions
