"""Nobody is left standing: a page on which it does not go on tells whom to call."""

from __future__ import annotations

from typing import get_type_hints

import pytest

from config import texts
from config.divisions import Divisions
from config.settings import check
from kiosk.reception import Reception
from kiosk.visits.events import Again
from kiosk.visits.pages import MessagePage, Mood
from kiosk.visits.standing import StandingHere
from kiosk.visits.terminal import PageMaker, Terminal
from kiosk.visits.visit import Visit
from offline_cache.submission import State
from tests.kiosk.people import ZHANG
from tests.kiosk.test_other_devices import FILE, LEAST
from tests.packs import PENSION, catalogue

WORDS = {language: texts.load(language) for language in texts.LANGUAGES}
FORM = "2020-35/1/38"

# Pages that want a question or a paper in hand, or an answer of the platform.
OF_ANOTHER_MOMENT = frozenset(
    {
        *("question", "people", "material", "scan_page", "look_at", "summary"),
        *("progress", "own_progress", "affairs"),
    }
)

# Nothing went wrong: a code is held before the reader, or what the page says is done.
GO_ON_THEMSELVES = {"scan_receipt", "scan_paper", "scan_waybill", "hand_over"}


@pytest.fixture(scope="module")
def reception() -> Reception:
    given = check(LEAST, FILE)
    built = Reception(given, WORDS, catalogue(), Divisions(), lambda _: None, lambda _: None)
    built.open()
    return built


@pytest.fixture(scope="module")
def made(reception: Reception) -> dict[str, PageMaker]:
    """Every page there is, by its name in the tables."""
    assert reception._conductor is not None
    return dict(reception._conductor._pages)


@pytest.fixture(scope="module")
def messages(reception: Reception, made: dict[str, PageMaker]) -> dict[str, MessagePage]:
    """Every message that is made of a visit in the middle of an item."""
    assert reception._conductor is not None
    items = reception.offered
    group = items.groups()[0].id
    visit = Visit(1, chosen=items.item(PENSION), group=group, ways=("",), card=ZHANG)
    visit.intake = reception._conductor._begin(FORM)
    visit.lookup.here = StandingHere("52240112345678", State.POISON)
    terminal = Terminal(items, {}, 0.0)
    pages = {
        name: make(visit, terminal) for name, make in made.items() if name not in OF_ANOTHER_MOMENT
    }
    return {name: page for name, page in pages.items() if isinstance(page, MessagePage)}


def test_what_is_made_at_another_moment_is_no_message(made: dict[str, PageMaker]) -> None:
    kinds = {name: get_type_hints(made[name])["return"] for name in OF_ANOTHER_MOMENT}
    assert not [name for name, kind in kinds.items() if issubclass(kind, MessagePage)]


def test_a_page_that_stops_or_waits_shows_who_helps(messages: dict[str, MessagePage]) -> None:
    assert len(messages) > 40
    silent = [
        name
        for name, page in messages.items()
        if not page.help_line and page.mood in (Mood.STOP, Mood.WAIT)
    ]
    assert silent == ["hand_over"]  # a helper stands there


def test_a_page_without_a_way_on_shows_who_helps(messages: dict[str, MessagePage]) -> None:
    """All but what went well, and questions with several answers."""
    silent = [
        name
        for name, page in messages.items()
        if not page.help_line
        and page.mood is not Mood.GOOD
        and len(page.actions) < 2
        and not any(action.event is Again for action in page.actions)
    ]
    assert set(silent) == GO_ON_THEMSELVES


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_help_names_the_citizens_line_and_that_of_the_item(language: str) -> None:
    assert "12345" in WORDS[language]["contact.also"]
    assert "12345" in WORDS[language]["contact.also_item"]
    assert "{hotline}" in WORDS[language]["contact.also_item"]
