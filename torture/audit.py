"""Whether a store holds to what was said aloud before the terminal ended (see `torture.desk`)."""

from __future__ import annotations

import random
import sqlite3
import struct
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from offline_cache.database import begin
from offline_cache.errors import StoreError
from offline_cache.journal import Journal, JournalEvent
from offline_cache.outbox import Outbox
from torture.desk import LIMITS, TERMINAL, a_submission, digest_of


@dataclass(slots=True)
class Said:
    """What the marks promise."""

    announced: dict[str, str] = field(default_factory=dict)  # key → `desk.digest_of`
    told: dict[str, str] = field(default_factory=dict)  # key → number
    refused: set[str] = field(default_factory=set)
    sent: set[str] = field(default_factory=set)
    aside: set[str] = field(default_factory=set)
    delivered: set[str] = field(default_factory=set)
    printing: set[str] = field(default_factory=set)
    printed: set[str] = field(default_factory=set)

    def take(self, mark: str) -> None:
        match mark.split():
            case ["keep", key, digest]:
                self.announced[key] = digest
            case ["kept", key, number]:
                self.told[key] = number
            case [("refused" | "sent" | "aside" | "delivered" | "printing" | "printed") as how, of]:
                getattr(self, how).add(of)
            case _:
                raise ValueError("a mark of another form")


def said(marks: Iterable[str]) -> Said:
    found = Said()
    for mark in marks:
        found.take(mark)
    return found


def faults_of(store: Path, promised: Said) -> list[str]:
    """What is wrong with the store, in words; it is opened as at every start, and used."""
    try:
        opened = begin(store)
    except StoreError as fault:
        return [f"the store does not open: {fault}"]
    with closing(opened.connection) as db:
        if opened.set_aside is not None:
            return ["the store was set aside as damaged"]
        try:
            return _faults_in(store, db, promised) or list(_unusable(db))
        except (sqlite3.DatabaseError, StoreError) as fault:
            return [f"the store opens and cannot be read: {fault}"]


def _faults_in(store: Path, db: sqlite3.Connection, promised: Said) -> list[str]:
    return [
        *_unsound(db),
        *_against(store, db, promised),
        *_left_over(store, db),
        *_journal(db),
        *_ledger(db, promised),
    ]


def _unsound(db: sqlite3.Connection) -> Iterable[str]:
    findings = db.execute("PRAGMA integrity_check").fetchall()
    if findings != [("ok",)]:
        yield f"integrity_check: {len(findings)} findings"
    if db.execute("PRAGMA foreign_key_check").fetchall():
        yield "an upload of nothing that was kept"


def _boxes(file: Path) -> list[bytes]:
    """By the format alone (material_files.py), with no line of its code."""
    content = file.read_bytes() if file.exists() else b""
    if content[:4] != b"VKM1":
        return []
    (count,) = struct.unpack_from(">I", content, 4)
    at, boxes = 8 + 8 * count, []
    for place in range(count):
        _, length = struct.unpack_from(">II", content, 8 + 8 * place)
        boxes.append(content[at : at + length])
        at += length
    return boxes


def _left_over(store: Path, db: sqlite3.Connection) -> Iterable[str]:
    known = {
        name for (name,) in db.execute("SELECT file FROM submissions WHERE acknowledged_at IS NULL")
    }
    there = {path.name.rpartition("-")[2] for path in store.parent.glob(f"{store.name}-material-*")}
    if there - known:
        yield "a file of materials that belongs to nothing"


def _against(store: Path, db: sqlite3.Connection, promised: Said) -> Iterable[str]:
    rows = db.execute(
        "SELECT key, number, iif(acknowledged_at IS NULL, state, 'delivered'), body"
        " FROM submissions"
    ).fetchall()
    boxes: dict[str, list[bytes]] = {}
    for key, name in db.execute("SELECT key, file FROM submissions WHERE file IS NOT NULL"):
        boxes[key] = _boxes(store.with_name(f"{store.name}-material-{name}"))
    found = {row[0]: row for row in rows}
    if len(found) < len(rows) or len({row[1] for row in rows}) < len(rows):
        yield "a key or a number is there twice"
    for key, number in promised.told.items():
        if key not in found:
            yield "a submission whose number was told is lost"
        elif found[key][1] != number:
            yield "a submission has another number than was told"
    for key, _, state, body in rows:
        if key not in promised.announced:
            yield "a submission that nobody handed in"
        elif state == "delivered":
            if key not in promised.sent or body is not None:
                yield "a submission is gone that the platform never answered for"
        elif key in promised.delivered:
            yield "a submission is still here after its delivery was told"
        elif state == "poison" and key not in promised.aside:
            yield "a submission was set aside without a reason"
        elif body is None or digest_of(body, boxes.get(key, ())) != promised.announced[key]:
            yield "a submission is not whole"


def _journal(db: sqlite3.Connection) -> Iterable[str]:
    if (line := Journal(db).verify()) is not None:
        yield f"the journal breaks at line {line}"
    for event, table in (
        (JournalEvent.KEPT, "submissions"),
        (JournalEvent.DELIVERED, "submissions WHERE acknowledged_at IS NOT NULL"),
    ):
        lines = "SELECT number FROM journal_lines WHERE event = ?"
        written = db.execute(lines, (str(event),)).fetchall()
        there = db.execute(f"SELECT number FROM {table}").fetchall()  # noqa: S608 (names of ours)
        if sorted(written) != sorted(there):
            yield f"the journal does not agree about what was {event}"


def _ledger(db: sqlite3.Connection, promised: Said) -> Iterable[str]:
    if not db.execute("SELECT 1 FROM sqlite_schema WHERE name = 'print_ledger'").fetchall():
        states = {}
    else:
        states = dict(db.execute("SELECT number, state FROM print_ledger").fetchall())
    if any(number not in states for number in promised.printing):
        yield "a receipt may be printed twice: the ledger has forgotten it"
    if any(states.get(number) != "printed" for number in promised.printed):
        yield "a receipt that came out counts as not printed"


def _unusable(db: sqlite3.Connection) -> Iterable[str]:
    outbox, lots = Outbox(db, TERMINAL, LIMITS), random.Random(0)
    try:
        waiting = outbox.waiting()
        if not outbox.keep(*a_submission(lots)).new or outbox.waiting() != waiting + 1:
            yield "a new submission is not kept"
    except StoreError as fault:
        yield f"a new submission is not kept: {fault}"
