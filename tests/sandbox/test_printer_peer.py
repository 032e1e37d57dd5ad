"""The simulated printer against bytes written by hand from the command reference; no driver."""

from __future__ import annotations

import os
import socket
import time

import pytest

from sandbox.escpos_interpreter import draw
from sandbox.printer import ReceiptPrinterPeer
from tests.printer_kit import font, grey, scanned

MARGIN, CELL, PITCH = 32, 24, 30
ZHONG_WEN = bytes.fromhex("d6d0cec4")  # 中文 in GB 2312


def pages_of(data, dots=384, charset="gb2312"):
    return draw(data, dots, charset, font())


def printed(data, **how):
    pages, findings = pages_of(data, **how)
    assert findings == []
    (page,) = pages
    return page


def findings_of(data, **how):
    return pages_of(data, **how)[1]


def ink(page):
    """What is black within the printable width, without the margins: (rows, columns)."""
    return grey(page.png)[MARGIN:-MARGIN, MARGIN:-MARGIN] < 128


def reach(page):
    """First and last column, first and last row of the ink."""
    black = ink(page)
    across, down = black.any(axis=0).nonzero()[0], black.any(axis=1).nonzero()[0]
    return across[0], across[-1], down[0], down[-1]


def test_chinese_and_ascii_are_printed_in_the_chinese_mode():
    page = printed(b"\x1b@\x1c&" + ZHONG_WEN + b" A1\n")
    assert page.text == "中文 A1"
    left, right, top, bottom = reach(page)
    assert left < CELL
    assert 2 * CELL + 24 <= right < 2 * CELL + 36  # two of 24 dots, then a space, A and 1 of 12
    assert bottom - top < 24


def test_four_bytes_are_one_character_of_gb_18030():
    assert printed(b"\x1c&\x82\x30\xb7\x31\n", charset="gb18030").text == "㛃"
    assert printed(b"\x1c&\xfe\x9f\n", charset="gb18030").text == "䶮"


def test_sizes_count_for_ascii_and_chinese_as_the_commands_say():
    for command, wide, high in (
        (b"", 1, 1),
        (b"\x1d!\x11", 2, 2),
        (b"\x1d!\x01", 1, 2),
        (b"\x1b!\x20", 2, 1),
        (b"\x1c!\x0c", 2, 2),
        (b"\x1d!\x11\x1c!\x00", 1, 1),  # the last one counts
        (b"\x1cW\x01", 2, 2),
    ):
        _, right, top, bottom = reach(printed(b"\x1c&" + command + ZHONG_WEN + b"\n"))
        assert (2 * wide - 1) * CELL < right < 2 * wide * CELL
        assert (high - 1) * 24 < bottom - top + 4 <= high * 24 + 4


def test_bold_is_blacker():
    plain, bold = (printed(b"\x1c&" + b + ZHONG_WEN + b"\n") for b in (b"", b"\x1bE\x01"))
    assert ink(plain).sum() < ink(bold).sum()


@pytest.mark.parametrize(("n", "left"), [(0, 0), (1, 168), (2, 336), (48, 0), (49, 168), (50, 336)])
def test_lines_are_aligned(n, left):
    first, *_ = reach(printed(b"\x1c&\x1ba" + bytes([n]) + ZHONG_WEN + b"\n"))
    assert left <= first < left + 8


def test_feeding_moves_the_paper():
    heights = [
        grey(printed(b"A\n" + feed + b"A\n").png).shape[0]
        for feed in (b"", b"\n", b"\x1bd\x03", b"\x1bJ\x0a", b"\x1b3\x40\n\x1b2")
    ]
    assert [height - heights[0] for height in heights] == [0, 30, 90, 10, 64]


def test_every_cut_ends_a_page():
    pages, findings = pages_of(b"A\n\x1dV\x00B\n\x1dVB\x00C\n")
    assert findings == []
    assert [(page.text, page.complete) for page in pages] == [
        ("A", True),
        ("B", True),
        ("C", False),
    ]


def test_a_stored_code_is_drawn_and_can_be_scanned():
    data = b"https://platform.example.gov.cn/s/12345678901234"
    store = (len(data) + 3).to_bytes(2, "little")
    page = printed(
        b"\x1ba\x01\x1d(k\x04\x001A2\x00\x1d(k\x03\x001C\x06\x1d(k\x03\x001E1"
        b"\x1d(k" + store + b"1P0" + data + b"\x1d(k\x03\x001Q0"
    )
    assert scanned(page.png) == data.decode()


PICTURES = {
    "GS v 0": b"\x1dv0\x00\x02\x00\x03\x00" + bytes.fromhex("ffff 8001 ffff"),
    "GS ( L": b"\x1d(L\x10\x000p0\x01\x011\x10\x00\x03\x00"
    + bytes.fromhex("ffff 8001 ffff")
    + b"\x1d(L\x02\x0002",
    "ESC *": b"\x1b*\x21\x10\x00" + b"\xe0\0\0" + b"\xa0\0\0" * 14 + b"\xe0\0\0" + b"\n",
}


@pytest.mark.parametrize("command", PICTURES)
def test_a_picture_is_drawn_dot_by_dot(command):
    black = ink(printed(PICTURES[command]))
    assert ["".join(".#"[int(dot)] for dot in row[:17]) for row in black[:3]] == [
        "################.",
        "#..............#.",
        "################.",
    ]
    assert black.sum() == 34


ODD = {
    "an unknown command": (b"\x1bq", "unknown command 1b 71"),
    "a high byte without the Chinese mode": (ZHONG_WEN + b"\n", "byte d6 outside"),
    "a character the font lacks": (b"\x1c&\xe9\x46\n", "no character e946"),
    "four bytes for a two-byte font": (b"\x1c&\x82\x30\xb7\x31\n", "no character 8230"),
    "a private-use character": (b"\x1c&\xaa\xa1\n", "no character aaa1"),
    "a line too wide": (b"A" * 33 + b"\n", "wider than the paper"),
    "a picture too wide": (b"\x1dv0\x00\x31\x00\x01\x00" + b"\xff" * 49, "wider than the paper"),
    "an alignment within a line": (b"A\x1ba\x01\n", "beginning of a line"),
    "a cut within a line": (b"A\x1dV\x00\n", "beginning of a line"),
    "a lost line": (b"A\x1b@\n", "not printed"),
    "a request inside a picture": (
        b"\x1dv0\x00\x03\x00\x01\x00\x10\x04\x01",
        "real-time request 10 04 01 inside data",
    ),
    "a control": (b"\x07", "unknown control 07"),
}


@pytest.mark.parametrize("what", ODD)
def test_what_a_printer_cannot_follow_is_found(what):
    data, finding = ODD[what]
    assert any(finding in found for found in findings_of(data))


# On a cable


class Line:
    """The terminal's end, bare."""

    def __init__(self, peer):
        if isinstance(peer.address, str):
            self._fd = os.open(peer.address, os.O_RDWR | os.O_NOCTTY)
            self._write, self._read = os.write, os.read
            self._close = lambda: os.close(self._fd)
        else:
            self._socket = socket.create_connection(peer.address)
            self._fd = self._socket.fileno()
            self._write, self._read = os.write, os.read
            self._close = self._socket.close

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        self._close()

    def send(self, data):
        while data:
            data = data[self._write(self._fd, data) :]

    def get(self, count=1):
        got = b""
        while len(got) < count:
            part = self._read(self._fd, count - len(got))
            if not part:
                break
            got += part
        return got

    def ask(self, question, count=1):
        self.send(question)
        return self.get(count)


@pytest.fixture(params=["tcp", "serial"])
def peer(request):
    with ReceiptPrinterPeer(font(), serial=request.param == "serial") as far:
        yield far


def state(line):
    return b"".join(line.ask(bytes((0x10, 0x04, n))) for n in (1, 2, 3, 4)).hex(" ")


SWITCHES = [
    (lambda _: None, "12 12 12 12"),
    (ReceiptPrinterPeer.near_end, "12 12 12 1e"),
    (ReceiptPrinterPeer.end_paper, "1a 32 12 72"),
    (ReceiptPrinterPeer.open_cover, "1a 16 12 12"),
    (ReceiptPrinterPeer.fail, "1a 52 32 12"),
    (ReceiptPrinterPeer.overheat, "1a 52 52 12"),
    (ReceiptPrinterPeer.go_off_line, "1a 12 12 12"),
]


@pytest.mark.parametrize(("switch", "answers"), SWITCHES)
def test_status_is_answered_at_once_in_every_state(peer, switch, answers):
    switch(peer)
    with Line(peer) as line:
        assert state(line) == answers


def test_a_sensor_in_the_mouth_sees_a_slip_until_it_is_taken():
    with ReceiptPrinterPeer(font(), mouth_status=0x80) as peer, Line(peer) as line:
        assert state(line) == "12 12 12 12"
        assert line.ask(b"A\n\x1dr\x01") == b"\x00"
        assert state(line) == "92 12 12 12"
        assert line.ask(b"\x1dV\x00\x1dr\x01") == b"\x00"
        peer.end_paper()
        assert state(line) == "9a 32 12 72"
        peer.tear_off()
        assert state(line) == "1a 32 12 72"
    assert [(page.text, page.complete) for page in peer.pages] == [("A", True)]


def test_a_slip_that_pushed_out_the_one_before_is_taken_with_it():
    with ReceiptPrinterPeer(font()) as peer, Line(peer) as line:
        assert line.ask(b"A\n\x1dV\x00B\n\x1dr\x01") == b"\x00"
        assert peer.wait_until_idle()
        peer.tear_off()
        assert not peer.slip_in_mouth
    assert [page.text for page in peer.pages] == ["A", "B"]


def test_a_request_in_parts_is_one_request(peer):
    with Line(peer) as line:
        line.send(b"\x10")
        assert peer.wait_until(lambda: peer._tail == b"\x10")
        assert line.ask(b"\x04\x01") == b"\x12"


def test_the_barrier_is_answered_after_what_stands_before_it(peer):
    with Line(peer) as line:
        peer.end_paper(after_lines=1)
        line.send(b"A\nB\n\x1dV\x00\x1dr\x01")
        assert peer.wait_until(lambda: peer.stopped)
        assert state(line) == "1a 32 12 72"  # ahead of what waits
        assert peer.lines_printed == 1
        peer.refill()
        assert line.get() == b"\x00"
        assert [(page.text, page.complete) for page in peer.pages] == [("A", False), ("B", False)]
        peer.near_end()
        assert line.ask(b"\x1dr\x01") == b"\x03"
        assert line.ask(b"\x1dr\x02") == b"\x00"


def test_a_change_is_told_unasked_when_that_was_wished(peer):
    with Line(peer) as line:
        assert line.ask(b"\x1da\xff", 4).hex(" ") == "10 00 00 00"
        peer.open_cover()
        assert line.get(4).hex(" ") == "38 00 00 00"
        peer.close_cover()
        assert line.get(4).hex(" ") == "10 00 00 00"
        assert line.ask(b"\x1da\x00\x1dr\x01") == b"\x00"
        peer.near_end()
        assert state(line) == "12 12 12 1e"


def test_a_full_buffer_makes_the_sender_wait():
    with ReceiptPrinterPeer(font(), buffer_bytes=64) as far, Line(far) as line:
        far.open_cover()
        line._socket.settimeout(0.2)
        line._socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
        with pytest.raises(TimeoutError):
            line._socket.sendall(b"A\n" * 10_000_000)
        assert len(far._buffer) == 64


def test_printing_takes_the_time_of_the_mechanism():
    with ReceiptPrinterPeer(font(), mm_per_s=100) as far, Line(far) as line:
        begun = time.monotonic()
        assert line.ask(b"\n" * 20 + b"\x1dr\x01") == b"\x00"
        assert time.monotonic() - begun >= 20 * PITCH / 8 / 100


def test_a_jammed_knife_is_an_error_until_it_is_free_and_the_printer_is_told(peer):
    peer.jam_cutter()
    with Line(peer) as line:
        line.send(b"A\n\x1dV\x00\x1dr\x01")
        assert peer.wait_until(lambda: peer.stopped)
        assert state(line) == "1a 52 1a 12"
        line.send(b"\x10\x05\x01")
        assert state(line) == "1a 52 1a 12"  # still stuck
        peer.clear_jam()
        assert state(line) == "1a 52 1a 12"  # nobody told it
        line.send(b"\x10\x05\x01")
        assert line.get() == b"\x00"
        assert [page.complete for page in peer.pages] == [True]


def test_after_a_jam_the_printer_can_be_told_to_forget(peer):
    peer.jam_cutter()
    with Line(peer) as line:
        line.send(b"A\n\x1dV\x00\x1dr\x01")
        assert peer.wait_until(lambda: peer.stopped)
        peer.clear_jam()
        line.send(b"\x10\x05\x02")
        assert state(line) == "12 12 12 12"  # and no answer to the barrier
        assert peer.pages == []


def test_a_power_cut_loses_the_buffer_and_the_modes():
    with ReceiptPrinterPeer(font()) as far:
        with Line(far) as line:
            far.end_paper(after_lines=1)
            line.send(b"\x1c&A\nB\n")
            assert far.wait_until(lambda: far.stopped)
            far.power_cycle()
            assert line.get() == b""  # the connection is gone
        far.refill()
        with Line(far) as line:
            assert line.ask(ZHONG_WEN + b"\n\x1dV\x00\x1dr\x01") == b"\x00"
        assert [(page.text, page.complete) for page in far.pages] == [("A", False), ("", True)]
        assert far.findings[0].startswith("byte d6 outside")


def test_a_power_cut_on_a_serial_line_loses_the_buffer_without_a_word():
    with ReceiptPrinterPeer(font(), serial=True) as far, Line(far) as line:
        far.open_cover()
        line.send(b"A\n\x1dr\x01")
        assert state(line) == "1a 16 12 12"
        far.power_cycle()
        far.close_cover()
        assert state(line) == "12 12 12 12"
        assert far.lines_printed == 0


def test_a_silent_printer_prints_and_answers_nothing(peer):
    peer.fall_silent()
    with Line(peer) as line:
        line.send(b"A\n\x10\x04\x01\x1dr\x01")
        assert peer.wait_until(lambda: peer.lines_printed == 1)
        assert peer.wait_until_idle()
        peer.fall_silent(False)
        assert line.ask(b"\x10\x04\x01") == b"\x12"


def test_garbage_is_no_answer(peer):
    peer.talk_garbage()
    with Line(peer) as line:
        assert line.ask(b"\x10\x04\x01")[0] & 0x93 != 0x12


def test_a_dropped_connection_leaves_what_was_received(peer):
    with Line(peer) as line:
        line.send(b"A\n\x1dV\x00")
        assert peer.wait_until(lambda: len(peer.pages) == 1)
        peer.drop_connection()
    with Line(peer) as line:
        assert state(line) == "12 12 12 12"
        assert line.ask(b"B\n\x1dV\x00\x1dr\x01") == b"\x00"
    assert [page.text for page in peer.pages] == ["A", "B"]


def test_a_slip_torn_off_before_it_was_out_is_incomplete(peer):
    with Line(peer) as line:
        assert line.ask(b"A\n\x1dr\x01") == b"\x00"
        assert peer.wait_until_idle()
        peer.tear_off()
        peer.end_paper(after_lines=1)
        line.send(b"B\nC\n")
        assert peer.wait_until(lambda: peer.stopped)
        peer.tear_off()
    assert [(page.text, page.complete) for page in peer.pages] == [("A", True), ("B", False)]
