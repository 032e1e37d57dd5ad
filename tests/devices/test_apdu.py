"""Commands, answers and TLV of cards against the published vectors, and against noise."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from devices.apdu import (
    GET_RESPONSE,
    READ_RECORD,
    SELECT,
    SSSE,
    Answer,
    Command,
    ForbiddenCommandError,
    Handling,
    Tlv,
    TlvError,
    checked,
    parse_answer,
    parse_tlv,
)
from tests.social_card_kit import VECTORS

REQUESTS = {name: raw for name, raw in VECTORS.items() if name.startswith("req/")}

SELECTS = {
    "req/select-ssse": Command(SELECT, 4, 0, SSSE),
    "req/select-ssse-le": Command(SELECT, 4, 0, SSSE, 0),
    "req/get-response-1E": Command(GET_RESPONSE, 0, 0, expected=0x1E),
    "req/select-ef05-p1-02": Command(SELECT, 2, 0, b"\xef\x05"),
    "req/select-ef05-p1-00": Command(SELECT, 0, 0, b"\xef\x05"),
    "req/select-ef06-p1-02": Command(SELECT, 2, 0, b"\xef\x06"),
    "req/select-ef06-p1-00": Command(SELECT, 0, 0, b"\xef\x06"),
    "req/select-mf": Command(SELECT, 0, 0, b"\x3f\x00"),
}
# Tag, its file and number in it, and the bytes of the whole record.
RECORDS = [
    (0x01, "ef05", 1, 0x12),
    (0x02, "ef05", 2, 0x03),
    (0x03, "ef05", 3, 0x06),
    (0x04, "ef05", 4, 0x0E),
    (0x05, "ef05", 5, 0x06),
    (0x06, "ef05", 6, 0x06),
    (0x07, "ef05", 7, 0x0B),
    (0x08, "ef06", 1, 0x14),
    (0x09, "ef06", 2, 0x20),
    (0x4E, "ef06", 3, 0x16),
    (0x0A, "ef06", 4, 0x03),
    (0x0B, "ef06", 5, 0x03),
    (0x0C, "ef06", 6, 0x05),
    (0x0D, "ef06", 7, 0x06),
]
COMMANDS = (
    SELECTS
    | {f"req/read-tag-{tag:02X}": Command(READ_RECORD, tag, 0, b"", n) for tag, _, _, n in RECORDS}
    | {
        f"req/read-no-{file}-{number}": Command(READ_RECORD, number, 4, b"", n)
        for _, file, number, n in RECORDS
    }
)


def test_every_published_request_has_its_command():
    assert COMMANDS.keys() == REQUESTS.keys()


@pytest.mark.parametrize("name", REQUESTS)
def test_a_command_is_encoded_as_published(name):
    assert bytes(COMMANDS[name]) == REQUESTS[name]


@pytest.mark.parametrize("name", REQUESTS)
def test_what_only_reads_may_be_sent(name):
    assert checked(REQUESTS[name]) == REQUESTS[name]


@pytest.mark.parametrize(
    "command",
    [
        "0020000003123456",  # VERIFY
        "00200001",
        "002000000A31323334353637383930",
        "805E000003123456",
        "8424000003123456",
        "80240000",
        "841E000004",
        "8416000004",
        "00D6000001FF",
        "00DC010401FF",
        "04DC010401FF",
        "00E2000001FF",
        "00820000080102030405060708",  # EXTERNAL AUTHENTICATE
        "0084000008",
        "00880000100102030405060708090A0B0C0D0E0F10",
        "80B2010012",  # READ RECORD of another class
        "01B2010012",
        "00A4040008A000000333010101",  # a bank's application
        "00A404000E315041592E5359532E4444463031",
        "00A40800023F00",
        "00A4020002EF0500FF",  # something after the end
        "00A4020003EF05",  # shorter than it says
        "00A40400",
        "00B20100",
        "00B201001200",
        "00C00000021E00",
        "00",
        "",
    ],
)
def test_anything_else_never_leaves_the_program(command):
    with pytest.raises(ForbiddenCommandError) as refused:
        checked(bytes.fromhex(command))
    assert "123456" not in str(refused.value)


@settings(deadline=None)
@given(st.binary(max_size=40))
def test_whatever_passes_is_on_the_list(raw):
    try:
        checked(raw)
    except ForbiddenCommandError:
        return
    assert raw[:2] in (b"\x00\xa4", b"\x00\xb2", b"\x00\xc0")


@pytest.mark.parametrize(
    ("name", "handling"),
    [
        ("more-data", Handling.MORE_DATA),
        ("wrong-le", Handling.WRONG_LE),
        ("sw-6982", Handling.CLOSED),
        ("sw-6A82", Handling.ITEM_ABSENT),
        ("sw-6A83", Handling.ITEM_ABSENT),
        ("sw-6283", Handling.BLOCKED),
        ("sw-6983", Handling.BLOCKED),
        ("sw-63C5", Handling.NEVER),
        ("sw-6D00", Handling.NOT_THIS_CARD),
        ("sw-6E00", Handling.NOT_THIS_CARD),
        ("sw-9303", Handling.BLOCKED),
    ],
)
def test_a_status_says_what_to_do(name, handling):
    raw = VECTORS[f"rep/{name}"]
    answer = parse_answer(raw)
    assert answer == Answer(b"", int.from_bytes(raw, "big"))
    assert answer.handling is handling
    assert answer.describe().startswith(raw.hex().upper())


def test_a_status_in_no_table_keeps_its_four_digits():
    answer = Answer(b"", 0x6F42)
    assert answer.handling is Handling.UNKNOWN
    assert answer.describe() == "6F42 unknown"


def test_what_a_card_said_is_not_described():
    answer = parse_answer(VECTORS["rep/social-security-number"])
    assert "1101" not in answer.describe()


def test_less_than_a_status_is_no_answer():
    assert parse_answer(b"") is None
    assert parse_answer(b"\x90") is None


@pytest.mark.parametrize(
    ("name", "algorithm"), [("fci-with-algorithm", b"\x86\x01\x03"), ("fci-plain", None)]
)
def test_a_file_description_is_read(name, algorithm):
    (fci,) = parse_tlv(parse_answer(VECTORS[f"rep/{name}"]).data)
    assert (fci.tag, fci.find(0x84), fci.find(0x88)) == (0x6F, SSSE, b"\x1e")
    assert fci.find(0x9F0C) == algorithm


def test_long_lengths_and_filling_are_understood():
    assert parse_tlv(b"\x00\x84\x81\x02AB\xff\xff\x88\x82\x00\x01C") == (
        Tlv(0x84, b"AB"),
        Tlv(0x88, b"C"),
    )


@pytest.mark.parametrize(
    "damaged", ["84", "8405AA", "8480", "84830000AA", "8481", "9F", "9F8F8F8F01AA", "6F028405"]
)
def test_damaged_tlv_is_refused(damaged):
    with pytest.raises(TlvError):
        parse_tlv(bytes.fromhex(damaged))


def test_templates_without_end_are_refused():
    nested = b""
    for _ in range(60):
        nested = b"\x6f" + bytes([len(nested)]) + nested
    with pytest.raises(TlvError, match="deep"):
        parse_tlv(nested)


@settings(deadline=None)
@given(st.binary(max_size=300))
def test_noise_is_read_or_refused_and_nothing_else(noise):
    try:
        objects = parse_tlv(noise)
    except TlvError:
        return
    assert sum(len(each.value) for each in objects) <= len(noise)


PLAIN_TAGS = st.integers(0x01, 0x7E).filter(lambda tag: tag & 0x20 == 0 and tag & 0x1F != 0x1F)


@settings(deadline=None)
@given(st.lists(st.tuples(PLAIN_TAGS, st.binary(max_size=127))))
def test_what_is_written_is_read(pairs):
    data = b"".join(bytes([tag, len(value)]) + value for tag, value in pairs)
    assert [(each.tag, each.value) for each in parse_tlv(data)] == pairs
