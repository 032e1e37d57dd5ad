"""Whoever goes away: the countdown, the question, and what may not be left behind."""

import gc

import pytest

from kiosk.conductor import COUNTDOWN_S, Conductor
from kiosk.services.certify import CERTIFY
from kiosk.services.lobby import LOBBY
from kiosk.visits.events import (
    CardRead,
    CardTaken,
    Confirmed,
    HelpAsked,
    ItemChosen,
    LanguageChosen,
    LargePrintChosen,
    LeaveAsked,
    Left,
    MediaForgotten,
    MediaTaken,
    StillHere,
    Touched,
)
from kiosk.visits.pages import Overlay
from kiosk.visits.visit import Visit
from tests.certify_kit import QUESTIONS, certify_pages
from tests.kiosk.people import ZHANG
from tests.kiosk.walking import ITEM, TO_CARD, TO_FACE, Walk
from tests.packs import catalogue


@pytest.fixture
def walk():
    return Walk()


def test_nobody_there_brings_the_countdown_and_then_the_end(walk):
    walk.happen(*TO_CARD, (CardRead, ZHANG))
    walk.wait(91)
    assert walk.view.overlay is Overlay.COUNTDOWN
    assert walk.view.seconds == pytest.approx(COUNTDOWN_S - 1, abs=1.1)
    walk.wait(COUNTDOWN_S)
    assert walk.step == "leaving"
    assert walk.happen(CardTaken) == "goodbye"
    walk.wait(5)
    assert walk.step == "attract"
    assert walk.conductor._visit.card is None


def test_still_here_gives_the_whole_time_again(walk):
    walk.happen(*TO_CARD)
    for _ in range(10):
        walk.wait(100)
        assert walk.view.overlay is Overlay.COUNTDOWN
        walk.happen(StillHere)
        assert walk.view.overlay is None
    assert walk.step == "card"


def test_a_touch_puts_the_countdown_off_but_does_not_uncover_the_page(walk):
    walk.happen(*TO_CARD)
    walk.wait(80)
    walk.happen(Touched)
    walk.wait(80)
    assert walk.view.overlay is None
    walk.wait(20)
    walk.happen(Touched)
    assert walk.view.overlay is Overlay.COUNTDOWN


def test_the_machine_s_turn_does_not_count_against_the_resident(walk):
    walk.happen(*TO_FACE)
    walk.wait(80)
    assert walk.view.overlay is None
    assert walk.step == "face"
    walk.wait(15)
    assert walk.step == "no face"


def test_help_lies_over_the_page_and_the_work_goes_on(walk):
    walk.happen(*TO_CARD, HelpAsked)
    assert walk.view.overlay is Overlay.HELP
    assert walk.step == "card"
    assert walk.diary == ["begin read card"]
    walk.wait(200)
    assert walk.view.overlay is Overlay.HELP
    walk.happen(StillHere)
    assert walk.view.overlay is None


def test_leaving_is_asked_once(walk):
    walk.happen(*TO_CARD, LeaveAsked)
    assert walk.view.overlay is Overlay.LEAVE
    assert walk.happen(StillHere) == "card"
    assert walk.happen(LeaveAsked, Left) == "leaving"


def test_whoever_breaks_off_is_reminded_of_the_card(walk):
    walk.happen(*TO_CARD, (CardRead, ZHANG), Left)
    assert walk.wait(2) == "card left"
    assert walk.happen(CardTaken) == "goodbye"
    walk.wait(5)
    walk.happen(*TO_CARD, (CardRead, ZHANG), Left)
    assert walk.wait(65) == "card forgotten"
    assert walk.view.page.take_card
    assert walk.wait(31) == "attract"


def test_on_the_home_page_leaving_needs_no_question(walk):
    walk.happen(Touched, LeaveAsked)
    assert walk.step == "attract"


def test_language_and_large_print_stay_for_the_visit_and_not_for_the_next(walk):
    walk.happen(Touched, (LanguageChosen, "en"), (LargePrintChosen, True), (ItemChosen, ITEM))
    assert (walk.view.language, walk.view.large) == ("en", True)
    walk.happen(Left, CardTaken)
    walk.wait(5)
    assert (walk.view.language, walk.view.large) == ("zh", False)


def test_closing_wipes_the_visit_under_way(walk):
    walk.happen(*TO_FACE)
    walk.conductor.close()
    assert walk.diary[-1] == "wiped"
    assert walk.conductor._visit.card is None


def test_a_card_left_behind_is_told_until_it_is_taken(walk):
    walk.conductor.handle(MediaForgotten(0, "idcard_reader"))
    assert walk.view.page.notice == "notice.card_left"
    walk.happen(Touched)
    assert walk.view.page.notices[0] == "notice.card_left"
    assert walk.happen((ItemChosen, ITEM), Confirmed) == "card"
    assert walk.view.page.trouble == "trouble.card_left"
    walk.conductor.handle(MediaTaken(0, "idcard_reader"))
    assert walk.view.page.trouble is None


def test_a_slip_left_behind_is_told_until_it_is_taken_and_keeps_nobody_from_the_reader(walk):
    walk.conductor.handle(MediaForgotten(0, "receipt_printer"))
    assert walk.view.page.notice == "notice.slip_left"
    walk.happen(Touched)
    assert walk.view.page.notices == ("notice.slip_left",)
    assert walk.happen((ItemChosen, ITEM), Confirmed) == "card"
    assert walk.view.page.trouble is None


def test_taking_the_slip_leaves_the_card_told(walk):
    walk.conductor.handle(MediaForgotten(0, "receipt_printer"))
    walk.conductor.handle(MediaForgotten(0, "idcard_reader"))
    assert walk.view.page.notice == "notice.card_left"
    walk.happen(Touched)
    assert walk.view.page.notices == ("notice.card_left", "notice.slip_left")
    walk.conductor.handle(MediaTaken(0, "receipt_printer"))
    assert walk.view.page.notices == ("notice.card_left",)
    walk.conductor.handle(MediaTaken(0, "idcard_reader"))
    assert walk.view.page.notices == ()


def test_the_visit_that_has_ended_is_handed_over_once_and_dropped_whole():
    handed = []

    def wiped(visit):
        handed.append(visit.number)
        visit.trouble = "the one that has ended"

    views = []
    conductor = Conductor(
        LOBBY,
        {"certify": CERTIFY},
        catalogue(),
        certify_pages(),
        views.append,
        wiped,
        0.0,
        QUESTIONS,
    )
    conductor.handle(Touched(views[-1].visit))
    conductor.close()
    assert handed == [1]
    gc.collect()
    alive = [each for each in gc.get_objects() if isinstance(each, Visit)]
    assert [each for each in alive if each.trouble == "the one that has ended"] == []
