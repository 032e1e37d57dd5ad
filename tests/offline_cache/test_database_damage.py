"""A store that was damaged: set aside whole, and a new one begins."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from offline_cache.database import begin, connect, transaction
from offline_cache.errors import StoreDamagedError
from offline_cache.schema import PAGE_BYTES
from tests.offline_cache.helpers import a_submission, an_outbox


def damage_the_header(path: Path) -> None:
    path.write_bytes(b"X" + path.read_bytes()[1:])


def damage_every_page(path: Path) -> None:
    content = bytearray(path.read_bytes())
    for start in range(PAGE_BYTES, len(content), PAGE_BYTES):
        content[start : start + 12] = bytes(byte ^ 0xFF for byte in content[start : start + 12])
    path.write_bytes(content)


def damage_by_cutting(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: PAGE_BYTES * 3 + 100])


def damage_by_zeroes(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:PAGE_BYTES] + bytes(path.stat().st_size - PAGE_BYTES))


@pytest.mark.parametrize(
    "damage", [damage_the_header, damage_every_page, damage_by_cutting, damage_by_zeroes]
)
def test_a_damaged_store_is_set_aside_whole_and_a_new_one_begins(path: Path, damage) -> None:
    outbox = an_outbox(path)
    for _ in range(20):
        outbox.keep(a_submission(b"sealed" * 200))
    outbox.close()
    damage(path)
    damaged = path.read_bytes()

    opened = begin(path)
    assert opened.set_aside is not None
    assert opened.set_aside.read_bytes() == damaged
    assert opened.salvaged is not None  # see test_salvage.py
    opened.connection.close()

    again = begin(path)  # and the new one is sound
    assert again.set_aside is None
    again.connection.close()


@pytest.mark.parametrize("damage", [damage_the_header, damage_every_page])
def test_the_log_of_a_damaged_store_is_set_aside_with_it(path: Path, damage) -> None:
    outbox = an_outbox(path)
    for _ in range(20):
        outbox.keep(a_submission(b"sealed" * 200))
    outbox.close()
    writer = connect(path)
    writer.execute("DELETE FROM submissions WHERE seq = 20")
    log = path.with_name("kiosk.db-wal").read_bytes()
    main = path.read_bytes()
    writer.close()
    path.write_bytes(main)  # as after a crash: the log is not yet in the database
    path.with_name("kiosk.db-wal").write_bytes(log)
    damage(path)

    opened = begin(path)
    assert opened.set_aside is not None
    assert opened.set_aside.with_name(opened.set_aside.name + "-wal").read_bytes() == log
    opened.connection.close()


def test_two_damaged_stores_are_both_kept(path: Path) -> None:
    aside = set()
    for _ in range(2):
        begin(path).connection.close()
        damage_the_header(path)
        opened = begin(path)
        aside.add(opened.set_aside)
        opened.connection.close()
    assert len(aside) == 2
    assert all(one is not None and one.exists() for one in aside)


def test_any_flipped_byte_leads_to_a_store_that_works(path: Path) -> None:
    outbox = an_outbox(path)
    for _ in range(3):
        outbox.keep(a_submission(b"sealed" * 100))
    outbox.close()
    sound = path.read_bytes()
    for position in [*range(68), *range(72, len(sound), 1511)]:
        flipped = bytearray(sound)
        flipped[position] ^= 0xFF
        path.write_bytes(flipped)
        opened = begin(path)
        with transaction(opened.connection):
            opened.connection.execute("CREATE TABLE of_today (x)")
        opened.connection.close()
        for part in path.parent.glob("kiosk.db*"):
            part.unlink()


def test_a_change_cut_short_is_taken_back_and_not_mistaken_for_damage(path: Path) -> None:
    begin(path).connection.close()
    writer = sqlite3.connect(path, isolation_level=None)
    writer.execute("PRAGMA journal_mode = DELETE")
    writer.execute("PRAGMA cache_size = 1")  # so that half of it is on the disk before its end
    writer.execute("BEGIN")
    writer.execute("CREATE TABLE t (x)")
    writer.execute("INSERT INTO t VALUES (zeroblob(100000))")
    cut = path.with_name("cut.db")
    cut.write_bytes(bytes(512) + path.read_bytes()[512:])  # the first sector never arrived
    cut.with_name("cut.db-journal").write_bytes(path.with_name("kiosk.db-journal").read_bytes())
    writer.close()

    opened = begin(cut)
    assert opened.set_aside is None
    assert not opened.connection.execute("SELECT 1 FROM sqlite_schema WHERE name = 't'").fetchall()
    opened.connection.close()


def test_damage_met_later_is_told_as_damage(path: Path) -> None:
    outbox = an_outbox(path)
    for _ in range(20):
        outbox.keep(a_submission(b"sealed" * 200))
    outbox.close()
    connection = connect(path)
    damage_every_page(path)
    with pytest.raises(StoreDamagedError), transaction(connection):
        connection.execute("DELETE FROM submissions")
    connection.close()
