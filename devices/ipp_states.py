"""What a page printer says of itself and of a job: attributes in, status words and faults out.

printer-state, printer-state-reasons: RFC 8011 §5.4.11-12, with the keywords of PWG 5100.9 and of
CUPS. job-state, job-state-reasons: RFC 8011 §5.3.7-8. A reason ends in -error, -warning or -report;
one that the tables lack is judged by that ending alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import TypeVar

from devices.base import Condition, Status
from devices.ipp_codec import Attributes, Value
from devices.page_printer_faults import (
    DoorOpenError,
    OutputFullError,
    PagePrinterBrokenError,
    PagePrinterBusyError,
    PagePrinterError,
    PagePrinterGarbledError,
    PagePrinterOfflineError,
    PaperJamError,
    PaperOutError,
    QueuePausedError,
    QueueSetUpError,
    SpoolFullError,
    TonerOutError,
)

CUPS_GET_DEFAULT = 0x4001  # an operation that only a CUPS scheduler offers
PAUSED_BY_HAND = "Paused"  # printer-state-message of CUPS after Pause-Printer without a reason


class Severity(StrEnum):
    """As the ending of a reason says it."""

    ERROR = "error"
    WARNING = "warning"
    REPORT = "report"


@dataclass(frozen=True, slots=True)
class Meaning:
    error: type[PagePrinterError]
    unsaid: Severity = Severity.ERROR  # of the keyword without an ending
    always: bool = False  # whatever the ending says


_LOW = Severity.WARNING
_SAID = Severity.REPORT

# The first that applies is the one to be mended first: nothing can be seen while a door is open.
REASONS: Mapping[str, Meaning] = {
    # CUPS reports these mildly; without the filter no document ever becomes a page.
    "cups-missing-filter": Meaning(QueueSetUpError, always=True),
    "cups-insecure-filter": Meaning(QueueSetUpError, always=True),
    "cups-pki-expired": Meaning(QueueSetUpError),
    "cups-pki-unknown": Meaning(QueueSetUpError),
    "cups-pki-invalid": Meaning(QueueSetUpError),
    "fuser-over-temp": Meaning(PagePrinterBrokenError),
    "fuser-under-temp": Meaning(PagePrinterBrokenError, _LOW),
    "cover-open": Meaning(DoorOpenError),
    "door-open": Meaning(DoorOpenError),
    "interlock-open": Meaning(DoorOpenError),
    "media-jam": Meaning(PaperJamError),
    "input-tray-missing": Meaning(PaperOutError),
    "media-needed": Meaning(PaperOutError),
    "media-empty": Meaning(PaperOutError),
    "media-low": Meaning(PaperOutError, _LOW),
    "output-tray-missing": Meaning(OutputFullError),
    "output-area-full": Meaning(OutputFullError),
    "output-area-almost-full": Meaning(OutputFullError, _LOW),
    "toner-empty": Meaning(TonerOutError),
    "toner-low": Meaning(TonerOutError, _LOW),
    "marker-supply-empty": Meaning(TonerOutError),
    "marker-supply-low": Meaning(TonerOutError, _LOW),
    "marker-supply-missing": Meaning(TonerOutError),
    "marker-waste-full": Meaning(TonerOutError),
    "marker-waste-almost-full": Meaning(TonerOutError, _LOW),
    "developer-empty": Meaning(TonerOutError),
    "developer-low": Meaning(TonerOutError, _LOW),
    "opc-life-over": Meaning(TonerOutError),
    "opc-near-eol": Meaning(TonerOutError, _LOW),
    "spool-area-full": Meaning(SpoolFullError),
    # CUPS says these while it looks for the printer; a moment of it is nothing.
    "offline": Meaning(PagePrinterOfflineError, always=True),
    "timed-out": Meaning(PagePrinterOfflineError),
    "shutdown": Meaning(PagePrinterOfflineError),
    "connecting-to-device": Meaning(PagePrinterOfflineError, _SAID),
    "resuming": Meaning(QueuePausedError, _SAID),
    "moving-to-paused": Meaning(QueuePausedError),
    "paused": Meaning(QueuePausedError),
    "hold-new-jobs": Meaning(QueuePausedError),
    "cups-waiting-for-job-completed": Meaning(PagePrinterBusyError, _SAID),
    "cups-remote-pending": Meaning(PagePrinterBusyError, _SAID),
    "none": Meaning(PagePrinterError, _SAID),
}
_RANK = {keyword: rank for rank, keyword in enumerate(REASONS)}


MENDED_AT_THE_PRINTER = (
    PaperOutError,
    PaperJamError,
    DoorOpenError,
    TonerOutError,
    OutputFullError,
    PagePrinterOfflineError,
)


_LINE_CHARACTERS = 255  # the longest keyword, RFC 8011 §5.1.4


class PrinterCondition(IntEnum):
    """printer-state, RFC 8011 §5.4.11."""

    IDLE = 3
    PROCESSING = 4
    STOPPED = 5


class JobState(IntEnum):
    """job-state, RFC 8011 §5.3.7."""

    PENDING = 3
    HELD = 4
    PROCESSING = 5
    STOPPED = 6
    CANCELED = 7
    ABORTED = 8
    COMPLETED = 9


@dataclass(frozen=True, slots=True)
class PrinterReport:
    """`spooled`: a CUPS queue speaks, not the printer. While idle it repeats what was true once."""

    state: PrinterCondition
    reasons: tuple[str, ...]
    accepting: bool
    spooled: bool
    message: str = ""

    def stopped_by_fault(self, jobs: Iterable[JobReport]) -> bool:
        """Whether a fault of the printer stopped the queue within one of these jobs.

        CUPS does not look after a printer whose queue it stopped, so the fault never clears there;
        only setting the queue going shows whether it is mended. An administrator's pause gives
        the job under way back without this reason.
        """
        if not self.spooled or self.state is not PrinterCondition.STOPPED:
            return False
        if self.message == PAUSED_BY_HAND:
            return False  # a fault from before may stand beside it
        if not any("printer-stopped" in job.reasons for job in jobs):
            return False
        return any(
            severity is Severity.ERROR and meaning.error in MENDED_AT_THE_PRINTER
            for _, severity, meaning in map(_judge, self.reasons)
        )


@dataclass(frozen=True, slots=True)
class JobReport:
    """`impressions`: sides of paper that are finished, as far as the printer says."""

    id: int
    name: str
    state: JobState
    reasons: tuple[str, ...]
    impressions: int


def printer_report(attributes: Attributes) -> PrinterReport:
    """Raises: PagePrinterGarbledError."""
    return PrinterReport(
        _state_in(PrinterCondition, attributes, "printer-state"),
        tuple(map(_in_a_line, _texts(attributes, "printer-state-reasons"))),
        attributes.get("printer-is-accepting-jobs", (True,)) != (False,),
        CUPS_GET_DEFAULT in attributes.get("operations-supported", ()),
        "".join(_texts(attributes, "printer-state-message")[:1]),
    )


def job_report(attributes: Attributes) -> JobReport:
    """Raises: PagePrinterGarbledError."""
    return JobReport(
        _whole(attributes, "job-id"),
        "".join(_texts(attributes, "job-name")[:1]),
        _state_in(JobState, attributes, "job-state"),
        _texts(attributes, "job-state-reasons"),
        max(
            0,
            _whole(attributes, "job-impressions-completed", 0),
            # CUPS counts sides only here.
            _whole(attributes, "job-media-sheets-completed", 0),
        ),
    )


def fault_of(printer: PrinterReport, *, still: bool = False) -> PagePrinterError | None:
    """What keeps the printer from printing, the first that has to be mended.

    `still`: it has a job, and nothing moves. Some printers say an empty tray as a mere warning;
    then the warning is why.
    """
    stale = printer.spooled and printer.state is PrinterCondition.IDLE
    for keyword, severity, meaning in sorted(map(_judge, printer.reasons), key=_rank):
        suspect = still and severity is Severity.WARNING and meaning.unsaid is Severity.ERROR
        if not suspect and severity is not Severity.ERROR:
            continue
        if not stale or meaning.error is QueueSetUpError:
            return meaning.error(keyword)
    if not printer.accepting:
        return QueuePausedError("the queue takes no jobs")
    if printer.state is PrinterCondition.STOPPED:
        return PagePrinterError(
            f"stopped: {_in_a_line(' '.join(printer.reasons)) or 'no reason given'}"
        )
    return None


def status_of(printer: PrinterReport) -> Status:
    if fault := fault_of(printer):
        return Status(Condition.FAULT, str(fault))
    judged = sorted(map(_judge, printer.reasons), key=_rank)
    if soon := [keyword for keyword, severity, _ in judged if severity is not Severity.REPORT]:
        return Status(Condition.ATTENTION, soon[0])
    busy = printer.state is PrinterCondition.PROCESSING
    said = [keyword for keyword, _, _ in judged if keyword != "none"]
    return Status(Condition.BUSY if busy else Condition.OK, _in_a_line(" ".join(said)))


def _in_a_line(text: str) -> str:
    """Printers may send anything as a keyword; the technician's line stays one."""
    return "".join(sign if sign.isprintable() else "?" for sign in text[:_LINE_CHARACTERS])


def _judge(reason: str) -> tuple[str, Severity, Meaning]:
    """(keyword without its ending, how bad it is, what it means)."""
    for severity in Severity:
        keyword = reason.removesuffix(f"-{severity}")
        if keyword != reason:
            meaning = REASONS.get(keyword, _UNHEARD_OF)
            return keyword, Severity.ERROR if meaning.always else severity, meaning
    meaning = REASONS.get(reason, _UNHEARD_OF)
    return reason, Severity.ERROR if meaning.always else meaning.unsaid, meaning


_UNHEARD_OF = Meaning(PagePrinterError, Severity.WARNING)


def _rank(judged: tuple[str, Severity, Meaning]) -> int:
    return _RANK.get(judged[0], len(_RANK))


Kind = TypeVar("Kind", bound=IntEnum)


def _state_in(kind: type[Kind], attributes: Attributes, name: str) -> Kind:
    try:
        return kind(_whole(attributes, name))
    except ValueError as fault:
        raise PagePrinterGarbledError(f"{name} is none that exists") from fault


def _whole(attributes: Attributes, name: str, otherwise: int | None = None) -> int:
    values: tuple[Value | None, ...] = attributes.get(name, ()) or (otherwise,)
    if not isinstance(values[0], int):
        raise PagePrinterGarbledError(f"no {name} in the answer")
    return values[0]


def _texts(attributes: Attributes, name: str) -> tuple[str, ...]:
    return tuple(value for value in attributes.get(name, ()) if isinstance(value, str))
