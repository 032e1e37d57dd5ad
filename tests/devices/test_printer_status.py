"""The answers of a printer, byte by byte, and the addresses by which it is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from devices.base import Condition, GarbledReplyError
from devices.printer_links import FileLink, SerialLink, TcpLink
from devices.printer_status import (
    Answer,
    CoverOpenError,
    CutterError,
    PaperEndError,
    PrinterBrokenError,
    PrinterOfflineError,
    StatusBit,
    answer_of,
    fault_of,
    parse_state,
    status_of,
)
from devices.printer_urls import link_from_url
from devices.printer_usb import UsbLink


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
