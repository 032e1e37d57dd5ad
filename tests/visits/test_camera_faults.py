"""The camera, or who stands before it, is not as it should be; there is always another way."""

import pytest

from sandbox.resident import Do, Touch, Until, lay, lift, show
from tests.visits.town import OBLIGING, TO_END, TO_RECEIPT, to_face

STAFF = (Until("certify/staff"), lift(), lay("s01"), Until("certify/take card", 60), lift())


def test_without_a_camera_the_staff_confirm_and_the_visit_ends_well(town):
    town.go(Do("camera/unplug"), *to_face_without_camera("p19"))
    town.go(Touch("Declined"), *STAFF, Until("ResultPage"), *TO_RECEIPT, *TO_END)
    assert len(town.new_slips()) == 1


def to_face_without_camera(person):
    return (*to_face(person)[:-1], Until("certify/no camera", 40))


def test_a_camera_that_comes_back_goes_on_with_the_face(town):
    town.go(Do("camera/unplug"), *to_face_without_camera("p01"))
    town.go(Do("camera/plug"), Until("FacePage", 40), OBLIGING, Until("certify/take card", 90))


@pytest.mark.parametrize("film", ["two_people", "too_far", "dark", "photo"])
def test_no_picture_is_taken_until_one_live_person_stands_there(town, film):
    town.go(show(film), *to_face("p01"))
    hint = town.page().serial
    town.stage.eyes.until(lambda seen: seen.serial > hint, "a hint what to do", 20)
    assert town.until("FacePage")
    assert town.new_submissions() == []
    town.go(OBLIGING, Until("certify/take card", 90))


def test_nobody_before_the_camera_leads_to_another_try_or_to_the_staff(town):
    town.go(show("nobody"), *to_face("p01"), Until("certify/no face", 100))
    town.go(OBLIGING, Touch("Again"), Until("certify/take card", 90))


def test_a_face_that_does_not_match_goes_to_the_staff(town):
    town.go(*to_face("p14"), OBLIGING, Until("certify/face refused", 90))
    town.go(Touch("Declined"), *STAFF, Until("ResultPage"))
    submission = town.new_submissions()[-1]
    assert submission["code"] == "PASS"
