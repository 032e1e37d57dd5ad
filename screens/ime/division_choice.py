"""Choosing a place from the table of divisions: the own village first, then its neighbours, then
level by level. Knows no window.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from config.catalogue_models import Level
from config.divisions import DIGITS, LEVELS, Division, Divisions, parent

# What people do not say, or say otherwise.
_SUFFIX: Final = re.compile("(?:村?村民委员会|村?村委会|社区居民委员会|社区居委会)$")
_OTHERWISE: Final = {
    "市辖区": "各区",
    "县": "各县",
    "省直辖县级行政区划": "省里直管的县市",
    "自治区直辖县级行政区划": "自治区直管的市",
}


def plain_name(name: str) -> str:
    """As it is said: 石桥村委会 is 石桥村."""
    name = _OTHERWISE.get(name, name)
    ending = _SUFFIX.search(name)
    if ending is None:
        return name
    return name[: ending.start()] + ("社区" if "社区" in ending[0] else "村")


@dataclass(frozen=True, slots=True)
class Way:
    """One of the first buttons. key: of its text, which `name` stands in; code: where it leads."""

    key: str
    code: str
    name: str


class DivisionChoice:
    """own: the terminal's division, 12 digits; "" where none is put forward. down_to: the level at
    which the choice is made. initials: of a character, the letters its readings begin with.
    """

    def __init__(
        self,
        divisions: Divisions,
        own: str = "",
        down_to: Level = Level.VILLAGE,
        initials: Callable[[str], frozenset[str]] = lambda _: frozenset(),
    ) -> None:
        self._divisions, self._down_to, self._initials = divisions, down_to, initials
        self._own = own if own and divisions.knows(own) else ""
        self.clear()

    def clear(self) -> None:
        """Nothing chosen; the first buttons again."""
        self.chosen, self._refused = "", False
        self._list_of: str | None = None if self._own else ""
        self._letter = ""

    def start(self, code: str) -> None:
        """With what is known already; an unknown code is as none."""
        if code and self._divisions.knows(code):
            self.chosen = code

    def refuse(self) -> None:
        """What was chosen cannot be taken: its neighbours stay to be chosen from."""
        self._refused = True

    def take_over(self, before: DivisionChoice) -> None:
        self.chosen, self._list_of, self._letter = before.chosen, before._list_of, before._letter

    @property
    def value(self) -> str:
        """12 digits, as deep as was chosen; "" for nothing."""
        return self.chosen or self._list_of or ""

    @property
    def said(self) -> tuple[str, ...]:
        """The names from the province down to where the choice is, for the eye."""
        here = self.chosen or self._list_of or ""
        return tuple(plain_name(name) for name in self._divisions.said(here)) if here else ()

    @property
    def ways(self) -> tuple[Way, ...]:
        """The first buttons; none once a list is shown."""
        if self.chosen or self._list_of is not None:
            return ()
        levels = LEVELS[: LEVELS.index(self._down_to) + 1]
        own = self._own[: DIGITS[self._down_to]].ljust(12, "0")
        ways = [Way(f"typing.division.own.{self._down_to}", own, self._name(own))]
        here = own
        for level in reversed(levels[:-1]):
            above = self._own[: DIGITS[level]].ljust(12, "0")
            if above == here or self._leads_on(above) == here:
                continue
            here = above
            ways.append(Way("typing.division.in", above, self._name(above)))
        return (*ways, Way("typing.division.elsewhere", "", ""))

    @property
    def rows(self) -> tuple[Division, ...]:
        """What is to be chosen from, of the initial that was asked for."""
        if (listed := self._listed) is None:
            return ()
        rows = self._divisions.children(listed)
        if self._letter:
            rows = tuple(one for one in rows if self._letter in self._initials(one.name[0]))
        return rows

    @property
    def letters(self) -> frozenset[str]:
        """The initials that something in the whole list has."""
        if (listed := self._listed) is None:
            return frozenset()
        return frozenset().union(
            *(self._initials(one.name[0]) for one in self._divisions.children(listed))
        )

    @property
    def letter(self) -> str:
        return self._letter

    def only(self, letter: str) -> None:
        """Those of one initial; "" for all."""
        self._letter = letter

    def go(self, code: str) -> None:
        """Chooses where the level is reached, and lists what lies below otherwise."""
        self._letter = ""
        if code and self._is_deep_enough(code):
            self.chosen = code
            return
        below = self._divisions.children(code)
        if code and len(below) == 1:
            self.go(below[0].code)  # one rung alone is no choice: 北京市, 市辖区
        else:
            self._list_of = code

    def up(self) -> None:
        """To the list that it was chosen from; from the provinces to the first buttons."""
        self._letter = ""
        here = self.chosen or self._list_of or ""
        self.chosen = ""
        if here:
            self._list_of = self._above(here)
        else:
            self._list_of = None if self._own else ""

    @property
    def can_go_up(self) -> bool:
        return bool(self.chosen or self._list_of or (self._list_of == "" and self._own))

    @property
    def _listed(self) -> str | None:
        """Of what the list shows the parts; None while it shows none."""
        if self.chosen:
            return self._above(self.chosen) if self._refused else None
        return self._list_of

    def _above(self, code: str) -> str:
        """Where there is something to choose; "" for the whole country."""
        above = parent(code)
        while above and len(self._divisions.children(above)) == 1:
            above = parent(above)
        return above

    def _is_deep_enough(self, code: str) -> bool:
        found = self._divisions.find(code)
        if LEVELS.index(found.level) >= LEVELS.index(self._down_to):
            return True
        below = self._divisions.children(code)
        deepest = LEVELS.index(self._down_to)
        return not below or LEVELS.index(below[0].level) > deepest

    def _leads_on(self, code: str) -> str:
        below = self._divisions.children(code)
        return below[0].code if len(below) == 1 else ""

    def _name(self, code: str) -> str:
        return plain_name(self._divisions.name(code))
