"""A fee in the real window: paid with a telephone and handed in; or paid, and the power goes."""

from functools import partial

from config.catalogue_models import Kind, Level
from sandbox.resident import Do, Touch, TouchAt, Until, lift
from screens.ime.engine import Mode
from tests.items.received import Platform
from tests.typist import places, touches, writing
from tests.visits.test_pausing import OWN, answered, leafed_to, signed
from tests.visits.town import identified

# A social security card that is lost: 20 yuan. The new one is fetched.
GROUP, ITEM, PERSON = "pension", "2020-35/2/23", "p39"
TO_FEE = (
    *(TouchAt(), Touch(f"GroupChosen:{GROUP}"), Until("lobby/group"), leafed_to(ITEM)),
    *(Until("forward/about"), Touch("Confirmed"), Until("forward/card"), *identified(PERSON)),
    *(Until("forward/for whom"), Touch("RowChosen:self")),
    *answered("household_addr", "Answered"),
    *answered("mobile", *touches(Kind.MOBILE, "13900001234")),
    *answered("live_div", *places(OWN, OWN)),
    *answered("live_addr", *writing("石桥村3", Mode.TEXT), "Answered"),
    *answered("target_div", *places("520500000000", OWN, Level.CITY)),
    *answered("card_number", "Skipped"),
    *answered("card_why", "Answered:lost"),
    *answered("remarks", "Skipped"),
    *answered("notify_by", "Answered:collect"),
    *(Until("forward/summary"), Touch("Confirmed"), Until("forward/sign"), signed),
    *(Until("forward/how to pay"), Touch("RowChosen:now"), Until("forward/pay")),
)


PAID_AND_HANDED_IN = (
    *(Do("platform/pay"), Until("forward/take card", 60), lift(), Until("forward/result")),
    *(Touch("Confirmed"), Until("forward/receipt", 60), Touch("Confirmed")),
    *(Until("RatingPage"), Touch("Declined"), Until("AttractPage")),
)


def orders(town, state):
    """The last one, where it stands so."""
    return [one for one in town.bench.state()["platform"]["orders"][-1:] if one["state"] == state]


def test_a_fee_is_paid_and_packet_order_and_slip_say_the_same(town):
    received = Platform(town.stage.directory)
    before = len(received.numbers())
    town.go(*TO_FEE, *PAID_AND_HANDED_IN)
    told = received.newest_after(before).manifest["payment"]
    (order,) = orders(town, "PAID")
    assert (told["state"], told["order"]) == ("paid", order["number"])
    assert (told["amount_fen"], order["fen"], order["counted"]) == (2000, 2000, True)
    slip = "".join(town.bench.words_of_slip(town.new_slips()[-1]["number"]).split())
    assert f"20元，已付。单号{order['number']}" in slip
    assert "自己来取" in slip


def test_who_has_paid_when_the_power_goes_has_the_money_back(town):
    town.go(*TO_FEE)
    town.stage.kill_terminal()
    town.bench.do("platform/pay")
    town.bench.do("reader/lift")
    assert orders(town, "PAID")
    town.stage.start_terminal()
    town.until("AttractPage")
    (order,) = town.wait_for(partial(orders, town, "REFUNDED"), "money back")
    assert not order["counted"]
    assert town.new_submissions() == []
