"""Whoever laid papers under the camera is told to take them along, in every way to go."""

import pytest

from kiosk.events import CardTaken, Confirmed, LeaveAsked, Left, PageTaken, TimedOut
from kiosk.form_events import HowChosen
from kiosk.pages import GoodbyePage
from tests.kiosk.forwarding import PAPER, Walk

SHEET = (PageTaken, b"\xff\xd8", None)


@pytest.fixture
def walk():
    walk = Walk()
    walk.begin(PAPER)
    walk.answer("13900001234", "no")
    walk.happen(Confirmed)
    return walk


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ([(HowChosen, "scan"), SHEET, Confirmed], True),
        ([(HowChosen, "scan"), SHEET], True),  # looked at, not yet taken
        ([(HowChosen, "later")], False),
        ([], False),
    ],
)
@pytest.mark.parametrize("card", ["taken", "left"])
def test_who_goes_is_told_of_papers_only_where_some_were_laid(walk, given, told, card):
    walk.happen(*given, LeaveAsked, Left, *((CardTaken,) if card == "taken" else (TimedOut,) * 2))
    assert walk.page == GoodbyePage(False, card == "left", told)
