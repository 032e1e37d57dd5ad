"""Orders that a resident may pay, from before the platform is asked for one until nothing is owed.

A row is there for as long as money could be on its way for something that was not handed in. It
goes in the very transaction that keeps what was paid for (`Outbox.keep`), or when the platform has
said that the order is closed and whatever was paid is given back. Killed or without power between
any two calls:

| last call that returned | the row | what becomes of it                                     |
|-------------------------|---------|--------------------------------------------------------|
| none                    | none    | the platform was never asked                           |
| `begin`, `number`       | open    | the next start gives it up: closed, and paid back      |
| `give_up`               | given   | closed, and paid back; it counts for nothing any more  |
| `settle`                | none    | what was paid for is kept and names the order          |
| `close`                 | none    | nothing is owed                                        |

A row names no person: an order's key and number, the item, the key of what is handed in, a sum.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from offline_cache.database import transaction
from offline_cache.errors import OrderGivenUpError, typed_faults
from offline_cache.journal import Journal, JournalEvent
from offline_cache.schema import PAYMENT_ORDERS


@dataclass(frozen=True, slots=True)
class Owed:
    """`key`: the idempotency key of the order; `submission`: that of what is paid for. `number`: as
    the platform calls the order, "" while it has not said.
    """

    key: str
    item: str
    submission: str
    amount_fen: int
    number: str = ""


class PaymentOrders:
    """One object belongs to one thread, as its connection does. Any call may raise StoreError."""

    def __init__(
        self, connection: sqlite3.Connection, run: str, journal: Journal | None = None
    ) -> None:
        """`run`: drawn anew at each start; what an earlier one left open is nobody's any more.
        `journal`: of the same connection.
        """
        self._db, self._run, self._journal = connection, run, journal
        with typed_faults(), self._db:
            self._db.execute(PAYMENT_ORDERS)

    def begin(self, owed: Owed, visit: int) -> None:
        """To be called before the platform is asked for an order. `visit`: its number."""
        with transaction(self._db):
            self._db.execute(
                "INSERT INTO payment_orders VALUES (?, ?, ?, ?, ?, ?, ?, 0)",
                (
                    *(owed.key, owed.item, owed.submission, owed.amount_fen, owed.number),
                    *(self._run, visit),
                ),
            )

    def number(self, key: str, number: str) -> None:
        """The platform has opened it."""
        with transaction(self._db):
            self._db.execute("UPDATE payment_orders SET number = ? WHERE key = ?", (number, key))

    def is_open(self, key: str) -> bool:
        """False once it is settled, closed or given up."""
        with typed_faults():
            row = self._db.execute(
                "SELECT 1 FROM payment_orders WHERE key = ? AND given_up = 0", (key,)
            )
            return row.fetchone() is not None

    def give_up(self, key: str) -> Owed | None:
        """Nothing will be handed in with it. None: there is no such order, so nothing is owed."""
        with transaction(self._db):
            self._db.execute("UPDATE payment_orders SET given_up = 1 WHERE key = ?", (key,))
            found = self._owed("key = ?", key)
        return found[0] if found else None

    def give_up_until(self, visit: int) -> None:
        """Of this run all orders up to this visit, and all of the runs before."""
        with transaction(self._db):
            self._db.execute(
                "UPDATE payment_orders SET given_up = 1"
                " WHERE given_up = 0 AND (run <> ? OR visit <= ?)",
                (self._run, visit),
            )

    def given_up(self) -> tuple[Owed, ...]:
        """Those that are still to be closed at the platform, oldest first."""
        with typed_faults():
            return self._owed("given_up = 1")

    def close(self, key: str, *, returned: bool = False) -> None:
        """The platform says that nothing can be paid any more and, if `returned`, that it has given
        back what was.
        """
        with transaction(self._db):
            row = self._db.execute(
                "DELETE FROM payment_orders WHERE key = ? RETURNING amount_fen", (key,)
            ).fetchone()
            if row is not None and returned and self._journal is not None:
                self._journal.note(JournalEvent.FEE_RETURNED, count=row[0])

    def _owed(self, where: str, *values: str) -> tuple[Owed, ...]:
        rows = self._db.execute(
            "SELECT key, item, submission, amount_fen, number FROM payment_orders"  # noqa: S608
            f" WHERE {where} ORDER BY rowid",
            values,
        )
        return tuple(Owed(*row) for row in rows)


def settle(connection: sqlite3.Connection, key: str, journal: Journal, number: str) -> None:
    """What was paid with this order is kept as `number`; part of the transaction that keeps it.

    Raises:
        OrderGivenUpError: the money is on its way back: nothing may be kept as paid.
    """
    connection.execute(PAYMENT_ORDERS)
    row = connection.execute(
        "DELETE FROM payment_orders WHERE key = ? AND given_up = 0 RETURNING amount_fen", (key,)
    ).fetchone()
    if row is None:
        raise OrderGivenUpError("what was paid is being given back")
    journal.note(JournalEvent.FEE_TAKEN, number, count=row[0])
