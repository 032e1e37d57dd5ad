"""Codes out of bytes: whole ones, in order, of bounded length; and the table of readers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.code_framing import NOT_TEXT, CodeFramer
from devices.code_reader_profiles import CodeReaderProfileError, load_profiles
from devices.code_text import LONGEST_CODE_BYTES


@pytest.mark.parametrize("ending", [b"\r", b"\n", b"\r\n", b"\n\r\n"])
def test_any_of_the_terminators_or_all_of_them_end_one_code(ending):
    assert CodeFramer(b"\r\n").feed(b"one" + ending + b"two" + ending) == ["one", "two"]


def test_without_terminators_a_pause_ends_a_code():
    framer = CodeFramer(b"")
    assert framer.feed(b"one\r") == []
    assert framer.in_doubt
    assert framer.pause() == ["one\r"]
    assert not framer.in_doubt


def test_half_a_code_is_dropped_at_a_pause_and_does_not_stick_to_the_next():
    framer = CodeFramer(b"\r")
    assert framer.feed(b"on") == []
    assert framer.pause() == []
    assert framer.feed(b"two\r") == ["two"]


@pytest.mark.parametrize("damaged", [b"\xff\xfe", "您好".encode("gb18030"), b"ok\x80"])
def test_bytes_that_are_no_text_are_seen_and_marked(damaged):
    (code,) = CodeFramer(b"\r").feed(damaged + b"\r")
    assert NOT_TEXT in code


def test_a_code_that_is_too_long_is_marked_and_not_kept():
    framer = CodeFramer(b"\r")
    assert framer.feed(b"x" * LONGEST_CODE_BYTES + b"\r") == ["x" * LONGEST_CODE_BYTES]
    assert framer.feed(b"x" * 100_000 + b"\rnext\r") == [NOT_TEXT, "next"]


@given(st.lists(st.binary(max_size=40)))
def test_codes_do_not_depend_on_where_the_bytes_were_cut(pieces):
    whole, cut = CodeFramer(b"\r\n"), CodeFramer(b"\r\n")
    in_pieces = [code for piece in pieces for code in cut.feed(piece)]
    assert in_pieces == whole.feed(b"".join(pieces))
    assert all(code and "\r" not in code and "\n" not in code for code in in_pieces)


def test_the_readers_that_are_shipped_can_be_read():
    profiles = load_profiles()
    assert profiles["generic-cr"].terminators == b"\r\n"
    assert profiles["honeywell"].trigger_on == b"\x16T\r"


GOOD = {
    "baud": "9600",
    "terminators": '"0d"',
    "gap_s": "0.1",
    "trigger_on": '""',
    "trigger_off": '""',
}


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("baud", '"9600"'),
        ("baud", "1"),
        ("terminators", '"0"'),
        ("terminators", "13"),
        ("gap_s", "0.0"),
        ("gap_s", "9.0"),
        ("trigger_on", '"xx"'),
        ("trigger_off", None),
        ("colour", '"red"'),
    ],
)
def test_a_mistake_in_the_table_names_the_model(tmp_path, field, wrong):
    table = {**GOOD, field: wrong}
    rows = [f"{name} = {value}" for name, value in table.items() if value is not None]
    file = tmp_path / "profiles.toml"
    file.write_text("\n".join(["[x-1]", *rows]))
    with pytest.raises(CodeReaderProfileError, match="x-1"):
        load_profiles(file)
