"""Whoever answers what is asked comes to the end, whatever is asked and whomever it is for."""

import json

import pytest

from tests.kiosk.forwarding import ITEMS, Walk
from tests.kiosk.obliging import Obliging
from tests.kiosk.test_application import MAKER


@pytest.mark.parametrize("code", sorted(ITEMS))
@pytest.mark.parametrize("whom", ["self", "on_behalf", "enterprise"])
@pytest.mark.parametrize("last", [False, True])
def test_an_obliging_resident_hands_in_what_was_asked(code, whom, last):
    walk = Walk()
    way = Obliging(walk, whom, last).to_result(code)
    assert way.count("hand in") == 1
    told = json.loads(MAKER.application(walk.conductor._visit).packet.manifest)
    assert told["answers"] == json.loads(json.dumps(walk.intake.walk.counting()))
    asked = [one for one in walk.intake.walk.all_asked() if one.question.required]
    assert {one.path for one in asked} <= set(told["answers"])
