"""Where a number stands that this terminal gave and the platform does not tell of."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass

from offline_cache.errors import StoreError
from offline_cache.outbox import Outbox
from offline_cache.submission import State

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class StandingHere:
    """place: in the line of those that wait to be sent, from 1, of `line`; 0 of 0 when in none."""

    number: str
    state: State
    place: int = 0
    line: int = 0


class Standings:
    """May be used by several threads. `open_outbox` raises StoreError."""

    def __init__(self, open_outbox: Callable[[], Outbox]) -> None:
        self._open_outbox = open_outbox

    def of(self, number: str) -> StandingHere | None:
        """None: never given here, or forgotten, or the store cannot be read."""
        try:
            with closing(self._open_outbox()) as outbox:
                standing = outbox.state_of(number)
                if standing is None:
                    return None
                place = outbox.place_of(number) or 0
                return StandingHere(number, standing.state, place, outbox.waiting() if place else 0)
        except StoreError as fault:
            log.error("the store cannot tell of a number: %s", fault)
            return None
