"""Several places work on one case: which, in the packet, on the receipt and in progress."""

import json

import pytest

from config.catalogue_models import Item
from kiosk.papers.forward_slips import ForwardSlipMaker
from kiosk.services.following import PROGRESS
from kiosk.visits.place import Place
from kiosk.visits.query_events import CodeRead, ProgressTold
from tests.kiosk import forwarding, looking
from tests.kiosk.forwarding import LOSS, NOW, NUMBER, VILLAGE, WORDS
from tests.kiosk.test_application import LOST_JOB, MAKER, visit_of
from tests.kiosk.test_following import CASE
from tests.kiosk.test_forward_slips import pairs
from tests.packs import catalogue

OTHER = "522401101202"
BRANCHES = [
    {"place": {"zh": "转出地", "en": "Where it comes from"}, "question": "out_div"},
    {"place": {"zh": "转入地", "en": "Where it goes"}, "question": "in_div"},
]


def joined(modes=("joined",)) -> Item:
    return forwarding.item(LOSS, "jobless", modes=list(modes), branches=BRANCHES)


@pytest.fixture
def visit(monkeypatch):
    monkeypatch.setitem(forwarding.ITEMS, LOSS, joined())
    visit = visit_of(LOSS, *LOST_JOB)
    visit.intake.walk.answers |= {"out_div": OTHER}
    return visit


def test_the_packet_names_the_places_and_where_each_is_as_far_as_it_was_said(visit, monkeypatch):
    walk = type(visit.intake.walk)
    whole = walk.counting
    monkeypatch.setattr(walk, "counting", lambda self: {**whole(self), "out_div": OTHER})
    told = json.loads(MAKER.application(visit).packet.manifest)
    assert told["mode"] == "joined"
    assert told["branches"] == [
        {"place": "转出地", "division": OTHER},
        {"place": "转入地", "division": None},
    ]


def test_what_is_not_joined_here_has_no_places(monkeypatch):
    monkeypatch.setitem(forwarding.ITEMS, LOSS, joined(("online", "joined")))
    told = json.loads(MAKER.application(visit_of(LOSS, *LOST_JOB)).packet.manifest)
    assert (told["mode"], told["branches"]) == ("online", [])


def test_the_receipt_has_a_line_for_each_place(visit):
    visit.receipt, visit.confirmed_at = NUMBER, NOW
    place = Place("522401", "石桥镇便民服务中心", VILLAGE)
    slip = ForwardSlipMaker(place, "https://p.example/s", WORDS, lambda: NOW).receipt(visit)
    told = pairs(slip)
    assert told["转出地"] == told["转入地"] == WORDS["zh"]["branches.waiting"]
    assert told["怎么办"] == WORDS["zh"]["mode.joined"]


def test_progress_tells_each_place_on_its_own():
    walk = looking.Walk(looking.RIGHTS, flow=PROGRESS)
    walk.happen((CodeRead, NUMBER), (ProgressTold, CASE))
    (section,) = [one for one in walk.page.sections if one.heading == "几个地方一起办"]
    assert [fact.label for fact in section.facts] == ["广州"]


def test_every_place_of_a_joined_item_is_asked_for_in_its_form():
    named = [one for code in catalogue().codes() if (one := catalogue().item(code)).branches]
    assert len(named) >= 16
    for one in named:
        divisions = {each.id for each in catalogue().form(one.form).questions}
        assert {branch.question for branch in one.branches} <= divisions
