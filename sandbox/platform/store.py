"""What the platform keeps: submissions, what they certified, ratings. One SQLite file.

Every write is one transaction under one lock: of two requests at once with the same key, the second
sees what the first has done.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum, auto
from pathlib import Path
from typing import Any

from sandbox.platform.outcomes import Decision

_TABLES = """
CREATE TABLE IF NOT EXISTS submissions (
    key         TEXT PRIMARY KEY,
    number      TEXT NOT NULL UNIQUE,
    item        TEXT NOT NULL,
    fingerprint BLOB NOT NULL,      -- SHA-256 of the body
    answer      TEXT NOT NULL,      -- JSON, as it was given the first time
    state       TEXT NOT NULL,      -- accepted, decided
    code        TEXT NOT NULL,
    valid_to    TEXT,
    record_ids  TEXT NOT NULL,      -- JSON
    decided_at  TEXT
) STRICT;
CREATE TABLE IF NOT EXISTS certifications (    -- one row an effect; a doubled one would show
    id          INTEGER PRIMARY KEY,
    number      TEXT NOT NULL
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

    def close(self) -> None:
        with self._lock:
            self._db.close()

    def hand_in(
        self,
        key: str,
        number: str,
        item: str,
        fingerprint: bytes,
        decide: Callable[[], Decision],
        now: datetime,
    ) -> Kept | Conflict:
        """`decide` is called only for a new submission; what it raises leaves nothing behind."""
        with self._lock, self._transaction():
            before = self._one("SELECT fingerprint, answer FROM submissions WHERE key = ?", key)
            if before is not None:
                if before[0] != fingerprint:
                    return Conflict.KEY_REUSED
                return Kept(json.loads(before[1]), new=False)
            if self._one("SELECT 1 FROM submissions WHERE number = ?", number) is not None:
                return Conflict.NUMBER_TAKEN
            decision = decide()
            answer = _accepted(number) if decision.later else _decided(number, decision, now)
            self._db.execute(
                "INSERT INTO submissions VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    key,
                    number,
                    item,
                    fingerprint,
                    json.dumps(answer),
                    answer["state"],
                    decision.code,
                    decision.valid_to.isoformat() if decision.valid_to else None,
                    json.dumps(decision.record_ids),
                    answer.get("decided_at"),
                ),
            )
            if not decision.later:
                self._take_effect(number, decision.code, decision.valid_to, decision.record_ids)
            return Kept(answer, new=True)

    def decide_accepted(self, now: datetime) -> int:
        """Decides whatever was left for later; how many there were."""
        with self._lock, self._transaction():
            waiting = self._db.execute(
                "SELECT number, code, valid_to, record_ids FROM submissions"
                " WHERE state = 'accepted'"
            ).fetchall()
            for number, code, valid_to, record_ids in waiting:
                until = date.fromisoformat(valid_to) if valid_to else None
                self._take_effect(number, code, until, tuple(json.loads(record_ids)))
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
        if state == "accepted":
            return _accepted(number)
        until = date.fromisoformat(valid_to) if valid_to else None
        decision = Decision(code, until, tuple(json.loads(record_ids)))
        return _decided(number, decision, datetime.fromisoformat(decided_at))

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

    def _take_effect(
        self, number: str, code: str, valid_to: date | None, record_ids: tuple[str, ...]
    ) -> None:
        if code != "PASS" or valid_to is None:
            return
        self._db.execute("INSERT INTO certifications (number) VALUES (?)", (number,))
        self._db.executemany(
            "INSERT OR REPLACE INTO deadlines VALUES (?, ?)",
            [(record_id, valid_to.isoformat()) for record_id in record_ids],
        )

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


def _accepted(number: str) -> dict[str, Any]:
    return {"number": number, "state": "accepted"}


def _decided(number: str, decision: Decision, at: datetime) -> dict[str, Any]:
    told: dict[str, Any] = {
        "number": number,
        "state": "decided",
        "code": decision.code,
        "decided_at": at.isoformat(),
    }
    if decision.valid_to is not None:
        told["valid_to"] = decision.valid_to.isoformat()
    if decision.record_ids:
        told["record_ids"] = list(decision.record_ids)
    return told
