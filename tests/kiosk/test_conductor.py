"""A visit walked by events alone: no device, no window, time as an argument."""

from datetime import UTC, date, datetime

import pytest

from devices.base import Condition, Remedy, Status
from kiosk.conductor import Conductor
from kiosk.platform.gateway import Answer
from kiosk.platform.results import Code
from kiosk.services.lobby import LOBBY
from kiosk.visits.events import (
    Again,
    Back,
    CardRead,
    CardTaken,
    CardUnread,
    Certified,
    Confirmed,
    Declined,
    DeviceDown,
    FaceProgressed,
    FaceRefused,
    FaceTaken,
    ItemChosen,
    Kept,
    Left,
    PlatformAway,
    Printed,
    PrintStopped,
    Rated,
    StaffKnown,
    StatusChanged,
    Touched,
)
from kiosk.visits.pages import CoachPage, HomePage, ItemPage, PresentCardPage, ResultPage
from tests.kiosk.people import ZHANG
from tests.kiosk.walking import ITEM, TO_CARD, TO_FACE, Walk

NUMBER = "52240112345678"
PASSED = Answer(NUMBER, Code.PASS, date(2027, 11, 30))
MISMATCH = Answer(NUMBER, Code.FACE_MISMATCH)
FACE = (FaceTaken, b"\xff\xd8", "blink")
KEPT = (Kept, NUMBER, datetime(2026, 11, 21, 10, 0, tzinfo=UTC))
TO_SENT = (*TO_FACE, FACE, KEPT)


@pytest.fixture
def walk():
    return Walk()


def test_a_visit_goes_from_the_first_touch_to_a_rating_and_is_wiped(walk):
    assert walk.happen(*TO_SENT) == "sent"
    assert walk.happen((Certified, PASSED)) == "card gone"
    assert walk.happen(CardTaken) == "result"
    assert isinstance(walk.view.page, ResultPage)
    assert walk.view.page.valid_to == "2027年11月30日"
    assert walk.view.page.number == "5224 0112 3456 78"
    assert walk.happen(Confirmed) == "print"
    assert walk.happen(Printed) == "receipt"
    assert walk.happen(Confirmed, (Rated, 5)) == "thanks"
    assert walk.wait(5) == "attract"
    assert walk.diary[-1] == "wiped"
    assert walk.view.visit == 2


def test_every_work_that_was_begun_is_called_off_when_its_step_is_left(walk):
    walk.happen(*TO_SENT, (Certified, PASSED), CardTaken, Confirmed, Printed, Confirmed, Declined)
    walk.wait(5)
    begun = [line[6:] for line in walk.diary if line.startswith("begin")]
    ended = [line[4:] for line in walk.diary if line.startswith("end")]
    assert begun == ended
    assert "take face" in begun


def test_without_the_platform_the_visit_goes_on_and_the_result_says_kept(walk):
    walk.happen(*TO_CARD, (CardRead, ZHANG), Confirmed)
    assert walk.happen(PlatformAway) == "consent"
    walk.happen(Confirmed, FACE, KEPT)
    assert walk.wait(9) == "card gone"
    assert walk.happen(CardTaken) == "result"
    assert walk.view.page.kept_only
    assert walk.view.page.title == "result.KEPT.title"
    assert walk.view.page.number == "5224 0112 3456 78"


def test_a_face_that_does_not_match_leads_to_a_retake_or_to_the_staff(walk):
    walk.happen(*TO_SENT)
    assert walk.happen((FaceRefused, MISMATCH)) == "face refused"
    assert isinstance(walk.view.page, CoachPage)
    assert [action.event for action in walk.view.page.actions] == [Again, Declined]
    assert walk.happen(Again) == "face"
    assert walk.happen(FACE, KEPT, (FaceRefused, MISMATCH), Declined) == "staff"
    assert walk.happen((StaffKnown, "S01")) == "hand in"


def test_a_retake_is_a_new_submission_and_a_failed_keep_is_not(walk):
    walk.happen(*TO_FACE, FACE)
    first = walk.conductor._visit.key
    walk.happen((DeviceDown, "outbox", Remedy.TECHNICIAN))
    assert walk.step == "cannot keep"
    walk.happen(Again)
    assert walk.conductor._visit.key == first
    walk.happen(KEPT, (FaceRefused, MISMATCH), Again, FACE)
    assert walk.conductor._visit.key not in ("", first)


def test_a_late_answer_never_reaches_the_next_resident(walk):
    walk.happen(*TO_CARD)
    gone = walk.view.visit
    walk.happen(Left, CardTaken)
    walk.wait(5)
    walk.happen(*TO_CARD)
    walk.happen((CardRead, ZHANG), visit=gone)
    assert walk.step == "card"
    assert walk.conductor._visit.card is None


def test_a_card_that_was_not_read_says_why_on_the_same_page(walk):
    walk.happen(*TO_CARD, (CardUnread, "trouble.card_lifted"))
    assert walk.view.page == PresentCardPage(staff=False, trouble="trouble.card_lifted")
    assert walk.diary.count("begin read card") == 2


def test_back_from_the_item_leads_home_in_the_same_visit(walk):
    walk.happen(Touched, (ItemChosen, ITEM))
    visit = walk.view.visit
    assert walk.happen(Back) == "home"
    assert walk.view.visit == visit
    assert walk.view.heading == ""


def test_a_reader_that_comes_back_continues_the_visit_by_itself(walk):
    walk.happen(*TO_CARD, (DeviceDown, "idcard_reader", Remedy.ATTENDANT))
    assert walk.step == "no reader"
    walk.conductor.handle(StatusChanged(0, "camera", Status(Condition.OK)))
    assert walk.step == "no reader"
    walk.conductor.handle(StatusChanged(0, "idcard_reader", Status(Condition.ABSENT)))
    walk.conductor.handle(StatusChanged(0, "idcard_reader", Status(Condition.OK)))
    assert walk.step == "card"


def test_an_item_says_before_it_starts_that_its_reader_is_missing(walk):
    walk.conductor.handle(StatusChanged(0, "idcard_reader", Status(Condition.ABSENT)))
    walk.conductor.handle(StatusChanged(0, "receipt_printer", Status(Condition.ATTENTION)))
    walk.happen(Touched)
    assert isinstance(walk.view.page, HomePage)
    assert walk.view.page.tiles[0].why_not == "why_not.no_reader"
    walk.happen((ItemChosen, ITEM))
    assert isinstance(walk.view.page, ItemPage)
    assert walk.view.page.why_not == "why_not.no_reader"
    assert walk.view.page.notices == ("notice.paper_low",)


def test_paper_that_ends_leaves_a_choice_and_the_refill_prints_by_itself(walk):
    walk.happen(*TO_SENT, (Certified, PASSED), CardTaken, Confirmed)
    assert walk.happen((PrintStopped, "paper_end")) == "print stopped"
    assert walk.view.page.body == "print_stopped.paper_end"
    assert walk.view.page.values["number"] == "5224 0112 3456 78"
    walk.conductor.handle(StatusChanged(0, "receipt_printer", Status(Condition.FAULT)))
    walk.conductor.handle(StatusChanged(0, "receipt_printer", Status(Condition.OK)))
    assert walk.step == "print"
    walk.happen((PrintStopped, "paper_end"))
    assert walk.happen(Declined) == "rating"


def test_progress_of_the_face_refreshes_the_page_without_leaving_it(walk):
    walk.happen(*TO_FACE, (FaceProgressed, "face.too_far", 0.2))
    assert walk.step == "face"
    assert walk.view.page.prompt == "face.too_far"
    assert walk.diary.count("begin take face") == 1


def test_an_unknown_item_changes_nothing(walk):
    walk.happen(Touched, (ItemChosen, "2020-35/9/99"))
    assert walk.step == "home"


def test_a_power_cut_is_told_before_an_item_is_begun(walk):
    walk.happen(Touched)
    on_battery = Status(Condition.ATTENTION, "on battery, 80 %")
    walk.conductor.handle(StatusChanged(0, "ups", on_battery))
    assert walk.view.page.notices == ("notice.on_battery",)


def test_a_step_without_page_stops_the_start():
    with pytest.raises(LookupError, match="nobody makes 'attract'"):
        Conductor(LOBBY, {}, {}, {}, lambda view: None, lambda _: None, 0.0)


def test_a_step_without_work_stops_the_start(walk):
    with pytest.raises(LookupError, match="nobody does 'read card'"):
        walk.conductor.equip({})


def test_a_resident_who_is_faster_than_the_machines_is_served_when_they_are_there():
    walk = Walk(equipped=False)
    assert walk.happen(*TO_CARD) == "card"
    assert walk.diary == []
    walk.equip()
    assert walk.diary == ["begin read card"]
    assert walk.happen((CardRead, ZHANG)) == "person"
