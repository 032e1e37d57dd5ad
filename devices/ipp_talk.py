"""What is asked of a page printer: each IPP operation as a method, each status as a typed fault.

RFC 8011 §4 and appendix B, and the CUPS implementation of IPP.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from enum import IntEnum
from pathlib import Path

from devices.base import GarbledReplyError
from devices.ipp_codec import Answer, Attribute, Attributes, Group, Tag, decode, encode
from devices.ipp_line import IppAddress, IppLine
from devices.ipp_states import JobReport, PrinterReport, job_report, printer_report
from devices.page_printer_faults import (
    DocumentRefusedError,
    PagePrinterBusyError,
    PagePrinterError,
    PagePrinterGarbledError,
    QueuePausedError,
    QueueSetUpError,
    SpoolFullError,
)

USER = "kiosk"  # requesting-user-name, where nothing proves it


class Operation(IntEnum):
    """RFC 8011 §5.4.15 and the CUPS IPP specification."""

    PRINT_JOB = 0x0002
    CANCEL_JOB = 0x0008
    GET_JOB_ATTRIBUTES = 0x0009
    GET_JOBS = 0x000A
    GET_PRINTER_ATTRIBUTES = 0x000B
    RESUME_PRINTER = 0x0011
    CUPS_ACCEPT_JOBS = 0x4008


FIRST_FAULT = 0x0100  # below it are the successes, some with a remark
NOT_POSSIBLE, NOT_FOUND = 0x0404, 0x0406
# RFC 8011 appendix B; what is not here and no success is PagePrinterGarbledError.
STATUS_FAULTS: dict[int, type[PagePrinterError]] = {
    0x0401: QueueSetUpError,  # forbidden
    0x0402: QueueSetUpError,  # not authenticated
    0x0403: QueueSetUpError,  # not authorized
    NOT_POSSIBLE: PagePrinterError,
    NOT_FOUND: QueueSetUpError,  # no such queue
    0x0408: SpoolFullError,  # too large
    0x040A: DocumentRefusedError,  # format not supported
    0x0410: DocumentRefusedError,  # format error
    0x0500: PagePrinterError,  # internal error
    0x0501: QueueSetUpError,  # operation not supported
    0x0502: PagePrinterBusyError,  # service unavailable
    0x0503: QueueSetUpError,  # version not supported
    0x0504: PagePrinterError,  # device error
    0x0505: PagePrinterBusyError,  # temporary error
    0x0506: QueuePausedError,  # not accepting jobs
    0x0507: PagePrinterBusyError,  # busy
    0x0508: PagePrinterError,  # job canceled
}

JOB_ATTRIBUTES = (
    "job-id",
    "job-name",
    "job-state",
    "job-state-reasons",
    "job-impressions-completed",
    "job-media-sheets-completed",
)
PRINTER_ATTRIBUTES = (
    "printer-state",
    "printer-state-reasons",
    "printer-state-message",
    "printer-is-accepting-jobs",
    "operations-supported",
)


class IppTalk:
    """Every method raises a PagePrinterError for a line that fails and a status that is none."""

    def __init__(
        self,
        address: IppAddress,
        answer_timeout_s: float,
        send_timeout_s: float,
        trusted: Path | None,
    ) -> None:
        self._uri, self._line = address.uri, IppLine(address, answer_timeout_s, trusted)
        self._send_timeout_s = send_timeout_s
        self._numbers = itertools.count(1)

    def printer(self) -> PrinterReport:
        asked = [Attribute(Tag.KEYWORD, "requested-attributes", PRINTER_ATTRIBUTES)]
        answer = self._ask(Operation.GET_PRINTER_ATTRIBUTES, asked)
        return printer_report(_only(answer, Group.PRINTER))

    def jobs(self, which: str) -> list[JobReport]:
        """`which`: "not-completed" or "completed"."""
        asked = [
            Attribute(Tag.KEYWORD, "which-jobs", (which,)),
            Attribute(Tag.KEYWORD, "requested-attributes", JOB_ATTRIBUTES),
        ]
        return [*map(job_report, self._ask(Operation.GET_JOBS, asked).all(Group.JOB))]

    def job(self, number: int) -> JobReport | None:
        """None when the queue knows of no such job."""
        asked = [Attribute(Tag.KEYWORD, "requested-attributes", JOB_ATTRIBUTES)]
        answer = self._ask(Operation.GET_JOB_ATTRIBUTES, asked, job=number, fine=(NOT_FOUND,))
        return None if answer.status == NOT_FOUND else job_report(_only(answer, Group.JOB))

    def send(self, name: str, pdf: bytes, wanted: Sequence[Attribute]) -> int:
        """The number of the new job. A fault leaves it open whether there is one."""
        asked = [
            Attribute(Tag.NAME, "job-name", (name,)),
            Attribute(Tag.MIME_TYPE, "document-format", ("application/pdf",)),
        ]
        answer = self._ask(Operation.PRINT_JOB, asked, wanted, pdf)
        return job_report(_only(answer, Group.JOB)).id

    def cancel(self, number: int, *, purge: bool) -> None:
        """A job that has ended, or that nobody knows, stays as it is; CUPS alone can purge it."""
        asked = [Attribute(Tag.BOOLEAN, "purge-job", (True,))] if purge else []
        self._ask(Operation.CANCEL_JOB, asked, job=number, fine=(NOT_POSSIBLE, NOT_FOUND))

    def resume(self) -> None:
        self._ask(Operation.RESUME_PRINTER, [])

    def accept_jobs(self) -> None:
        """CUPS alone knows this."""
        self._ask(Operation.CUPS_ACCEPT_JOBS, [])

    def _ask(
        self,
        operation: Operation,
        asked: Sequence[Attribute],
        wanted: Sequence[Attribute] = (),
        document: bytes = b"",
        job: int | None = None,
        fine: tuple[int, ...] = (),
    ) -> Answer:
        number = next(self._numbers)
        operation_attributes = [  # the order is that of RFC 8011 §4.1.4-5: the target comes first
            Attribute(Tag.CHARSET, "attributes-charset", ("utf-8",)),
            Attribute(Tag.LANGUAGE, "attributes-natural-language", ("en",)),
            Attribute(Tag.URI, "printer-uri", (self._uri,)),
            *([] if job is None else [Attribute(Tag.INTEGER, "job-id", (job,))]),
            Attribute(Tag.NAME, "requesting-user-name", (self._line.user or USER,)),
            *asked,
        ]
        groups = [(Group.OPERATION, operation_attributes), (Group.JOB, wanted)]
        question = encode(operation, number, [group for group in groups if group[1]]) + document
        raw = self._line.exchange(question, self._send_timeout_s if document else 0.0)
        try:
            answer = decode(raw, number)
        except GarbledReplyError as fault:
            raise PagePrinterGarbledError(str(fault)) from fault
        if answer.status >= FIRST_FAULT and answer.status not in fine:
            error = STATUS_FAULTS.get(answer.status, PagePrinterGarbledError)
            raise error(f"{operation.name}: status {answer.status:#06x}")
        return answer


def _only(answer: Answer, group: Group) -> Attributes:
    groups = answer.all(group)
    if len(groups) != 1:
        raise PagePrinterGarbledError(f"{len(groups)} answers about one {group.name.lower()}")
    return groups[0]
