"""When to try again: soon at first, then less and less often, never at the same moment as others.

The longest gap is short, because a device that is back has to be noticed within 3 s even where the
operating system announces nothing: a module that hung, a printer on the network. A lasting fault
ends only by somebody's doing, and most of what somebody does is seen (see `devices/nodes.py`).
"""

from __future__ import annotations

import random
from collections.abc import Callable


class Backoff:
    """`draw` gives a number from 0 to 1."""

    def __init__(
        self,
        first_s: float = 0.25,
        longest_s: float = 2.0,
        lasting_s: float = 15.0,
        draw: Callable[[], float] = random.random,
    ) -> None:
        self._first_s, self._longest_s, self._lasting_s = first_s, longest_s, lasting_s
        self._draw = draw
        self._failures = 0

    def reset(self) -> None:
        self._failures = 0

    def failed(self, *, lasting: bool) -> float:
        """Seconds until the next try: three quarters to the whole of the gap."""
        gap_s = min(self._first_s * 2.0 ** min(self._failures, 16), self._longest_s)
        self._failures += 1
        return (self._lasting_s if lasting else gap_s) * (0.75 + 0.25 * self._draw())
