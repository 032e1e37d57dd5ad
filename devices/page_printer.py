"""The A4 printer over IPP: hands a PDF over once, and says truthfully what became of it.

The same driver talks to a CUPS queue and to an IPP Everywhere printer (PWG 5100.14) without one.
A document travels under a key, at the end of its job-name. Before it is sent, the queue is asked
for that key: a program that was interrupted finds its job again, also in a CUPS started anew.

Why not a library: pycups waits without end for a scheduler that hangs; pyipp runs for ever on an
answer with a negative length, and brings an asynchronous HTTP client with it.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from devices.base import Status
from devices.ipp_codec import Attribute, Tag
from devices.ipp_line import address_from_url
from devices.ipp_states import JobReport, JobState, fault_of, status_of
from devices.ipp_talk import IppTalk
from devices.page_document import pages_in
from devices.page_jobs import (
    PageJob,
    PageOutcome,
    PageProgress,
    PagesAborted,
    PagesCanceled,
    PagesPrinted,
    PagesUnsure,
)
from devices.page_printer_faults import (
    DocumentRefusedError,
    JobHeldError,
    PagePrinterError,
    PagePrinterOfflineError,
    QueueSetUpError,
)

POLL_S = 0.25
LONGEST_TITLE = 40  # characters of up to 4 bytes; with the key it has to fit into 255 bytes
KEY = re.compile(r"[0-9A-Za-z-]{8,64}")


class PagePrinter:
    """Opened by `with`, used by one thread; holds nothing open between two calls.

    A key names one printing. Whatever `print_pdf` or `wait` raise, both may be called again with
    the same key, also by another process: nothing is sent twice while the queue remembers the job.
    """

    def __init__(
        self,
        url: str,
        socket: Path | None = None,
        *,
        max_pages: int = 20,
        max_copies: int = 2,
        media: str = "iso_a4_210x297mm",
        sides: str = "one-sided",
        answer_timeout_s: float = 5.0,
        send_timeout_s: float = 60.0,
        stall_timeout_s: float = 120.0,
        retry_s: float = 10.0,
        settle_s: float = 3.0,
        trusted: Path | None = None,
    ) -> None:
        """The limits of what is printed are those of one document.

        Args:
            url: as `address_from_url` has it.
            socket: of CUPS, /run/cups/cups.sock; needed to set a queue going again.
            max_pages: before copies.
            max_copies: of a document.
            media: its PWG 5101.1 name.
            sides: RFC 8011 §5.2.8.
            answer_timeout_s: for a whole exchange.
            send_timeout_s: for the document; a printer may take it only as fast as it prints.
            stall_timeout_s: how long a printer that says it is well may print nothing.
            retry_s: between two trials of a queue that a fault stopped.
            settle_s: how long a fault stands, or is gone, before it is believed.
            trusted: certificates (PEM) for ipps; without it, those of the system.

        Raises:
            ValueError: the URL names no queue.
        """
        address = address_from_url(url, socket)
        self._talk = IppTalk(address, answer_timeout_s, send_timeout_s, trusted)
        self._max_pages, self._max_copies = max_pages, max_copies
        self._media, self._sides = media, sides
        self._stall_timeout_s, self._retry_s = stall_timeout_s, retry_s
        self._settle_s = settle_s
        self._tried_s = -retry_s  # when the queue was last set going

    def __enter__(self) -> Self:
        """Raises: PagePrinterError: nothing there, or no such queue."""
        self._talk.printer()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        pass

    def status(self) -> Status:
        """What the queue says. CUPS asks the printer only while it prints.

        Raises:
            PagePrinterError: no answer, or none that makes sense.
        """
        return status_of(self._talk.printer())

    def print_pdf(self, pdf: bytes, key: str, *, title: str = "", copies: int = 1) -> PageJob:
        """Hands the document over, unless the queue already has it under this key.

        Args:
            pdf: the whole file.
            key: 8 to 64 letters, digits and hyphens, made once, as a UUID, and kept by the caller.
            title: stands on the printer's panel and in logs: nothing about anybody.
            copies: of the whole document.

        Raises:
            DocumentRefusedError: no PDF, or above a cap; nothing was asked or sent.
            PagePrinterError: whether the queue has it is open only if sending had begun.
            ValueError: the key is none.
        """
        if not KEY.fullmatch(key):
            raise ValueError("no key for a print job")
        self._refuse(pages_in(pdf), copies)
        if job := self.find(key):
            return job
        printer = self._talk.printer()
        if printer.stopped_by_fault(self._talk.jobs("not-completed")):
            self._try_again()  # only a job shows whether the fault is mended
        elif fault := fault_of(printer):
            raise fault
        wanted = [
            Attribute(Tag.INTEGER, "copies", (copies,)),
            Attribute(Tag.KEYWORD, "media", (self._media,)),
            Attribute(Tag.KEYWORD, "sides", (self._sides,)),
        ]
        name = f"{title[:LONGEST_TITLE]} [{key}]".strip()
        return PageJob(key, self._talk.send(name, pdf, wanted))

    def find(self, key: str) -> PageJob | None:
        """The job with this key, whatever became of it; None when the queue knows of none.

        A printer without CUPS forgets with its power. A caller that noted before `print_pdf` that
        it would print, and finds nothing afterwards, cannot know: it is `PagesUnsure`.
        """
        for which in ("not-completed", "completed"):  # in the order in which a job moves
            for job in self._talk.jobs(which):
                if _is(job, key):
                    return PageJob(key, job.id)
        return None

    def look(self, job: PageJob, *, still: bool = False) -> PageProgress | PageOutcome:
        """How far it is, now; `still` as `fault_of` has it.

        A queue that a fault stopped is set going again from time to time, which shows whether the
        fault is mended. If sides were printed already it is not: CUPS would begin with the first
        again. The job is taken out then, and what came out is for somebody to see.
        """
        said = self._job(job)
        if said is None:
            return PagesUnsure("the queue no longer knows the job")
        match said.state:
            case JobState.COMPLETED if "job-completed-with-errors" in said.reasons:
                return PagesUnsure("job-completed-with-errors")
            case JobState.COMPLETED:
                return PagesPrinted()
            case JobState.CANCELED:
                return PagesCanceled(said.impressions)
            case JobState.ABORTED:
                return PagesAborted(said.impressions, " ".join(said.reasons))
        printer = self._talk.printer()
        fault = fault_of(printer, still=still)
        if said.state is JobState.HELD:
            fault = fault or JobHeldError(" ".join(said.reasons) or "held")
        if said.state is JobState.STOPPED:
            fault = fault or PagePrinterError(" ".join(said.reasons) or "stopped")
        if printer.stopped_by_fault([said]):
            if said.impressions:
                self.cancel(job)
                return PagesUnsure(f"stopped after {said.impressions} sides: {fault}")
            if time.monotonic() >= self._tried_s + self._retry_s:
                self._try_again()
        return PageProgress(said.impressions, said.state is JobState.PROCESSING, fault)

    def wait(
        self,
        job: PageJob,
        patience_s: float = 0.0,
        told: Callable[[PageProgress], None] = lambda progress: None,
    ) -> PageOutcome:
        """Follows the job to its end; `told` hears of every change, in this thread.

        Raises:
            PagePrinterError: a fault that lasted `patience_s` and at least `settle_s`, as a queue
                tells an old one for a moment; or nothing moved for `stall_timeout_s`. The job
                stays in the queue: wait again, or cancel it.
        """
        moved_s = seen_s = time.monotonic()
        fault_s: float | None = None
        step: tuple[int, bool] | None = None
        heard = ""
        while True:
            now = self.look(job, still=time.monotonic() - moved_s > self._settle_s)
            if not isinstance(now, PageProgress):
                return now
            clock_s = time.monotonic()
            if step != (now.impressions, now.printing):
                moved_s, step = clock_s, (now.impressions, now.printing)
            if heard != repr(now):
                told(now)
                heard = repr(now)
            if now.fault:
                seen_s = clock_s
                fault_s = clock_s if fault_s is None else fault_s
                if clock_s - fault_s >= max(patience_s, self._settle_s):
                    raise now.fault
            elif fault_s is not None and clock_s - seen_s > self._settle_s:
                fault_s = None
            if not now.fault and clock_s - moved_s > self._stall_timeout_s:
                raise PagePrinterOfflineError("nothing moves, and the printer says no reason")
            time.sleep(POLL_S)

    def cancel(self, job: PageJob) -> None:
        """Takes the job out of the queue, and sets the queue going if this job stopped it.

        A job that has ended stays as it ended.
        """
        if said := self._job(job):
            stopped = self._talk.printer().stopped_by_fault([said])
            self._talk.cancel(job.id, purge=False)
            if stopped:
                self._try_again()

    def forget(self, job: PageJob) -> None:
        """Has CUPS delete what it kept of the job, the document with it; a printer keeps nothing.

        To be called once the outcome is written down: afterwards the key finds nothing.
        """
        if self._talk.printer().spooled and self._job(job):
            self._talk.cancel(job.id, purge=True)

    def resume(self) -> None:
        """Sets a queue going that somebody stopped, on purpose; needs `socket`.

        Raises:
            QueueSetUpError: CUPS does not let this user.
        """
        self._talk.resume()
        if self._talk.printer().spooled:
            self._talk.accept_jobs()

    def _refuse(self, pages: int, copies: int) -> None:
        if not 0 < pages <= self._max_pages:
            raise DocumentRefusedError(f"{pages} pages; 1 to {self._max_pages} are allowed")
        if not 0 < copies <= self._max_copies:
            raise DocumentRefusedError(f"{copies} copies; 1 to {self._max_copies} are allowed")

    def _job(self, job: PageJob) -> JobReport | None:
        """None too when the number belongs to another job now: a printer counts from 1 again."""
        said = self._talk.job(job.id)
        return said if said and _is(said, job.key) else None

    def _try_again(self) -> None:
        self._tried_s = time.monotonic()
        with suppress(QueueSetUpError):  # not allowed: somebody has to resume the queue
            self._talk.resume()


def _is(job: JobReport, key: str) -> bool:
    return job.name.endswith(f"[{key}]")
