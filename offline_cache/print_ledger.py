"""Which receipts were printed: one row for each receipt number, and nothing about anybody.

It promises: a receipt is never printed twice for one event by a retry, and never silently lost.
Each change is one transaction with its line in the journal, where there is one, and on the disk
when the method returns, given a connection with `journal_mode=WAL` and `synchronous=FULL`. Killed
or without power between any two calls (within a call: as before or as after it):

| last call that returned | the row  | the next `begin` says | because                            |
|-------------------------|----------|-----------------------|------------------------------------|
| none, or `release`      | none     | FRESH                 | no paper was moved                 |
| `begin`                 | begun    | UNSURE                | nobody knows how far printing came |
| `unsure`                | unsure   | UNSURE                | somebody has to look               |
| `finish`                | printed  | ALREADY_PRINTED       | the printer confirmed it           |

So print only after FRESH; after UNSURE ask whether there is paper, and then `finish` or `release`.
`unfinished` lists what a crash left behind.
"""

from __future__ import annotations

import sqlite3
from enum import StrEnum

from offline_cache.errors import typed_faults
from offline_cache.journal import Journal, JournalEvent
from offline_cache.schema import PRINT_LEDGER


class Begun(StrEnum):
    FRESH = "fresh"  # print it
    ALREADY_PRINTED = "already printed"  # do not
    UNSURE = "unsure"  # ask somebody who looks


class PrintLedger:
    """One object belongs to one thread, as its connection does. Any call may raise StoreError."""

    def __init__(self, connection: sqlite3.Connection, journal: Journal | None = None) -> None:
        """`journal`: of the same connection."""
        self._db, self._journal = connection, journal
        with typed_faults(), self._db:
            self._db.execute(PRINT_LEDGER)

    def close(self) -> None:
        self._db.close()

    def begin(self, number: str) -> Begun:
        """To be called before the first byte goes to the printer; only FRESH allows to send it."""
        with typed_faults():
            with self._db:
                new = self._db.execute(
                    "INSERT INTO print_ledger VALUES (?, 'begun') ON CONFLICT (number) DO NOTHING",
                    (number,),
                ).rowcount
            row = self._db.execute(
                "SELECT state FROM print_ledger WHERE number = ?", (number,)
            ).fetchone()
        if new:
            return Begun.FRESH
        return Begun.ALREADY_PRINTED if row and row[0] == "printed" else Begun.UNSURE

    def finish(self, number: str) -> None:
        """The printer confirmed the receipt, or somebody holds it in the hand. It stays so.

        Raises:
            LookupError: it was never begun.
        """
        self._change(
            "UPDATE print_ledger SET state = 'printed' WHERE number = ?",
            number,
            JournalEvent.SLIP_PRINTED,
        )

    def unsure(self, number: str) -> None:
        """Nobody can tell whether it came out.

        Raises:
            LookupError: it was never begun, or it is known to be printed.
        """
        self._change(
            "UPDATE print_ledger SET state = 'unsure' WHERE number = ? AND state <> 'printed'",
            number,
            JournalEvent.SLIP_UNSURE,
        )

    def release(self, number: str) -> None:
        """It is known that nothing usable came out: not a byte was sent, or somebody looked.

        Raises:
            LookupError: it was never begun, or it is known to be printed.
        """
        self._change(
            "DELETE FROM print_ledger WHERE number = ? AND state <> 'printed'",
            number,
            JournalEvent.SLIP_NOT_OUT,
        )

    def unfinished(self) -> list[str]:
        """The numbers begun and not finished, oldest first: what a crash left behind."""
        with typed_faults():
            rows = self._db.execute(
                "SELECT number FROM print_ledger WHERE state <> 'printed' ORDER BY rowid"
            )
            return [number for (number,) in rows]

    def _change(self, statement: str, number: str, event: JournalEvent) -> None:
        with typed_faults(), self._db:
            changed = self._db.execute(statement, (number,)).rowcount
            if changed and self._journal is not None:
                self._journal.note(event, number)
        if not changed:
            raise LookupError("no such receipt in that state")
