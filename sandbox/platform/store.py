"""What the platform keeps: submissions, what they certified, ratings. One SQLite file.

Every write is one transaction under one lock: of two requests at once with the same key, the second
sees what the first has done.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum, auto
from pathlib import Path
from typing import Any

from sandbox.platform.outcomes import Decision
from sandbox.platform.standing import Decide, Standing, accepted, decided

_TABLES = """
CREATE TABLE IF NOT EXISTS submissions (
    key         TEXT PRIMARY KEY,
    number      TEXT NOT NULL UNIQUE,
    item        TEXT NOT NULL,
    fingerprint BLOB NOT NULL,      -- SHA-256 of the body
    answer      TEXT NOT NULL,      -- JSON, as it was given the first time
    state       TEXT NOT NULL,      -- awaiting, accepted, decided
    code        TEXT NOT NULL,
    valid_to    TEXT,
    record_ids  TEXT NOT NULL,      -- JSON
    decided_at  TEXT
) STRICT;
CREATE TABLE IF NOT EXISTS certifications (    -- one row an effect; a doubled one would show
    id          INTEGER PRIMARY KEY,
    number      TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS applications (
    id          INTEGER PRIMARY KEY,
    number      TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS packets (
    number      TEXT PRIMARY KEY,
    key         TEXT NOT NULL,
    terminal    TEXT NOT NULL,
    manifest    BLOB NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS suites (            -- how the manifest was sealed
    number      TEXT PRIMARY KEY,
    suite       TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS awaited (           -- materials that travel on their own
    number      TEXT NOT NULL,
    material    INTEGER NOT NULL,
    chunks      INTEGER NOT NULL,
    PRIMARY KEY (number, material)
) STRICT;
CREATE TABLE IF NOT EXISTS chunks (
    number      TEXT NOT NULL,
    material    INTEGER NOT NULL,
    chunk       INTEGER NOT NULL,
    content     BLOB NOT NULL,
    PRIMARY KEY (number, material, chunk)
) STRICT;
CREATE TABLE IF NOT EXISTS deadlines (
    record_id   TEXT PRIMARY KEY,
    valid_to    TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS ratings (
    key         TEXT PRIMARY KEY,
    fingerprint BLOB NOT NULL,
    number      TEXT,
    stars       INTEGER NOT NULL
) STRICT;
"""


class Conflict(Enum):
    KEY_REUSED = auto()
    NUMBER_TAKEN = auto()


@dataclass(frozen=True, slots=True)
class Kept:
    answer: dict[str, Any]
    new: bool


@dataclass(frozen=True, slots=True)
class Packet:
    """`awaited`: material → its chunks; empty when everything is in the manifest."""

    terminal: str
    suite: str
    manifest: bytes
    awaited: Mapping[int, int]


@dataclass(frozen=True, slots=True)
class Rated:
    key: str
    number: str | None
    stars: int


class Store:
    def __init__(self, file: Path) -> None:
        self._lock = threading.Lock()
        self._db = sqlite3.connect(file, check_same_thread=False, isolation_level=None)
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = FULL")
        self._db.executescript(_TABLES)
        self._standing = Standing(self._db)

    def close(self) -> None:
        with self._lock:
            self._db.close()

    def hand_in(
        self,
        key: str,
        number: str,
        item: str,
        fingerprint: bytes,
        open_packet: Callable[[], Packet],
        decide: Decide,
        now: datetime,
    ) -> Kept | Conflict:
        """`open_packet` and `decide` are called only for a new submission; what they raise leaves
        nothing behind.
        """
        with self._lock, self._transaction():
            before = self._one("SELECT fingerprint FROM submissions WHERE key = ?", key)
            if before is not None:
                if before[0] != fingerprint:
                    return Conflict.KEY_REUSED
                return Kept(self._standing.told_before(key), new=False)
            if self._one("SELECT 1 FROM submissions WHERE number = ?", number) is not None:
                return Conflict.NUMBER_TAKEN
            packet = open_packet()
            self._db.execute(
                "INSERT INTO submissions VALUES (?, ?, ?, ?, '', 'awaiting', '', NULL, '[]', NULL)",
                (key, number, item, fingerprint),
            )
            self._db.execute(
                "INSERT INTO packets VALUES (?, ?, ?, ?)",
                (number, key, packet.terminal, packet.manifest),
            )
            self._db.execute("INSERT INTO suites VALUES (?, ?)", (number, packet.suite))
            self._db.executemany(
                "INSERT INTO awaited VALUES (?, ?, ?)",
                [(number, material, chunks) for material, chunks in packet.awaited.items()],
            )
            self._standing.decide_if_whole(number, decide, now)
            return Kept(self._standing.told_before(key), new=True)

    def put_chunk(
        self,
        number: str,
        material: int,
        chunk: int,
        open_chunk: Callable[[bytes, str], bytes],
        decide: Decide,
        now: datetime,
    ) -> dict[str, Any] | None:
        """How the submission stands; None: nobody knows the number. `open_chunk` is handed the
        manifest and its suite; what it raises leaves nothing behind.
        """
        with self._lock, self._transaction():
            row = self._one(
                "SELECT key, state, manifest, suite FROM submissions"
                " JOIN packets USING (number, key)"
                " LEFT JOIN suites USING (number) WHERE number = ?",
                number,
            )
            if row is None:
                return None
            key, state, manifest, suite = row
            if state == "awaiting":
                self._db.execute(
                    "INSERT OR IGNORE INTO chunks VALUES (?, ?, ?, ?)",
                    (number, material, chunk, open_chunk(manifest, suite)),
                )
                self._standing.decide_if_whole(number, decide, now)
            return self._standing.told_before(key)

    def terminal_of(self, number: str) -> str | None:
        with self._lock:
            row = self._one("SELECT terminal FROM packets WHERE number = ?", number)
        return row[0] if row else None

    def manifest_of(self, number: str) -> bytes | None:
        with self._lock:
            row = self._one("SELECT manifest FROM packets WHERE number = ?", number)
        return row[0] if row else None

    def of_case(self, case: str) -> list[tuple[str, str, str]]:
        """Number, item and state of what was handed in together, in its order."""
        with self._lock:
            return self._db.execute(
                "SELECT number, item, state FROM submissions JOIN packets USING (number)"
                " WHERE json_extract(CAST(manifest AS TEXT), '$.case') = ?"
                " ORDER BY json_extract(CAST(manifest AS TEXT), '$.bundle.at')",
                (case,),
            ).fetchall()

    def decide_accepted(self, now: datetime) -> int:
        """Decides whatever was left for later; how many there were."""
        with self._lock, self._transaction():
            waiting = self._db.execute(
                "SELECT number, code, valid_to, record_ids FROM submissions"
                " WHERE state = 'accepted' AND code <> 'TAKEN_IN'"
            ).fetchall()
            for number, code, valid_to, record_ids in waiting:
                until = date.fromisoformat(valid_to) if valid_to else None
                self._standing.take_effect(number, code, until, tuple(json.loads(record_ids)))
                self._db.execute(
                    "UPDATE submissions SET state = 'decided', decided_at = ? WHERE number = ?",
                    (now.isoformat(), number),
                )
            return len(waiting)

    def progress(self, number: str) -> dict[str, Any] | None:
        with self._lock:
            row = self._one(
                "SELECT state, code, valid_to, record_ids, decided_at FROM submissions"
                " WHERE number = ?",
                number,
            )
        if row is None:
            return None
        state, code, valid_to, record_ids, decided_at = row
        if state == "awaiting":
            with self._lock:
                return self._standing.awaiting(number)
        if state == "accepted":
            return accepted(number)
        until = date.fromisoformat(valid_to) if valid_to else None
        decision = Decision(code, until, tuple(json.loads(record_ids)))
        return decided(number, decision, datetime.fromisoformat(decided_at))

    def rate(self, key: str, fingerprint: bytes, number: str | None, stars: int) -> bool | Conflict:
        """True: kept now. False: known already."""
        with self._lock, self._transaction():
            before = self._one("SELECT fingerprint FROM ratings WHERE key = ?", key)
            if before is not None:
                return False if before[0] == fingerprint else Conflict.KEY_REUSED
            self._db.execute(
                "INSERT INTO ratings VALUES (?, ?, ?, ?)", (key, fingerprint, number, stars)
            )
            return True

    def certifications(self, number: str) -> int:
        """How often this submission certified somebody: 0 or 1, or something is wrong."""
        with self._lock:
            row = self._one("SELECT count(*) FROM certifications WHERE number = ?", number)
        return int(row[0]) if row else 0

    def applications(self, number: str) -> int:
        """How often this submission was taken in as an application: 0 or 1."""
        with self._lock:
            row = self._one("SELECT count(*) FROM applications WHERE number = ?", number)
        return int(row[0]) if row else 0

    def materials(self, number: str) -> dict[int, bytes]:
        """What came in chunks, as far as it is there."""
        with self._lock:
            return self._standing.contents(number)

    def numbers(self) -> list[str]:
        """The numbers of all submissions, in the order in which they came."""
        with self._lock:
            rows = self._db.execute("SELECT number FROM submissions ORDER BY rowid").fetchall()
        return [number for (number,) in rows]

    def ratings(self) -> list[Rated]:
        with self._lock:
            rows = self._db.execute("SELECT key, number, stars FROM ratings ORDER BY rowid")
            return [Rated(*row) for row in rows.fetchall()]

    def deadlines(self) -> dict[str, date]:
        """By record id, for what was certified here."""
        with self._lock:
            rows = self._db.execute("SELECT record_id, valid_to FROM deadlines").fetchall()
        return {record_id: date.fromisoformat(valid_to) for record_id, valid_to in rows}

    def _one(self, sql: str, *values: object) -> tuple[Any, ...] | None:
        with closing(self._db.execute(sql, values)) as cursor:
            row: tuple[Any, ...] | None = cursor.fetchone()
            return row

    def _transaction(self) -> _Transaction:
        return _Transaction(self._db)


class _Transaction:
    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def __enter__(self) -> None:
        self._db.execute("BEGIN IMMEDIATE")

    def __exit__(self, kind: object, *_: object) -> None:
        self._db.execute("COMMIT" if kind is None else "ROLLBACK")
