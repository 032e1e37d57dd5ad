"""The papers of an item as a resident gives them: one at a time, each in its way."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from config.catalogue_models import Material, MaterialClass
from kiosk.visits.forms.asking import Answers, applies

LATER_DAYS = 15  # in which a paper that is missing can be brought after the handing in


class How(StrEnum):
    """How a paper is given; what the resident chooses."""

    SCAN = "scan"
    ON_FILE = "on_file"  # the authorities have it already
    ORIGINAL = "original"  # the paper itself is brought or posted
    COMMITMENT = "commitment"  # a signed promise stands for it
    LATER = "later"


# The usual first (service facts 1.6). What is shared or made here is asked of nobody.
WAYS: Mapping[MaterialClass, tuple[How, ...]] = {
    MaterialClass.SCANNED: (How.SCAN, How.ON_FILE, How.ORIGINAL, How.LATER),
    MaterialClass.COMMITTED: (How.SCAN, How.COMMITMENT, How.ON_FILE, How.LATER),
    MaterialClass.MAILED: (How.ORIGINAL, How.LATER),
}


@dataclass(frozen=True, slots=True)
class Given:
    """`pages`: JPEG, of what was scanned."""

    how: How
    pages: tuple[bytes, ...] = field(default=(), repr=False)


@dataclass(slots=True, repr=False)
class Papers:
    """`slot`: the paper in hand, "" while it is none; `page`: just scanned, not yet kept.

    sheets: of the paper in hand, kept so far in this going.
    """

    materials: tuple[Material, ...]
    answers: Callable[[], Answers]
    given: dict[str, Given] = field(default_factory=dict)
    slot: str = ""
    scanning: bool = False
    page: bytes | None = None
    sheets: list[bytes] = field(default_factory=list)

    # What the pages show

    def wanted(self) -> tuple[Material, ...]:
        """Those that the resident has to do something about."""
        return tuple(one for one in self.applying() if one.travels in WAYS)

    def applying(self) -> tuple[Material, ...]:
        answers = self.answers()
        return tuple(one for one in self.materials if applies(one.when, answers))

    @property
    def here(self) -> Material:
        """Raises: LookupError: no paper is in hand."""
        for one in self.wanted():
            if one.id == self.slot:
                return one
        raise LookupError("no paper is in hand")

    def next(self) -> str:
        """The first that nothing was said about; "" when there is none."""
        return next((one.id for one in self.wanted() if one.id not in self.given), "")

    def gaps(self) -> tuple[Material, ...]:
        """What has to come and is not here."""
        return tuple(
            one
            for one in self.wanted()
            if one.required and self.given.get(one.id, _NOTHING).how is How.LATER
        )

    def open(self) -> tuple[Material, ...]:
        """What has to come, and is not here or was not yet spoken of."""
        return tuple(
            one
            for one in self.wanted()
            if one.required and self.given.get(one.id, _LATER).how is How.LATER
        )

    def given_as(self, how: How) -> tuple[Material, ...]:
        return tuple(
            one for one in self.wanted() if one.id in self.given and self.given[one.id].how is how
        )

    # What a resident does

    def take_up(self, slot: str) -> None:
        if any(one.id == slot for one in self.wanted()):
            self._put_down()
            self.slot = slot

    def put_down(self) -> None:
        self._put_down()

    def choose(self, how: str) -> None:
        if how not in WAYS[self.here.travels]:
            return
        if how == How.SCAN:
            self.scanning, self.page, self.sheets = True, None, []
        else:
            self._settle(Given(How(how)))

    def scanned(self, page: bytes) -> None:
        self.page = page

    def keep(self, *, more: bool = False) -> None:
        """The page that was looked at; `more`: another sheet follows."""
        if self.page is None:
            return
        self.sheets.append(self.page)
        self.page = None
        if not more or len(self.sheets) >= self.here.pages:
            self._settle(Given(How.SCAN, tuple(self.sheets)))

    def anew(self) -> None:
        self.page = None

    def leave_scanning(self) -> None:
        """Back from the scanner: sheets that were kept count."""
        if self.sheets:
            self.given[self.slot] = Given(How.SCAN, tuple(self.sheets))
        self.scanning, self.page, self.sheets = False, None, []

    def _settle(self, given: Given) -> None:
        self.given[self.slot] = given
        self._put_down()
        self.slot = self.next()

    def _put_down(self) -> None:
        self.slot, self.scanning, self.page, self.sheets = "", False, None, []


_NOTHING, _LATER = Given(How.SCAN), Given(How.LATER)
