"""The simulated reader against the published vectors and through a bare terminal, no driver."""

from __future__ import annotations

import json
import os
import select
import termios
import threading
import tty
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from time import monotonic

import pytest

from kiosk.visits.identity import check_number
from sandbox.id_cards import PEOPLE, WLT_PHOTO, ZHANG_SAN, CardData
from sandbox.idcard_faults import DAMAGES, STATUSES, Fault
from sandbox.idcard_module import Requests, SamModule
from sandbox.idcard_reader import IdCardReaderPeer, WireUse

VECTORS_FILE = Path(__file__).parents[1] / "data" / "idcard_vectors.json"
VECTORS = {
    entry["name"].removeprefix("id/"): bytes.fromhex(entry["hex"])
    for entry in json.loads(VECTORS_FILE.read_text())
}
FIND = VECTORS["req/find"]
SELECT = VECTORS["req/select"]
READ = VECTORS["req/read-text-photo"]
READ_FP = VECTORS["req/read-text-photo-fp"]
ADDRESS = VECTORS["req/read-address"]
STATUS = VECTORS["req/sam-status"]

CARDS = {
    "resident": ZHANG_SAN,
    "resident-dated": PEOPLE["li_si"],
    "resident-other-nation": replace(ZHANG_SAN, nation="97"),
    "resident-x-check": PEOPLE["zhao_liu"],
    "resident-full-name": PEOPLE["long_name"],
    "resident-inner-space": replace(ZHANG_SAN, address="北京市东城区 示例街1号 2单元"),
    "resident-nul-padded": replace(ZHANG_SAN, fill="\0"),
    "foreigner-2017": PEOPLE["foreigner_2017"],
    "foreigner-2023": PEOPLE["foreigner_2023"],
    "foreigner-2023-long-name": replace(
        PEOPLE["foreigner_2023"],
        name="",
        english_name="ABCDEFGHIJKLMNOPQRSTUVWXYZ, ABCDEFGHIJKLMNOPQR",
        sex="2",
        count="00",
        number="911999194910019988",
        related="",
    ),
    "hmt-hongkong": PEOPLE["hong_kong"],
    "hmt-taiwan": PEOPLE["taiwan"],
}
TWO_ADDRESSES = ("北京市西城区示例路2号", "北京市朝阳区示例路3号", "", "")


def ask(module: SamModule, *frames: bytes) -> bytes:
    """The reply to the last of the frames."""
    reply = b""
    for frame in frames:
        (request,) = Requests().arrive(frame)
        reply = module.answer(request)
    return reply


def module_with(card: CardData) -> SamModule:
    module = SamModule()
    module.lay(card)
    return module


@contextmanager
def opened(port: Path, baud: int = termios.B115200):
    """The port as a host has it: raw, at a speed."""
    host = os.open(port, os.O_RDWR | os.O_NOCTTY)
    try:
        tty.setraw(host)
        settings = termios.tcgetattr(host)
        settings[4] = settings[5] = baud
        termios.tcsetattr(host, termios.TCSANOW, settings)
        yield host
    finally:
        os.close(host)


def receive(host: int, size: int, limit_s: float = 10) -> bytes:
    """`size` bytes, or what came within the limit."""
    data, deadline_s = b"", monotonic() + limit_s
    while len(data) < size and select.select([host], [], [], deadline_s - monotonic())[0]:
        data += os.read(host, size - len(data))
    return data


@pytest.fixture
def link(tmp_path):
    return tmp_path / "ttyUSB0"


@pytest.fixture
def peer(link):
    with IdCardReaderPeer(link) as peer:
        yield peer


@pytest.mark.parametrize("name", CARDS)
def test_a_card_has_the_published_text(name):
    assert CARDS[name].text_block() == VECTORS[f"text/{name}"]


def test_a_card_has_the_published_picture():
    assert VECTORS["photo/wlt-synthetic"] == WLT_PHOTO


@pytest.mark.parametrize(
    ("name", "card"),
    [
        ("resident", ZHANG_SAN),
        ("foreigner-2017", PEOPLE["foreigner_2017"]),
        ("foreigner-2023", PEOPLE["foreigner_2023"]),
        ("hmt", PEOPLE["hong_kong"]),
        ("text-only", replace(ZHANG_SAN, photo=b"")),
    ],
)
def test_a_card_is_found_selected_and_read_as_published(name, card):
    module = module_with(card)
    assert ask(module, FIND) == VECTORS["rep/find-ok"]
    assert ask(module, SELECT) == VECTORS["rep/select-ok"]
    assert ask(module, READ) == VECTORS[f"rep/read-{name}"]
    assert ask(module, ADDRESS) == VECTORS["rep/status-91"]


@pytest.mark.parametrize(("name", "size"), [("none", 0), ("one", 512), ("two", 1024)])
def test_fingerprints_are_sent_when_asked_for(name, size):
    module = module_with(replace(ZHANG_SAN, fingerprints=VECTORS["fp/two"][:size]))
    expected = VECTORS[f"rep/read-resident-fp-{name}"]
    assert ask(module, FIND, SELECT, READ_FP) == expected


@pytest.mark.parametrize(
    ("name", "addresses"), [("address", TWO_ADDRESSES[:1]), ("address-four", TWO_ADDRESSES)]
)
def test_additional_addresses_are_sent_as_published(name, addresses):
    module = module_with(replace(ZHANG_SAN, addresses=addresses))
    assert ask(module, FIND, SELECT, READ, ADDRESS) == VECTORS[f"rep/{name}"]


@pytest.mark.parametrize(
    ("request_name", "reply_name"),
    [
        ("sam-reset", "ok"),
        ("sam-status", "ok"),
        ("sam-id", "sam-id-synthetic"),
        ("find", "find-none"),
        ("select", "select-fail"),
        ("read-text-photo", "status-41"),
        ("set-max-rf-50", "ok"),
        ("set-max-rf-58", "ok"),
        ("set-baud-115200", "ok"),
        ("set-baud-57600", "ok"),
        ("set-baud-38400", "ok"),
        ("set-baud-19200", "ok"),
        ("set-baud-9600", "ok"),
    ],
)
def test_an_empty_reader_answers_as_published(request_name, reply_name):
    assert ask(SamModule(), VECTORS[f"req/{request_name}"]) == VECTORS[f"rep/{reply_name}"]


def test_another_module_has_another_number():
    module = SamModule(VECTORS["rep/sam-id-doc"][10:-1])
    assert ask(module, VECTORS["req/sam-id"]) == VECTORS["rep/sam-id-doc"]


def test_management_information_is_28_bytes():
    module = module_with(ZHANG_SAN)
    assert ask(module, FIND, SELECT, VECTORS["req/read-mng-info"]) == VECTORS["rep/mng-info"]


def test_a_card_is_not_found_again_until_it_was_lifted_or_the_module_reset():
    module = module_with(ZHANG_SAN)
    ask(module, FIND, SELECT, READ)
    assert ask(module, FIND) == VECTORS["rep/find-none"]
    module.lay(ZHANG_SAN)
    assert ask(module, FIND, SELECT, READ, VECTORS["req/sam-reset"], FIND) == VECTORS["rep/find-ok"]


def test_a_read_without_select_is_not_permitted():
    assert ask(module_with(ZHANG_SAN), FIND, READ) == VECTORS["rep/status-23"]


@pytest.mark.parametrize(
    ("request_bytes", "reply_name"),
    [
        (FIND[:-1] + b"\x23", "status-10"),
        (bytes.fromhex("AAAAAA9669 FFFF"), "status-11"),
        (bytes.fromhex("AAAAAA9669 0003 77 FF 8B"), "status-21"),
    ],
)
def test_a_bad_request_is_refused_as_published(request_bytes, reply_name):
    assert ask(SamModule(), request_bytes) == VECTORS[f"rep/{reply_name}"]


@pytest.mark.parametrize(
    ("fault", "reply_name"),
    [
        (Fault.STATUS_24, "status-24"),
        (Fault.STATUS_31, "status-31-with-sw"),
        (Fault.STATUS_40, "status-40"),
        (Fault.STATUS_47, "status-47"),
        (Fault.STATUS_60, "status-60"),
        (Fault.STATUS_66, "status-66"),
        (Fault.STATUS_81, "select-fail"),
    ],
)
def test_a_refusal_is_sent_as_published(peer, fault, reply_name):
    peer.misbehave(fault, commands=[])
    assert peer.answer(b"\x20\x01") == (VECTORS[f"rep/{reply_name}"], fault)
    assert fault in STATUSES


@pytest.mark.parametrize(
    ("fault", "reply", "damaged"),
    [
        (Fault.NOISE_BEFORE, "rep/find-ok", "bad/noise-prefix"),
        (Fault.BAD_CHECKSUM, "rep/find-ok", "bad/checksum"),
        (Fault.TRUNCATED, "rep/read-resident", "bad/truncated"),
        (Fault.LOST_AA, "rep/find-ok", "bad/short-preamble"),
        (Fault.LENGTH_TOO_BIG, "rep/ok", "bad/length-too-big"),
        (Fault.BRIDGE_SILENT, "rep/find-ok", "bad/bridge-timeout"),
    ],
)
def test_a_reply_is_damaged_as_published(fault, reply, damaged):
    assert DAMAGES[fault](VECTORS[reply]) == VECTORS[damaged]


def test_a_late_reply_comes_glued_to_the_next(peer, link):
    with opened(link) as host:
        peer.misbehave(Fault.LATE)
        os.write(host, FIND)
        wait_for_request(peer, 1)
        peer.lay(ZHANG_SAN)
        os.write(host, FIND)
        assert receive(host, 26) == VECTORS["bad/two-replies"]


def wait_for_request(peer: IdCardReaderPeer, count: int) -> None:
    """Until the reader has taken in this many ten-byte requests, and the time of their bytes."""
    deadline_s, step = monotonic() + 10, threading.Event()
    while peer.wire.received_bytes < 10 * count and monotonic() < deadline_s:
        step.wait(0.005)
    step.wait(0.02)


def test_a_request_that_arrives_in_pieces_after_noise_is_understood(link, peer):
    with opened(link) as host:
        os.write(host, b"\x00\xaa" + FIND[:4])
        os.write(host, FIND[4:])
        assert receive(host, 11) == VECTORS["rep/find-none"]


def test_bytes_take_no_less_than_their_time_on_the_wire(link):
    with IdCardReaderPeer(link, 19_200) as peer, opened(link, termios.B19200) as host:
        peer.lay(ZHANG_SAN)
        start_s = monotonic()
        for request, size in ((FIND, 15), (SELECT, 19), (READ, 1295)):
            os.write(host, request)
            assert len(receive(host, size)) == size
        used = peer.wire
        assert (used.received_bytes, used.sent_bytes) == (30, 1329)
        assert used.seconds == pytest.approx(1359 * 10 / 19_200)
        assert monotonic() - start_s >= used.seconds


def test_a_host_at_another_speed_is_not_understood(link, peer):
    with opened(link, termios.B9600) as host:
        os.write(host, STATUS)
        assert receive(host, 1, limit_s=0.1) == b""
        assert peer.wire == WireUse()


def test_a_new_speed_counts_after_the_acknowledgement(link, peer):
    with opened(link) as host:
        os.write(host, VECTORS["req/set-baud-57600"])
        assert receive(host, 11) == VECTORS["rep/ok"]
    assert peer.baud == 57_600
    with opened(link, termios.B57600) as host:
        os.write(host, STATUS)
        assert receive(host, 11) == VECTORS["rep/ok"]


def test_a_reader_plugged_in_elsewhere_keeps_its_card(link, peer):
    other = link.with_name("ttyUSB1")
    peer.lay(ZHANG_SAN)
    with opened(link) as host:
        peer.plug(other)
        assert not link.exists()
        with pytest.raises(OSError):
            os.write(host, FIND)
    with opened(other) as host:
        os.write(host, FIND)
        assert receive(host, 15) == VECTORS["rep/find-ok"]


def test_a_reader_leaves_nothing_behind(tmp_path):
    def held() -> tuple[int, int]:
        return len([*Path("/proc/self/fd").iterdir()]), threading.active_count()

    before = held()
    for fault in Fault:
        with IdCardReaderPeer(tmp_path / "ttyUSB0") as peer, opened(tmp_path / "ttyUSB0") as host:
            peer.misbehave(fault, commands=[])
            os.write(host, FIND)
            wait_for_request(peer, 1)
    assert held() == before
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", [name for name in PEOPLE if name != "foreigner_2017"])
def test_the_invented_people_have_valid_numbers(name):
    assert check_number(PEOPLE[name].number) is None
    assert PEOPLE[name].number[6:14] == PEOPLE[name].birth
