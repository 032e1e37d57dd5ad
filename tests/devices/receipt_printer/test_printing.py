"""The receipt printer against a far end that prints, stops, jams, falls silent and dies."""

from __future__ import annotations

import os
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from devices.base import Condition, DeviceAbsentError
from devices.printer_links import FileLink, LinkBrokenError, SerialLink, TcpLink
from devices.printer_status import PaperEndError, PrinterOfflineError
from devices.printer_usb import UsbLink
from devices.receipt_printer import Printed, PrintUnsure, ReceiptPrinter
from sandbox.printer import ReceiptPrinterPeer
from tests.devices.receipt_printer.slips import (
    BEFORE_ANY_PRINTER_MOVES,
    PROFILE,
    SLIP,
    after_lines,
    opened,
    whole_text,
)
from tests.printer_kit import PROFILES, certification, drawn, font, glyphs


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
