"""The last that was told of each number here, for when the platform is away; without anything that
says whose it is.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from kiosk.platform.affairs_messages import Progress, parse_progress
from kiosk.platform.platform_messages import Answer
from kiosk.platform.results import Code
from offline_cache.errors import StoreError
from offline_cache.last_known import LastKnown

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Remembered:
    """`told_at`: in local time."""

    progress: Progress
    told_at: datetime


class FollowedCases:
    """May be used by several threads. `open_known` raises StoreError; a store that refuses costs
    the memory of a number and nothing else.
    """

    def __init__(self, open_known: Callable[[], closing[LastKnown]]) -> None:
        self._open_known = open_known

    def note(self, progress: Progress) -> None:
        try:
            with self._open_known() as known:
                known.note(progress.answer.number, _as_told(progress))
        except (StoreError, ValueError) as fault:
            log.error("a progress is not remembered: %s", type(fault).__name__)

    def last(self, number: str) -> Remembered | None:
        try:
            with self._open_known() as known:
                found = known.last(number)
            if found is None:
                return None
            progress = parse_progress(json.dumps(found.told).encode())
        except (StoreError, ValueError) as fault:
            log.error("a progress is forgotten: %s", type(fault).__name__)
            return None
        return Remembered(progress, found.at.astimezone())


def _as_told(progress: Progress) -> dict[str, Any]:
    """As the platform would tell it; which records were certified is nobody's business here."""
    answer, told = progress.answer, progress.whereabouts.model_dump(mode="json")
    told["number"] = answer.number
    if not isinstance(answer, Answer):
        missing = [{"material": at, "next": first} for at, first in answer.missing.items()]
        return told | {"state": "awaiting", "missing": missing}
    if answer.code is Code.ACCEPTED or answer.decided_at is None:
        return told | {"state": "accepted"}
    told |= {"state": "decided", "code": str(answer.code)}
    if answer.valid_to is not None:
        told["valid_to"] = answer.valid_to.isoformat()
    return told | {"decided_at": answer.decided_at.isoformat()}
