"""A resident comes, is certified, takes the receipt, and leaves nothing behind."""

from sandbox.resident import Touch, Until, lay, lift
from tests.visits.town import TO_CARD, TO_END, TO_RECEIPT, identified, to_consent, to_result


def test_a_resident_is_certified_and_takes_the_receipt(town):
    town.go(*to_result("p01"), *TO_RECEIPT, *TO_END)
    assert [slip["complete"] for slip in town.new_slips()] == [True]
    (submission,) = town.new_submissions()
    assert submission["code"] == "PASS"
    assert submission["certifications"] == 1
    assert town.bench.state()["printer"]["findings"] == []


def test_who_has_a_certification_already_may_go_home(town):
    town.go(*TO_CARD, *identified("p03"), Until("certify/not due"), Touch("Confirmed"))
    town.go(Until("TakeCardPage"), lift(), Until("RatingPage"), Touch("Declined"))
    town.until("AttractPage")


def test_who_is_not_known_is_told_where_to_go(town):
    town.go(*TO_CARD, *identified("p04"), Until("certify/not here"), lift(), Touch("Confirmed"))
    town.until("RatingPage")


def test_who_does_not_want_the_camera_is_confirmed_by_the_staff(town):
    town.go(*to_consent("p19"), Touch("Declined"), Until("certify/staff"), lift(), lay("s01"))
    town.go(Until("certify/take card", 60), lift(), Until("ResultPage"), *TO_RECEIPT, *TO_END)
    (submission,) = town.new_submissions()
    assert submission["code"] == "PASS"


def test_a_resident_cannot_confirm_themselves_as_staff(town):
    town.go(*to_consent("p19"), Touch("Declined"), Until("certify/staff"))
    town.go(lift(), lay("p19"))
    town.stage.eyes.until(lambda seen: seen.serial > 0, "the page again", 5)
    town.go(lift(), lay("s01"), Until("certify/take card", 60))


def test_whoever_leaves_is_reminded_of_the_card_and_gone(town):
    town.go(*TO_CARD, lay("p01"), Until("ConfirmPersonPage"), Touch("LeaveAsked"), Touch("Left"))
    town.go(Until("TakeCardPage"), lift(), Until("GoodbyePage"), Until("AttractPage"))


def test_somebody_else_s_card_is_put_aside(town):
    town.go(*TO_CARD, lay("p01"), Until("ConfirmPersonPage"), Touch("Declined"))
    town.go(Until("certify/card"), lift(), lay("p22"), Until("ConfirmPersonPage"))
