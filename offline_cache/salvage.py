"""What can still be read of a damaged store goes into the new one, submissions first.

The damaged file is not touched: a copy is read, row by row, and a row that cannot be read, or is
not of its form any more, is passed over. SQLite keeps no checksum of what is in a row; that a body
is whole shows when the platform opens it.
"""

from __future__ import annotations

import logging
import re
import shutil
import sqlite3
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from offline_cache import receipt_number
from offline_cache.errors import StoreError, typed_faults
from offline_cache.journal_chain import KEPT, START, Line, chained
from offline_cache.material_files import MaterialFiles
from offline_cache.moments import moment
from offline_cache.schema import DRAFT_OWNERS, DRAFTS, PAGE_BYTES, PAYMENT_ORDERS, PRINT_LEDGER
from offline_cache.submission import Outcome, Problem

log = logging.getLogger(__name__)

MOST_ROWS: Final = 200_000  # looked for one by one between two rows that can be read
_HEADER_BYTES: Final = 100
_MOMENT: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
_WORD: Final = re.compile(r"[A-Za-z0-9._/-]{1,64}")
_DIGEST: Final = re.compile(r"([0-9a-f]{64})?")
_CASE: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_NAME: Final = re.compile(r"[A-Za-z0-9._-]{0,64}")

_GIVEN: Final = (
    "seq, number, key, kept_at, acknowledged_at, outcome, kind, item, key_id, suite, case_id,"
    " digest, state, tries, last_problem, file, bytes"
)
_LINES: Final = (
    "SELECT seq, at, event, number, word, device, count, took_ms, hash FROM journal ORDER BY seq"
)
_FILE: Final = 15  # its place in a row of those
_BYTES: Final = 16
_READ: Final = f"{_GIVEN}, line, hash"  # what the row is in the journal
_COLUMNS: Final = f"{_GIVEN}, drawn, draw, due_at, body"
_WRITE: Final = f"INSERT OR IGNORE INTO submissions ({_COLUMNS}) VALUES (?{', ?' * 20})"  # noqa: S608

Row = tuple[Any, ...]
Noted = tuple[Line, bytes]  # with its hash
_UNREADABLE = (sqlite3.Error, UnicodeDecodeError, OverflowError)


@dataclass(frozen=True, slots=True)
class Salvaged:
    """Counts of what was saved. `lost`: submissions of which only a part can be read."""

    submissions: int = 0
    lost: int = 0
    numbers: int = 0
    slips: int = 0
    lines: int = 0
    drafts: int = 0
    orders: int = 0  # that may have been paid


def salvage(damaged: Path, into: sqlite3.Connection, template: Path) -> Salvaged:
    """Into a store that has its tables and no rows yet; part of the transaction that is open.

    template: a sound store of the same release, whose first page stands in for a damaged one.

    Raises:
        OSError: the damaged file cannot be copied.
        StoreError: the new store cannot be written.
    """
    best: _Found | None = None
    with tempfile.TemporaryDirectory(prefix=".salvage-", dir=damaged.parent) as room:
        for number, heal in enumerate((_as_it_is, _with_header_of, _with_first_page_of)):
            copy = Path(room) / f"{number}.db"
            shutil.copyfile(damaged, copy)
            log_part = damaged.with_name(damaged.name + "-wal")
            if log_part.exists():
                shutil.copyfile(log_part, copy.with_name(copy.name + "-wal"))
            heal(copy, template)
            found = _read(copy)
            if best is None or found.worth > best.worth:
                best = found
        assert best is not None  # three ways were tried  # noqa: S101
        with closing(sqlite3.connect(best.copy, isolation_level=None)) as bodies, typed_faults():
            bodies.execute("PRAGMA writable_schema = ON")
            return _write(best, bodies, into, MaterialFiles(template))


def _as_it_is(_: Path, __: Path) -> None:
    """The first try: most damage is further in."""


def _with_header_of(copy: Path, template: Path) -> None:
    _overlay(copy, template, _HEADER_BYTES)


def _with_first_page_of(copy: Path, template: Path) -> None:
    """The tables begin on the same pages in every store: they are made in the same order."""
    _overlay(copy, template, PAGE_BYTES)


def _overlay(copy: Path, template: Path, length: int) -> None:
    with template.open("rb") as sound, copy.open("r+b") as file:
        page = bytearray(sound.read(length))
        page[28:32] = bytes(4)  # the size in pages: unknown, so that the file's own counts
        page[32:40] = bytes(8)  # no list of free pages
        file.write(page)


@dataclass(frozen=True, slots=True)
class _Found:
    """All but the bodies, which may be a gigabyte: they are read when they are written."""

    copy: Path
    delivered: dict[int, Row]  # by seq, as the next; in the order of _GIVEN
    waiting: dict[int, Row]
    torn: set[int]  # seq of what waited and is not of its form any more
    slips: list[Row]
    drafts: list[Row]  # rowid, tag, kept_at, days
    orders: list[Row]  # key, item, submission, amount_fen, number
    lines: list[Noted]
    heads: list[Row]

    @property
    def worth(self) -> tuple[int, int, int]:
        rest = len(self.lines) + len(self.slips) + len(self.drafts) + len(self.orders)
        return len(self.waiting), len(self.delivered), rest


def _read(copy: Path) -> _Found:
    found = _Found(copy, {}, {}, set(), [], [], [], [], [])
    try:
        with closing(sqlite3.connect(copy, isolation_level=None)) as db:
            db.execute("PRAGMA writable_schema = ON")  # a damaged table does not hide the others
            _read_into(found, db)
    except _UNREADABLE as fault:
        log.info("a damaged store gave no more: %s", type(fault).__name__)
    return found


def _read_into(found: _Found, db: sqlite3.Connection) -> None:
    lines: dict[int, Noted] = {}
    for *given, line, digest in _rows(db, "submissions", _READ):
        row = (*given,)
        seq, number, _, kept_at, acknowledged_at, *_ = row
        if line is not None:
            lines[line] = (line, kept_at, KEPT, number, None, None, None, None), digest
        if not _is_given(row):
            if not _is_moment(acknowledged_at):
                found.torn.add(seq)
        elif acknowledged_at is None:
            found.waiting[seq] = row
        else:
            found.delivered[seq] = row
    for number, state in _read_all(db, "SELECT number, state FROM print_ledger"):
        if _is_receipt(number) and state in ("begun", "unsure", "printed"):
            found.slips.append((number, state))
    found.drafts.extend(_drafts(db))
    orders = "SELECT key, item, submission, amount_fen, number FROM payment_orders"
    found.orders.extend(row for row in _read_all(db, orders) if _is_order(row))
    found.lines.extend(_sound(lines, _read_all(db, _LINES)))
    heads = "SELECT seq, hash, at, key, signature FROM journal_heads ORDER BY seq"
    found.heads.extend(
        row
        for row in _read_all(db, heads)
        if type(row[0]) is int
        and 0 < row[0] <= len(found.lines)
        and found.lines[row[0] - 1][1] == row[1]
    )


def _sound(kept: dict[int, Noted], others: Iterable[Row]) -> Iterator[Noted]:
    """The chain is only as good as its beginning: up to the first line that is not there, or does
    not fit. `kept`: those that the submissions are themselves.
    """
    noted = kept | {line[0]: ((*line,), digest) for *line, digest in others}
    last = START
    for seq in count(1):
        line, digest = noted.get(seq, (None, b""))
        if line is None or digest != chained(last, line):
            return
        yield line, digest
        last = digest


def _drafts(db: sqlite3.Connection) -> list[Row]:
    """From both ends to the damage; the boxes are read when they are written."""
    ordered = "SELECT rowid, tag, kept_at, days FROM drafts ORDER BY rowid"
    rows = [*_read_all(db, ordered), *_read_all(db, f"{ordered} DESC")]
    return list({row[0]: row for row in rows if _is_draft(row)}.values())


def _read_all(db: sqlite3.Connection, question: str) -> Iterator[Row]:
    """Until the first row that cannot be read."""
    try:
        yield from db.execute(question)
    except _UNREADABLE:
        return


def _rows(db: sqlite3.Connection, table: str, columns: str) -> list[Row]:
    """From both ends to the damage, and then what can be had one by one between."""
    ordered = f"SELECT {columns} FROM {table} ORDER BY seq"  # noqa: S608 (ours)
    rows = {row[0]: row for row in _read_all(db, ordered) if type(row[0]) is int}
    first = max(rows, default=0)
    back = {row[0]: row for row in _read_all(db, f"{ordered} DESC") if type(row[0]) is int}
    rows |= back
    last = min((seq for seq in back if seq > first), default=first)
    for seq in range(first + 1, min(last, first + MOST_ROWS)):
        one = f"SELECT {columns} FROM {table} WHERE seq = {seq}"  # noqa: S608 (ours)
        rows |= {row[0]: row for row in _read_all(db, one)}
    return [rows[seq] for seq in sorted(rows)]


def _write(
    found: _Found, bodies: sqlite3.Connection, into: sqlite3.Connection, files: MaterialFiles
) -> Salvaged:
    submissions = delivered = 0
    for seq, row in sorted((found.waiting | found.delivered).items()):
        body: bytes | None = None
        size, file = 0, row[_FILE]
        uploads: list[tuple[int, int]] = []
        if seq in found.waiting:
            body = _body(bodies, seq)
            if body is None:
                continue  # it is lost: nobody is to be told that it was delivered
            size = len(body)
            if file is not None:
                uploads = _in_file(files, file, row[_BYTES] - size)
                if not uploads:
                    continue
                size = row[_BYTES]
        drawn, draw = _drawn(*row[1:3])
        new = into.execute(_WRITE, (*row[:_BYTES], size, drawn, draw, row[3], body)).rowcount
        if body is None:
            delivered += new
        elif new:
            submissions += 1
            into.executemany(
                "INSERT INTO uploads (seq, material, chunks) VALUES (?, ?, ?)",
                [(seq, *upload) for upload in uploads],
            )
    into.execute(PRINT_LEDGER)
    slips = sum(
        into.execute("INSERT OR IGNORE INTO print_ledger VALUES (?, ?)", row).rowcount
        for row in found.slips
    )
    drafts = _write_drafts(found.drafts, bodies, into)
    into.execute(PAYMENT_ORDERS)
    orders = sum(
        into.execute(
            "INSERT OR IGNORE INTO payment_orders VALUES (?, ?, ?, ?, ?, '', 0, 1)", row
        ).rowcount
        for row in found.orders
    )
    into.executemany(
        "INSERT INTO journal (seq, at, event, number, word, device, count, took_ms, hash)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        ((*line, digest) for line, digest in found.lines),
    )
    into.executemany("INSERT OR IGNORE INTO journal_heads VALUES (?, ?, ?, ?, ?)", found.heads)
    lost = len(found.waiting) + len(found.torn) - submissions
    numbers = delivered + submissions
    return Salvaged(submissions, lost, numbers, slips, len(found.lines), drafts, orders)


def _write_drafts(found: list[Row], bodies: sqlite3.Connection, into: sqlite3.Connection) -> int:
    into.execute(DRAFTS)
    written = 0
    for rowid, *row in found:
        for (box,) in _read_all(bodies, f"SELECT box FROM drafts WHERE rowid = {rowid}"):  # noqa: S608
            if type(box) is bytes:
                new = into.execute("INSERT OR IGNORE INTO drafts VALUES (?, ?, ?, ?)", (*row, box))
                written += new.rowcount
    into.execute(DRAFT_OWNERS)
    owned = "INSERT OR IGNORE INTO draft_owners SELECT tag, ? FROM drafts WHERE tag = ?"
    for tag, owner in _read_all(bodies, "SELECT tag, owner FROM draft_owners"):
        if type(tag) is type(owner) is bytes:
            into.execute(owned, (owner, tag))
    return written


def _drawn(number: str, key: str) -> tuple[int, int]:
    """What was drawn, and whether it is the first that is drawn from the key."""
    drawn = receipt_number.drawn_in(number)
    return drawn, 1 if drawn == receipt_number.drawn_from(key, 1) else 2


def _in_file(files: MaterialFiles, name: str, size: int) -> list[tuple[int, int]]:
    """What the file itself says is in it; nothing when it is not whole."""
    try:
        return files.uploads(name) if files.is_whole(name, size) else []
    except StoreError:
        return []


def _body(bodies: sqlite3.Connection, seq: int) -> bytes | None:
    for (body,) in _read_all(bodies, f"SELECT body FROM submissions WHERE seq = {seq}"):  # noqa: S608
        return body if type(body) is bytes else None
    return None


def _is_receipt(number: object) -> bool:
    return isinstance(number, str) and receipt_number.is_valid(number)


def _is_moment(at: object) -> bool:
    try:
        return isinstance(at, str) and bool(_MOMENT.fullmatch(at)) and bool(moment(at))
    except ValueError:
        return False


def _is_given(row: Row) -> bool:
    _, number, key, kept_at, acknowledged_at, outcome, *words, case, digest = row[:12]
    state, tries, problem, file, size = row[12:]
    try:
        whole = isinstance(key, str) and str(UUID(key)) == key
    except ValueError:
        return False
    open_still = acknowledged_at is None and outcome is None
    closed = _is_moment(acknowledged_at) and outcome in set(Outcome)
    return (
        whole
        and _is_receipt(number)
        and _is_moment(kept_at)
        and (open_still or closed)
        and _are_words(*words)
        and isinstance(case, str)
        and (not case or bool(_CASE.fullmatch(case)))
        and isinstance(digest, str)
        and bool(_DIGEST.fullmatch(digest))
        and state in ("waiting", "poison")
        and type(tries) is int
        and (problem is None or problem in set(Problem))
        and (file is None or isinstance(file, str))
        and type(size) is int
    )


def _are_words(kind: object, item: object, key_id: object, suite: object) -> bool:
    words = all(isinstance(word, str) and _WORD.fullmatch(word) for word in (kind, item))
    names = all(isinstance(name, str) and _NAME.fullmatch(name) for name in (key_id, suite))
    return words and names and bool(key_id) == bool(suite)


def _is_draft(row: Row) -> bool:
    rowid, tag, kept_at, days = row
    named = type(rowid) is int and type(tag) is bytes and len(tag) == 16
    return named and _is_moment(kept_at) and type(days) is int and 1 <= days <= 90


def _is_order(row: Row) -> bool:
    key, item, submission, amount_fen, number = row
    words = all(isinstance(word, str) for word in (key, item, submission, number))
    return words and bool(_WORD.fullmatch(item)) and type(amount_fen) is int and amount_fen > 0
