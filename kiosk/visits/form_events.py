"""What a resident does on the pages of forms, lists and results. See `kiosk/visits/events.py`."""

from __future__ import annotations

from dataclasses import dataclass, field

from kiosk.visits.events import Event


@dataclass(frozen=True, slots=True)
class Answered(Event):
    """The answer to the question on the page; checked before anything else happens with it.

    value: of `CHOICES` the options chosen, otherwise one text in the form of its kind.
    """

    value: str | tuple[str, ...] = field(repr=False)


class Skipped(Event):
    """No answer to a question that may stay without one."""


@dataclass(frozen=True, slots=True)
class RowChosen(Event):
    """A row of a list; `row` is its name, never what stands in it."""

    row: str


@dataclass(frozen=True, slots=True)
class GroupChosen(Event):
    group: str


@dataclass(frozen=True, slots=True)
class OfferChosen(Event):
    """Something else than an item on the home page: `search`, `mine`, `progress`, `notices`."""

    offer: str


@dataclass(frozen=True, slots=True)
class SearchTyped(Event):
    text: str = field(repr=False)


class Unsure(Event):
    """Does not know which item of the group it is: wants to be asked."""


@dataclass(frozen=True, slots=True)
class WayChosen(Event):
    """The answer to a guiding question that leads to another question."""

    way: str


@dataclass(frozen=True, slots=True)
class EditAsked(Event):
    """From the summary back to one question."""

    question: str


@dataclass(frozen=True, slots=True)
class EntryAdded(Event):
    """One more in a list of people."""


@dataclass(frozen=True, slots=True)
class EntryDropped(Event):
    entry: int  # from 0


@dataclass(frozen=True, slots=True)
class HowChosen(Event):
    """How a material is given: `scan`, `on_file`, `original`, `commitment`, `later`."""

    how: str


@dataclass(frozen=True, slots=True)
class Signed(Event):
    """Strokes of a signature: points as shares of the field from its top left, 0 to 1."""

    strokes: tuple[tuple[tuple[float, float], ...], ...] = field(repr=False)


class PauseAsked(Event):
    """Goes now, and wants what was given to be kept for another day."""


class RevealAsked(Event):
    """Shows whole what was masked, until the page is left."""


class MorePages(Event):
    """Another sheet of the same material."""


class PrintAsked(Event):
    """Wants on paper what the page says."""
