"""A fee from the item's page to the slip: the tables, the works and the real platform over HTTP.

Nobody is charged for what was not handed in, and nobody is kept from handing in by a fee.
"""

from __future__ import annotations

import pytest

from devices.base import Condition, Remedy, Status
from kiosk.visits.events import (
    Again,
    Back,
    CardRead,
    CardTaken,
    Confirmed,
    Declined,
    DeviceDown,
    ItemChosen,
    Lapsed,
    Left,
    PlatformAway,
    StatusChanged,
    TimedOut,
    Touched,
)
from kiosk.visits.form_events import Answered, RowChosen
from kiosk.visits.form_pages import DetailsPage, ListPage, PayPage
from sandbox.platform.faults import Fault
from sandbox.platform.payments import Telephone
from tests.kiosk.forwarding import WORDS
from tests.kiosk.people import ZHANG
from tests.kiosk.tills import CARD, LATER_ROW, NOW_ROW, Till, closed_by_itself


def labels(page):
    return {fact.label: fact.value for section in page.sections for fact in section.facts}


# Said first


def test_what_it_costs_is_said_before_the_form_and_the_very_sum_after_it(till):
    till.happen(Touched, (ItemChosen, CARD))
    assert till.page.fee == "丢了坏了20元"
    till.happen(Confirmed, (CardRead, ZHANG), Confirmed, (RowChosen, "self"))
    till.happen((Answered, "lost"), (Answered, "sms"))
    assert isinstance(till.page, DetailsPage)
    assert labels(till.page)["要多少钱"] == "20元。签字以后可以用手机付，也可以以后交。"


def test_who_has_nothing_to_pay_is_not_asked_how(till):
    assert till.to_fee("expired", "sms") == "sent"
    assert till.sent().payment is None
    assert "费用" not in till.slip()


# Paid now


def test_who_pays_hands_in_with_the_number_of_the_order(till, telephone):
    telephone(Telephone.PAYS)
    assert till.to_fee() == "how to pay"
    assert isinstance(till.page, ListPage)
    assert till.happen(NOW_ROW) == "sent"
    told = till.sent().payment
    assert (told.amount_fen, told.state, told.order) == (2000, "paid", till.order.number)
    assert till.order.submission == till.visit.key
    assert till.peer.desk.payments.counted == {till.order.number: till.visit.key}
    assert till.slip()["费用"] == f"20元，已付。单号 {till.order.number}"
    assert till.open_orders() == 0
    closed_by_itself(till)
    assert till.order.state == "PAID"


def test_the_code_on_the_page_is_the_platforms_and_its_time_runs(slow_till):
    slow_till.to_fee()
    assert slow_till.happen(NOW_ROW) == "pay"
    assert isinstance(slow_till.page, PayPage)
    assert slow_till.page.code == slow_till.order.told()["pay_url"]
    assert slow_till.page.amount == "20元"
    before = slow_till.page.seconds
    slow_till.wait(100)
    assert 0 < slow_till.page.seconds < before


def test_a_code_that_expires_costs_nothing_and_can_be_had_anew(till, telephone):
    telephone(Telephone.LETS_EXPIRE)
    till.to_fee()
    assert till.happen(NOW_ROW) == "how to pay"
    assert "没有扣钱" in till.page.hint
    telephone(Telephone.PAYS)
    assert till.happen(NOW_ROW) == "sent"
    first, second = till.peer.desk.payments.orders()
    assert (first.state, second.state) == ("EXPIRED", "PAID")


def test_a_fee_that_has_changed_is_not_paid_here(till, telephone):
    telephone(Telephone.FEE_CHANGED)
    till.to_fee()
    assert till.happen(NOW_ROW) == "how to pay"
    assert till.page.hint == WORDS["zh"]["pay.changed"]
    assert till.happen(LATER_ROW) == "sent"
    assert till.sent().payment.state == "open"
    assert till.open_orders() == 0


# Paid later


@pytest.mark.parametrize(
    ("answers", "later", "words"),
    [
        (("lost", "sms"), "told", "怎么交，办的地方会告诉您。"),
        (("lost", "collect"), "collect", "来取的时候交。"),
        (("lost", "post", "李四", "13900001234"), "receive", "寄到的时候，交给送件的人。"),
    ],
)
def test_who_pays_later_is_taken_in_and_the_slip_says_how(till, answers, later, words):
    till.to_fee(*answers)
    assert [row.plain for row in till.page.rows][1] == words
    assert till.happen(LATER_ROW) == "sent"
    told = till.sent().payment
    assert (told.state, told.order, told.later) == ("open", None, later)
    assert till.slip()["费用"] == f"20元，还没交。{words}"
    assert till.peer.desk.payments.orders() == []


def test_the_slip_says_how_the_result_comes_and_to_whom_without_the_whole_name(till):
    till.to_fee("expired", "post", "李四", "13900001234")
    assert till.slip()["怎么拿结果"] == "post：李*，139****1234"


def test_without_a_network_it_is_taken_in_and_the_fee_stays_open(slow_till):
    slow_till.to_fee()
    slow_till.happen((StatusChanged, "platform", Status(Condition.ABSENT)), visit=0)
    now, later = slow_till.page.rows
    assert now.why_not == "how_to_pay.no_network"
    assert later.why_not is None
    slow_till.peer.switches.set(listening=False)
    assert slow_till.happen(NOW_ROW) == "how to pay"  # the news of the network came too late
    assert "没有扣钱" in slow_till.page.hint
    assert slow_till.happen(LATER_ROW) == "sent"
    slow_till.peer.switches.set(listening=True)
    assert slow_till.sent().payment.state == "open"


def test_an_order_whose_answer_was_lost_is_found_again_and_closed(slow_till):
    slow_till.peer.switches.set(fault=Fault.LOST_ANSWER, times=1)
    slow_till.to_fee()
    assert slow_till.happen(NOW_ROW) == "how to pay"
    assert slow_till.order.state == "WAITING"
    slow_till.happen(LATER_ROW)
    closed_by_itself(slow_till)
    assert len(slow_till.peer.desk.payments.orders()) == 1
    assert slow_till.order.state == "CANCELLED"


# Called off


def test_who_calls_it_off_is_asked_again_and_the_code_is_void(slow_till):
    slow_till.to_fee()
    slow_till.happen(NOW_ROW)
    assert slow_till.happen(Declined) == "how to pay"
    assert slow_till.order.state == "CANCELLED"
    assert slow_till.page.hint == WORDS["zh"]["pay.closed"]


@pytest.mark.parametrize("going", [Left, Lapsed])
def test_who_goes_while_the_code_is_up_has_it_called_off(slow_till, going):
    slow_till.to_fee()
    slow_till.happen(NOW_ROW)
    assert slow_till.happen(going) == "leaving"
    assert slow_till.order.state == "CANCELLED"
    assert slow_till.open_orders() == 0
    assert slow_till.outbox.waiting() == 0


def test_nobody_before_the_code_has_it_called_off_in_the_end(slow_till):
    slow_till.to_fee()
    slow_till.happen(NOW_ROW)
    slow_till.wait(300)
    while slow_till.told:
        slow_till.conductor.handle(slow_till.told.pop(0))
    assert slow_till.order.state == "CANCELLED"
    assert slow_till.step == "how to pay"


def test_paid_in_the_second_of_going_is_given_back_and_said(slow_till, telephone):
    telephone(Telephone.PAYS_LATE)
    slow_till.to_fee()
    slow_till.happen(NOW_ROW)
    assert slow_till.happen(Left) == "money back"
    assert slow_till.page.values["yuan"] == "20"
    assert slow_till.order.state == "REFUNDED"
    assert slow_till.peer.desk.payments.refunds == [slow_till.order.number]
    assert slow_till.happen(Confirmed) == "leaving"


def test_paid_in_the_second_of_calling_it_off_counts_as_paid(slow_till, telephone):
    telephone(Telephone.PAYS_LATE)
    slow_till.to_fee()
    slow_till.happen(NOW_ROW)
    assert slow_till.happen(Declined) == "sent"
    assert slow_till.sent().payment.order == slow_till.order.number
    assert slow_till.peer.desk.payments.refunds == []


def test_paid_while_the_line_is_cut_is_given_back_and_the_matter_taken_in(slow_till):
    slow_till.to_fee()
    slow_till.happen(NOW_ROW)
    slow_till.peer.switches.set(listening=False)
    assert slow_till.happen(PlatformAway) == "pay silent"
    assert slow_till.happen(Declined) == "pay unsure"
    assert slow_till.happen(Confirmed) == "sent"
    assert slow_till.slip()["费用"].startswith("20元，还没交。")
    slow_till.peer.desk.payments.pay()
    slow_till.peer.switches.set(listening=True)
    assert slow_till.sent().payment.state == "open"
    closed_by_itself(slow_till)
    assert slow_till.order.state == "REFUNDED"


def test_who_goes_while_the_line_is_cut_is_told_that_the_money_comes_back(slow_till):
    slow_till.to_fee()
    slow_till.happen(NOW_ROW)
    slow_till.peer.desk.payments.pay()
    slow_till.peer.switches.set(listening=False)
    assert slow_till.happen(Left) == "money to come"
    assert slow_till.page.values["order"] == slow_till.order.number
    slow_till.happen(Confirmed, CardTaken)
    slow_till.peer.switches.set(listening=True)
    closed_by_itself(slow_till)
    assert slow_till.peer.desk.payments.refunds == [slow_till.order.number]


# The tables


def test_the_way_back_from_the_fee_is_to_the_signature(slow_till):
    slow_till.to_fee()
    assert slow_till.happen(Back) == "sign"


@pytest.mark.parametrize("fault", [TimedOut, (DeviceDown, "platform", Remedy.ATTENDANT)])
def test_a_platform_that_hangs_while_the_order_is_opened_charges_nothing(tmp_path, peer, fault):
    till = Till(tmp_path, peer, fakes=("open order",))
    till.to_fee()
    till.happen(NOW_ROW)
    assert till.happen(fault) == "how to pay"
    assert till.page.hint == WORDS["zh"]["pay.away"]
    assert till.visit.paying.order == ""


def test_one_who_waits_on_looks_at_the_same_code(slow_till):
    slow_till.to_fee()
    slow_till.happen(NOW_ROW)
    code = slow_till.page.code
    assert slow_till.happen(PlatformAway, Again) == "pay"
    assert slow_till.page.code == code
