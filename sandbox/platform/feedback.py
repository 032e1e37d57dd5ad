"""Complaints and suggestions as the platform keeps them: one SQLite file, used by several
processes, because a courier brings some.

Written after docs/api/platform.yaml, `/v1/feedback`.
"""

from __future__ import annotations

import sqlite3
import threading
from dataclasses import dataclass
from pathlib import Path

from sandbox.platform import answer_messages as messages
from sandbox.platform.boxes import opened
from sandbox.platform.keys import SealingKeys
from sandbox.platform.wire import Refusal, fingerprint

_TABLE = """
CREATE TABLE IF NOT EXISTS feedback (
    key         TEXT PRIMARY KEY,
    fingerprint BLOB NOT NULL,
    kind        TEXT NOT NULL,
    item        TEXT,
    number      TEXT,
    text        TEXT NOT NULL,
    mobile      TEXT NOT NULL
) STRICT
"""


@dataclass(frozen=True, slots=True)
class Said:
    """As it was opened."""

    kind: str
    number: str | None
    text: str
    item: str | None = None
    mobile: str = ""


class FeedbackBook:
    def __init__(self, file: Path, keys: SealingKeys) -> None:
        self._keys, self._lock = keys, threading.Lock()
        self._db = sqlite3.connect(file, check_same_thread=False, isolation_level=None)
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute(_TABLE)

    def close(self) -> None:
        with self._lock:
            self._db.close()

    def give(self, key: str, outside: messages.Feedback, body: bytes) -> bool:
        """Whether it is new. `body`: as it was sent, for its fingerprint.

        Raises: Refusal.
        """
        mark = fingerprint(body)
        with self._lock:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                return self._given(key, outside, mark)
            finally:
                self._db.execute("COMMIT")  # one statement writes, the last

    def said(self) -> list[Said]:
        """In the order in which they came."""
        with self._lock:
            rows = self._db.execute(
                "SELECT kind, number, text, item, mobile FROM feedback ORDER BY rowid"
            ).fetchall()
        return [Said(*row) for row in rows]

    def _given(self, key: str, outside: messages.Feedback, mark: bytes) -> bool:
        before = self._db.execute(
            "SELECT fingerprint FROM feedback WHERE key = ?", (key,)
        ).fetchone()
        if before is not None:
            if before[0] != mark:
                raise Refusal("KEY_REUSED")
            return False
        packet = opened(self._keys, outside, key, messages.FeedbackPacket)
        self._db.execute(
            "INSERT INTO feedback VALUES (?, ?, ?, ?, ?, ?, ?)",
            (key, mark, outside.kind, outside.item, outside.number, packet.text, packet.mobile),
        )
        return True
