"""The one file in which the terminal keeps what must survive a power cut.

`begin` once, at start-up, before any other connection; after that every thread that needs the store
has a `connect` of its own. SQLite in WAL mode with synchronous=FULL: a commit that returned is on
the disk. What is deleted is overwritten in the file (secure_delete) but still lies in the
write-ahead log until `scrub` has emptied that. Large things lie beside it (`material_files`).
"""

from __future__ import annotations

import logging
import os
import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from offline_cache.errors import (
    ForeignStoreError,
    StoreDamagedError,
    StoreError,
    StoreIoError,
    raise_typed,
    typed_faults,
)
from offline_cache.material_files import MaterialFiles
from offline_cache.outbox_questions import FILES
from offline_cache.salvage import Salvaged, salvage
from offline_cache.schema import APPLICATION_ID, PAGE_BYTES, VERSIONS

log = logging.getLogger(__name__)

BUSY_TIMEOUT_S = 5.0

_SETTINGS = (
    f"PRAGMA page_size = {PAGE_BYTES}",  # of a new store
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA wal_autocheckpoint = 2000",  # pages: a log of 4 MB, as SQLite has it by itself
    "PRAGMA secure_delete = ON",
    "PRAGMA foreign_keys = ON",
    "PRAGMA temp_store = MEMORY",  # nothing of the store in /tmp
    "PRAGMA trusted_schema = OFF",
    "PRAGMA cell_size_check = ON",  # a damaged page is noticed when it is read
)


@dataclass(frozen=True, slots=True)
class Opened:
    """`set_aside` is where a damaged file was moved to, `salvaged` what the new store has of it;
    None on every good day.
    """

    connection: sqlite3.Connection
    set_aside: Path | None
    salvaged: Salvaged | None = None


def begin(path: Path) -> Opened:
    """Opens the store, checks it, brings its tables up to date; begins one where there is none.

    A damaged file is moved aside (`<name>.damaged-<8 hex>`, its log beside it), never deleted; what
    can still be read of it is in the new store.

    Raises:
        ForeignStoreError: the file is somebody else's; nothing was written to its tables.
        StoreError: the disk cannot be read or written.
    """
    with _file_faults(path):
        _create(path)
        connection, set_aside = _open_or_set_aside(path)
        if connection is None:
            _create(path)
            connection = connect(path)
    try:
        _bring_up_to_date(connection)
        salvaged = _salvage(set_aside, connection, path) if set_aside is not None else None
        _remove_orphans(connection, path)
    except BaseException:
        connection.close()
        raise
    scrub(connection)  # what was acknowledged just before a crash
    return Opened(connection, set_aside, salvaged)


def connect(path: Path) -> sqlite3.Connection:
    """A connection for the calling thread to the store that `begin` has prepared.

    Raises:
        StoreError: the file is missing, damaged or cannot be opened.
    """
    connection = _opened(path)
    try:
        _set_up(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def _opened(path: Path) -> sqlite3.Connection:
    with typed_faults():
        return sqlite3.connect(
            f"file:{quote(str(path.absolute()))}?mode=rw",
            uri=True,
            timeout=BUSY_TIMEOUT_S,
            isolation_level="IMMEDIATE",
        )


def _set_up(connection: sqlite3.Connection) -> None:
    with typed_faults():
        for setting in _SETTINGS:
            connection.execute(setting)


class transaction:  # noqa: N801  used as a function is
    """All or nothing, and on the disk when it ends; joins a transaction already begun.

    Raises:
        StoreError: the disk refused; nothing was done.
    """

    __slots__ = ("_db", "_joined")

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db, self._joined = connection, connection.in_transaction

    def __enter__(self) -> None:
        if not self._joined:
            try:
                self._db.execute("BEGIN IMMEDIATE")
            except sqlite3.Error as fault:
                raise_typed(fault)
                raise

    def __exit__(self, kind: object, fault: BaseException | None, trace: object) -> None:
        if self._joined:
            return
        try:
            if fault is None:
                self._db.execute("COMMIT")
                return
            self._roll_back()
        except sqlite3.Error as refused:
            self._roll_back()
            raise_typed(refused)
            raise
        raise_typed(fault)

    def _roll_back(self) -> None:
        if self._db.in_transaction:
            self._db.execute("ROLLBACK")


def file_of(connection: sqlite3.Connection) -> Path:
    (_, _, file), *_ = connection.execute("PRAGMA database_list")
    return Path(file)


def scrub(connection: sqlite3.Connection) -> bool:
    """Empties the write-ahead log, where deleted rows can still be read.

    False when it could not be done now: a reader was in the way, or the disk is full. Call it again
    later; nothing is lost by waiting.
    """
    try:
        with typed_faults():
            busy, _, _ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    except StoreError as fault:
        log.warning("the write-ahead log could not be emptied: %s", fault)
        return False
    return not busy


def _create(path: Path) -> None:
    """Makes the file, readable by its owner alone, in a way that a power cut cannot undo."""
    if not path.parent.exists():
        path.parent.mkdir(mode=0o700, parents=True)
        _sync_directory(path.parent.parent)
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    path.chmod(0o600)  # SQLite gives its log the same mode
    _sync_directory(path.parent)


def _open_or_set_aside(path: Path) -> tuple[sqlite3.Connection | None, Path | None]:
    if not _header_is_sound(path):
        return None, _set_aside(path)
    connection = _opened(path)
    if _is_sound(connection):
        return connection, None
    # Moved while it is open: closing it first would pour its log into the damaged file.
    aside = _set_aside(path)
    connection.close()
    return None, aside


def _header_is_sound(path: Path) -> bool:
    """Two fields that make SQLite refuse the file without a word of damage.

    https://sqlite.org/fileformat2.html, 1.3: write and read version (18, 19), schema format (44).
    """
    if path.with_name(path.name + "-journal").exists():
        return True  # a power cut in the first moments of the file: SQLite takes that back itself
    with path.open("rb") as file:
        header = file.read(100)
    return not header or (set(header[18:20]) <= {1, 2} and header[44:48] <= b"\0\0\0\4")


def _is_sound(connection: sqlite3.Connection) -> bool:
    try:
        _set_up(connection)
        with typed_faults():
            (finding,) = connection.execute("PRAGMA quick_check(1)").fetchone()
            (owner,) = connection.execute("PRAGMA application_id").fetchone()
            (version,) = connection.execute("PRAGMA user_version").fetchone()
        # The two are written together: ours without a version is a damaged header.
        return bool(finding == "ok" and (owner != APPLICATION_ID or version > 0))
    except StoreDamagedError:
        return False
    except BaseException:
        connection.close()
        raise


def _bring_up_to_date(connection: sqlite3.Connection) -> None:
    with transaction(connection):
        (owner,) = connection.execute("PRAGMA application_id").fetchone()
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        (tables,) = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
        if owner != APPLICATION_ID and (owner, version, tables) != (0, 0, 0):
            raise ForeignStoreError(f"application id {owner:#010x}")
        for statements in VERSIONS[version:]:
            for statement in statements:
                connection.execute(statement)
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version = {max(version, len(VERSIONS))}")


def _set_aside(path: Path) -> Path:
    aside = path.with_name(f"{path.name}.damaged-{secrets.token_hex(4)}")
    # The database goes last: without it SQLite would delete the log it finds.
    for ending in ("-wal", "-shm", "-journal", ""):
        part = path.with_name(path.name + ending)
        if part.exists():
            part.rename(aside.with_name(aside.name + ending))
    _sync_directory(path.parent)
    log.error("the store was damaged and is kept as %s; a new one begins", aside.name)
    return aside


def _salvage(damaged: Path, connection: sqlite3.Connection, path: Path) -> Salvaged:
    """A terminal that cannot save anything still serves whoever comes next."""
    scrub(connection)  # the tables are in the file, which is the template of its first page
    try:
        with transaction(connection):
            salvaged = salvage(damaged, connection, template=path)
    except (OSError, StoreError) as fault:
        log.error("nothing of %s could be saved: %s", damaged.name, type(fault).__name__)
        return Salvaged()
    log.warning("of %s was saved: %s", damaged.name, salvaged)
    return salvaged


def _remove_orphans(connection: sqlite3.Connection, path: Path) -> None:
    """Files of materials that a crash left: never committed, or delivered."""
    with typed_faults():
        known = {name for (name,) in connection.execute(FILES)}
    MaterialFiles(path).remove_others(known)


def _sync_directory(directory: Path) -> None:
    handle = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def _file_faults(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as fault:
        raise StoreIoError(f"{path}: {fault.strerror}") from fault
