from __future__ import annotations

import hashlib
import json
import math
import sqlite3
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offline_cache import receipt_number
from offline_cache.database import begin, transaction
from offline_cache.journal import DeviceName, Journal, JournalEvent, Residue
from offline_cache.journal_chain import START, Head, Line, chained
from offline_cache.submission import Outcome
from tests.offline_cache.helpers import TERMINAL, Clock


@pytest.fixture
def db(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    connection = begin(tmp_path / "kiosk.db").connection
    yield connection
    connection.close()


@pytest.fixture
def journal(db: sqlite3.Connection) -> Journal:
    return Journal(db, Clock())


def a_day(journal: Journal) -> list[str]:
    numbers = [receipt_number.draw(TERMINAL) for _ in range(3)]
    journal.note(JournalEvent.STARTED)
    for number in numbers:
        journal.note(JournalEvent.KEPT, number)
        journal.note(JournalEvent.DELIVERED, number, Outcome.ACCEPTED)
    journal.note(JournalEvent.STOPPED)
    return numbers


def test_an_empty_journal_is_whole(journal: Journal) -> None:
    assert journal.verify() is None
    assert journal.head() == Head(0, bytes(32))


def test_a_day_is_written_down_in_order(db: sqlite3.Connection, journal: Journal) -> None:
    numbers = a_day(journal)
    assert journal.verify() is None
    lines = db.execute("SELECT event, number, word FROM journal ORDER BY seq").fetchall()
    assert lines[0] == ("started", None, None)
    assert lines[2] == ("delivered", numbers[0], "accepted")
    assert journal.head().seq == len(lines) == 8


def test_the_chain_can_be_checked_by_others_from_its_description(
    db: sqlite3.Connection, journal: Journal
) -> None:
    a_day(journal)
    previous = bytes(32)
    for seq, at, event, number, word, found in db.execute(
        "SELECT seq, at, event, number, word, hash FROM journal ORDER BY seq"
    ):
        line = json.dumps([seq, at, event, number, word], separators=(",", ":"))
        previous = hashlib.sha256(previous + line.encode("ascii")).digest()
        assert found == previous


@pytest.mark.parametrize(
    ("tampering", "first_bad"),
    [
        ("UPDATE journal SET word = 'declined' WHERE seq = 3", 3),
        ("UPDATE journal SET at = '2026-03-07T08:30:00.000Z' WHERE seq = 1", 1),
        ("UPDATE journal SET number = NULL WHERE seq = 5", 5),
        ("UPDATE journal SET hash = zeroblob(32) WHERE seq = 8", 8),
        ("DELETE FROM journal WHERE seq = 4", 4),
        ("DELETE FROM journal WHERE seq = 1", 1),
        (
            "INSERT INTO journal"
            " SELECT 9, at, event, number, word, 'camera', 1, 1, hash FROM journal LIMIT 1",
            9,
        ),
        ("UPDATE journal SET count = 0 WHERE seq = 6", 6),
        ("UPDATE journal SET device = 'camera' WHERE seq = 2", 2),
        ("UPDATE journal SET took_ms = 1 WHERE seq = 7", 7),
    ],
)
def test_a_line_changed_removed_or_added_is_found(
    db: sqlite3.Connection, journal: Journal, tampering: str, first_bad: int
) -> None:
    a_day(journal)
    with transaction(db):
        db.execute(tampering)
    assert journal.verify() == first_bad


def test_lines_cut_from_the_end_show_in_the_head(db: sqlite3.Connection, journal: Journal) -> None:
    a_day(journal)
    before = journal.head()
    with transaction(db):
        db.execute("DELETE FROM journal WHERE seq > 6")
    assert journal.verify() is None
    assert journal.head().seq < before.seq


def test_a_name_or_a_citizen_number_finds_no_place(journal: Journal) -> None:
    with pytest.raises(ValueError, match="receipt number"):
        journal.note(JournalEvent.KEPT, "11010519491231002X")
    with pytest.raises(ValueError, match="closed list"):
        journal.note(JournalEvent.KEPT, None, "张三")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="device of the terminal"):
        journal.note(JournalEvent.DEVICE_LOST, device="张三")  # type: ignore[arg-type]
    for number in (13812345678, 110105194912310021, -1, True, "110105"):  # a telephone's, a card's
        with pytest.raises(ValueError, match="a count"):
            journal.note(JournalEvent.RESIDUE_CHECKED, count=number)  # type: ignore[arg-type]
    for length_s in (19491231.0, -0.1, math.inf, math.nan, "1949"):
        with pytest.raises(ValueError, match="a duration"):
            journal.note(JournalEvent.RESIDUE_CHECKED, took_s=length_s)  # type: ignore[arg-type]
    assert journal.head().seq == 0


def test_a_word_of_a_list_made_up_on_the_spot_is_no_closed_list(journal: Journal) -> None:
    made_up = StrEnum("made_up", {"NAME": "张三"})
    with pytest.raises(ValueError, match="closed list"):
        journal.note(JournalEvent.KEPT, None, made_up.NAME)  # type: ignore[attr-defined]
    with pytest.raises(ValueError, match="closed list"):
        journal.note(made_up.NAME)  # type: ignore[attr-defined]


def test_a_device_a_count_and_a_duration_are_chained_too(
    db: sqlite3.Connection, journal: Journal
) -> None:
    journal.note(JournalEvent.DEVICE_LOST, device=DeviceName.CAMERA)
    journal.note(JournalEvent.RESIDUE_CHECKED, word=Residue.CLEAN, count=0, took_s=0.25)
    second = '[2,"2026-03-08T08:30:00.000Z","residue-checked",null,"clean",null,0,250]'
    first = '[1,"2026-03-08T08:30:00.000Z","device-lost",null,null,"camera"]'
    hashed = hashlib.sha256(bytes(32) + first.encode()).digest()
    assert journal.head().hash == hashlib.sha256(hashed + second.encode()).digest()
    assert journal.verify() is None


_TEXTS = st.none() | st.text()
_COUNTS = st.none() | st.integers()


@given(
    st.tuples(st.integers(), st.text(), st.text(), _TEXTS, _TEXTS, _TEXTS, _COUNTS, _COUNTS),
)
def test_what_is_chained_is_json_whatever_a_line_has_in_it(line: Line) -> None:
    told = list(line)
    while len(told) > 5 and told[-1] is None:
        told.pop()
    written = json.dumps(told, separators=(",", ":")).encode("ascii")
    assert chained(START, line) == hashlib.sha256(START + written).digest()


def test_a_line_belongs_to_the_transaction_it_was_written_in(
    db: sqlite3.Connection, journal: Journal
) -> None:
    db.execute("BEGIN")
    journal.note(JournalEvent.STARTED)
    db.execute("ROLLBACK")
    assert journal.head().seq == 0
