"""The receipt printer against a far end that prints, stops, jams, falls silent and dies."""

from __future__ import annotations

import os
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from devices.base import Condition, DeviceAbsentError, GarbledReplyError, Remedy
from devices.escpos import encode
from devices.printer_links import FileLink, LinkBrokenError, SerialLink, TcpLink
from devices.printer_status import (
    Answer,
    CoverOpenError,
    CutterError,
    PaperEndError,
    PrinterAbsentError,
    PrinterBrokenError,
    PrinterGarbledError,
    PrinterOfflineError,
    StatusBit,
    answer_of,
    fault_of,
    parse_state,
    status_of,
)
from devices.printer_urls import link_from_url
from devices.printer_usb import UsbLink
from devices.receipt_printer import Printed, PrintUnsure, ReceiptPrinter
from sandbox.printer import ReceiptPrinterPeer
from tests.printer_kit import PROFILES, certification, drawn, font, glyphs

PROFILE = PROFILES["generic-80"]
SLIP = certification()
BEFORE_ANY_PRINTER_MOVES = 0.3  # seconds without a confirmation: enough where none will come


@pytest.fixture(params=["tcp", "serial"])
def peer(request):
    with ReceiptPrinterPeer(font(), serial=request.param == "serial") as far:
        yield far


@pytest.fixture
def tcp_peer():
    with ReceiptPrinterPeer(font()) as far:
        yield far


def link(far):
    return SerialLink(far.address) if isinstance(far.address, str) else TcpLink(*far.address)


def opened(far, profile=PROFILE, **times):
    return ReceiptPrinter(link(far), profile, glyphs(), **({"answer_timeout_s": 10.0} | times))


def whole_text(slip=SLIP, profile=PROFILE):
    (page,), findings = drawn(encode(slip, profile, glyphs()), profile)
    assert findings == []
    return page.text


def text_of(pages):
    return "\n".join(page.text for page in pages)


def after_lines(far, lines, happen):
    """A thread that lets something happen to the printer in the middle of a slip."""
    thread = threading.Thread(
        target=lambda: far.wait_until(lambda: far.lines_printed >= lines) and happen()
    )
    thread.start()
    return thread


def test_a_slip_is_printed_once_and_confirmed(peer):
    with opened(peer) as printer:
        assert printer.status().condition is Condition.OK
        assert printer.print(SLIP) == Printed()
        assert not printer.holding
    (page,) = peer.pages
    assert page.complete
    assert page.text == whole_text()
    assert peer.findings == []


def test_slips_follow_each_other_on_one_connection_and_on_the_next(peer):
    for _ in range(2):
        with opened(peer) as printer:
            assert printer.print(SLIP) == Printed()
            assert printer.print(certification("𠀋䶮㛃·", large=True)) == Printed()
    assert [page.complete for page in peer.pages] == [True] * 4
    assert peer.findings == []


def test_a_slip_without_a_cutter_is_confirmed_and_can_be_torn_off(peer):
    with opened(peer, replace(PROFILE, cutter=False, tear_lines=4)) as printer:
        assert printer.print(SLIP) == Printed()
        assert peer.wait_until_idle()
        peer.tear_off()
    assert [page.complete for page in peer.pages] == [True]


def test_a_slip_hangs_in_the_mouth_until_it_is_taken():
    profile = PROFILES["cashino-kp-628e"]
    with (
        ReceiptPrinterPeer(font(), profile.dots, profile.charset, mouth_status=0x80) as far,
        opened(far, profile) as printer,
    ):
        assert printer.slip_in_mouth() is None  # nobody asked yet
        assert printer.status().condition is Condition.OK
        assert printer.slip_in_mouth() is False
        assert printer.print(SLIP) == Printed()
        assert printer.slip_in_mouth() is None
        assert printer.status().condition is Condition.OK
        assert printer.slip_in_mouth() is True
        assert printer.print(SLIP) == Printed()  # the one before keeps nobody from the next
        far.end_paper()
        assert printer.status().condition is Condition.FAULT
        assert printer.slip_in_mouth() is True
        far.tear_off()
        assert printer.status().detail == "paper end"
        assert printer.slip_in_mouth() is False
        assert [page.complete for page in far.pages] == [True, True]


def test_a_printer_that_does_not_answer_does_not_tell_of_its_mouth():
    profile = PROFILES["cashino-kp-628e"]
    with (
        ReceiptPrinterPeer(font(), profile.dots, profile.charset, mouth_status=0x80) as far,
        opened(far, profile, answer_timeout_s=1.0) as printer,
    ):
        assert printer.print(SLIP) == Printed()
        assert printer.status().usable
        assert printer.slip_in_mouth() is True
        far.fall_silent()
        with pytest.raises(PrinterOfflineError):
            printer.status()
        assert printer.slip_in_mouth() is None


def test_a_model_without_such_a_sensor_cannot_tell_of_its_mouth(tcp_peer):
    with opened(tcp_peer) as printer:
        assert printer.print(SLIP) == Printed()
        assert printer.status().usable
        assert printer.slip_in_mouth() is None


def test_a_slow_printer_with_a_small_buffer_gets_every_line():
    narrow = PROFILES["generic-58"]
    slip = certification("𠀋")
    with (
        ReceiptPrinterPeer(font(), narrow.dots, mm_per_s=400, buffer_bytes=256) as far,
        opened(far, replace(narrow, cutter=True)) as printer,
    ):
        assert printer.print(slip) == Printed()
        (page,) = far.pages
        assert page.text == whole_text(slip, replace(narrow, cutter=True))
        assert far.findings == []


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


def test_a_driver_closed_within_a_slip_does_not_guess(peer):
    peer.end_paper(after_lines=5)
    printer = opened(peer)
    with printer, pytest.raises(PaperEndError):
        printer.print(SLIP)
    peer.refill()
    with printer:
        assert isinstance(printer.resume(), PrintUnsure)


def test_a_hot_print_head_is_waited_for(peer):
    peer.overheat()
    with opened(peer) as printer:
        assert printer.status().condition is Condition.BUSY
        cooler = threading.Timer(0.5, peer.overheat, [False])
        cooler.start()
        assert printer.print(SLIP) == Printed()
        cooler.join()


def test_a_print_head_that_stays_hot_is_told(peer):
    peer.overheat()
    with (
        opened(peer, stall_timeout_s=BEFORE_ANY_PRINTER_MOVES) as printer,
        pytest.raises(PrinterOfflineError) as caught,
    ):
        printer.print(SLIP)
    assert not caught.value.started


def test_what_a_printer_says_unasked_before_the_slip_does_no_harm(tcp_peer):
    with opened(tcp_peer) as printer:
        assert printer.status().usable
        assert tcp_peer.wait_until_idle()  # it was asked to say nothing unasked
        tcp_peer.status_back(0xFF)  # as a model does that says so by itself
        tcp_peer.near_end()
        assert printer.print(SLIP) == Printed()


def test_what_a_printer_says_unasked_within_the_slip_is_not_taken_for_a_confirmation():
    with ReceiptPrinterPeer(font(), mm_per_s=100) as far, opened(far) as printer:
        assert printer.status().usable
        assert far.wait_until_idle()
        far.status_back(0xFF)
        teller = after_lines(far, 3, far.near_end)
        assert isinstance(printer.print(SLIP), PrintUnsure)
        teller.join()


def test_a_printer_that_cannot_answer_is_never_called_ready_and_its_slips_stay_unsure(tmp_path):
    file = tmp_path / "lp0"
    with ReceiptPrinter(FileLink(file), PROFILE, glyphs()) as printer:
        assert printer.status().condition is Condition.UNKNOWN
        assert isinstance(printer.print(SLIP), PrintUnsure)
    (page,), findings = drawn([file.read_bytes()], PROFILE)
    assert (page.text, findings) == (whole_text(), [])


def test_a_device_file_that_takes_nothing_does_not_block(tmp_path):
    fifo = tmp_path / "lp0"
    os.mkfifo(fifo)
    with pytest.raises(DeviceAbsentError):
        FileLink(fifo).open(0.1)  # nobody reads
    reader = os.open(fifo, os.O_RDONLY | os.O_NONBLOCK)
    try:
        line = FileLink(fifo).open(0.1)
        with pytest.raises(LinkBrokenError):
            line.write(b"x" * 1_000_000, 0.1)
        line.close()
    finally:
        os.close(reader)


@pytest.mark.parametrize(
    "settings",
    [
        TcpLink("127.0.0.1", 1),
        SerialLink("/dev/no-such-printer*"),
        FileLink(Path("/dev/no-such-directory/lp0")),
        UsbLink(0x0416, 0x5011),
    ],
    ids=str,
)
def test_a_printer_that_is_not_there_is_absent(settings):
    with (
        pytest.raises(DeviceAbsentError),
        ReceiptPrinter(settings, PROFILE, glyphs(), answer_timeout_s=0.5),
    ):
        pass


@pytest.mark.parametrize(
    ("url", "settings"),
    [
        ("tcp://192.168.1.50:9101", TcpLink("192.168.1.50", 9101)),
        ("tcp://printer", TcpLink("printer", 9100)),
        ("serial:///dev/ttyS0?baud=19200", SerialLink("/dev/ttyS0", 19200)),
        ("serial:///dev/serial/by-id/usb-*", SerialLink("/dev/serial/by-id/usb-*")),
        ("serial:///dev/ttyUSB%3F", SerialLink("/dev/ttyUSB?")),
        ("usb://0416:5011", UsbLink(0x0416, 0x5011)),
        ("file:///dev/usb/lp0", FileLink(Path("/dev/usb/lp0"))),
    ],
)
def test_a_url_names_the_cable(url, settings):
    assert link_from_url(url) == settings


@pytest.mark.parametrize(
    "url",
    [
        "",
        "lp0",
        "tcp://",
        "serial://ttyS0",
        "serial:///dev/x?baud=fast",
        "serial:///dev/x?speed=9600",
        "usb://0416",
        "tcp:",
    ],
)
def test_a_wrong_url_stops_the_start_up(url):
    with pytest.raises(ValueError):
        link_from_url(url)


# Answers as the command references have them, byte by byte.
WELL = (0x12, 0x12, 0x12, 0x12)
STATES = [
    (WELL, Condition.OK, None),
    ((0x16, 0x12, 0x12, 0x12), Condition.OK, None),  # the drawer's pin is high
    ((0x12, 0x12, 0x12, 0x1E), Condition.ATTENTION, None),
    ((0x1A, 0x32, 0x12, 0x7E), Condition.FAULT, PaperEndError),
    ((0x1A, 0x16, 0x12, 0x12), Condition.FAULT, CoverOpenError),
    ((0x1A, 0x52, 0x1A, 0x12), Condition.FAULT, CutterError),
    ((0x1A, 0x52, 0x32, 0x12), Condition.FAULT, PrinterBrokenError),
    ((0x1A, 0x52, 0x52, 0x12), Condition.BUSY, None),
    ((0x1A, 0x1A, 0x12, 0x12), Condition.BUSY, None),
    ((0x1A, 0x12, 0x12, 0x12), Condition.FAULT, PrinterOfflineError),
]


@pytest.mark.parametrize(("answers", "condition", "error"), STATES)
def test_each_status_byte_means_what_the_reference_says(answers, condition, error):
    state = parse_state(answers)
    assert status_of(state).condition is condition
    assert type(fault_of(state)) is (error or type(None))


MOUTHS = [
    ((0x92, 0x12, 0x12, 0x12), StatusBit(1, 7), True),
    ((0x12, 0x12, 0x12, 0x12), StatusBit(1, 7), False),
    ((0x12, 0x92, 0x12, 0x12), StatusBit(1, 7), False),
    ((0x12, 0x12, 0x12, 0x32), StatusBit(4, 5), True),
    ((0x92, 0x12, 0x12, 0x12), None, None),
]


@pytest.mark.parametrize(("answers", "bit", "told"), MOUTHS)
def test_a_profile_says_which_bit_tells_of_a_slip_in_the_mouth(answers, bit, told):
    state = parse_state(answers, ignored=0xA0, slip_in_mouth=bit)
    assert state.slip_in_mouth is told
    assert status_of(state).condition is Condition.OK


@pytest.mark.parametrize("answers", [(), WELL[:3], (*WELL[:3], 0x00), (*WELL[:3], 0xFF)])
def test_what_is_no_status_is_refused(answers):
    with pytest.raises(GarbledReplyError):
        parse_state(answers)


def test_every_byte_answers_one_thing():
    kinds = [answer_of(byte) for byte in range(256)]
    assert [kinds[b] for b in (0x12, 0x7E, 0x00, 0x0F, 0x11, 0x13)] == [
        *[Answer.STATE] * 2,
        *[Answer.BARRIER] * 2,
        *[Answer.FLOW] * 2,
    ]
    assert all(kind is Answer.GARBAGE for kind in kinds[0x80:])
    assert kinds[0x10] is Answer.GARBAGE  # the first byte of an automatic status
