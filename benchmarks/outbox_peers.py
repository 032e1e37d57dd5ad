"""The outbox and its peers, each put to the same use: so many packets kept, so many handed over.

All of them durable: what `put` returned from outlives a power cut. litequeue is set to
synchronous=FULL, as it is not by itself; persist-queue's AckQueue is as it comes; the bare table is
what nobody can do with less.
"""

from __future__ import annotations

import sqlite3
from base64 import b64encode
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

import litequeue
import persistqueue

from offline_cache.database import begin, connect
from offline_cache.outbox import Limits, Outbox
from offline_cache.submission import Outcome, Submission

LIMITS: Final = Limits(rows=1_000_000, body_bytes=1 << 40, disk_free_bytes=0)


@dataclass(frozen=True, slots=True)
class Peer:
    """`packed` makes of a body what `put` takes; `put` keeps it; `drain` hands over the oldest."""

    packed: Callable[[bytes], Any]
    put: Callable[[Any], object]
    drain: Callable[[], None]
    close: Callable[[], None]


def outbox(folder: Path) -> Peer:
    begin(folder / "store.db").connection.close()
    box = Outbox(connect(folder / "store.db"), "430121", LIMITS)

    def packed(body: bytes) -> Submission:
        """As the resident's confirmation makes it: its key is as old as that."""
        return Submission(str(uuid4()), "certification", "2020-35/1/13", body, "k1", "suite")

    def drain() -> None:
        queued = box.peek(datetime.now(UTC))
        if queued is None:
            raise LookupError("the outbox is empty")
        box.acknowledge(queued.key, Outcome.ACCEPTED)

    return Peer(packed, box.keep, drain, box.close)


def lite_queue(folder: Path) -> Peer:
    queue = litequeue.LiteQueue(folder / "lite.db")
    queue.conn.execute("PRAGMA synchronous = FULL")

    def drain() -> None:
        queue.done(queue.pop().message_id)

    # It takes text alone; of Latin-1, half of the letters would take two bytes.
    return Peer(lambda body: b64encode(body).decode("ascii"), queue.put, drain, queue.close)


def ack_queue(folder: Path) -> Peer:
    queue = persistqueue.SQLiteAckQueue(str(folder / "ack"), auto_commit=True)
    with closing(queue._new_db_connection(queue.path, False, 10.0)) as db:
        (synchronous,) = db.execute("PRAGMA synchronous").fetchone()
    if synchronous < 2:
        raise LookupError("persist-queue is not durable as it comes")

    def drain() -> None:
        queue.ack(queue.get(block=False))

    return Peer(bytes, queue.put, drain, queue.close)


def bare(folder: Path) -> Peer:
    db = sqlite3.connect(folder / "bare.db", isolation_level=None)
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("PRAGMA synchronous = FULL")
    db.execute("CREATE TABLE packets (id INTEGER PRIMARY KEY, body BLOB NOT NULL)")

    def put(body: bytes) -> None:
        db.execute("BEGIN IMMEDIATE")
        db.execute("INSERT INTO packets (body) VALUES (?)", (body,))
        db.execute("COMMIT")

    def drain() -> None:
        db.execute("BEGIN IMMEDIATE")
        ((first, _),) = db.execute("SELECT id, body FROM packets ORDER BY id LIMIT 1").fetchall()
        db.execute("DELETE FROM packets WHERE id = ?", (first,))
        db.execute("COMMIT")

    return Peer(bytes, put, drain, db.close)
