"""An exported journal, in the hands of somebody who has a reason to change it."""

from __future__ import annotations

import hashlib
import json
import random
import sqlite3
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from offline_cache import receipt_number
from offline_cache.database import begin, transaction
from offline_cache.journal import DeviceName, Journal, JournalEvent, Residue
from offline_cache.journal_file import export, verify, verify_file
from offline_cache.submission import Outcome
from offline_cache.terminal_key import TerminalKey, TerminalKeyError, load_or_make
from tests.offline_cache.helpers import TERMINAL, Clock

AT = "2026-03-08T17:00:00.000Z"


@pytest.fixture
def db(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    connection = begin(tmp_path / "kiosk.db").connection
    yield connection
    connection.close()


@pytest.fixture
def key(tmp_path: Path) -> TerminalKey:
    return load_or_make(tmp_path / "terminal.key")


def a_day(journal: Journal, key: TerminalKey) -> None:
    """10 lines; heads signed after 1, 5 and 10."""
    journal.note(JournalEvent.STARTED)
    journal.sign(key)
    for _ in range(2):
        number = receipt_number.draw(TERMINAL)
        journal.note(JournalEvent.KEPT, number)
        journal.note(JournalEvent.DELIVERED, number, Outcome.ACCEPTED)
    journal.sign(key)
    journal.note(JournalEvent.RESIDUE_CHECKED, word=Residue.CLEAN, count=0, took_s=0.2)
    journal.note(JournalEvent.DEVICE_LOST, device=DeviceName.CAMERA)
    journal.note(JournalEvent.DEVICE_BACK, device=DeviceName.CAMERA)
    journal.note(JournalEvent.PUT_BACK, receipt_number.draw(TERMINAL))
    journal.note(JournalEvent.STOPPED)
    journal.sign(key)


@pytest.fixture
def rows(db: sqlite3.Connection, key: TerminalKey) -> list[str]:
    journal = Journal(db, Clock())
    a_day(journal, key)
    return list(export(journal, key, TERMINAL, AT))


def place(rows: list[str], seq: int) -> int:
    """Where the journal's line `seq` stands in the file."""
    return next(i for i, row in enumerate(rows) if row.startswith(f"[{seq},"))


def test_a_whole_journal_is_found_whole(rows: list[str], key: TerminalKey) -> None:
    verdict = verify(rows, key.public)
    assert (verdict.wrong_at, verdict.lines, verdict.heads) == (None, 10, 3)
    assert (verdict.terminal, verdict.at, verdict.key) == (TERMINAL, AT, key.public)


def test_without_a_key_the_verdict_names_the_one_that_was_believed(
    rows: list[str], key: TerminalKey
) -> None:
    assert verify(rows).wrong_at is None
    assert verify(rows).key == key.public


def test_others_can_check_it_from_its_description(rows: list[str]) -> None:
    last = bytes(32)
    top = json.loads(rows[0])
    for row in rows[1:]:
        value = json.loads(row)
        if isinstance(value, list):
            *line, found = value
            while len(line) > 5 and line[-1] is None:
                line.pop()
            last = hashlib.sha256(last + json.dumps(line, separators=(",", ":")).encode()).digest()
            assert last.hex() == found
    assert top["hash"] == last.hex()
    said = f"village-kiosk journal export v1 {TERMINAL}|10|{last.hex()}|{AT}"
    public = Ed25519PublicKey.from_public_bytes(bytes.fromhex(top["key"]))
    public.verify(bytes.fromhex(top["signature"]), said.encode())


@pytest.mark.parametrize("seq", range(1, 11))
def test_a_changed_line_is_named(rows: list[str], key: TerminalKey, seq: int) -> None:
    where = place(rows, seq)
    rows[where] = rows[where].replace("2026-03-08", "2026-03-09")
    assert verify(rows, key.public).wrong_at == seq


@pytest.mark.parametrize("seq", range(1, 10))
def test_a_deleted_line_is_named(rows: list[str], key: TerminalKey, seq: int) -> None:
    del rows[place(rows, seq)]
    assert verify(rows, key.public).wrong_at == seq


@pytest.mark.parametrize("seq", [2, 3, 6, 7, 8])
def test_two_lines_in_the_other_order_are_named(
    rows: list[str], key: TerminalKey, seq: int
) -> None:
    here, there = place(rows, seq), place(rows, seq + 1)
    rows[here], rows[there] = rows[there], rows[here]
    assert verify(rows, key.public).wrong_at == seq


@pytest.mark.parametrize("left", range(10))
def test_a_file_cut_after_any_line_names_the_first_that_is_missing(
    rows: list[str], key: TerminalKey, left: int
) -> None:
    verdict = verify(rows[: place(rows, left + 1)], key.public)
    assert verdict.wrong_at == left + 1
    assert "missing" in verdict.why


def rechained(rows: list[str]) -> list[str]:
    """As somebody would do it who knows how the chain is made and has no key."""
    last = bytes(32)
    for i, row in enumerate(rows):
        value = json.loads(row)
        if isinstance(value, list):
            *line, _ = value
            short = list(line)
            while len(short) > 5 and short[-1] is None:
                short.pop()
            said = json.dumps(short, separators=(",", ":"))
            last = hashlib.sha256(last + said.encode()).digest()
            rows[i] = json.dumps([*line, last.hex()], separators=(",", ":"))
    return rows


def test_a_line_changed_and_all_after_it_chained_anew_shows_at_the_next_signed_head(
    rows: list[str], key: TerminalKey
) -> None:
    where = place(rows, 3)
    rows[where] = rows[where].replace("accepted", "declined")
    verdict = verify(rechained(rows), key.public)
    assert verdict.wrong_at == 5
    assert "head" in verdict.why


def test_without_its_signed_heads_such_a_file_shows_at_its_top(
    rows: list[str], key: TerminalKey
) -> None:
    where = place(rows, 3)
    rows[where] = rows[where].replace("accepted", "declined")
    bare = [rows[0], *(row for row in rechained(rows) if row.startswith("["))]
    assert verify(bare, key.public).wrong_at == 10


def test_the_end_of_another_terminal_s_journal_does_not_fit_on(
    rows: list[str], key: TerminalKey, tmp_path: Path
) -> None:
    other_db = begin(tmp_path / "other.db").connection
    other, other_key = Journal(other_db, Clock()), load_or_make(tmp_path / "other.key")
    a_day(other, other_key)
    theirs = list(export(other, other_key, "370113", AT))
    other_db.close()
    spliced = rows[: place(rows, 6)] + theirs[place(theirs, 6) :]
    assert verify(spliced, key.public).wrong_at == 6
    assert verify([theirs[0], *rows[1:]], key.public).wrong_at == 0
    assert verify(theirs, key.public).wrong_at == 0
    assert verify(theirs, other_key.public).wrong_at is None


def test_lines_put_at_the_end_are_named(rows: list[str], key: TerminalKey) -> None:
    last = json.loads(rows[place(rows, 10)])
    more = json.dumps([11, *last[1:]])
    assert verify(rechained([*rows, more]), key.public).wrong_at == 11


def test_lines_cut_from_the_store_itself_show_by_the_head_that_was_signed(
    db: sqlite3.Connection, key: TerminalKey
) -> None:
    journal = Journal(db, Clock())
    a_day(journal, key)
    with transaction(db):
        db.execute("DELETE FROM journal WHERE seq > 7")
    verdict = verify(export(journal, key, TERMINAL, AT), key.public)
    assert (verdict.wrong_at, "10" in verdict.why) == (8, True)


def test_a_new_key_makes_a_new_beginning_and_breaks_nothing(
    db: sqlite3.Connection, key: TerminalKey, tmp_path: Path
) -> None:
    journal = Journal(db, Clock())
    a_day(journal, key)
    new = load_or_make(tmp_path / "new.key")
    journal.note(JournalEvent.KEY_MADE)
    journal.sign(new)
    verdict = verify(export(journal, new, TERMINAL, AT), new.public)
    assert (verdict.wrong_at, verdict.lines, verdict.heads) == (None, 11, 1)


def test_a_head_is_signed_once_and_an_empty_journal_has_none(
    db: sqlite3.Connection, key: TerminalKey
) -> None:
    journal = Journal(db, Clock())
    journal.sign(key)
    assert list(journal.signed_heads()) == []
    assert verify(export(journal, key, TERMINAL, AT), key.public).wrong_at is None
    journal.note(JournalEvent.STARTED)
    journal.sign(key)
    journal.sign(key)
    assert [head.seq for head in journal.signed_heads()] == [1]


@pytest.mark.parametrize(
    "row",
    [
        "",
        "[",
        "[" * 4000,
        "null",
        "7",
        '"\\ud800"',
        "{}",
        "[]",
        "[1,2,3,4,5,6,7,8,9]",
        '{"format":"village-kiosk journal 1"}',
        '{"seq":1e999,"hash":"","at":"","key":"","signature":""}',
        '{"seq":2,"hash":"00","at":"\\ud800","key":"00","signature":"00"}',
        '[2,"\\ud800","kept",null,null,null,null,null,"zz"]',
    ],
)
def test_what_is_no_journal_gets_a_verdict_and_no_traceback(
    rows: list[str], key: TerminalKey, row: str
) -> None:
    assert verify([row], key.public).wrong_at == 0
    verdict = verify([*rows[:3], row], key.public)
    assert verdict.wrong_at in (1, 2)


def test_no_flipped_byte_goes_unnoticed(rows: list[str], key: TerminalKey, tmp_path: Path) -> None:
    whole = "\n".join(rows).encode() + b"\n"
    file, lots = tmp_path / "journal.jsonl", random.Random(20260308)
    for _ in range(400):
        flipped = bytearray(whole)
        flipped[lots.randrange(len(whole) - 1)] ^= 1 << lots.randrange(8)
        file.write_bytes(flipped)
        verdict = verify_file(file, key.public)
        if verdict.wrong_at is None:  # the same hash in other letters is the same hash
            assert flipped.lower() == whole.lower()


def test_the_terminal_s_key_is_made_once_and_readable_by_nobody_else(tmp_path: Path) -> None:
    file = tmp_path / "state" / "terminal.key"
    first, second = load_or_make(file), load_or_make(file)
    assert (first.made, second.made) == (True, False)
    assert first.public == second.public
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [each.name for each in file.parent.iterdir()] == ["terminal.key"]
    assert file.read_bytes().hex() not in repr(first)


def test_a_key_that_the_disk_lost_is_put_aside_and_a_new_one_made(tmp_path: Path) -> None:
    file = tmp_path / "terminal.key"
    load_or_make(file)
    file.write_bytes(b"")
    assert load_or_make(file).made
    assert len(list(tmp_path.iterdir())) == 2


def test_a_key_that_cannot_be_had_is_a_matter_for_the_technician(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(TerminalKeyError) as caught:
        load_or_make(tmp_path / "file" / "terminal.key")
    assert caught.value.remedy == "technician"
