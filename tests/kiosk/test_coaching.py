"""A face that was not taken or not recognised: told how to do better, and never refused for it."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from config import texts
from devices.faces import Hint
from kiosk.platform.gateway import Answer, Eligibility
from kiosk.platform.results import Code
from kiosk.visits import coaching
from kiosk.visits.certification import certification
from kiosk.visits.events import (
    Again,
    CardRead,
    Confirmed,
    Declined,
    Eligible,
    FaceFailed,
    FaceRefused,
    ItemChosen,
    NoPhoto,
    StaffKnown,
    Touched,
)
from kiosk.visits.pages import CoachPage, MessagePage
from kiosk.visits.place import Place
from kiosk.works.handing_in import ANSWERS, MEANINGS
from kiosk.works.liveness import Reason
from sandbox.platform.outcomes import FACE_FAILURES
from tests.certify_kit import WORDS
from tests.kiosk.people import ZHANG
from tests.kiosk.test_conductor import FACE, KEPT, NUMBER
from tests.kiosk.walking import ELIGIBLE, ITEM, TO_FACE, Walk

YOUNG = replace(
    ZHANG,
    birth=date.today() - timedelta(days=30 * 365),
    valid_from=date.today() - timedelta(days=365),
)
MISMATCH = (FaceRefused, Answer(NUMBER, Code.FACE_MISMATCH))


@pytest.fixture
def walk():
    return Walk()


def to_face(walk, card):
    return walk.happen(
        Touched, (ItemChosen, ITEM), Confirmed, (CardRead, card), Confirmed, (Eligible, ELIGIBLE)
    )


def main_action(walk):
    return walk.view.page.actions[0].event


def test_what_stood_in_the_way_is_the_first_thing_to_mend(walk):
    assert walk.happen(*TO_FACE, (FaceFailed, "timed_out", "eyes_hidden")) == "no face"
    page = walk.view.page
    assert isinstance(page, CoachPage)
    assert page.tips == ("coach.glasses", "coach.light", "coach.closer")
    assert page.body == "face_failed.timed_out"


def test_without_a_reason_it_is_light_glasses_and_coming_closer(walk):
    assert walk.happen(*TO_FACE, FACE, KEPT, MISMATCH) == "face refused"
    assert walk.view.page.tips == ("coach.light", "coach.glasses", "coach.closer")


def test_the_first_time_another_picture_is_the_main_way_and_then_the_staff_are(walk):
    walk.happen(*TO_FACE, FACE, KEPT, MISMATCH)
    assert main_action(walk) is Again
    assert walk.happen(Again, FACE, KEPT, MISMATCH) == "face refused"
    assert main_action(walk) is Declined
    assert {one.event for one in walk.view.page.actions} == {Again, Declined}


def test_however_often_it_fails_there_is_a_way_to_the_staff(walk):
    walk.happen(*TO_FACE)
    for _ in range(5):
        assert walk.happen((FaceFailed, "timed_out")) == "no face"
        assert Declined in {one.event for one in walk.view.page.actions}
        walk.happen(Again)
    assert walk.happen(Declined, (StaffKnown, "S01")) == "hand in"


def test_another_person_begins_with_a_first_try(walk):
    walk.happen(*TO_FACE, (FaceFailed, "timed_out"), Again, (FaceFailed, "timed_out"))
    assert main_action(walk) is Declined
    visit = walk.conductor._visit
    visit.take(CardRead(visit.number, YOUNG), "present_card")
    assert (visit.face_tries, visit.advice) == (0, "")


@pytest.mark.parametrize(
    ("card", "kind"),
    [
        (ZHANG, "coach.not_your_fault"),
        (YOUNG, ""),
        (replace(YOUNG, valid_from=date(2005, 1, 1)), "coach.not_your_fault"),
    ],
)
def test_the_old_and_those_with_old_pictures_hear_that_it_is_not_their_fault(walk, card, kind):
    to_face(walk, card)
    walk.happen(Confirmed, (FaceFailed, "timed_out"))
    assert walk.view.page.kind == kind


@pytest.mark.parametrize("code", sorted(FACE_FAILURES | {"NO_BASE_PHOTO"}))
def test_no_picture_of_a_face_ends_in_a_refusal(code):
    assert ANSWERS[MEANINGS[Code(code)].kind] is FaceRefused


def test_where_there_is_no_picture_to_compare_with_the_staff_confirm_at_once(walk):
    known = Eligibility(code=Code.NO_BASE_PHOTO, records=ELIGIBLE.records)
    walk.happen(Touched, (ItemChosen, ITEM), Confirmed, (CardRead, ZHANG), Confirmed)
    assert walk.happen((NoPhoto, known)) == "no photo"
    assert isinstance(walk.view.page, MessagePage)
    assert walk.happen(Confirmed) == "staff"
    assert walk.happen((StaffKnown, "S01")) == "hand in"


@pytest.mark.parametrize(
    ("happened", "reason"),
    [
        ((Declined, (StaffKnown, "S01")), "FACE_NOT_USED"),
        ((Confirmed, (FaceFailed, "timed_out"), Declined, (StaffKnown, "S01")), "FACE_TRIED_FIRST"),
        ((Confirmed, FACE), None),
    ],
)
def test_the_packet_says_why_the_staff_vouch(walk, happened, reason):
    to_face(walk, ZHANG)
    walk.happen(*happened)
    packet = certification(
        *(walk.conductor._visit, Place("522401", "石桥镇", "522401101201"), KEPT[2], "1", WORDS)
    )
    said = f'"staff_reason":"{reason}"' if reason else '"staff_reason":null'
    assert said in packet.manifest.decode()


@pytest.mark.parametrize("one", [*(hint for hint in Hint if hint is not Hint.GOOD)])
def test_every_hint_of_the_camera_has_a_mend_with_words(one):
    assert f"coach.{coaching.MENDS[one]}" in texts.load("zh")


@pytest.mark.parametrize("one", [Reason.SEVERAL_PEOPLE, Reason.OTHER_PERSON, Reason.FACE_LOST])
def test_every_reason_but_time_has_a_mend(one):
    assert one in coaching.MENDS


def test_a_picture_that_was_taken_forgets_what_stood_in_the_way(walk):
    walk.happen(*TO_FACE, (FaceFailed, "timed_out", "too_dark"), Again, FACE, KEPT, MISMATCH)
    assert walk.view.page.tips[0] == "coach.light"
    assert walk.conductor._visit.advice == ""
