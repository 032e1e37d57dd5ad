"""The store, as the machines come to it: begun at the start or, when the disk would not have it,
as soon as it will.

A disk that is full, read-only or broken does not keep the terminal from starting: what needs the
store says that it cannot be done, and the rest goes on.
"""

from __future__ import annotations

import logging
import secrets
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from devices.base import Condition, DeviceFailedError, GarbledReplyError, Status
from offline_cache import database
from offline_cache.drafts import SECRET_PURPOSE, Drafts
from offline_cache.errors import StoreBusyError, StoreError, StoreIoError
from offline_cache.journal import Journal, JournalEvent
from offline_cache.journal_chain import SignedHead
from offline_cache.last_known import LastKnown
from offline_cache.outbox import Outbox
from offline_cache.payment_orders import PaymentOrders
from offline_cache.print_ledger import PrintLedger
from offline_cache.steady_clock import Jump, SteadyClock
from offline_cache.terminal_key import TerminalKey, TerminalKeyError, load_or_make

log = logging.getLogger(__name__)


class StoreRoom:
    """May be used by any thread; each gets connections of its own."""

    def __init__(
        self,
        store: Path,
        key_file: Path,
        terminal: str,
        clock: SteadyClock | None = None,
        load_key: Callable[[Path], TerminalKey] = load_or_make,
    ) -> None:
        """`terminal`: 6 digits, see `Outbox`. `clock` is told the last moment of the journal.
        `load_key` raises TerminalKeyError.
        """
        self.store, self._key_file, self._terminal = store, key_file, terminal
        self._load_key = load_key
        self.clock = clock or SteadyClock()
        self._run = secrets.token_hex(8)
        self._beginning = threading.Lock()
        self._begun = False
        self._key: TerminalKey | None = None

    def begin(self) -> None:
        """Before anything else; a disk that refuses is tried again by whoever connects."""
        try:
            self.connect().close()
        except StoreError as fault:
            log.error("nothing can be kept: %s: %s", type(fault).__name__, fault)

    def connect(self) -> sqlite3.Connection:
        """Raises: StoreError."""
        with self._beginning:
            if not self._begun:
                self._begin()
                self._begun = True
        return database.connect(self.store)

    def outbox(self) -> Outbox:
        """Raises: StoreError."""
        return Outbox(self.connect(), self._terminal, clock=self.clock)

    @contextmanager
    def desk(self) -> Iterator[Outbox]:
        """The outbox as a worker's tool. Raises: DeviceFailedError: it cannot be opened now."""
        with _as_device_fault():
            outbox = self.outbox()
        with closing(outbox):
            yield outbox

    def ledger(self) -> closing[PrintLedger]:
        """Raises: StoreError."""
        connection = self.connect()
        return closing(PrintLedger(connection, self.journal(connection)))

    def known(self) -> closing[LastKnown]:
        """Raises: StoreError."""
        return closing(LastKnown(self.connect(), self.clock))

    @contextmanager
    def orders(self) -> Iterator[PaymentOrders]:
        """Raises: StoreError."""
        with closing(self.connect()) as connection:
            yield PaymentOrders(connection, self._run, self.journal(connection))

    @contextmanager
    def drafts(self) -> Iterator[Drafts]:
        """Raises: StoreError: also without a key, which is the secret that they are kept under."""
        with closing(self.connect()) as connection:
            secret = self.signature(SECRET_PURPOSE)
            if secret is None:
                raise StoreIoError("the terminal has no key to keep a draft under")
            yield Drafts(connection, secret, self.clock, self.journal(connection))

    def journal(self, connection: sqlite3.Connection) -> Journal:
        return Journal(connection, self.clock)

    def sign(self, journal: Journal) -> None:
        """Raises: StoreError. Without a key (a disk that would not take one) nothing is signed."""
        if self._key is not None:
            journal.sign(self._key)

    def signed_head(self, journal: Journal) -> SignedHead | None:
        """As the journal is now. None without a key. Raises: StoreError."""
        if self._key is None:
            return None
        journal.sign(self._key)
        return journal.last_signed(self._key.public)

    def signature(self, message: bytes) -> bytes | None:
        """By the terminal's own key; None without one."""
        return None if self._key is None else self._key.sign(message)

    def end(self) -> None:
        """The last line."""
        try:
            with closing(self.connect()) as connection:
                journal = self.journal(connection)
                journal.note(JournalEvent.STOPPED)
                self.sign(journal)
        except StoreError as fault:
            log.error("the journal could not be closed: %s", fault)

    def _begin(self) -> None:
        opened = database.begin(self.store)
        try:
            self._key = self._load_key(self._key_file)
        except TerminalKeyError as fault:
            log.error("the journal is not signed: %s", fault)
        with closing(PrintLedger(opened.connection)) as ledger:
            for number in ledger.unfinished():
                log.warning("receipt %s was being printed when the terminal stopped", number)
            journal = self.journal(opened.connection)
            jump = self._look_at_the_clock(journal)
            with database.transaction(opened.connection):
                journal.note(JournalEvent.STARTED)
                if jump.behind:
                    journal.note(JournalEvent.CLOCK_BEHIND, count=jump.behind)
                if jump.ahead:
                    journal.note(JournalEvent.CLOCK_AHEAD, count=jump.ahead)
                if opened.set_aside is not None:
                    log.error("the store was damaged; it is set aside as %s", opened.set_aside)
                    journal.note(JournalEvent.STORE_REPLACED)
                if opened.salvaged is not None:
                    journal.note(JournalEvent.STORE_SALVAGED, count=opened.salvaged.submissions)
                    journal.note(JournalEvent.SUBMISSIONS_LOST, count=opened.salvaged.lost)
                if self._key is not None and self._key.made:
                    journal.note(JournalEvent.KEY_MADE)
                self.sign(journal)

    def _look_at_the_clock(self, journal: Journal) -> Jump:
        last = journal.last_moment()
        jump = Jump() if last is None else self.clock.not_before(last)
        if jump != Jump():
            log.error("the clock is not believed: %s minutes", jump)
        return jump


def desk_status(outbox: Outbox) -> Status:
    """Whether a submission could be kept now, and whether one was set aside for people to look at.
    Raises: DeviceFailedError: the disk is broken.
    """
    with _as_device_fault():
        outbox.require_room()
        aside = outbox.aside()
    if aside:
        return Status(Condition.ATTENTION, f"{aside} set aside: see main.py outbox list")
    return Status(Condition.OK)


@contextmanager
def _as_device_fault() -> Iterator[None]:
    """To the workers a disk is a device like any other."""
    try:
        yield
    except StoreBusyError as fault:
        raise GarbledReplyError(str(fault)) from None  # asking again helps
    except StoreError as fault:
        raise DeviceFailedError(f"{type(fault).__name__}: {fault}") from None
