"""What a printer's own words mean to the terminal, as the standards have them."""

from __future__ import annotations

import pytest

from devices.base import Condition, Remedy
from devices.ipp_states import (
    REASONS,
    JobReport,
    JobState,
    PrinterCondition,
    PrinterReport,
    fault_of,
    printer_report,
    status_of,
)
from devices.page_printer_faults import (
    DoorOpenError,
    OutputFullError,
    PagePrinterError,
    PagePrinterOfflineError,
    PaperJamError,
    PaperOutError,
    QueuePausedError,
    QueueSetUpError,
    SpoolFullError,
    TonerOutError,
)

IDLE, PROCESSING, STOPPED = PrinterCondition


def report(*reasons, state=PROCESSING, accepting=True, spooled=False, message=""):
    return PrinterReport(state, reasons, accepting, spooled, message)


SAID = [
    ("none", Condition.BUSY, None),
    ("media-empty", Condition.FAULT, PaperOutError),
    ("media-empty-error", Condition.FAULT, PaperOutError),
    ("media-empty-warning", Condition.ATTENTION, None),
    ("media-empty-report", Condition.BUSY, None),
    ("media-needed-error", Condition.FAULT, PaperOutError),
    ("media-low", Condition.ATTENTION, None),
    ("toner-low-warning", Condition.ATTENTION, None),
    ("toner-empty-error", Condition.FAULT, TonerOutError),
    ("marker-supply-low-report", Condition.BUSY, None),
    ("media-jam-error", Condition.FAULT, PaperJamError),
    ("cover-open", Condition.FAULT, DoorOpenError),
    ("door-open-error", Condition.FAULT, DoorOpenError),
    ("output-area-full-error", Condition.FAULT, OutputFullError),
    ("spool-area-full-error", Condition.FAULT, SpoolFullError),
    ("paused", Condition.FAULT, QueuePausedError),
    ("offline-report", Condition.FAULT, PagePrinterOfflineError),
    ("connecting-to-device", Condition.BUSY, None),
    ("cups-missing-filter-report", Condition.FAULT, QueueSetUpError),
    ("coffee-spilled-error", Condition.FAULT, PagePrinterError),
    ("coffee-low-warning", Condition.ATTENTION, None),
    ("coffee-ready-report", Condition.BUSY, None),
    ("coffee", Condition.ATTENTION, None),
    ("", Condition.ATTENTION, None),
    ("-error", Condition.FAULT, PagePrinterError),
]


@pytest.mark.parametrize(("reason", "condition", "error"), SAID)
def test_a_reason_means_what_its_keyword_and_its_ending_say(reason, condition, error):
    said = report(reason)
    assert status_of(said).condition is condition
    assert type(fault_of(said)) is (error or type(None))


def test_what_has_to_be_mended_first_is_said_first():
    said = report("paused", "media-empty-error", "media-jam-error", "cover-open", state=STOPPED)
    assert type(fault_of(said)) is DoorOpenError
    assert status_of(said).detail == "cover-open"


def test_the_resident_is_asked_only_for_what_a_resident_can_do():
    for_residents = {
        keyword for keyword, said in REASONS.items() if said.error.remedy is Remedy.RESIDENT
    }
    assert for_residents == {"output-tray-missing", "output-area-full", "output-area-almost-full"}


def test_a_warning_is_why_when_nothing_moves_and_something_low_is_not():
    assert type(fault_of(report("media-empty-warning"), still=True)) is PaperOutError
    assert fault_of(report("toner-low-warning", "media-low"), still=True) is None


def test_an_idle_queue_of_cups_only_repeats_what_was_true_once():
    said = ("media-empty-error",)
    assert fault_of(report(*said, state=IDLE, spooled=True)) is None
    assert status_of(report(*said, state=IDLE, spooled=True)).condition is Condition.ATTENTION
    assert type(fault_of(report(*said, state=IDLE))) is PaperOutError  # a printer knows
    assert fault_of(report("cups-missing-filter-report", state=IDLE, spooled=True)) is not None


def test_a_printer_that_stopped_without_a_reason_is_not_called_ready():
    assert status_of(report("none", state=STOPPED)).condition is Condition.FAULT
    assert type(fault_of(report(state=IDLE, accepting=False))) is QueuePausedError


def job(*reasons):
    return JobReport(1, "", JobState.PENDING, reasons, 0)


FAULT_STOPPED = {"state": STOPPED, "spooled": True}


def test_only_a_queue_that_a_fault_stopped_within_a_job_is_set_going_again():
    stopped = report("media-empty-error", "paused", **FAULT_STOPPED)
    assert stopped.stopped_by_fault([job(), job("printer-stopped")])
    assert not stopped.stopped_by_fault([])
    assert not stopped.stopped_by_fault([job("job-printing")])  # an administrator's pause


@pytest.mark.parametrize(
    "said",
    [
        report("paused", **FAULT_STOPPED),
        report("media-empty-error", "paused", message="Paused", **FAULT_STOPPED),
        report("media-empty-error", state=STOPPED),  # a printer by itself goes on by itself
        report("media-empty-error", spooled=True),
        report("cups-missing-filter-report", "paused", **FAULT_STOPPED),
        report("toner-low-warning", "paused", **FAULT_STOPPED),
    ],
    ids=lambda said: " ".join((*said.reasons, said.message)),
)
def test_any_other_queue_is_left_alone(said):
    assert not said.stopped_by_fault([job("printer-stopped")])


def test_a_reason_with_a_line_end_stays_in_the_technicians_line():
    attributes = {"printer-state": (5,), "printer-state-reasons": ("a\nb-error", "x" * 2000)}
    fault = fault_of(printer_report(attributes))
    assert str(fault) == "a?b"
