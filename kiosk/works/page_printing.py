"""What the terminal does with the A4 printer: one document, once, whatever happens meanwhile.

The key of a printing is made when the answer comes, so that trying again after a fault never prints
it twice (`devices/page_printer.py`).
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping

from devices.page_jobs import PagesPrinted, PagesUnsure
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
from kiosk.events import Event, Printed, PrintStopped, PrintUnsure
from kiosk.visit import Visit
from kiosk.worker import Job, Task

log = logging.getLogger(__name__)

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
    page_of: Callable[[Visit], bytes], title: str
) -> Callable[[Visit], Task[PagePrinter]]:
    """Answers Printed, PrintStopped or PrintUnsure. page_of: the PDF of this visit; the same one
    when it is asked again. title: for the panel of the printer; it names nobody.
    """

    def work(visit: Visit) -> Task[PagePrinter]:
        pdf, key = page_of(visit), visit.lookup.print_key

        def task(printer: PagePrinter, job: Job) -> Event:
            try:
                sent = printer.print_pdf(pdf, key, title=title)
                outcome = printer.wait(sent, told=lambda _: job.answered())
            except tuple(TROUBLES) as fault:
                log.info("a page stopped: %s", fault)
                return PrintStopped(job.visit, TROUBLES[type(fault)])
            if not isinstance(outcome, PagesUnsure):
                printer.forget(sent)
            if isinstance(outcome, PagesPrinted):
                return Printed(job.visit)
            log.warning("nobody knows whether a page is out: %s", outcome)
            return PrintUnsure(job.visit)

        return task

    return work
