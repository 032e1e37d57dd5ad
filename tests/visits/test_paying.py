"""A fee in the real window: paid with a telephone and handed in; or paid, and the power goes."""

from functools import partial

import pytest

from tests.items.finger import Finger
from tests.items.received import Platform, differences
from tests.items.walker import Errand, Walker
from tests.packs import catalogue

CARD = "2020-35/2/23"  # a social security card that is lost: 20 yuan
CHOICES = {"card_why": "lost", "notify_by": "collect"}


class GoneError(Exception):
    """The resident's part of a test is over."""


def walker_of(town, pays="now", watch=lambda _: None):
    errand = Errand(CARD, "p39", whom="self", choices=CHOICES, pays=pays)
    town.came.add(errand.person)
    return Walker(Finger(town.stage.resident), catalogue(), errand, watch)


def orders(town):
    return town.bench.state()["platform"]["orders"]


def ended(town, state):
    return [one for one in orders(town)[-1:] if one["state"] == state]


@pytest.mark.parametrize("pays", ["now", "later"])
def test_a_fee_is_paid_or_stays_open_and_packet_and_slip_say_so(town, pays):
    received = Platform(town.stage.directory)
    before, opened = len(received.numbers()), len(orders(town))
    walker = walker_of(town, pays)
    walker.walk()
    got = received.newest_after(before)
    assert differences(walker, got, town.bench) == []
    words = town.bench.words_of_slip(town.new_slips()[-1]["number"])
    assert "20元" in words
    assert len(orders(town)) - opened == (pays == "now")
    if pays == "now":
        assert got.manifest["payment"]["order"] in words.replace("\n", "").replace(" ", "")
        assert town.wait_for(partial(ended, town, "PAID"), "order")[0]["counted"]
    else:
        assert got.manifest["payment"]["later"] == "collect"


def test_who_pays_and_loses_the_terminal_to_a_power_cut_has_the_money_back(town):
    handed_in = len(town.new_submissions())

    def cut(seen):
        if seen.step == "forward/pay":
            town.stage.kill_terminal()
            town.bench.do("platform/pay")
            raise GoneError

    with pytest.raises(GoneError):
        walker_of(town, watch=cut).walk()
    assert ended(town, "PAID")
    town.bench.do("reader/lift")
    town.stage.start_terminal()
    town.until("AttractPage")
    assert not town.wait_for(partial(ended, town, "REFUNDED"), "money back")[0]["counted"]
    assert len(town.new_submissions()) == handed_in
