"""What the pages of forms, lists and results show. See `kiosk/visits/pages.py`.

A form's questions and an item's names are data of the catalogue, so their words come ready to be
shown, in the language of the view; what the project itself says comes as keys, as elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from config.catalogue_models import Kind, Level
from kiosk.visits.events import Event
from kiosk.visits.form_events import RowChosen
from kiosk.visits.pages import Action, Mood

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Choice:
    value: str
    label: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class QuestionPage:
    """One question. Its answer comes as Answered, or as Skipped where it is `optional`.

    value: what is there already, in the form of its kind; () or "" for nothing.
    source: the key of where that value comes from; "" when the resident gave it.
    trouble: what is wrong with the last answer and how to mend it, ready to be shown. The screen
        shows it at the field, and keeps what was typed.
    most: characters at the most; 0 without a limit of its own.
    at, of: the number of this question and of all that will be asked as things stand, from 1.
    own_division: of the terminal, 12 digits: its village is the first button of a picker.
    entry: heading of the list's entry that the question belongs to; "" outside a list.
    """

    ask: str
    kind: Kind
    value: str | tuple[str, ...] = field(default="", repr=False)
    why: str = ""
    choices: tuple[Choice, ...] = ()
    source: str = ""
    trouble: str = field(default="", repr=False)
    optional: bool = False
    locked: bool = False
    most: int = 0
    at: int = 1
    of: int = 1
    down_to: Level = Level.VILLAGE
    own_division: str = ""
    entry: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One of a list of people: what stands on its card."""

    title: str = field(repr=False)
    lines: tuple[str, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class EntriesPage:
    """A question whose answer is a list: EntryAdded, EntryDropped, and Confirmed when whole."""

    ask: str
    why: str
    entries: tuple[Entry, ...]
    can_add: bool
    can_go_on: bool
    trouble: str
    at: int = 1
    of: int = 1


@dataclass(frozen=True, slots=True)
class Row:
    """A line to touch; `row` is what its event carries. `mark`: the key of a word at its end."""

    row: str
    title: str
    plain: str = ""
    mark: str = ""
    why_not: str | None = None  # a text key: it cannot be chosen now
    tells: Callable[[int, str], Event] = RowChosen  # ItemChosen in a list of items


@dataclass(frozen=True, slots=True)
class ListPage:
    """Choose one. `title` and `hint` are ready words; more than a page is leafed through."""

    title: str
    rows: tuple[Row, ...]
    hint: str = ""
    empty: str = ""  # a text key: what is said in place of rows
    actions: tuple[Action, ...] = ()


@dataclass(frozen=True, slots=True)
class SearchPage:
    """Typing and its finds, the likeliest first; SearchTyped with every letter. As many rows are
    shown as there is room for, five at the least.
    """

    text: str = field(repr=False)
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Fact:
    """A label and its value, ready. `masked` is shown until the page is asked to reveal.

    personal: the value is said aloud to its owner alone. What is not marked is.
    """

    label: str
    value: str = field(repr=False)
    masked: str = field(default="", repr=False)
    question: str = ""  # the question it answers: it can be changed by EditAsked
    personal: bool = True


@dataclass(frozen=True, slots=True)
class Section:
    heading: str
    facts: tuple[Fact, ...] = ()
    columns: tuple[str, ...] = ()  # of a table
    lines: tuple[tuple[str, ...], ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class DetailsPage:
    """A result, a case, a guide, a summary to be checked: sections that are leafed through.

    revealed: whether values are shown whole; a page with masked ones offers RevealAsked.
    note: a ready sentence under it all (as of when, who answers for it).
    aloud: a ready sentence about its being read aloud.
    """

    title: str
    sections: tuple[Section, ...]
    mood: Mood | None = None
    revealed: bool = False
    note: str = ""
    actions: tuple[Action, ...] = ()
    aloud: str = ""


@dataclass(frozen=True, slots=True)
class Slot:
    """A material and where it stands. `state`: a text key (`material.missing`, `.scanned` …)."""

    row: str
    name: str
    state: str
    done: bool
    pages: int = 0


@dataclass(frozen=True, slots=True)
class MaterialsPage:
    """All materials, and which is next. RowChosen goes to one, Confirmed to what is next."""

    slots: tuple[Slot, ...]
    complete: bool


@dataclass(frozen=True, slots=True)
class MaterialPage:
    """One material: how it is to be given. `ways`: text keys of HowChosen, the usual first."""

    name: str
    hint: str
    ways: tuple[str, ...]
    at: int
    of: int


@dataclass(frozen=True, slots=True)
class LookAtPage:
    """A page just scanned: Confirmed keeps it, MorePages adds a sheet, Again takes it anew."""

    picture: Callable[[], NDArray[np.uint8] | None]
    name: str
    sheet: int  # from 1
    sheets: int  # at most


@dataclass(frozen=True, slots=True)
class SignPage:
    """A commitment, ready to be shown, and a field to sign in. Signed carries the strokes."""

    title: str
    text: str
    name: str = field(repr=False)
    trouble: str = ""  # a text key


@dataclass(frozen=True, slots=True)
class PayPage:
    """An amount, what it is for, and the code to be read by a telephone."""

    amount: str
    purpose: str
    code: str = field(repr=False)
    seconds: int = 0


FormPage = (
    QuestionPage
    | EntriesPage
    | ListPage
    | SearchPage
    | DetailsPage
    | MaterialsPage
    | MaterialPage
    | LookAtPage
    | SignPage
    | PayPage
)
