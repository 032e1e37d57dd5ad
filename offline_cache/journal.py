"""What the terminal did, in an order that cannot be altered unnoticed.

Append only. What was kept is a line in its own row of the outbox for as long as its number is known
(schema.py, journal_lines); whoever reads the lines sees no difference. Every line carries the
SHA-256 of the line before it and itself, so a line changed, removed or put in between breaks the
chain; a signed head (Ed25519, the terminal's own key) says which line was the last at some moment,
so that nobody without that key can make another chain. By construction there is no room for
personal data: a line is a moment, an event, a receipt number, and words and small numbers from
closed lists.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from enum import StrEnum
from typing import Final, TypeAlias

from offline_cache import receipt_number
from offline_cache.database import transaction
from offline_cache.errors import typed_faults
from offline_cache.journal_chain import (
    KEPT,
    PURPOSE,
    START,
    Head,
    Line,
    SignedHead,
    chained,
    newer,
    next_head,
    statement,
)
from offline_cache.moments import moment, stamp, utc_now
from offline_cache.schema import LAST_HASHES, LAST_MOMENTS
from offline_cache.submission import Outcome, Problem
from offline_cache.terminal_key import TerminalKey

# A telephone number has 11 digits and a citizen's number 18: neither fits.
COUNT_LIMIT: Final = 10**9
LONGEST_S: Final = 86_400.0


class JournalEvent(StrEnum):
    STARTED = "started"
    STOPPED = "stopped"
    STORE_REPLACED = "store-replaced"  # a damaged store was set aside
    STORE_SALVAGED = "store-salvaged"  # count: submissions saved from the one set aside
    SUBMISSIONS_LOST = "submissions-lost"  # count: of which only a part could be read there
    KEY_MADE = "key-made"  # heads are signed with a new key from here on
    KEPT = KEPT  # a line that the row of the submission is
    DELIVERED = "delivered"  # word: Outcome
    HELPER_KNOWN = "helper-known"  # a registered helper has shown their card
    HELPED = "helped"  # what bears this number was given with a helper's help
    SET_ASIDE = "set-aside"  # word: Problem
    PUT_BACK = "put-back"
    DRAFT_KEPT = "draft-kept"
    DRAFT_OPENED = "draft-opened"
    DRAFT_EXPIRED = "draft-expired"  # count: of drafts that nobody came back for
    FEE_TAKEN = "fee-taken"  # with what was kept; count: in 0.01 yuan
    FEE_RETURNED = "fee-returned"  # nothing was handed in with it; count: in 0.01 yuan
    SLIP_PRINTED = "slip-printed"  # the printer or the resident said so
    SLIP_UNSURE = "slip-unsure"  # somebody has to look
    SLIP_NOT_OUT = "slip-not-out"
    DEVICE_LOST = "device-lost"
    DEVICE_BACK = "device-back"
    MEDIA_FORGOTTEN = "media-forgotten"  # a card or paper stays there, its owner gone
    MEDIA_TAKEN = "media-taken"  # what was forgotten is there no more
    RESIDUE_CHECKED = "residue-checked"  # count: files found; word: Residue; took: of the search
    CLOCK_BEHIND = "clock-behind"  # count: minutes it would have gone back
    CLOCK_AHEAD = "clock-ahead"  # count: minutes it went forward at once


class Residue(StrEnum):
    """How a search for what a visit left behind ended."""

    CLEAN = "clean"
    REMOVED = "removed"
    LEFT = "left"  # something could not be removed
    UNFINISHED = "unfinished"  # time was up, or a file could not be read; nothing found so far


class DeviceName(StrEnum):
    """As the workers are called."""

    IDCARD_READER = "idcard_reader"
    CAMERA = "camera"
    RECEIPT_PRINTER = "receipt_printer"
    SOCIAL_CARD = "social_card"
    SCANNER = "scanner"
    PAGE_PRINTER = "page_printer"
    CODE_READER = "code_reader"
    SPEAKER = "speaker"
    UPS = "ups"
    LIGHTS = "lights"
    PLATFORM = "platform"
    OUTBOX = "outbox"


Word: TypeAlias = Outcome | Problem | Residue


_COLUMNS: Final = "seq, at, event, number, word, device, count, took_ms"
_HEAD: Final = f"SELECT {LAST_HASHES} FROM journal"  # noqa: S608 (ours, as the next)
_LAST_MOMENT: Final = f"SELECT {LAST_MOMENTS} FROM journal"  # noqa: S608
_WRITE: Final = f"INSERT INTO journal ({_COLUMNS}, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"  # noqa: S608


class Journal:
    def __init__(
        self, connection: sqlite3.Connection, clock: Callable[[], datetime] = utc_now
    ) -> None:
        self._db, self._clock = connection, clock

    def note(
        self,
        event: JournalEvent,
        number: str | None = None,
        word: Word | None = None,
        *,
        device: DeviceName | None = None,
        count: int | None = None,
        took_s: float | None = None,
    ) -> Head:
        """Adds a line, the new head; part of the transaction that is open, if one is.

        Raises:
            ValueError: `number` is not a receipt number, a word is not from its closed list, or a
                number is too large to be a count or a duration. Nothing given is repeated.
            StoreError: the disk refused.
        """
        _require_form(event, number, word, device, count, took_s)
        took_ms = None if took_s is None else round(took_s * 1000)
        with transaction(self._db):
            return self.follow(
                self.head(),
                stamp(self._clock()),
                *(event, number, word, device, count, took_ms),
            )

    def follow(
        self,
        head: Head,
        at: str,
        event: JournalEvent,
        number: str | None = None,
        word: Word | None = None,
        device: DeviceName | None = None,
        count: int | None = None,
        took_ms: int | None = None,
    ) -> Head:
        """As `note`, within a transaction in which the head was read already, at a moment (see
        moments.py); of what is known to be of its form.
        """
        of, by = word and str(word), device and str(device)
        line = (at, str(event), number, of, by, count, took_ms)
        after = next_head(head, *line)
        self._db.execute(_WRITE, (after.seq, *line, after.hash))
        return after

    def take_over(self, kept: Iterable[tuple[int | None, str, str, bytes | None]]) -> None:
        """The lines that submissions were, before they are gone: line, at, number, hash. Those
        without a line have theirs here already.
        """
        self._db.executemany(
            _WRITE,
            [
                (seq, at, KEPT, number, *(None,) * 4, digest)
                for seq, at, number, digest in kept
                if seq is not None
            ],
        )

    def head(self) -> Head:
        with typed_faults():
            seq, digest = newer(*self._db.execute(_HEAD).fetchone())
        return Head(seq, digest or START)

    def last_moment(self) -> datetime | None:
        """When the last line was written; None before the first."""
        with typed_faults():
            _, at = newer(*self._db.execute(_LAST_MOMENT).fetchone())
        return moment(at) if at else None

    def sign(self, key: TerminalKey) -> Head:
        """Signs the head as it is now; nothing is added when it is signed with `key` already.

        Raises:
            StoreError: the disk refused.
        """
        with transaction(self._db):
            head, at = self.head(), stamp(self._clock())
            if head.seq == 0:
                return head
            self._db.execute(
                "INSERT INTO journal_heads VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
                (head.seq, head.hash, at, key.public, key.sign(statement(PURPOSE, head, at))),
            )
        return head

    def lines(self) -> Iterator[tuple[Line, bytes]]:
        """Every line with its hash, oldest first."""
        with typed_faults():
            for *line, found in self._db.execute(
                f"SELECT {_COLUMNS}, hash FROM journal_lines ORDER BY seq"  # noqa: S608 (ours)
            ):
                yield (*line,), found

    def signed_heads(self) -> Iterator[SignedHead]:
        with typed_faults():
            for row in self._db.execute(
                "SELECT seq, hash, at, key, signature FROM journal_heads ORDER BY seq"
            ):
                yield SignedHead(*row)

    def last_signed(self, key: bytes) -> SignedHead | None:
        """The newest head that was signed with this key (the public one, 32 bytes)."""
        with typed_faults():
            row = self._db.execute(
                "SELECT seq, hash, at, key, signature FROM journal_heads WHERE key = ?"
                " ORDER BY seq DESC LIMIT 1",
                (key,),
            ).fetchone()
        return None if row is None else SignedHead(*row)

    def verify(self) -> int | None:
        """The number of the first line that does not fit; None when the chain is whole."""
        expected, previous = 1, START
        for line, found in self.lines():
            if line[0] != expected or found != chained(previous, line):
                return expected
            expected, previous = expected + 1, found
        return None


def _require_form(
    event: object, number: object, word: object, device: object, count: object, took_s: object
) -> None:
    if not isinstance(event, JournalEvent):
        raise ValueError("a journal line is about an event from a closed list")
    if number is not None and not (isinstance(number, str) and receipt_number.is_valid(number)):
        raise ValueError("a journal line may carry a receipt number and no other")
    if not isinstance(word, Word | None):
        raise ValueError("a journal line may carry a word from a closed list and no other")
    if not isinstance(device, DeviceName | None):
        raise ValueError("a journal line may name a device of the terminal and nothing else")
    if count is not None and not (type(count) is int and 0 <= count < COUNT_LIMIT):
        raise ValueError("a count is a whole number below a milliard")
    if took_s is not None and not (isinstance(took_s, int | float) and 0 <= took_s <= LONGEST_S):
        raise ValueError("a duration is at most a day")
