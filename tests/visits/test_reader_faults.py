"""The ID-card reader goes wrong in the middle of a visit; the resident still gets through."""

import pytest

from sandbox.resident import Do, Touch, Until, lay, lift
from tests.visits.town import TO_CARD, identified, wants_it_again


def misbehave(fault, times=None):
    said = (("fault", fault),) if times is None else (("fault", fault), ("times", times))
    return Do("reader/misbehave", said)


def test_a_card_lifted_while_it_is_read_is_asked_for_again(town):
    town.go(*TO_CARD)
    before = town.page().serial
    town.go(misbehave("card lifted while it is read", 1), lay("p01"))
    town.stage.eyes.until(lambda seen: seen.serial > before, "the sentence about it", 20)
    town.until("PresentCardPage")
    town.go(lay("p01"), Until("ConfirmPersonPage"))


@pytest.mark.parametrize(
    "fault",
    [
        "noise before the reply",
        "reply with a bad checksum",
        "reply cut short",
        "reply with an absurd length",
        "reply held back until the next request",
        "reply sent twice",
    ],
)
def test_garbage_on_the_line_does_not_reach_the_resident(town, fault):
    town.go(*TO_CARD, misbehave(fault, 2), lay("p01"), Until("ConfirmPersonPage"))


def test_a_reader_that_comes_back_under_another_name_goes_on_with_the_visit(town):
    town.go(*TO_CARD, Do("reader/unplug"), Until("certify/no reader"))
    town.go(Do("reader/plug", (("name", "ttyUSB3"),)), Until("certify/card"))
    town.go(*identified("p01"), wants_it_again, Until("FaceConsentPage"))


def test_without_a_reader_the_item_says_so_before_it_begins(town):
    town.go(Do("reader/unplug"))
    town.resident.touch_at(0.5, 0.5)
    town.until("HomePage")
    town.stage.eyes.until(
        lambda seen: (
            (found := seen.control("ItemChosen:2020-35/1/13")) is None or not found.enabled
        ),
        "an item that cannot be chosen",
        20,
    )


@pytest.mark.parametrize(
    ("person", "why"), [("p16", "an expired card"), ("p37", "a card of another kind")]
)
def test_a_card_that_cannot_be_served_is_said_and_another_is_taken(town, person, why):
    town.go(*TO_CARD)
    before = town.page().serial
    town.go(lay(person))
    town.stage.eyes.until(lambda seen: seen.serial > before, f"a word about {why}", 20)
    town.until("PresentCardPage")
    town.go(lift(), lay("p01"), Until("ConfirmPersonPage"))


def test_a_reader_that_says_it_is_broken_leads_to_the_attendant(town):
    town.go(*TO_CARD, misbehave("self-test failed"), lay("p01"), Until("certify/no reader"))
    town.go(Touch("HelpAsked"))
    town.stage.eyes.until(lambda seen: seen.overlay == "help", "who helps", 10)
