from __future__ import annotations

import sqlite3
import stat
import threading
from pathlib import Path

import pytest

from offline_cache import database
from offline_cache.database import begin, connect, scrub, transaction
from offline_cache.errors import (
    ForeignStoreError,
    StoreBusyError,
    StoreError,
    StoreFullError,
    StoreIoError,
    StoreReadOnlyError,
    typed_faults,
)
from offline_cache.schema import APPLICATION_ID, VERSIONS
from tests.offline_cache.helpers import PATIENCE_S, a_submission, an_outbox, files_of


def setting(connection: sqlite3.Connection, name: str) -> object:
    return connection.execute(f"PRAGMA {name}").fetchone()[0]


def test_a_commit_is_on_the_disk_and_a_deletion_overwrites(path: Path) -> None:
    begin(path).connection.close()
    connection = connect(path)
    wanted = {
        "journal_mode": "wal",
        "synchronous": 2,
        "secure_delete": 1,
        "foreign_keys": 1,
        "application_id": APPLICATION_ID,
        "user_version": len(VERSIONS),
    }
    assert {name: setting(connection, name) for name in wanted} == wanted
    connection.close()


def test_every_table_is_strict(path: Path) -> None:
    connection = begin(path).connection
    tables = connection.execute("SELECT name, strict FROM pragma_table_list WHERE type = 'table'")
    assert {name for name, strict in tables if not strict} <= {
        "sqlite_schema",
        "sqlite_temp_schema",
        "sqlite_sequence",
    }
    connection.close()


def test_nobody_else_can_read_the_store_or_its_log(path: Path) -> None:
    path.touch(mode=0o644)
    connection = begin(path).connection
    with transaction(connection):
        connection.execute("CREATE TABLE t (x)")
    parts = list(path.parent.glob("kiosk.db*"))
    assert len(parts) == 3
    assert {stat.S_IMODE(part.stat().st_mode) for part in parts} == {0o600}
    connection.close()


def test_a_store_is_begun_where_not_even_the_directory_is(tmp_path: Path) -> None:
    opened = begin(tmp_path / "state" / "kiosk.db")
    assert opened.set_aside is None
    opened.connection.close()


def test_what_was_kept_is_there_after_opening_again(path: Path) -> None:
    outbox = an_outbox(path)
    kept = outbox.keep(a_submission())
    outbox.close()
    opened = begin(path)
    assert opened.set_aside is None
    assert opened.connection.execute("SELECT number FROM submissions").fetchall() == [
        (kept.number,)
    ]
    opened.connection.close()


def test_a_file_of_another_program_is_refused_and_left_alone(path: Path) -> None:
    other = sqlite3.connect(path)
    other.executescript("CREATE TABLE theirs (x); INSERT INTO theirs VALUES (1);")
    other.close()
    with pytest.raises(ForeignStoreError) as caught:
        begin(path)
    assert caught.value.remedy == "technician"
    other = sqlite3.connect(path)
    assert other.execute("SELECT x FROM theirs").fetchall() == [(1,)]
    other.close()


def test_the_release_before_works_with_a_store_of_the_release_after(path: Path) -> None:
    connection = begin(path).connection
    connection.execute("CREATE TABLE of_tomorrow (x)")
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    outbox = an_outbox(path)
    assert outbox.keep(a_submission()).new
    outbox.close()
    connection = connect(path)
    assert setting(connection, "user_version") == 99
    connection.close()


def test_a_store_of_an_older_release_gets_the_tables_it_lacks(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    an_outbox(path).close()
    monkeypatch.setattr(database, "VERSIONS", (*VERSIONS, ("CREATE TABLE more (x ANY) STRICT",)))
    connection = begin(path).connection
    assert setting(connection, "user_version") == len(VERSIONS) + 1
    assert connection.execute("SELECT count(*) FROM more").fetchone() == (0,)
    connection.close()


def test_a_failed_change_of_the_tables_leaves_the_store_as_it_was(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    an_outbox(path).close()
    broken = (*VERSIONS, ("CREATE TABLE more (x)", "CREATE TABLE more (x)"))
    monkeypatch.setattr(database, "VERSIONS", broken)
    with pytest.raises(sqlite3.OperationalError):
        begin(path)
    connection = connect(path)
    assert setting(connection, "user_version") == len(VERSIONS)
    assert not connection.execute("SELECT 1 FROM sqlite_schema WHERE name = 'more'").fetchall()
    connection.close()


def test_a_connection_to_a_store_that_is_not_there_is_a_fault(path: Path) -> None:
    with pytest.raises(StoreIoError):
        connect(path)
    assert not path.exists()


def test_a_directory_in_the_place_of_the_store_is_a_fault(path: Path) -> None:
    path.mkdir()
    with pytest.raises(StoreIoError):
        begin(path)


def test_a_full_file_is_told_as_full_and_nothing_is_half_done(path: Path) -> None:
    connection = begin(path).connection
    connection.execute("CREATE TABLE t (x)")
    connection.execute(f"PRAGMA max_page_count = {setting(connection, 'page_count')}")
    with pytest.raises(StoreFullError), transaction(connection):
        connection.executemany("INSERT INTO t VALUES (zeroblob(?))", [(1,), (100_000,)])
    assert connection.execute("SELECT count(*) FROM t").fetchone() == (0,)
    assert not connection.in_transaction
    connection.close()


def test_a_store_that_cannot_be_written_is_told_so(path: Path) -> None:
    begin(path).connection.close()
    connection = connect(path)
    connection.execute("PRAGMA query_only = ON")
    with pytest.raises(StoreReadOnlyError), transaction(connection):
        connection.execute("CREATE TABLE t (x)")
    connection.close()


def test_a_store_held_by_another_thread_is_busy_and_worth_a_retry(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "BUSY_TIMEOUT_S", 0.01)
    holder = begin(path).connection
    other = connect(path)
    with transaction(holder):
        with pytest.raises(StoreBusyError) as caught, transaction(other):
            pass
        assert caught.value.remedy == "retry"
    with transaction(other):
        other.execute("CREATE TABLE t (x)")
    holder.close()
    other.close()


def test_what_another_thread_changed_meanwhile_is_worth_a_retry(path: Path) -> None:
    holder = begin(path).connection
    other = connect(path)
    holder.execute("BEGIN")
    holder.execute("SELECT count(*) FROM submissions").fetchone()
    other.execute("CREATE TABLE t (x)")
    with pytest.raises(StoreBusyError), typed_faults():
        holder.execute("CREATE TABLE u (x)")
    holder.close()
    other.close()


def test_a_mistake_in_the_program_is_not_dressed_up_as_a_disk_fault(path: Path) -> None:
    connection = begin(path).connection
    with pytest.raises(sqlite3.OperationalError), transaction(connection):
        connection.execute("SELECT nonsense")
    connection.close()


def test_an_inner_transaction_is_part_of_the_outer_one(path: Path) -> None:
    connection = begin(path).connection
    connection.execute("CREATE TABLE t (x)")

    def half_of_something() -> None:
        with transaction(connection):
            with transaction(connection):
                connection.execute("INSERT INTO t VALUES (1)")
            raise KeyError

    with pytest.raises(KeyError):
        half_of_something()
    assert connection.execute("SELECT count(*) FROM t").fetchone() == (0,)
    connection.close()


def test_the_log_cannot_be_emptied_under_a_reader_and_can_be_afterwards(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "BUSY_TIMEOUT_S", 0.01)
    begin(path).connection.close()
    writer, reader = connect(path), connect(path)
    writer.execute("CREATE TABLE t (x)")
    reader.execute("BEGIN")
    reader.execute("SELECT * FROM t").fetchall()
    writer.execute("DROP TABLE t")
    assert not scrub(writer)
    reader.execute("COMMIT")
    assert scrub(writer)
    assert path.with_name("kiosk.db-wal").stat().st_size == 0
    reader.close()
    writer.close()


def test_what_a_crash_left_in_the_log_is_gone_after_the_next_start(path: Path) -> None:
    dying = connect_and_leave_a_deleted_marker(path)
    assert b"MARKER" in files_of(path)
    begin(path).connection.close()
    assert b"MARKER" not in files_of(path)
    dying.close()


def connect_and_leave_a_deleted_marker(path: Path) -> sqlite3.Connection:
    connection = begin(path).connection
    connection.execute("CREATE TABLE t (x)")
    with transaction(connection):
        connection.execute("INSERT INTO t VALUES ('MARKER')")
    with transaction(connection):
        connection.execute("DELETE FROM t")
    return connection


def test_threads_with_a_connection_each_get_along(path: Path) -> None:
    begin(path).connection.close()
    first = connect(path)
    first.execute("CREATE TABLE t (x)")
    faults: list[StoreError] = []

    def write() -> None:
        connection = connect(path)
        try:
            for _ in range(50):
                with transaction(connection):
                    (top,) = connection.execute("SELECT count(*) FROM t").fetchone()
                    connection.execute("INSERT INTO t VALUES (?)", (top,))
        except StoreError as fault:
            faults.append(fault)
        finally:
            connection.close()

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE_S)
    assert faults == []
    assert sorted(first.execute("SELECT x FROM t")) == [(n,) for n in range(200)]
    first.close()
