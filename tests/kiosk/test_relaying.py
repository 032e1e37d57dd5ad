"""Originals that travel: the inventory, the papers of the parcel, and each hand it goes into."""

import json

import pytest

from devices.base import Remedy
from kiosk.platform.gateway import Answer
from kiosk.platform.results import Code
from kiosk.services.following import PROGRESS
from kiosk.visits.events import (
    Again,
    Back,
    CardRead,
    CardTaken,
    Certified,
    Confirmed,
    Declined,
    DeviceDown,
    Kept,
    PlatformAway,
    Printed,
    PrintStopped,
    Rated,
    StaffKnown,
)
from kiosk.visits.form_events import Answered, EditAsked, HowChosen, PrintAsked, Signed
from kiosk.visits.paper_codes import waybill_number
from kiosk.visits.query_events import CodeRead, CodeStrange, ProgressTold
from kiosk.visits.relay_events import HandedOn, HandOnAsked, NotItsTurn, ParcelsTold
from tests.kiosk import looking
from tests.kiosk.forwarding import NAME_STROKES, NOW, NUMBER, PAPER, Walk
from tests.kiosk.people import ZHANG
from tests.kiosk.test_application import ALL_WAYS, MAKER, visit_of
from tests.kiosk.test_relay_slips import PARCEL
from tests.kiosk.test_relay_slips import PROGRESS as TOLD

WAYBILL = "EA123456789CN"
ACCEPTED = Answer(NUMBER, Code.ACCEPTED, None)


def labels(page):
    return {fact.label: fact.value for one in page.sections for fact in one.facts}


@pytest.fixture
def walk():
    walk = Walk()
    walk.begin(PAPER)
    walk.answer("13900001234", "no")
    walk.happen(Confirmed)
    return walk


def to_inventory(walk):
    return walk.happen((HowChosen, "on_file"), (HowChosen, "commitment"), (HowChosen, "original"))


def to_end(walk):
    to_inventory(walk)
    walk.happen(Confirmed, Confirmed, (Signed, NAME_STROKES))
    walk.happen((Kept, NUMBER, NOW, "ab" * 32), (Certified, ACCEPTED), CardTaken)
    return walk.step


# What goes by post


def test_what_goes_by_post_is_confirmed_before_the_summary(walk):
    assert to_inventory(walk) == "inventory"
    assert labels(walk.page) == {"材料photo": "原件交给我们寄"}
    assert walk.happen(Back) == "materials"
    assert walk.happen(Confirmed) == "inventory"
    assert walk.happen(Confirmed) == "summary"
    assert walk.intake.posted == ("photo",)


def test_another_original_is_confirmed_again_and_the_same_is_not(walk):
    to_inventory(walk)
    walk.happen(Confirmed)
    assert walk.happen((EditAsked, "material/lease"), (HowChosen, "later"), Confirmed) == "summary"
    walk.happen((EditAsked, "material/register"))
    assert walk.happen((HowChosen, "original")) == "inventory"
    assert set(labels(walk.page)) == {"材料register", "材料photo"}


def test_without_an_original_nobody_is_asked_and_nothing_is_printed(walk):
    walk.happen((HowChosen, "on_file"), (HowChosen, "commitment"), (HowChosen, "later"))
    assert walk.happen(Confirmed) == "summary"
    walk.happen(
        Confirmed, (Signed, NAME_STROKES), (Kept, NUMBER, NOW, ""), (Certified, ACCEPTED), CardTaken
    )
    assert walk.happen(Declined) == "rating"
    assert "begin print label" not in walk.diary


def test_the_packet_says_what_is_posted_and_what_was_only_shown_and_that_it_was_confirmed():
    happened = list(ALL_WAYS)
    happened[-2:-2] = [("inventory", Confirmed)]
    visit = visit_of(PAPER, *happened)
    told = MAKER.application(visit).packet.manifest.decode()
    assert '"parcel":{"posted":["photo"],"shown":["register"]}' in told
    assert '"mode":"relayed"' in told
    assert [one.text for one in visit.intake.agreed] == ["inventory.consent", "summary.consent"]


def test_who_takes_the_originals_home_after_all_has_not_agreed_to_post_them():
    happened = [
        *ALL_WAYS[:-2],
        ("inventory", Confirmed),
        ("summary", EditAsked, "material/photo"),
        ("material", HowChosen, "later"),
        *ALL_WAYS[-2:],
    ]
    told = json.loads(MAKER.application(visit_of(PAPER, *happened)).packet.manifest)
    assert told["parcel"] is None
    assert len(told["consent"]) == 1


# The papers of the parcel


def test_after_the_receipt_its_label_and_slip_are_printed_and_it_is_given_away(walk):
    to_end(walk)
    assert walk.happen(Confirmed, Printed, Confirmed) == "ask office"
    assert walk.happen((ParcelsTold, ((NUMBER, PARCEL),))) == "print label"
    assert walk.happen(Printed) == "parcel"
    told = labels(walk.page)
    assert "材料photo" in told["1"]
    assert told["寄到"] == PARCEL.office.name
    assert walk.happen(Again) == "print label"
    assert walk.happen(Printed, Confirmed) == "rating"
    assert walk.happen((Rated, 5)) == "thanks"


def test_whoever_wants_no_receipt_gets_the_papers_of_the_parcel_all_the_same(walk):
    to_end(walk)
    assert walk.happen(Declined) == "ask office"


def test_without_a_network_the_slip_is_printed_and_the_label_is_for_later(walk):
    to_end(walk)
    assert walk.happen(Declined, PlatformAway) == "print label"
    assert walk.happen(Printed) == "parcel"
    assert "网" in labels(walk.page)["寄到"]
    assert "3" not in labels(walk.page)  # nothing to stick on


def test_a_printer_without_paper_may_be_filled_or_gone_without(walk):
    to_end(walk)
    walk.happen(Declined, (ParcelsTold, ()))
    assert walk.happen((PrintStopped, "paper_end")) == "no label"
    assert walk.happen(Again) == "print label"
    assert walk.happen((DeviceDown, "receipt_printer", Remedy.ATTENDANT)) == "no label"
    assert walk.happen(Declined) == "parcel"


# From hand to hand


def followed(holder="resident", after="helper"):
    """A case with a parcel on the page."""
    walk = looking.Walk(looking.RIGHTS, "code_reader", flow=PROGRESS)
    parcel = PARCEL.model_copy(update={"holder": holder, "next": after})
    whereabouts = TOLD.whereabouts.model_copy(update={"parcel": parcel})
    told = type(TOLD)(TOLD.answer, whereabouts)
    walk.happen((CodeRead, NUMBER), (ProgressTold, told))
    return walk


def test_a_scan_of_the_label_says_who_has_it_and_lets_the_staff_record_the_next_hand():
    walk = followed()
    assert labels(walk.page)["在谁手里"] == "办事人"
    assert walk.happen(HandOnAsked) == "who takes it"
    assert walk.happen((StaffKnown, "S02")) == "record"
    assert walk.diary[-1] == "begin record hand-over"
    assert walk.happen(HandedOn, CardTaken) == "handed on"
    assert walk.page.values["taker"] == "代办员"
    assert walk.happen(Again) == "scan"


def test_the_post_takes_it_with_a_waybill_scanned_or_typed():
    walk = followed("helper", "post")
    walk.happen(HandOnAsked)
    assert walk.happen((StaffKnown, "S02")) == "waybill"
    assert walk.happen(CodeStrange) == "waybill"
    assert walk.happen((CodeRead, WAYBILL)) == "record"
    assert (walk.visit.lookup.code, walk.visit.lookup.waybill) == (NUMBER, WAYBILL)
    walk = followed("helper", "post")
    walk.happen(HandOnAsked, (StaffKnown, "S02"))
    assert walk.happen(Declined, (Answered, "12")) == "type waybill"
    assert walk.page.trouble
    assert walk.happen((Answered, "ea123456789cn")) == "record"
    assert walk.visit.lookup.waybill == WAYBILL


def test_what_could_not_be_recorded_is_said_plainly_and_tried_as_the_same():
    walk = followed()
    walk.happen(HandOnAsked, (StaffKnown, "S02"))
    key = walk.visit.key
    assert walk.happen(PlatformAway) == "not recorded"
    assert "签名" in looking.WORDS["zh"][walk.page.body]
    assert walk.happen(Again) == "record"
    assert walk.visit.key == key
    assert walk.happen(NotItsTurn) == "not its turn"
    assert walk.happen(Again) == "ask"


def test_what_has_arrived_is_in_nobodys_way():
    walk = followed("office", None)
    assert [action.label for action in walk.page.actions] == ["action.done", "action.another"]


def test_a_label_is_printed_for_what_was_taken_in_without_a_network():
    walk = followed()
    assert walk.happen(PrintAsked) == "print label"
    assert walk.happen(Printed) == "told"


def test_a_card_that_is_no_staff_card_hands_nothing_on():
    walk = followed()
    walk.happen(HandOnAsked)
    assert walk.happen((CardRead, ZHANG)) == "who takes it"
    assert walk.happen(Back) == "told"


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("EA123456789CN", "EA123456789CN"),
        ("1100 0000 0001 9", "1100000000019"),
        (NUMBER, None),  # the case's own
        ("https://example.org/1100000000019", None),
        ("12345", None),
    ],
)
def test_a_waybill_is_told_from_the_number_of_the_case(text, number):
    assert waybill_number(text) == number
