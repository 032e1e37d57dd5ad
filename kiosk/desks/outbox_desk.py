"""What was set aside, for people: a list, and the way back. What `main.py outbox` does.

A line names a number, a service and a reason; of a person there is nothing to name.
"""

from __future__ import annotations

from contextlib import closing

from config.settings import Settings
from config.start_error import StartError
from kiosk.platform.affairs_messages import IDLE_DAYS
from offline_cache import database
from offline_cache.errors import StoreError
from offline_cache.last_known import Idle, LastKnown
from offline_cache.outbox import Outbox
from offline_cache.submission import PoisonRow, Problem

WHY: dict[Problem, str] = {
    Problem.KEY_UNKNOWN: "the platform has no key that opens it; ask for the old key's return",
    Problem.TOO_LARGE: "larger than the platform takes; ask for a higher limit",
}
REFUSED = "the platform refuses it as it is; ask its operator, with the number"


class OutboxDeskError(StartError):
    """One line for whoever asked."""


def listed(given: Settings) -> list[str]:
    """What waits, in one line, one line for each that was set aside, and one for each case that
    nobody had opened for long when somebody asked here. The terminal may be running meanwhile.

    Raises:
        OutboxDeskError: the store cannot be read.
    """
    try:
        with closing(_outbox(given)) as outbox:
            waiting, held, poison = outbox.waiting(), outbox.held(), outbox.poison()
        with closing(LastKnown(database.connect(given.state / "store.db"))) as known:
            idle = known.idle(IDLE_DAYS)
    except StoreError as fault:
        raise OutboxDeskError(f"the outbox cannot be read: {fault}") from None
    head = f"{waiting} waiting, {held} of them held; {len(poison)} set aside"
    return [head, *map(_line, poison), *map(_idle_line, idle)]


def put_back(given: Settings, number: str) -> str:
    """Raises: OutboxDeskError: it was not set aside, or the store cannot be written."""
    try:
        with closing(_outbox(given)) as outbox:
            done = outbox.put_back(number)
    except StoreError as fault:
        raise OutboxDeskError(f"the outbox cannot be written: {fault}") from None
    if not done:
        raise OutboxDeskError("nothing with this number is set aside; see `main.py outbox list`")
    return f"{number}: in the line again"


def _outbox(given: Settings) -> Outbox:
    return Outbox(database.connect(given.state / "store.db"), given.terminal.id)


def _idle_line(case: Idle) -> str:
    asked = case.at.astimezone().strftime("%Y-%m-%d")
    return (
        f"{case.number}  not opened for {case.working_days} working days,"
        f" as told on {asked}: call {case.desk or 'the office in charge'}"
    )


def _line(row: PoisonRow) -> str:
    kept = row.kept_at.astimezone().strftime("%Y-%m-%d %H:%M")
    behind = f"; {row.holds} of its case wait behind it" if row.holds else ""
    why = WHY.get(row.reason, REFUSED)
    return f"{row.number}  {row.kind} {row.item}  kept {kept}  {row.reason}: {why}{behind}"
