"""How often a search ended without an item, and near which items: for the operator, of nobody.

What a resident types may be a name, a number, or what the doctor said. So it is never counted, kept
or logged, however short it is: only the item that came nearest is, one of the words that the
catalogue already has. Where nothing came near there is only the count.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Iterable, Mapping

from kiosk.visits.visit import Visit

log = logging.getLogger(__name__)

NOTHING_NEAR = ""


class SearchTally:
    """`find`: what was typed → codes of items, the likeliest first."""

    def __init__(self, find: Callable[[str], Iterable[str]]) -> None:
        self._find = find
        self._found = 0
        self._left: Counter[str] = Counter()

    def visit_over(self, visit: Visit) -> None:
        """One search a visit: the last."""
        if not visit.text:
            return
        if visit.came_from == "search":
            self._found += 1
            return
        nearest = next(iter(self._find(visit.text)), NOTHING_NEAR)
        self._left[nearest] += 1
        log.info("a search was left without an item; nearest: %s", nearest or "none")

    @property
    def found(self) -> int:
        """Searches from which an item was chosen."""
        return self._found

    @property
    def left(self) -> Mapping[str, int]:
        """Nearest item → searches that were left without choosing one; NOTHING_NEAR among them."""
        return dict(self._left)
