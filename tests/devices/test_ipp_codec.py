"""IPP byte by byte, against bytes written by hand from RFC 8010, and inputs nobody thought of."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.base import GarbledReplyError
from devices.ipp_codec import Attribute, Group, Tag, decode, encode
from devices.ipp_line import LONGEST_ANSWER_BYTES
from devices.ipp_states import job_report, printer_report
from devices.page_printer_faults import PagePrinterGarbledError

HEAD = bytes.fromhex("0200 0000 00000007")


def field(tag, name, value):
    return (
        bytes([tag]) + struct.pack(">H", len(name)) + name + struct.pack(">H", len(value)) + value
    )


WHOLE = (
    HEAD
    + b"\x01"
    + field(0x47, b"attributes-charset", b"utf-8")
    + b"\x02"
    + field(0x21, b"job-id", b"\x00\x00\x00\x93")
    + field(0x36, b"job-name", b"\x00\x02zh\x00\x03\xe8\xaf\x81")
    + field(0x23, b"job-state", b"\x00\x00\x00\x05")
    + field(0x44, b"job-state-reasons", b"job-printing")
    + field(0x44, b"", b"printer-stopped")
    + field(0x34, b"media-col", b"")
    + field(0x4A, b"", b"media-size")
    + field(0x34, b"", b"")
    + field(0x4A, b"", b"x-dimension")
    + field(0x21, b"", b"\x00\x00\x52\x08")
    + field(0x37, b"", b"")
    + field(0x37, b"", b"")
    + field(0x22, b"job-preserved", b"\x01")
    + field(0x13, b"time-at-completed", b"")
    + field(0x31, b"date-time-at-creation", bytes(11))
    + b"\x03"
)


def test_a_request_is_the_bytes_of_the_standard():
    groups = [
        (Group.OPERATION, [Attribute(Tag.CHARSET, "attributes-charset", ("utf-8",))]),
        (
            Group.JOB,
            [Attribute(Tag.INTEGER, "copies", (2,)), Attribute(Tag.KEYWORD, "a", ("b", "c"))],
        ),
    ]
    assert encode(0x0002, 1, groups) == (
        bytes.fromhex("0200 0002 00000001 01")
        + bytes.fromhex("47 0012 617474726962757465732d63686172736574 0005 7574662d38")
        + bytes.fromhex("02 21 0006 636f70696573 0004 00000002")
        + bytes.fromhex("44 0001 61 0001 62 44 0000 0001 63")
        + b"\x03"
    )


@pytest.mark.timeout(60)
def test_a_set_as_long_as_an_answer_can_be_is_read_in_one_go():
    """With each value added to a copy of those before it, it took minutes."""
    count = 390_000
    data = HEAD + b"\x02" + field(0x44, b"a", b"") + field(0x44, b"", b"") * (count - 1) + b"\x03"
    assert len(data) < LONGEST_ANSWER_BYTES
    (attributes,) = decode(data, 7).all(Group.JOB)
    assert attributes["a"] == ("",) * count


def test_an_answer_becomes_values_and_collections_are_read_over():
    answer = decode(WHOLE, 7)
    assert answer.status == 0
    (job,) = answer.all(Group.JOB)
    assert job == {
        "job-id": (147,),
        "job-name": ("证",),
        "job-state": (5,),
        "job-state-reasons": ("job-printing", "printer-stopped"),
        "media-col": (),
        "job-preserved": (True,),
        "time-at-completed": (),
        "date-time-at-creation": (bytes(11),),
    }
    assert job_report(job).reasons == ("job-printing", "printer-stopped")


@pytest.mark.parametrize("length", range(len(WHOLE)))
def test_an_answer_that_ends_too_early_is_no_answer(length):
    with pytest.raises(GarbledReplyError):
        decode(WHOLE[:length], 7)


WRONG = {
    "another version": b"\x09" + WHOLE[1:],
    "the answer to another request": WHOLE[:7] + b"\x08" + WHOLE[8:],
    "a value without an attribute": HEAD + b"\x01" + field(0x44, b"", b"x") + b"\x03",
    "a value without a group": HEAD + field(0x44, b"a", b"x") + b"\x03",
    "a long number": HEAD + b"\x01" + field(0x21, b"a", bytes(5)) + b"\x03",
    "a long truth": HEAD + b"\x01" + field(0x22, b"a", bytes(2)) + b"\x03",
    "a language beyond its value": HEAD + b"\x01" + field(0x35, b"a", b"\x7f\xffzh") + b"\x03",
    "a length below nothing": HEAD + b"\x01\x44\x00\x01a\xff\xfa" + b"\x03",
    "collections without end": HEAD + b"\x01" + field(0x34, b"a", b"") * 99 + b"\x03",
    "a group in a collection": HEAD + b"\x01" + field(0x34, b"a", b"") + b"\x03",
}


@pytest.mark.parametrize("data", WRONG.values(), ids=WRONG)
def test_what_is_not_ipp_is_refused(data):
    with pytest.raises(GarbledReplyError):
        decode(data, 7)


@pytest.mark.parametrize(
    "attribute",
    [
        Attribute(Tag.NAME, "job-name", ("x" * 40_000,)),
        Attribute(Tag.NAME, "job-name", (1,)),
        Attribute(Tag.INTEGER, "copies", ("2",)),
    ],
    ids=["too long", "a number as a name", "a word as a number"],
)
def test_what_ipp_cannot_carry_is_not_sent(attribute):
    with pytest.raises(ValueError):
        encode(2, 1, [(Group.JOB, [attribute])])


def understood(data):
    """Reads it as the driver would; only the declared faults may come out."""
    try:
        answer = decode(data, 7)
    except GarbledReplyError:
        return
    for _, attributes in answer.groups:
        for report in (printer_report, job_report):
            try:
                report(attributes)
            except PagePrinterGarbledError:
                continue


@given(st.binary(max_size=300))
def test_no_bytes_do_more_than_being_refused(data):
    understood(HEAD + b"\x02" + data)
    understood(data)


@given(st.data())
def test_no_damage_to_an_answer_does_more_than_being_refused(data):
    damaged = bytearray(WHOLE)
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(damaged) - 1))
        damaged[at] = data.draw(st.integers(0, 255))
    understood(bytes(damaged))


NAMES = st.sampled_from(
    [
        "printer-state",
        "printer-state-reasons",
        "job-id",
        "job-state",
        "job-name",
        "operations-supported",
    ]
)
WORDS = st.sampled_from(["", "none", "-error", "media-empty-error", "证"])
ONE = st.one_of(st.integers(-2, 12), st.booleans(), WORDS, st.sampled_from([b"", b"x"]))
VALUES = st.lists(ONE, max_size=3).map(tuple)


@given(st.dictionaries(NAMES, VALUES))
def test_no_attributes_do_more_than_being_refused(attributes):
    for report in (printer_report, job_report):
        try:
            report(attributes)
        except PagePrinterGarbledError:
            continue
