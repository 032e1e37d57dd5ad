"""Every item of the list that is taken in comes to its end, with whatever its form asks."""

import json

import pytest

from config.catalogue_models import Ability
from tests.kiosk.forwarding import Walk
from tests.kiosk.obliging import Obliging
from tests.kiosk.test_application import MAKER
from tests.packs import catalogue, installed

FORWARDED = [code for code, item in installed().items.items() if item.ability is Ability.FORWARD]


@pytest.mark.parametrize("last", [False, True])
@pytest.mark.parametrize("code", FORWARDED)
def test_an_item_is_taken_in_with_every_answer_that_it_asks_for(code, last):
    walk = Walk(catalogue())
    way = Obliging(walk, "self", last).to_result(code)
    assert way.count("hand in") == 1
    told = json.loads(MAKER.application(walk.conductor._visit).packet.manifest)
    asked = [one for one in walk.intake.walk.all_asked() if one.question.required]
    assert {one.path for one in asked} <= set(told["answers"])
