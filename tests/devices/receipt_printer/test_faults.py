"""What happens to a receipt printer before and within a slip, and how it goes on."""

from __future__ import annotations

from dataclasses import replace

import pytest

from devices.base import Condition, DeviceAbsentError, Remedy
from devices.printer_links import TcpLink
from devices.printer_status import (
    CoverOpenError,
    CutterError,
    PaperEndError,
    PrinterAbsentError,
    PrinterBrokenError,
    PrinterGarbledError,
    PrinterOfflineError,
)
from devices.receipt_printer import Printed, PrintUnsure, ReceiptPrinter
from sandbox.cable import Cable
from sandbox.cable_faults import CableFault
from sandbox.printer import ReceiptPrinterPeer
from tests.devices.receipt_printer.slips import (
    BEFORE_ANY_PRINTER_MOVES,
    PROFILE,
    SLIP,
    after_lines,
    opened,
    whole_text,
)
from tests.printer_kit import certification, font, glyphs


def text_of(pages):
    return "\n".join(page.text for page in pages)


BEFORE = [
    (ReceiptPrinterPeer.end_paper, PaperEndError, "paper end", Remedy.ATTENDANT),
    (ReceiptPrinterPeer.open_cover, CoverOpenError, "cover open", Remedy.ATTENDANT),
    (ReceiptPrinterPeer.go_off_line, PrinterOfflineError, "off line", Remedy.ATTENDANT),
    (ReceiptPrinterPeer.fail, PrinterBrokenError, "unrecoverable error", Remedy.TECHNICIAN),
]


@pytest.mark.parametrize(("happen", "error", "words", "remedy"), BEFORE)
def test_a_fault_before_the_slip_is_told_and_not_one_byte_is_sent(
    peer, happen, error, words, remedy
):
    happen(peer)
    with opened(peer) as printer:
        assert printer.status().condition is Condition.FAULT
        assert printer.status().detail == words
        with pytest.raises(error) as caught:
            printer.print(SLIP)
        assert not caught.value.started
        assert caught.value.remedy is remedy
        assert not printer.holding
    assert peer.lines_printed == 0


def test_an_open_cover_comes_before_the_end_of_the_paper(peer):
    peer.end_paper()
    peer.open_cover()
    with opened(peer) as printer, pytest.raises(CoverOpenError):
        printer.print(SLIP)


def test_paper_that_ends_within_the_slip_is_told_and_the_rest_follows_the_new_roll(peer):
    peer.end_paper(after_lines=5)
    with opened(peer) as printer:
        with pytest.raises(PaperEndError) as caught:
            printer.print(SLIP)
        assert caught.value.started
        assert printer.holding
        with pytest.raises(PaperEndError) as caught:  # nobody came yet
            printer.resume()
        assert caught.value.started
        peer.refill()
        assert printer.resume() == Printed()
        assert not printer.holding
    assert [page.complete for page in peer.pages] == [False, False]
    assert text_of(peer.pages) == whole_text()
    assert peer.findings == []


@pytest.mark.parametrize("lines", range(1, 18, 4))
def test_wherever_the_paper_ends_no_line_is_printed_twice_and_none_is_lost(tcp_peer, lines):
    tcp_peer.end_paper(after_lines=lines)
    with opened(tcp_peer, replace(PROFILE, window_bytes=256)) as printer:
        with pytest.raises(PaperEndError):
            printer.print(SLIP)
        tcp_peer.refill()
        assert printer.resume() == Printed()
    assert text_of(tcp_peer.pages) == whole_text()


def test_paper_that_ends_with_the_slip_does_not_spoil_it(peer):
    with opened(peer) as printer:
        assert printer.print(SLIP) == Printed()
        peer.end_paper()
        assert printer.status().condition is Condition.FAULT
        with pytest.raises(PaperEndError) as caught:
            printer.print(SLIP)
        assert not caught.value.started
        peer.refill()
        assert printer.print(SLIP) == Printed()
    assert [page.complete for page in peer.pages] == [True, True]


def test_paper_near_its_end_is_a_call_for_attention_and_prints(peer):
    peer.near_end()
    with opened(peer) as printer:
        assert printer.status().condition is Condition.ATTENTION
        assert printer.status().usable
        assert printer.print(SLIP) == Printed()


def test_a_cover_opened_within_the_slip_is_told_and_printing_goes_on_when_it_is_shut():
    with (
        ReceiptPrinterPeer(font(), mm_per_s=100) as far,
        opened(far, replace(PROFILE, window_bytes=256)) as printer,
    ):
        opener = after_lines(far, 3, far.open_cover)
        with pytest.raises(CoverOpenError) as caught:
            printer.print(SLIP)
        opener.join()
        assert caught.value.started
        far.close_cover()
        assert printer.resume() == Printed()
        (page,) = far.pages
        assert page.text == whole_text()


def test_a_jammed_knife_is_told_and_cuts_when_it_is_free(tcp_peer):
    peer = tcp_peer
    peer.jam_cutter()
    with opened(peer) as printer:
        with pytest.raises(CutterError) as caught:
            printer.print(SLIP)
        assert caught.value.started
        assert caught.value.remedy is Remedy.ATTENDANT
        with pytest.raises(CutterError):
            printer.resume()
        peer.clear_jam()
        assert printer.resume() == Printed()
    (page,) = peer.pages
    assert page.complete
    assert page.text == whole_text()


def test_a_knife_freed_between_visits_works_again_without_a_slip(peer):
    peer.jam_cutter()
    with opened(peer) as printer, pytest.raises(CutterError):
        printer.print(SLIP)
    peer.clear_jam()
    with opened(peer) as printer:
        assert printer.status().condition is Condition.FAULT  # it is told to try again
        assert printer.status().condition is Condition.OK


def test_a_knife_is_not_moved_while_the_cover_is_open(peer):
    peer.jam_cutter()
    with opened(peer) as printer:
        with pytest.raises(CutterError):
            printer.print(SLIP)
        peer.open_cover()
        peer.clear_jam()
        with pytest.raises(CoverOpenError):
            printer.resume()
        assert printer.status().detail == "cover open"
        peer.close_cover()
        assert printer.resume() == Printed()


def test_a_silent_printer_is_off_line_and_got_nothing(peer):
    peer.fall_silent()
    with opened(peer, answer_timeout_s=BEFORE_ANY_PRINTER_MOVES) as printer:
        with pytest.raises(PrinterOfflineError):
            printer.status()
        with pytest.raises(PrinterOfflineError) as caught:
            printer.print(SLIP)
        assert not caught.value.started
    assert peer.lines_printed == 0


def test_a_printer_that_never_confirms_gets_no_slip_at_all(tcp_peer, monkeypatch):
    monkeypatch.setattr(tcp_peer, "answer", lambda reply: None)  # as models without GS r
    with opened(tcp_peer, stall_timeout_s=BEFORE_ANY_PRINTER_MOVES) as printer:
        assert printer.status().usable
        with pytest.raises(PrinterOfflineError) as caught:
            printer.print(SLIP)
        assert not caught.value.started
    assert tcp_peer.lines_printed == 0


def test_a_printer_that_falls_silent_within_the_slip_is_asked_again_and_then_doubted():
    with (
        ReceiptPrinterPeer(font()) as far,
        opened(far, answer_timeout_s=1.0, stall_timeout_s=1.0) as printer,
    ):
        far.end_paper(after_lines=3)
        with pytest.raises(PaperEndError):
            printer.print(SLIP)
        far.fall_silent()
        far.refill()
        with pytest.raises(PrinterOfflineError) as caught:
            printer.resume()
        assert caught.value.started
        far.fall_silent(False)
        # It printed what it had, but said nothing: the confirmations are gone for good.
        assert isinstance(printer.resume(), PrintUnsure)


def test_garbled_answers_are_told_and_asking_again_may_help(peer):
    peer.talk_garbage()
    with opened(peer) as printer:
        with pytest.raises(PrinterGarbledError) as caught:
            printer.status()
        assert caught.value.remedy is Remedy.RETRY
        with pytest.raises(PrinterGarbledError) as caught:
            printer.print(SLIP)
        assert not caught.value.started
        peer.talk_garbage(False)
        assert printer.print(SLIP) == Printed()
    assert len(peer.pages) == 1


def test_answers_garbled_within_a_slip_leave_it_unsure(peer):
    peer.end_paper(after_lines=3)
    with opened(peer, stall_timeout_s=1.0) as printer:
        with pytest.raises(PaperEndError):
            printer.print(SLIP)
        peer.talk_garbage()
        peer.refill()
        assert isinstance(printer.resume(), PrintUnsure)
        assert not printer.holding


def test_a_connection_dropped_before_the_slip_means_that_nothing_was_sent(tcp_peer):
    with opened(tcp_peer) as printer:
        assert printer.status().usable
        tcp_peer.drop_connection()
        with pytest.raises(PrinterAbsentError) as caught:
            printer.print(SLIP)
        assert not caught.value.started
        with pytest.raises(DeviceAbsentError):
            printer.status()
    with opened(tcp_peer) as printer:
        assert printer.print(SLIP) == Printed()


def test_a_connection_dropped_within_the_slip_leaves_it_unsure():
    with ReceiptPrinterPeer(font(), mm_per_s=100) as far, opened(far) as printer:
        dropper = after_lines(far, 3, far.drop_connection)
        assert isinstance(printer.print(SLIP), PrintUnsure)
        dropper.join()
        assert isinstance(printer.resume(), PrintUnsure)  # there is nothing to go on with


def test_a_printer_that_lost_its_power_within_the_slip_leaves_it_unsure(peer):
    peer.end_paper(after_lines=5)
    with opened(peer, stall_timeout_s=1.0) as printer:
        with pytest.raises(PaperEndError):
            printer.print(SLIP)
        lines = peer.lines_printed
        peer.power_cycle()
        peer.refill()
        assert isinstance(printer.resume(), PrintUnsure)
        assert peer.wait_until_idle()
    assert peer.lines_printed == lines  # not half a slip


def test_after_a_slip_that_was_lost_the_next_is_printed_and_confirmed(peer):
    peer.end_paper(after_lines=5)
    with opened(peer, stall_timeout_s=1.0) as printer, pytest.raises(PaperEndError):
        printer.print(SLIP)
    peer.power_cycle()
    peer.refill()
    with opened(peer) as printer:
        assert printer.print(SLIP) == Printed()
    assert peer.pages[-1].text == whole_text()


def test_a_slip_given_up_does_not_confirm_the_next(peer):
    peer.end_paper(after_lines=5)
    with opened(peer) as printer:
        with pytest.raises(PaperEndError):
            printer.print(SLIP)
        peer.refill()
        other = certification("李*")
        assert printer.print(other) == Printed()
        assert isinstance(printer.resume(), PrintUnsure)
    assert peer.pages[-1].text.endswith(whole_text(other))
    assert peer.findings == []


def test_answers_that_come_twice_do_not_hide_the_end_of_the_paper(tcp_peer):
    with (
        Cable(tcp_peer.address) as cable,
        ReceiptPrinter(TcpLink("127.0.0.1", cable.port), PROFILE, glyphs()) as printer,
    ):
        cable.misbehave(CableFault.DUPLICATE)
        tcp_peer.end_paper()
        assert printer.status().detail == "paper end"
