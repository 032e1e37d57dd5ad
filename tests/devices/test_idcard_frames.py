"""The reader's frames against the published vectors, and against noise."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from devices.base import GarbledReplyError
from devices.idcard_frames import (
    LONGEST,
    Command,
    Damage,
    Reply,
    ReplyParser,
    could_answer,
    encode,
    sam_number,
    split_read,
)
from devices.idcard_usb import hid_reports, usb_split
from tests.devices.idcard_vectors import VECTORS, only, parse
from tests.devices.test_idcard_text import CARDS as TEXTS

REQUESTS = {
    "req/sam-reset": Command.RESET.value,
    "req/sam-status": Command.STATUS.value,
    "req/sam-id": Command.SAM_NUMBER.value,
    "req/find": Command.FIND.value,
    "req/select": Command.SELECT.value,
    "req/read-text-photo": Command.READ.value,
    "req/read-address": Command.READ_ADDRESS.value,
    "req/read-mng-info": Command.READ_MANAGEMENT.value,
    "req/read-text-photo-fp": Command.READ_WITH_FINGERPRINTS.value,
    "req/set-max-rf-50": b"\x61\xff\x50",
    "req/set-max-rf-58": b"\x61\xff\x58",
    "req/set-baud-115200": b"\x60\x00",
    "req/set-baud-57600": b"\x60\x01",
    "req/set-baud-38400": b"\x60\x02",
    "req/set-baud-19200": b"\x60\x03",
    "req/set-baud-9600": b"\x60\x04",
}

# The command it answers, status, card word, bytes of data.
REPLIES = {
    "rep/ok": (Command.STATUS, 0x90, 0, 0),
    "rep/find-ok": (Command.FIND, 0x9F, 0, 4),
    "rep/find-none": (Command.FIND, 0x80, 0, 0),
    "rep/select-ok": (Command.SELECT, 0x90, 0, 8),
    "rep/select-fail": (Command.SELECT, 0x81, 0, 0),
    "rep/status-10": (Command.FIND, 0x10, 0, 0),
    "rep/status-11": (Command.FIND, 0x11, 0, 0),
    "rep/status-21": (Command.READ_WITH_FINGERPRINTS, 0x21, 0, 0),
    "rep/status-23": (Command.READ, 0x23, 0, 0),
    "rep/status-24": (Command.FIND, 0x24, 0, 0),
    "rep/status-40": (Command.SELECT, 0x40, 0, 0),
    "rep/status-41": (Command.READ, 0x41, 0, 0),
    "rep/status-47": (Command.SELECT, 0x47, 0, 0),
    "rep/status-60": (Command.STATUS, 0x60, 0, 0),
    "rep/status-66": (Command.STATUS, 0x66, 0, 0),
    "rep/status-91": (Command.READ_ADDRESS, 0x91, 0, 0),
    "rep/status-31-with-sw": (Command.READ, 0x31, 0x6A82, 0),
    "rep/sam-id-doc": (Command.SAM_NUMBER, 0x90, 0, 16),
    "rep/sam-id-synthetic": (Command.SAM_NUMBER, 0x90, 0, 16),
    "rep/read-resident": (Command.READ, 0x90, 0, 1284),
    "rep/read-foreigner-2017": (Command.READ, 0x90, 0, 1284),
    "rep/read-foreigner-2023": (Command.READ, 0x90, 0, 1284),
    "rep/read-hmt": (Command.READ, 0x90, 0, 1284),
    "rep/read-resident-fp-none": (Command.READ_WITH_FINGERPRINTS, 0x90, 0, 1286),
    "rep/read-resident-fp-one": (Command.READ_WITH_FINGERPRINTS, 0x90, 0, 1798),
    "rep/read-resident-fp-two": (Command.READ_WITH_FINGERPRINTS, 0x90, 0, 2310),
    "rep/read-text-only": (Command.READ, 0x90, 0, 260),
    "rep/address": (Command.READ_ADDRESS, 0x90, 0, 70),
    "rep/address-four": (Command.READ_ADDRESS, 0x90, 0, 280),
    "rep/mng-info": (Command.READ_MANAGEMENT, 0x90, 0, 28),
}

FOUND = Reply(0, 0x9F, bytes(4))
NO_CARD = Reply(0, 0x80)

# What the parser makes of it, and what it finds damaged.
BAD = {
    "bad/checksum": ([], Damage.CHECKSUM),
    "bad/noise-prefix": ([FOUND], None),
    "bad/two-replies": ([NO_CARD, FOUND], None),
    "bad/truncated": ([], None),
    "bad/length-too-big": ([], Damage.LENGTH),
    "bad/short-preamble": ([FOUND], None),
    "bad/bridge-timeout": ([], Damage.BRIDGE),
}

OTHER_CABLES = {
    "usb/find-out-02", "usb/find-out-06", "usb/find-in-81", "usb/find-in-85",
    "hid/find-out", "hid/find-in", "pcsc/serial-select", "pcsc/serial-read",
}  # fmt: skip


def test_every_published_vector_is_used():
    blocks = {"fp/two", "photo/wlt-synthetic"}
    assert set(VECTORS) == {*REQUESTS, *REPLIES, *TEXTS, *BAD, *OTHER_CABLES, *blocks}


@pytest.mark.parametrize("name", REQUESTS)
def test_a_request_is_sent_as_published(name):
    assert encode(REQUESTS[name]) == VECTORS[name]


@pytest.mark.parametrize("name", REPLIES)
def test_a_published_reply_is_understood(name):
    command, status, card_word, size = REPLIES[name]
    reply = only(name)
    assert (reply.status, reply.card_word, len(reply.data)) == (status, card_word, size)
    assert could_answer(command, reply)


@pytest.mark.parametrize("name", REPLIES)
def test_a_reply_that_arrives_byte_by_byte_is_the_same(name):
    parser = ReplyParser()
    replies = [reply for byte in VECTORS[name] for reply in parser.feed(bytes([byte]))]
    assert replies == [only(name)]
    assert parser.held_bytes == 0


@pytest.mark.parametrize("name", BAD)
def test_a_damaged_reply_is_recognised(name):
    parser = ReplyParser()
    replies, damage = BAD[name]
    assert parser.feed(VECTORS[name]) == replies
    assert parser.damage == damage


def test_a_reply_behind_a_truncated_one_is_found_when_the_line_falls_silent():
    parser = ReplyParser()
    assert parser.feed(VECTORS["bad/truncated"] + VECTORS["rep/find-ok"]) == []
    assert parser.in_doubt
    assert parser.give_up() == [FOUND]


def test_a_bare_truncated_reply_is_reported_as_cut_short():
    parser = ReplyParser()
    parser.feed(VECTORS["bad/truncated"])
    assert parser.give_up() == []
    assert parser.damage is Damage.CUT_SHORT


def test_a_reply_that_says_done_but_carries_a_card_word_is_a_refusal():
    assert not Reply(0x6A82, 0x90).succeeded


@pytest.mark.parametrize(
    ("command", "late"),
    [
        (Command.SELECT, "rep/find-ok"),
        (Command.READ, "rep/select-ok"),
        (Command.FIND, "rep/read-resident"),
        (Command.READ_ADDRESS, "rep/read-resident"),
        (Command.READ, "rep/status-91"),
        (Command.STATUS, "rep/sam-id-doc"),
    ],
)
def test_a_late_answer_to_another_command_is_not_taken_for_this_one(command, late):
    assert not could_answer(command, only(late))


@pytest.mark.parametrize(
    ("name", "number"),
    [
        ("rep/sam-id-doc", "05.01-20101129-0001228293-0296863149"),
        ("rep/sam-id-synthetic", "05.03-20200101-0000000001-4294967295"),
    ],
)
def test_the_management_number_reads_as_the_maker_prints_it(name, number):
    assert sam_number(only(name).data) == number


@pytest.mark.parametrize(("name", "size"), [("none", 0), ("one", 512), ("two", 1024)])
def test_a_reply_with_fingerprints_is_cut_by_its_announced_lengths(name, size):
    parts = split_read(only(f"rep/read-resident-fp-{name}").data, with_fingerprints=True)
    assert parts.text == VECTORS["text/resident"]
    assert parts.photo == VECTORS["photo/wlt-synthetic"]
    assert parts.fingerprints == VECTORS["fp/two"][:size]


def test_a_reply_without_a_picture_still_gives_the_card():
    parts = split_read(only("rep/read-text-only").data)
    assert parts == (VECTORS["text/resident"], b"", b"")


@pytest.mark.parametrize("cut", [0, 3, 4, 260, 1283])
def test_lengths_that_do_not_add_up_are_a_garbled_reply(cut):
    with pytest.raises(GarbledReplyError):
        split_read(only("rep/read-resident").data[:cut])


def test_a_request_is_split_in_two_for_a_two_pipe_usb_reader():
    frame = VECTORS["req/find"]
    assert usb_split(frame) == (VECTORS["usb/find-out-02"], VECTORS["usb/find-out-06"])
    assert parse(VECTORS["usb/find-in-81"] + VECTORS["usb/find-in-85"]) == [FOUND]


def test_a_request_is_padded_to_reports_for_a_hid_reader():
    assert hid_reports(VECTORS["req/find"]) == [VECTORS["hid/find-out"]]
    assert [len(report) for report in hid_reports(bytes(65))] == [64, 64]
    assert parse(VECTORS["hid/find-in"]) == [FOUND]


def test_the_commands_for_a_bare_chip_are_whole_apdus_and_no_frames():
    """A reader without a module gives only a chip's serial number; the kiosk asks for none."""
    select, read = VECTORS["pcsc/serial-select"], VECTORS["pcsc/serial-read"]
    assert select[4] == len(select[5:])
    assert (len(read), read[4]) == (5, 8)
    assert parse(select + read) == []


NOISE = st.binary(max_size=400).filter(lambda noise: b"\xaa\xaa\x96\x69" not in noise)


@given(NOISE, st.sampled_from(sorted(REPLIES)), st.integers(1, 97))
@example(b"\xaa\xaa\xaa", "rep/find-ok", 1)
@example(b"\xaa\xaa\x96", "rep/find-ok", 97)
def test_a_whole_reply_is_found_after_any_noise(noise, name, piece):
    parser = ReplyParser()
    data = noise + VECTORS[name]
    replies = [
        reply for at in range(0, len(data), piece) for reply in parser.feed(data[at : at + piece])
    ]
    assert replies == [only(name)]


# Bytes from which much that looks like a frame arises.
TRAPS = st.lists(
    st.one_of(
        st.sampled_from(
            [b"\xaa\xaa\x96\x69", b"\xaa", b"\x00\x04", b"\x09\x0a", b"\x00\x05\x05\x05"]
        ),
        st.sampled_from(sorted(VECTORS.values())),
        st.binary(max_size=40),
    ),
    max_size=30,
)


@given(TRAPS)
def test_the_parser_stays_small_and_calm_whatever_arrives(pieces):
    parser = ReplyParser()
    for piece in pieces:
        parser.feed(piece)
        assert parser.held_bytes <= 6 + LONGEST
    parser.give_up()
    assert parser.held_bytes < 4
