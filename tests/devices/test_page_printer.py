"""The A4 printer against a real CUPS and a real IPP printer, whose paper alone is simulated."""

from __future__ import annotations

import pytest

from devices.base import Condition, DeviceAbsentError, Remedy
from devices.page_jobs import PagesAborted, PagesCanceled, PagesPrinted, PagesUnsure
from devices.page_printer import PagePrinter
from devices.page_printer_faults import (
    DocumentRefusedError,
    DoorOpenError,
    PagePrinterAbsentError,
    PagePrinterError,
    PagePrinterOfflineError,
    PaperJamError,
    PaperOutError,
    QueuePausedError,
    QueueSetUpError,
    SpoolFullError,
    TonerOutError,
)
from sandbox.page_printer import PagePrinterPeer
from tests.paper_kit import (
    KEY,
    OTHER_KEY,
    PATIENCE_S,
    Proxy,
    came_out,
    long_pdf,
    one_set,
    opened,
    pdf,
)


@pytest.fixture(params=["cups", "printer by itself"])
def far(request):
    with PagePrinterPeer(cups=request.param == "cups") as peer:
        yield peer


@pytest.fixture
def cups():
    with PagePrinterPeer() as peer:
        yield peer


def mending(error, mend):
    """Notes the faults that `wait` tells of; mends the first of this kind."""
    heard = []

    def told(progress):
        if type(progress.fault) is error and not heard:
            heard.append(progress)
            mend()

    return heard, told


def test_a_document_is_printed_once_in_all_its_pages_and_copies(far):
    with opened(far) as printer:
        job = printer.print_pdf(pdf(2), KEY, title="参保证明", copies=2)
        assert printer.wait(job) == PagesPrinted()
        assert came_out(far) == one_set(2, copies=2)
        assert printer.status().condition is Condition.OK


def test_a_key_that_the_queue_has_is_not_sent_again_by_this_program_or_the_next(far):
    far.end_paper()
    with opened(far) as printer:
        job = printer.print_pdf(pdf(), KEY)
        assert printer.print_pdf(pdf(), KEY) == job
    far.refill()
    with opened(far) as printer:
        assert printer.print_pdf(pdf(), KEY) == job
        assert printer.wait(job) == PagesPrinted()
        assert printer.print_pdf(pdf(), KEY) == job
        other = printer.print_pdf(pdf(), OTHER_KEY)
        assert printer.wait(other) == PagesPrinted()
    assert [sheet.page for sheet in far.sheets] == [1, 1]


def test_a_long_title_does_not_push_the_key_out_of_the_name(far):
    far.end_paper()
    with opened(far) as printer:
        job = printer.print_pdf(pdf(), "k" * 64, title="𠮷" * 300)
        assert printer.find("k" * 64) == job
        assert printer.find("k" * 63) is None


@pytest.mark.parametrize("sheets", [0, 1])
def test_paper_that_runs_out_is_told_and_the_job_ends_by_itself_after_the_refill(far, sheets):
    far.end_paper(after_sheets=sheets)
    heard, told = mending(PaperOutError, far.refill)
    with opened(far) as printer:
        job = printer.print_pdf(pdf(3), KEY)
        assert printer.wait(job, PATIENCE_S, told) == PagesPrinted()
        assert heard
        assert heard[0].impressions == sheets
        assert heard[0].fault.remedy is Remedy.ATTENDANT
    assert came_out(far) == one_set(3)


FAULTS = [
    ("jam", PaperJamError),
    ("open_door", DoorOpenError),
    ("end_toner", TonerOutError),
    ("fall_silent", PagePrinterOfflineError),
]


@pytest.mark.parametrize(("happen", "error"), FAULTS)
def test_a_fault_is_told_for_what_it_is_and_printing_goes_on_when_it_is_mended(cups, happen, error):
    getattr(cups, happen)()
    heard, told = mending(error, lambda: getattr(cups, happen)(False))
    with opened(cups) as printer:
        job = printer.print_pdf(pdf(), KEY)
        assert printer.wait(job, PATIENCE_S, told) == PagesPrinted()
        assert heard
    assert came_out(cups) == one_set(1)


def test_a_fault_nobody_mends_is_raised_and_the_job_can_be_waited_for_again(cups):
    cups.jam()
    with opened(cups) as printer:
        job = printer.print_pdf(pdf(), KEY)
        with pytest.raises(PaperJamError):
            printer.wait(job)
        assert printer.status().condition is Condition.FAULT
        cups.jam(False)
        assert printer.wait(job, PATIENCE_S) == PagesPrinted()
    assert came_out(cups) == one_set(1)


def test_toner_that_runs_low_is_a_call_for_attention_and_prints(cups):
    cups.toner_low()
    cups.slow_down(PATIENCE_S)
    with opened(cups) as printer:
        job = printer.print_pdf(pdf(), KEY)
        assert cups.wait_until(lambda: printer.status().condition is Condition.ATTENTION)
        assert printer.status().detail == "toner-low"
        assert printer.status().usable
        cups.slow_down(0)
        assert printer.wait(job, PATIENCE_S) == PagesPrinted()


def test_a_queue_that_a_fault_stopped_comes_back_by_itself_and_prints_once():
    with PagePrinterPeer(stops=True) as far, opened(far) as printer:
        far.end_paper()
        job = printer.print_pdf(pdf(2), KEY)
        with pytest.raises(PaperOutError):
            printer.wait(job)  # it was tried again in the meantime, to no avail
        far.refill()
        assert printer.wait(job, PATIENCE_S) == PagesPrinted()
        assert came_out(far) == one_set(2)
        assert printer.status().condition is Condition.OK


def test_a_queue_that_stopped_within_a_job_does_not_begin_it_again():
    with PagePrinterPeer(stops=True) as far, opened(far) as printer:
        far.end_paper(after_sheets=1)
        outcome = printer.wait(printer.print_pdf(pdf(3), KEY), PATIENCE_S)
        assert isinstance(outcome, PagesUnsure)
        assert "1 side" in outcome.reason
        far.refill()
        job = printer.print_pdf(pdf(2), OTHER_KEY)
        assert printer.wait(job, PATIENCE_S) == PagesPrinted()
        assert came_out(far) == [(1, 1), *one_set(2)]


def test_a_queue_that_an_administrator_paused_is_left_alone_until_it_is_resumed_on_purpose(cups):
    with opened(cups) as printer:
        cups.scheduler.administer("cupsdisable")
        assert printer.status().condition is Condition.FAULT
        with pytest.raises(QueuePausedError):
            printer.print_pdf(pdf(), KEY)
        printer.resume()
        cups.end_paper()
        job = printer.print_pdf(pdf(), KEY)
        assert cups.wait_until(lambda: printer.status().detail == "media-empty")
        cups.scheduler.administer("cupsdisable")  # the fault from before stands beside the pause
        cups.refill()
        with pytest.raises(PagePrinterError):
            printer.wait(job)
        assert printer.status().condition is Condition.FAULT
        assert cups.sheets == []
        printer.resume()
        assert printer.wait(job, PATIENCE_S) == PagesPrinted()
    assert came_out(cups) == one_set(1)


def test_a_queue_that_takes_no_jobs_says_so_before_anything_is_sent(cups):
    cups.scheduler.administer("cupsreject")
    with opened(cups) as printer:
        with pytest.raises(QueuePausedError):
            printer.print_pdf(pdf(), KEY)
        assert printer.find(KEY) is None
        printer.resume()
        assert printer.wait(printer.print_pdf(pdf(), KEY)) == PagesPrinted()


def test_without_the_socket_of_cups_nobody_may_resume_its_queue(cups):
    cups.scheduler.administer("cupsdisable")
    with PagePrinter(cups.url) as printer, pytest.raises(QueueSetUpError) as caught:
        printer.resume()
    assert caught.value.remedy is Remedy.TECHNICIAN


def test_a_job_is_found_again_in_a_cups_that_was_started_anew(cups):
    cups.end_paper()
    with opened(cups) as printer:
        job = printer.print_pdf(pdf(2), KEY)
        assert cups.wait_until(lambda: printer.status().detail == "media-empty")
        cups.scheduler.stop()
        with pytest.raises(PagePrinterAbsentError):
            printer.wait(job, PATIENCE_S)
        with pytest.raises(PagePrinterAbsentError):
            printer.print_pdf(pdf(2), KEY)
    cups.scheduler.start()
    with opened(cups) as printer:
        assert printer.print_pdf(pdf(2), KEY) == job
        cups.refill()
        assert printer.wait(job, PATIENCE_S) == PagesPrinted()
    assert came_out(cups) == one_set(2)


def test_a_printer_that_loses_its_power_forgets_the_job_and_it_is_unsure():
    with PagePrinterPeer(cups=False) as far, opened(far) as printer:
        far.end_paper(after_sheets=1)
        job = printer.print_pdf(pdf(2), KEY)
        assert far.wait_until(lambda: len(far.sheets) == 1)
        far.scheduler.kill()
        with pytest.raises(DeviceAbsentError):
            printer.wait(job, PATIENCE_S)
        far.scheduler.start()
        assert isinstance(printer.wait(job, PATIENCE_S), PagesUnsure)
        assert printer.find(KEY) is None
        other = printer.print_pdf(pdf(), OTHER_KEY)
        assert other.id == job.id  # it counts from the beginning again
        assert isinstance(printer.wait(job, PATIENCE_S), PagesUnsure)


def test_a_job_that_the_queue_gives_up_says_how_far_it_came(cups):
    cups.end_paper(after_sheets=1)
    with opened(cups) as printer:
        job = printer.print_pdf(pdf(2), KEY)
        assert cups.wait_until(lambda: len(cups.sheets) == 1)
        cups.lose_power()
        outcome = printer.wait(job, PATIENCE_S)
        assert isinstance(outcome, PagesAborted)
        assert outcome.impressions == 1
        assert printer.print_pdf(pdf(2), KEY) == job  # a key names one printing


def test_a_disk_that_is_full_is_told_and_the_same_key_prints_once_when_there_is_room(cups):
    cups.scheduler.fill_disk()
    with opened(cups) as printer:
        with pytest.raises(SpoolFullError) as caught:
            printer.print_pdf(long_pdf(256), KEY)
        assert caught.value.remedy is Remedy.TECHNICIAN
        cups.scheduler.fill_disk(False)
        assert printer.find(KEY) is None
        job = printer.print_pdf(long_pdf(256), KEY)
        assert printer.wait(job, PATIENCE_S) == PagesPrinted()
    assert came_out(cups) == one_set(1)


def test_a_scheduler_that_hangs_does_not_hold_the_terminal(cups):
    with opened(cups, answer_timeout_s=0.5, send_timeout_s=0.5) as printer:
        cups.scheduler.freeze()
        try:
            with pytest.raises(PagePrinterAbsentError):
                printer.status()
            with pytest.raises(PagePrinterAbsentError):
                printer.print_pdf(pdf(), KEY)
        finally:
            cups.scheduler.freeze(False)
    with opened(cups) as printer:
        job = printer.print_pdf(pdf(), KEY)
        assert printer.wait(job, PATIENCE_S) == PagesPrinted()
    assert came_out(cups) == one_set(1)


def test_a_printer_that_does_nothing_and_says_nothing_is_told(cups):
    cups.slow_down(PATIENCE_S)
    with opened(cups, stall_timeout_s=0.5) as printer:
        job = printer.print_pdf(pdf(), KEY)
        with pytest.raises(PagePrinterOfflineError):
            printer.wait(job, PATIENCE_S)
        cups.slow_down(0)
        printer.cancel(job)


def test_an_answer_that_is_lost_does_not_print_twice(far):
    with Proxy(far) as proxy, opened(far, proxy.url) as printer:
        proxy.lose_answer = True
        with pytest.raises(PagePrinterAbsentError):
            printer.print_pdf(pdf(2), KEY)
        job = printer.print_pdf(pdf(2), KEY)
        assert printer.wait(job, PATIENCE_S) == PagesPrinted()
    assert came_out(far) == one_set(2)


def test_a_document_that_was_cut_on_its_way_is_not_printed_by_halves(cups):
    with Proxy(cups) as proxy, opened(cups, proxy.url) as printer:
        proxy.cut_after_bytes = 20_000
        with pytest.raises(PagePrinterAbsentError):
            printer.print_pdf(long_pdf(64), KEY)
        assert cups.wait_until(lambda: not printer._talk.jobs("not-completed"))
        assert cups.sheets == []
        job = printer.print_pdf(long_pdf(64), KEY)
        assert printer.wait(job, PATIENCE_S) == PagesPrinted()
    assert came_out(cups) == one_set(1)


def test_a_canceled_job_does_not_come_out_later(cups):
    cups.end_paper()
    with opened(cups) as printer:
        job = printer.print_pdf(pdf(2), KEY)
        assert cups.wait_until(lambda: printer.status().detail == "media-empty")
        printer.cancel(job)
        assert printer.wait(job, PATIENCE_S) == PagesCanceled(0)
        printer.cancel(job)
        cups.refill()
        # The queue remembers the empty tray; as it no longer looks, that is no fault.
        assert cups.wait_until(lambda: printer.status().usable)
        other = printer.print_pdf(pdf(), OTHER_KEY)
        assert printer.wait(other, PATIENCE_S) == PagesPrinted()
    assert came_out(cups) == one_set(1)


def documents_in(spool):
    return [file for file in spool.iterdir() if file.is_file() and file.name.startswith("d")]


def test_the_spool_keeps_no_document_and_after_forgetting_no_trace_of_the_job(cups):
    spool = cups.scheduler.spool
    cups.end_paper()
    with opened(cups) as printer:
        job = printer.print_pdf(pdf(), KEY)
        assert documents_in(spool)
        cups.refill()
        assert printer.wait(job, PATIENCE_S) == PagesPrinted()
        assert cups.wait_until(lambda: not documents_in(spool))
        assert printer.find(KEY) == job
        printer.forget(job)
        assert printer.find(KEY) is None
        assert cups.wait_until(lambda: not list(spool.glob("[cd]0*")))


REFUSED = [
    (pdf(4), 1, "4 pages; 1 to 3 are allowed"),
    (pdf(1), 3, "3 copies; 1 to 2 are allowed"),
    (pdf(1), 0, "0 copies; 1 to 2 are allowed"),
    (b"%PDF-1.7 not really", 1, "no PDF to print: PdfError"),
    (b"", 1, "no PDF to print: PdfError"),
]


@pytest.mark.parametrize(("document", "copies", "words"), REFUSED)
def test_a_document_above_a_cap_or_none_at_all_is_refused_before_anything_is_sent(
    cups, document, copies, words
):
    with opened(cups, max_pages=3, max_copies=2) as printer:
        with pytest.raises(DocumentRefusedError) as caught:
            printer.print_pdf(document, KEY, copies=copies)
        assert str(caught.value) == words
        assert printer.find(KEY) is None


@pytest.mark.parametrize("key", ["", "short", "with space 12", "x" * 65, "0123456]"])
def test_a_key_that_could_be_mistaken_is_none(cups, key):
    with opened(cups) as printer, pytest.raises(ValueError):
        printer.print_pdf(pdf(), key)


def test_a_printer_that_is_not_there_is_absent(cups):
    url = cups.url
    cups.scheduler.stop()
    with pytest.raises(DeviceAbsentError), PagePrinter(url):
        pass
    with pytest.raises(DeviceAbsentError), opened(cups):
        pass


def test_a_printer_with_a_certificate_that_nobody_vouches_for_gets_no_document():
    with PagePrinterPeer(cups=False) as far:
        secure = PagePrinter(far.url.replace("ipp:", "ipps:"), answer_timeout_s=20.0)
        with pytest.raises(QueueSetUpError), secure:
            pass


def test_a_queue_that_does_not_exist_is_for_the_technician(cups):
    url = cups.url.replace("/a4", "/a3")
    with pytest.raises(QueueSetUpError) as caught, PagePrinter(url):
        pass
    assert caught.value.remedy is Remedy.TECHNICIAN
