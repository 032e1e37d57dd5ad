"""What waits, written to a stick for somebody to carry. What `main.py courier` does."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Final

from config.settings import Settings
from config.start_error import StartError
from kiosk.machines.key_custody import key_place, own_key
from offline_cache import database
from offline_cache.courier import Carried, CourierError, write_bundle
from offline_cache.errors import StoreError
from offline_cache.moments import utc_now
from offline_cache.outbox import Outbox
from offline_cache.terminal_key import TerminalKeyError

LOST: Final = "without these, whose papers the disk has lost"


class CourierDeskError(StartError):
    """One line for whoever asked."""


def carry(given: Settings, directory: Path) -> str:
    """One line about what was written. The terminal may be running meanwhile.

    Raises:
        CourierDeskError: the stick or the store refused.
    """
    lost: list[str] = []
    try:
        key = own_key(key_place(given.state))
        connection = database.connect(given.state / "store.db")
        with closing(Outbox(connection, given.terminal.id)) as outbox:
            carried = write_bundle(
                outbox, directory, given.terminal.id, key, utc_now(), lost.append
            )
    except (StoreError, TerminalKeyError, CourierError) as fault:
        raise CourierDeskError(str(fault)) from None
    return _told(carried, lost) + (f"; {LOST}: {', '.join(lost)}" if lost else "")


def _told(carried: Carried | None, lost: Sequence[str]) -> str:
    if carried is None:
        return "there is nothing to carry" if lost else "nothing waits: there is nothing to carry"
    size_kb = -(-carried.size_bytes // 1000)
    return f"{carried.file}: {carried.submissions} lines to carry, {size_kb} kB"
