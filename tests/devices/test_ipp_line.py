"""The line to the page printer, with something else at its other end."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from devices.base import DeviceAbsentError, GarbledReplyError, Remedy
from devices.ipp_line import LONGEST_ANSWER_BYTES, IppAddress, IppLine, address_from_url
from devices.page_printer import PagePrinter
from devices.page_printer_faults import (
    PagePrinterBusyError,
    PagePrinterError,
    QueueSetUpError,
    SpoolFullError,
)
from tests.paper_kit import Answers

SOON_S = 0.5


def asked(far, timeout_s=20.0):
    with PagePrinter(far.url, answer_timeout_s=timeout_s) as printer:
        return printer.status()


def http(status, body=b"", **fields):
    named = {"Content-Length": len(body), "Content-Type": "application/ipp"} | fields
    head = "".join(f"{name}: {value}\r\n" for name, value in named.items() if value is not None)
    return f"HTTP/1.1 {status}\r\n{head}\r\n".encode() + body


GARBAGE = {
    "no http": b"\x00\xff\x12 what?\r\n\r\n",
    "another protocol": b"SSH-2.0-OpenSSH_9.2\r\n",
    "a page of another server": http("200 OK", b"<html>it works</html>"),
    "nothing within": http("200 OK"),
    "half an answer": http("200 OK", b"\x02\x00\x00\x00\x00\x00\x00\x01\x01\x47\x00\x12attr"),
    "less than was said": http("200 OK", b"\x02\x00", **{"Content-Length": 900}),
    "no length": http("200 OK", b"\x02\x00", **{"Content-Length": "many"}),
    "bad chunks": http(
        "200 OK", b"zz\r\nxx", **{"Content-Length": None, "Transfer-Encoding": "chunked"}
    ),
    "endless fields": b"HTTP/1.1 200 OK\r\n" + b"X-Y: z\r\n" * 500 + b"\r\n",
    "a status nobody knows": http("299 Well"),
    "redirected": http("302 Found", Location="http://127.0.0.1/"),
}


@pytest.mark.parametrize("answer", GARBAGE.values(), ids=GARBAGE)
def test_garbage_is_told_as_garbage(answer):
    with Answers(answer) as far, pytest.raises(GarbledReplyError) as caught:
        asked(far)
    assert isinstance(caught.value, PagePrinterError)
    assert caught.value.remedy is Remedy.RETRY


def test_an_answer_without_end_is_cut_off():
    endless = http("200 OK", bytes(LONGEST_ANSWER_BYTES + 10), **{"Content-Length": None})
    with Answers(endless) as far, pytest.raises(GarbledReplyError):
        asked(far)


SILENCE = {
    "nothing": (b"", {"hold": True}),
    "half and then nothing": (http("200 OK", b"\x02\x00\x00\x00")[:-2], {"hold": True}),
    "a byte now and then": (b"HTTP/1.1 200 OK\r\n" + b"X-Y: z\r\n" * 99, {"drip_s": 0.05}),
    "closed at once": (b"", {}),
}


@pytest.mark.parametrize(("answer", "how"), SILENCE.values(), ids=SILENCE)
def test_a_peer_that_gives_no_whole_answer_in_time_is_absent(answer, how):
    with Answers(answer, **how) as far, pytest.raises(DeviceAbsentError):
        asked(far, SOON_S)


REFUSALS = [
    ("401 Unauthorized", QueueSetUpError),
    ("403 Forbidden", QueueSetUpError),
    ("404 Not Found", QueueSetUpError),
    ("413 Request Entity Too Large", SpoolFullError),
    ("426 Upgrade Required", QueueSetUpError),
    ("503 Service Unavailable", PagePrinterBusyError),
]


@pytest.mark.parametrize(("status", "error"), REFUSALS)
def test_a_refusal_says_who_can_help(status, error):
    with Answers(http(status)) as far, pytest.raises(error):
        asked(far)


def test_a_peer_that_takes_nothing_does_not_hold_the_terminal():
    with socket.create_server(("127.0.0.1", 0), backlog=1) as deaf:
        address = IppAddress("127.0.0.1", deaf.getsockname()[1], "/ipp/print")
        with pytest.raises(DeviceAbsentError):
            IppLine(address, SOON_S).exchange(bytes(20_000_000))


def test_a_printer_that_speaks_no_tls_is_not_spoken_to_in_the_clear():
    with Answers(http("200 OK")) as far:
        secure = PagePrinter(far.url.replace("ipp:", "ipps:"), answer_timeout_s=5.0)
        with pytest.raises(DeviceAbsentError), secure:
            pass


def test_a_url_names_the_queue():
    at = address_from_url("ipp://localhost/printers/a4", Path("/run/cups/cups.sock"))
    assert at == IppAddress("localhost", 631, "/printers/a4", False, Path("/run/cups/cups.sock"))
    assert at.uri == "ipp://localhost:631/printers/a4"
    assert address_from_url("ipps://[fe80::1]:8631/ipp/print").uri == (
        "ipps://[fe80::1]:8631/ipp/print"
    )


@pytest.mark.parametrize(
    "url", ["", "a4", "http://h/p", "ipp://", "ipp://h", "ipp://h/", "ipp://h:x/p"]
)
def test_a_url_that_names_no_queue_stops_the_start_up(url):
    with pytest.raises(ValueError):
        address_from_url(url)
