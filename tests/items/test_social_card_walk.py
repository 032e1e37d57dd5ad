"""A social security card is laid in place of typing its number, in the real window."""

import pytest

from sandbox.bench.card_slot import social_card_of
from sandbox.platform.people import BY_REF
from tests.items.errand import Errand
from tests.items.tour import tour
from tests.packs import catalogue

PUT_INTO_USE, PERSON, GENERATION = "2020-35/2/22", "p39", 2


@pytest.fixture(scope="module")
def led(tmp_path_factory):
    with tour(tmp_path_factory.mktemp("cards"), catalogue(), devices="social_card") as led:
        yield led


def test_the_number_of_the_card_arrives_without_a_key_being_touched(led):
    errand = Errand(PUT_INTO_USE, PERSON, whom="self", social_card=GENERATION)
    assert led.walk(errand).wrong == ()
    received = led.platform.packet(led.platform.numbers()[-1]).manifest["answers"]
    assert received["card_number"] == social_card_of(BY_REF[PERSON], GENERATION).number
    assert led.stage.bench.state()["social_card"]["forbidden"] == 0
