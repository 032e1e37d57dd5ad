"""Whoever laid papers under the camera is told to take them along, in every way to go."""

import pytest

from devices.base import Remedy
from kiosk.services.feedback import FEEDBACK
from kiosk.services.forward import FORWARD
from kiosk.visits.desk_events import DeskEmpty, PageLies
from kiosk.visits.events import (
    CardTaken,
    Confirmed,
    DeviceDown,
    LeaveAsked,
    Left,
    PageSeen,
    PageTaken,
    TimedOut,
)
from kiosk.visits.form_events import HowChosen
from kiosk.visits.pages import GoodbyePage
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


def gone_from_the_camera(walk):
    """Somebody laid a page under the camera and breaks off; the first goodbye is over."""
    walk.happen((HowChosen, "scan"), (PageSeen, "", True, (), True), SHEET, Confirmed)
    walk.happen(LeaveAsked, Left, CardTaken)
    assert walk.page == GoodbyePage(False, False, False), "nobody has looked yet"
    return walk.happen(TimedOut)


def test_under_a_camera_nobody_is_asked_for_papers_that_are_gone(walk):
    assert gone_from_the_camera(walk) == "desk"
    assert walk.diary[-1] == "begin watch desk"
    visit = walk.view.visit
    walk.happen(DeskEmpty)
    assert (walk.step, walk.view.visit) == ("attract", visit + 1)


def test_a_page_that_is_seen_there_is_asked_for_until_it_is_taken(walk):
    gone_from_the_camera(walk)
    assert walk.happen(PageLies) == "papers left"
    assert walk.page == GoodbyePage(False, False, True)
    assert walk.happen(PageLies) == "papers left"
    assert walk.happen(DeskEmpty) == "attract"


def test_a_page_that_nobody_takes_holds_up_nobody(walk):
    gone_from_the_camera(walk)
    walk.happen(PageLies)
    assert walk.wait(31) == "attract"


@pytest.mark.parametrize("event", [TimedOut, (DeviceDown, "scanner", Remedy.ATTENDANT)])
def test_where_the_camera_cannot_tell_papers_are_asked_for_once(walk, event):
    gone_from_the_camera(walk)
    assert walk.happen(event) == "papers perhaps left"
    assert walk.page == GoodbyePage(False, False, True)
    assert walk.happen(TimedOut) == "attract"


def test_the_next_resident_is_not_asked_for_the_papers_of_the_last(walk):
    gone_from_the_camera(walk)
    walk.happen(DeskEmpty)
    walk.begin(PAPER)
    walk.happen(LeaveAsked, Left, CardTaken, TimedOut)
    assert walk.step == "attract"


@pytest.mark.parametrize("flow", [FORWARD, FEEDBACK])
def test_every_last_page_leads_to_a_look_at_the_desk(flow):
    """Also of whoever has rated poorly, and says why."""
    last = [name for name, step in flow.steps.items() if step.page in ("goodbye", "goodbye_card")]
    leads = {name: flow.steps[name].on[TimedOut] for name in last if name != "desk"}
    assert set(leads.values()) == {"over"}
    assert flow.forks["over"].ways["yes"] == "desk"
