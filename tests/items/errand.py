"""What somebody came for, and what they did on the way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from tests.items.answers import Value

SLOW_S: Final = 90.0  # for the face, the platform, the printer


class Way(StrEnum):
    """What happens between home and the end.

    BACK: from a question to the one before, and on. EDIT: from the summary to one answer, and on.
    MISSING: a paper is not there, and is brought after all when its lack is told. LATER: is
    brought later. LAPSE: gone without a word in the midst of it.
    """

    BACK = "back"
    EDIT = "edit"
    MISSING = "missing"
    LATER = "later"
    LAPSE = "lapse"


@dataclass(frozen=True, slots=True)
class Errand:
    """choices: answers that are not left to the lot, by question. sees: steps that it has to
    come by and stay at, in their order; those that pass by themselves may be too quick to be seen.
    scans: one paper; `paper`, or the first that can be where none is named. social_card: the
    generation of their own that is laid in place of typing its number; 0 types it.
    """

    item: str
    person: str
    seed: int = 0
    whom: str = ""
    scans: bool = False
    paper: str = ""
    social_card: int = 0
    search: bool = False
    ways: frozenset[Way] = frozenset()
    choices: Mapping[str, Value] = field(default_factory=dict)
    sees: tuple[str, ...] = ()
    pays: str = "now"  # or "later": a row of the page that asks how


@dataclass(slots=True)
class Entered:
    """What went in by touch.

    kept: found in the field, and left there. papers: a paper's name → how it was given. scanned:
    how many pages. steps: in the order in which they were seen. went: the ways that were gone.
    """

    whom: str = ""
    answers: dict[str, Value] = field(default_factory=dict)
    kept: dict[str, str] = field(default_factory=dict)
    papers: dict[str, str] = field(default_factory=dict)
    scanned: int = 0
    steps: list[str] = field(default_factory=list)
    went: set[Way] = field(default_factory=set)

    def came_by(self, wanted: tuple[str, ...]) -> bool:
        """Whether these steps are among those that were seen, in this order."""
        left = iter(one.split("/")[1] for one in self.steps)
        return all(one in left for one in wanted)
