"""A fee in the real window: paid with a telephone and handed in; or paid, and the power goes."""

from functools import partial

import pytest

from config.catalogue_models import Kind, Level
from sandbox.resident import Do, ResidentError, Touch, TouchAt, Until, lift
from screens.ime.engine import Mode
from tests.items.received import Platform
from tests.typist import places, touches, writing
from tests.visits.test_pausing import OWN, answered, leafed_to, signed
from tests.visits.town import identified

TRIES, FOLLOWS_S = 5, 10
CALM_S = 0.6


def insisting(where, *controls):
    """Touches the last one again where nothing follows, as people do; a loaded machine is slow."""

    def act(town):
        town.until(where)
        for control in controls[:-1]:
            town.touch(control)
        for _ in range(TRIES):
            town.touch(controls[-1])
            try:
                town.stage.eyes.until(lambda seen: not seen.is_at(where), "a page", FOLLOWS_S)
            except ResidentError:
                continue
            return
        raise AssertionError(f"nothing follows {where}")

    return act


# A social security card that is lost: 20 yuan. The new one is fetched.
GROUP, ITEM, PERSON = "pension", "2020-35/2/23", "p39"
TO_FEE = (
    *(TouchAt(), Touch(f"GroupChosen:{GROUP}"), Until("lobby/group"), leafed_to(ITEM)),
    *(Until("forward/about"), Touch("Confirmed"), Until("forward/card"), *identified(PERSON)),
    *(Until("forward/for whom"), Touch("RowChosen:self")),
    *answered("household_addr", "Answered"),
    *answered("mobile", *touches(Kind.MOBILE, "13900001234")),
    insisting("forward/question/live_div", *places(OWN, OWN)),
    *answered("live_addr", *writing("石桥村3", Mode.TEXT), "Answered"),
    insisting("forward/question/target_div", *places("520500000000", OWN, Level.CITY)),
    *answered("card_number", "Skipped"),
    *answered("card_why", "Answered:lost"),
    *answered("remarks", "Skipped"),
    *answered("notify_by", "Answered:collect"),
    *(Until("forward/summary"), Touch("Confirmed"), Until("forward/sign"), signed),
    *(Until("forward/how to pay"), Touch("RowChosen:now"), Until("forward/pay")),
)


def printed(town):
    """Asks for the slip again where a loaded machine heard the printer's answer too late."""
    town.touch("Confirmed")
    for _ in range(TRIES):
        seen = town.stage.eyes.until(_is_printed, "the slip", 60)
        if seen.is_at("forward/receipt"):
            return
        town.touch("Again")
    raise AssertionError("no slip came out")


def _is_printed(seen):
    return seen.is_at("forward/receipt") or seen.is_at("forward/print stopped")


PAID_AND_HANDED_IN = (
    *(Do("platform/pay"), Until("forward/take card", 60), lift(), Until("forward/result")),
    *(printed, Touch("Confirmed")),
    *(Until("RatingPage"), Touch("Declined"), Until("AttractPage")),
)


@pytest.fixture
def calm(town):
    """A resident who types a telephone number slowly: a slow machine takes fast keys for one."""
    before, town.resident.reaction_s = town.resident.reaction_s, CALM_S
    yield town
    town.resident.reaction_s = before


def orders(town, state):
    """The last one, where it stands so."""
    return [one for one in town.bench.state()["platform"]["orders"][-1:] if one["state"] == state]


def test_a_fee_is_paid_and_packet_order_and_slip_say_the_same(calm):
    received = Platform(calm.stage.directory)
    before = len(received.numbers())
    calm.go(*TO_FEE, *PAID_AND_HANDED_IN)
    told = received.newest_after(before).manifest["payment"]
    (order,) = orders(calm, "PAID")
    assert (told["state"], told["order"]) == ("paid", order["number"])
    assert (told["amount_fen"], order["fen"], order["counted"]) == (2000, 2000, True)
    slip = "".join(calm.bench.words_of_slip(calm.new_slips()[-1]["number"]).split())
    assert f"20元，已付。单号{order['number']}" in slip
    assert "自己来取" in slip


def test_who_has_paid_when_the_power_goes_has_the_money_back(calm):
    calm.go(*TO_FEE)
    calm.stage.kill_terminal()
    calm.bench.do("platform/pay")
    calm.bench.do("reader/lift")
    assert orders(calm, "PAID")
    calm.stage.start_terminal()
    calm.until("AttractPage")
    (order,) = calm.wait_for(partial(orders, calm, "REFUNDED"), "money back")
    assert not order["counted"]
    assert calm.new_submissions() == []
