"""What is left in a slot of the terminal when its visit is over. Time is an argument."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from kiosk.visits.events import Event, MediaForgotten, MediaPresent, MediaTaken

FORGOTTEN_AFTER_S: Final = 15.0  # the pages before have asked for a minute and a half


@dataclass(slots=True)
class Slot:
    """A reader a card lies on, a mouth paper stands in. Silent while a visit uses it.

    Only what a visit left is minded: whoever comes may lay a card before touching the screen, and
    is not to be alarmed.
    """

    device: str
    forgotten_after_s: float = FORGOTTEN_AFTER_S
    minded: bool = False
    _since_s: float | None = None  # lies there, as far as seen
    _shown: bool = False  # MediaPresent was told, and not yet MediaTaken
    _alarmed: bool = False

    def leave(self) -> None:
        """The visit is over: what is seen from now on was left by it."""
        self.minded, self._alarmed, self._since_s = True, False, None

    def use(self) -> None:
        """Another visit needs the slot. What was left there counts as left until it is seen gone,
        when that visit is over.
        """
        self.minded = False

    def see(self, there: bool | None, now_s: float) -> list[Event]:
        """None: nobody can tell at the moment; that changes nothing and alarms nobody."""
        if not self.minded or there is None:
            return []
        if not there:
            was_shown, self.minded, self._shown = self._shown, False, False
            return [MediaTaken(0, self.device)] if was_shown else []
        news: list[Event] = []
        if self._since_s is None:
            self._since_s = now_s
        if not self._shown:
            self._shown = True
            news.append(MediaPresent(0, self.device))
        if not self._alarmed and now_s - self._since_s >= self.forgotten_after_s:
            self._alarmed = True
            news.append(MediaForgotten(0, self.device))
        return news
