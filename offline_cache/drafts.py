"""Visits that pause: what a resident gave so far, closed until the same document lies there again.

A draft opens with three things together: the identity document, the code on the resident's slip,
and a secret of this terminal. The store holds none of them, and nothing in it says whose a draft
is: its row is found by what is derived from all three. Beside it stands what is derived from
document and terminal alone, so that its holder can be told that there is one, from when until when
(ADR 16). Whoever has the disk and the terminal's secret must still guess the document and then the
code, at the price of one scrypt (RFC 7914) a guess.

A draft lives for a set number of days and is overwritten when it goes. What it was found by stays
for `REMEMBERED` longer, so that whoever comes too late is told so.
"""

from __future__ import annotations

import hashlib
import secrets
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from offline_cache.database import scrub, transaction
from offline_cache.errors import OutboxFullError, typed_faults
from offline_cache.journal import Journal, JournalEvent
from offline_cache.moments import moment, stamp, utc_now
from offline_cache.schema import DRAFT_OWNERS, DRAFTS, PAST_DRAFTS

SECRET_PURPOSE: Final = b"village-kiosk drafts v1"  # what the terminal's key signs for `secret`
CODE_DIGITS: Final = 8
MOST_DRAFTS: Final = 500
MOST_BYTES: Final = 16_000_000  # of one
REMEMBERED: Final = timedelta(days=90)
_TAG_BYTES, _KEY_BYTES, _NONCE_BYTES = 16, 32, 12
_OF_OWNERS: Final = b"|owner"  # beside the secret: another one than that of the drafts themselves
# 32 MiB and about a tenth of a second: nothing to a resident, a lot to whoever tries them all.
_COST: Final = {"n": 2**15, "r": 8, "p": 1, "maxmem": 64 * 1024 * 1024}


@dataclass(frozen=True, slots=True, repr=False)
class Draft:
    content: bytes
    kept_at: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class KeptDraft:
    """That there is one, and nothing of what is in it."""

    kept_at: datetime
    until: datetime


class Drafts:
    """One object belongs to one thread, as its connection does. Any call may raise StoreError.

    Args:
        secret: the terminal's; `TerminalKey.sign(SECRET_PURPOSE)` is one (RFC 8032: the same each
            time).
        journal: of the same connection; what becomes of a draft is noted there, not of which.
    """

    def __init__(
        self,
        connection: sqlite3.Connection,
        secret: bytes,
        clock: Callable[[], datetime] = utc_now,
        journal: Journal | None = None,
    ) -> None:
        self._db, self._secret, self._clock = connection, secret, clock
        self._journal = journal
        with typed_faults(), self._db:
            self._db.execute(DRAFTS)
            self._db.execute(DRAFT_OWNERS)
            self._db.execute(PAST_DRAFTS)

    def keep(self, content: bytes, document: bytes, days: int, code: str = "") -> str:
        """The code to print. With the `code` of an earlier one it takes that one's place.

        `document` is what only this identity document says, the same at each reading; `days` is 1
        to 90.

        Raises:
            OutboxFullError: there are too many, or it is too long; nothing was kept.
        """
        if not 1 <= days <= 90:
            raise ValueError("a draft is kept for 1 to 90 days")
        if len(content) > MOST_BYTES:
            raise OutboxFullError("a draft of this length is not kept")
        code = code or f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}}"
        (tag, key), owner = self._derived(document, code), self._owner(document)
        kept_at, nonce = stamp(self._clock()), secrets.token_bytes(_NONCE_BYTES)
        box = nonce + AESGCM(key).encrypt(nonce, content, _bound_to(kept_at, days))
        with transaction(self._db):
            self._db.execute("DELETE FROM drafts WHERE tag = ?", (tag,))
            (count,) = self._db.execute("SELECT count(*) FROM drafts").fetchone()
            if count >= MOST_DRAFTS:
                raise OutboxFullError(f"{count} drafts are kept")
            self._db.execute("INSERT INTO drafts VALUES (?, ?, ?, ?)", (tag, kept_at, days, box))
            self._db.execute("INSERT INTO draft_owners VALUES (?, ?)", (tag, owner))
            self._note(JournalEvent.DRAFT_KEPT)
        scrub(self._db)
        return code

    def open(self, document: bytes, code: str) -> Draft | None:
        """None: this document and this code are of no draft that is still kept here."""
        tag, key = self._derived(document, code)
        with typed_faults():
            row = self._db.execute(
                "SELECT kept_at, days, box FROM drafts WHERE tag = ?", (tag,)
            ).fetchone()
        if row is None:
            return None
        kept_at, days, box = row
        until = _end(kept_at, days)
        if until < self._clock():
            return None
        try:
            content = AESGCM(key).decrypt(
                box[:_NONCE_BYTES], box[_NONCE_BYTES:], _bound_to(kept_at, days)
            )
        except InvalidTag:
            return None  # damaged on the disk: of no use to anybody
        self._note(JournalEvent.DRAFT_OPENED)
        return Draft(content, moment(kept_at), until)

    def of(self, document: bytes) -> tuple[KeptDraft, ...]:
        """What is kept here for the holder of a document, whatever its code; the first to go comes
        first. What was kept by a release that did not note owners is not among it.
        """
        with typed_faults():
            rows = self._db.execute(
                "SELECT kept_at, days FROM drafts JOIN draft_owners USING (tag) WHERE owner = ?",
                (self._owner(document),),
            ).fetchall()
        now = self._clock()
        kept = (KeptDraft(moment(kept_at), _end(kept_at, days)) for kept_at, days in rows)
        return tuple(sorted((one for one in kept if one.until >= now), key=lambda one: one.until))

    def is_past(self, document: bytes, code: str) -> bool:
        """Whether there was such a draft, and its days are over."""
        tag, _ = self._derived(document, code)
        with typed_faults():
            kept = self._db.execute("SELECT kept_at, days FROM drafts WHERE tag = ?", (tag,))
            for kept_at, days in kept:
                return _end(kept_at, days) < self._clock()
            past = self._db.execute("SELECT 1 FROM past_drafts WHERE tag = ?", (tag,))
            return past.fetchone() is not None

    def drop(self, document: bytes, code: str) -> None:
        """It was handed in, or is not wanted any more."""
        with transaction(self._db):
            self._db.execute(
                "DELETE FROM drafts WHERE tag = ?", (self._derived(document, code)[0],)
            )
        scrub(self._db)

    def expire(self) -> int:
        """Deletes what nobody came back for; how many there were.

        By the clock that was given: one that jumps is that clock's matter (steady_clock.py).
        """
        now = self._clock()
        with transaction(self._db):
            rows = self._db.execute("SELECT tag, kept_at, days FROM drafts").fetchall()
            past = [(tag, stamp(end)) for tag, *kept in rows if (end := _end(*kept)) < now]
            self._db.executemany("DELETE FROM drafts WHERE tag = ?", [(tag,) for tag, _ in past])
            self._db.executemany("INSERT OR REPLACE INTO past_drafts VALUES (?, ?)", past)
            forgotten = stamp(now - REMEMBERED)
            self._db.execute("DELETE FROM past_drafts WHERE until < ?", (forgotten,))
            if past:
                self._note(JournalEvent.DRAFT_EXPIRED, count=len(past))
        if past:
            scrub(self._db)
        return len(past)

    def _note(self, event: JournalEvent, count: int | None = None) -> None:
        if self._journal is not None:
            self._journal.note(event, count=count)

    def _derived(self, document: bytes, code: str) -> tuple[bytes, bytes]:
        digits = "".join(filter(str.isdigit, code)).encode("ascii", errors="replace")
        told = _stretched(document, digits, self._secret, _TAG_BYTES + _KEY_BYTES)
        return told[:_TAG_BYTES], told[_TAG_BYTES:]

    def _owner(self, document: bytes) -> bytes:
        return _stretched(document, b"", self._secret + _OF_OWNERS, _TAG_BYTES)


def _stretched(document: bytes, digits: bytes, secret: bytes, length: int) -> bytes:
    return hashlib.scrypt(
        len(document).to_bytes(4, "big") + document + digits,
        salt=hashlib.sha256(secret).digest(),
        dklen=length,
        **_COST,
    )


def _end(kept_at: str, days: int) -> datetime:
    return moment(kept_at) + timedelta(days=days)


def _bound_to(kept_at: str, days: int) -> bytes:
    """A draft whose days were lengthened on the disk does not open."""
    return SECRET_PURPOSE + f"|{kept_at}|{days}".encode()
