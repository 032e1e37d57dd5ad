"""Nobody is left standing: a page on which it does not go on tells whom to call."""

from __future__ import annotations

import pytest

from config import texts
from kiosk.conductor import Terminal
from kiosk.draft_page_makers import DraftPageMaker
from kiosk.events import Again
from kiosk.feedback_page_makers import FeedbackPageMaker
from kiosk.following_page_makers import FollowingPageMaker
from kiosk.form_page_makers import FormPageMaker
from kiosk.notice_board import NoticeBoard
from kiosk.notice_page_makers import NoticePageMaker
from kiosk.page_makers import makers
from kiosk.pages import MessagePage, Mood
from kiosk.paper_page_makers import HandingInPageMaker
from kiosk.query_page_makers import QueryPageMaker
from kiosk.reception import local_now
from kiosk.standing import StandingHere
from kiosk.visit import Visit
from offline_cache.submission import State
from tests.packs import PENSION, catalogue

WORDS = {language: texts.load(language) for language in texts.LANGUAGES}


def _messages() -> dict[str, MessagePage]:
    """Every message that a page maker makes of a visit in the middle of an item."""
    items = catalogue()
    made = {
        **makers("石桥镇", lambda: None),
        **FormPageMaker(WORDS, "", str).makers(),
        **HandingInPageMaker(WORDS, lambda: None, lambda _: None, "", str).makers(),
        **DraftPageMaker(WORDS, str).makers(),
        **QueryPageMaker(WORDS).makers(),
        **FollowingPageMaker(WORDS).makers(),
        **NoticePageMaker(WORDS, NoticeBoard(local_now)).makers(),
        **FeedbackPageMaker(WORDS).makers(),
    }
    visit = Visit(1, chosen=items.item(PENSION), group=items.groups()[0].id, ways=("",))
    visit.lookup.here = StandingHere("52240112345678", State.POISON)
    terminal = Terminal(items, {}, 0.0)
    found = {}
    for name, maker in made.items():
        try:
            page = maker(visit, terminal)
        except (AssertionError, LookupError, AttributeError, TypeError):
            continue  # a page that wants more of a visit: none of them is a message
        if isinstance(page, MessagePage):
            found[name] = page
    return found


def test_a_page_that_stops_or_waits_shows_who_helps() -> None:
    messages = _messages()
    assert len(messages) > 25
    silent = [
        name
        for name, page in messages.items()
        if not page.help_line and page.mood in (Mood.STOP, Mood.WAIT)
    ]
    assert not silent


def test_a_page_without_a_way_on_shows_who_helps() -> None:
    """All but what went well, and questions with several answers."""
    silent = [
        name
        for name, page in _messages().items()
        if not page.help_line
        and page.mood is not Mood.GOOD
        and len(page.actions) < 2
        and not any(action.event is Again for action in page.actions)
    ]
    assert set(silent) <= {"scan_receipt", "scan_paper", "draft_code"}


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_help_names_the_citizens_line_and_that_of_the_item(language: str) -> None:
    assert "12345" in WORDS[language]["contact.also"]
    assert "12345" in WORDS[language]["contact.also_item"]
    assert "{hotline}" in WORDS[language]["contact.also_item"]
