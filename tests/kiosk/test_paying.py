"""A fee from the item's page to the slip: the tables, the works and the real platform over HTTP.

Nobody is charged for what was not handed in, and nobody is kept from handing in by a fee.
"""

from __future__ import annotations

import signal
import subprocess
import sys
from time import monotonic, sleep

import pytest

from config.catalogue_models import Form
from devices.base import Condition, Remedy, Status
from kiosk.answers import Answers
from kiosk.application import ApplicationMaker
from kiosk.backoff import Backoff
from kiosk.delivery import sender
from kiosk.enquiries import Enquiries
from kiosk.events import (
    Again,
    Back,
    CardRead,
    CardTaken,
    Confirmed,
    Declined,
    DeviceDown,
    ItemChosen,
    KeepFailed,
    Lapsed,
    Left,
    PlatformAway,
    StatusChanged,
    TimedOut,
    Touched,
)
from kiosk.form_events import Answered, RowChosen, Signed
from kiosk.form_pages import DetailsPage, ListPage, PayPage
from kiosk.forms.telling import Teller
from kiosk.forward_slips import ForwardSlipMaker
from kiosk.gateway import Platform, PlatformError
from kiosk.order_closing import OrderCloser
from kiosk.place import Place
from kiosk.store_room import StoreRoom
from kiosk.worker import Job
from kiosk.works.paying import await_payment, call_off_order, close_order, open_order
from kiosk.works.taking_in import keep_application
from offline_cache.forwarder import Delivered
from offline_cache.sealing import load_sealer
from offline_cache.steady_clock import SteadyClock
from offline_cache.terminal_key import load_or_make
from sandbox.platform.faults import Fault
from sandbox.platform.manifest import Manifest
from sandbox.platform.payments import Telephone
from sandbox.platform.server import PlatformPeer
from tests.kiosk.forwarding import (
    CONTACT,
    DEVICES,
    NAME_STROKES,
    NOW,
    VILLAGE,
    WORDS,
    Catalogue,
    FakeWork,
    Walk,
    item,
    options,
    question,
    said,
)
from tests.kiosk.people import ZHANG
from tests.kiosk.test_forward_slips import pairs

TERMINAL, CARD = "522401", "2020-35/2/23"
WAIT_S = 30
FEE = {
    "yuan": 0,
    "note": said("丢了坏了20元"),
    "rates": [{"yuan": 20, "when": {"question": "card_why", "one_of": ["lost", "broken"]}}],
    "here": True,
    "later": ["collect", "receive", "told"],
}
WHYS, WAYS = options("lost", "broken", "expired"), options("sms", "post", "collect")
BY_POST = {"question": "notify_by", "one_of": ["post"]}
CHANGE = Form.model_validate(
    {
        "id": "change",
        "questions": [
            question("card_why", "choice", "为什么换", options=WHYS),
            question("notify_by", "choice", "怎么拿结果", options=WAYS),
            question("rcpt_name", "name", "收件人", when=BY_POST),
            question("rcpt_mobile", "mobile", "收件人电话", when=BY_POST),
        ],
    }
)
ANSWERED = ("lost", "sms")
SIGNED = (Signed, NAME_STROKES)
NOW_ROW, LATER_ROW = (RowChosen, "now"), (RowChosen, "later")


class Fees(Catalogue):
    def item(self, code):
        return item(CARD, "change", fee=FEE) if code == CARD else None

    def form(self, name):
        return CHANGE if name == "change" else CONTACT


class Done:
    """The work itself, done before anything else happens, as the worker would."""

    def __init__(self, device, work, tool, told):
        self.device, self.work, self.tool, self.told = device, work, tool, told

    def __call__(self, visit):
        job = Job(visit.number, self.told.append)
        answer = self.work(visit)(self.tool, job)
        if answer is not None:
            self.told.append(answer)
        return job.stopped.set


class Till(Walk):
    """A terminal with its store, at the real platform. `fakes`: works that are told by hand."""

    def __init__(self, folder, peer, fakes=()):
        super().__init__(Fees())
        self.told, self.peer = [], peer
        self.room = StoreRoom(folder / "store.db", folder / "terminal.key", TERMINAL)
        self.room.begin()
        self.platform = Platform(peer.url, TERMINAL, self.room.signature, 5.0, 5.0, 8.0)
        self.outbox = self.room.outbox()
        clock = SteadyClock()
        orders, tellers = self.room.orders, {one: Teller(WORDS[one], one, str) for one in WORDS}
        maker = ApplicationMaker(Place(TERMINAL, "石桥镇", VILLAGE), "2026.11", tellers)
        real = {
            "open order": ("platform", open_order(orders, clock), self.platform),
            "await payment": ("platform", await_payment(orders), self.platform),
            "close order": ("platform", close_order(orders), self.platform),
            "call off order": ("platform", call_off_order(orders), self.platform),
            "keep application": (
                "outbox",
                keep_application(
                    maker.applications,
                    load_sealer(peer.key_file),
                    Answers(),
                    lambda: NOW,
                    lambda: None,
                ),
                self.outbox,
            ),
        }
        works = {work: FakeWork(work, device, self.diary) for work, device in DEVICES.items()}
        works |= {
            name: Done(*parts, self.told) for name, parts in real.items() if name not in fakes
        }
        self.conductor.equip(works)

    def happen(self, *events, visit=None):
        for event in events:
            super().happen(event, visit=visit)
            while self.told:
                self.conductor.handle(self.told.pop(0))
        return self.step

    @property
    def visit(self):
        return self.conductor._visit

    @property
    def order(self):
        """The last that the platform has opened."""
        return self.peer.desk.payments.orders()[-1]

    def to_fee(self, *answers):
        self.happen(Touched, (ItemChosen, CARD), Confirmed, (CardRead, ZHANG), Confirmed)
        self.happen((RowChosen, "self"))
        self.happen(*((Answered, one) for one in answers or ANSWERED))
        return self.happen(Confirmed, SIGNED)

    def sent(self):
        """What was kept goes to the platform; the manifest as it opens it."""
        queued = self.outbox.peek(SteadyClock()())
        result = sender(self.platform)(queued)
        assert isinstance(result, Delivered), result
        (exchange,) = [
            one for one in self.peer.exchanges() if one.request.path == "/v1/submissions"
        ][-1:]
        assert exchange.reply.status in (201, 202)
        return Manifest.model_validate_json(self._opened(queued))

    def _opened(self, queued):
        keys = self.peer._keys
        return keys.open(queued.key_id, queued.suite, queued.body, queued.key)

    def slip(self):
        maker = ForwardSlipMaker(
            Place(TERMINAL, "石桥镇", VILLAGE), "https://s", WORDS, lambda: NOW
        )
        return pairs(maker.receipt(self.visit))

    def open_orders(self):
        with self.room.orders() as orders:
            orders.give_up_until(self.visit.number)
            return len(orders.given_up())


@pytest.fixture
def peer(tmp_path):
    key = load_or_make(tmp_path / "terminal.key")
    with PlatformPeer(tmp_path / "platform", enrolled={TERMINAL: key.public}) as peer:
        yield peer


@pytest.fixture
def telephone(peer):
    def does(what):
        peer.desk.payments.telephone = what

    return does


@pytest.fixture
def till(tmp_path, peer):
    till = Till(tmp_path, peer)
    yield till
    till.outbox.close()


@pytest.fixture
def slow_till(tmp_path, peer):
    """One before which the code stays until something is told of it."""
    till = Till(tmp_path, peer, fakes=("await payment",))
    yield till
    till.outbox.close()


def labels(page):
    return {fact.label: fact.value for section in page.sections for fact in section.facts}


def closed_by_itself(till):
    """What the closer does, until nothing is left."""
    closer = OrderCloser(Enquiries(till.platform), till.room.orders, Backoff(0.1, 0.5))
    closer.visit_over(till.visit.number)
    closer.start()
    end_s = monotonic() + WAIT_S
    try:
        while till.open_orders():
            assert monotonic() < end_s, "an order stays open"
            sleep(0.05)
    finally:
        closer.stop()


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


# Paid, and not kept


def test_what_was_paid_goes_back_when_nothing_can_be_kept(tmp_path, peer, telephone):
    till = Till(tmp_path, peer, fakes=("keep application",))
    telephone(Telephone.PAYS)
    till.to_fee()
    assert till.happen(NOW_ROW) == "hand in"
    assert till.happen((KeepFailed, "disk")) == "cannot keep"
    assert till.page.body == "cannot_keep.paid"
    assert till.page.values["yuan"] == "20"
    assert till.page.actions[-1].label == "action.money_back"
    assert till.happen(Declined) == "money back"
    assert till.order.state == "REFUNDED"


def test_without_a_fee_nothing_that_cannot_be_kept_speaks_of_money(tmp_path, peer):
    till = Till(tmp_path, peer, fakes=("keep application",))
    till.to_fee("expired", "sms")
    assert till.happen((KeepFailed, "disk")) == "cannot keep"
    assert till.page.body == "cannot_keep.disk"
    assert till.happen(Left) == "leaving"


def test_a_visit_that_ends_between_paid_and_kept_is_paid_back_by_itself(tmp_path, peer, telephone):
    till = Till(tmp_path, peer, fakes=("keep application",))
    telephone(Telephone.PAYS)
    till.to_fee()
    till.happen(NOW_ROW, Left)  # before the disk has answered
    closed_by_itself(till)
    assert till.order.state == "REFUNDED"


PAID_AND_KILLED = """
import os, signal, sys
from pathlib import Path
from kiosk.enquiries import Enquiries
from kiosk.gateway import Platform
from kiosk.payment_messages import PaymentOrder
from kiosk.store_room import StoreRoom
from offline_cache.payment_orders import Owed
folder, url, killed = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
room = StoreRoom(folder / "store.db", folder / "terminal.key", "522401")
room.begin()
platform = Enquiries(Platform(url, "522401", room.signature))
key, submission = "1f0c2f0a-6f0e-4f57-9a39-0a1b2c3d4e5f", "0a1b2c3d-6f0e-4f57-9a39-0a1b2c3d4e5f"
with room.orders() as orders:
    orders.begin(Owed(key, "2020-35/2/23", submission, 2000), 1)
    told = platform.pay(PaymentOrder(key, "2020-35/2/23", submission, 2000))
    if killed == "before its number is known":
        os.kill(os.getpid(), signal.SIGKILL)
    orders.number(key, told.order)
while platform.payment(told.order).state != "PAID":
    pass
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.parametrize("killed", ["before its number is known", "when it is paid"])
def test_a_terminal_killed_between_paid_and_kept_pays_back_at_its_next_start(
    tmp_path, peer, telephone, killed
):
    telephone(Telephone.PAYS)
    command = [sys.executable, "-c", PAID_AND_KILLED, str(tmp_path), peer.url, killed]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == -signal.SIGKILL, done.stderr
    if killed == "before its number is known":
        peer.desk.payments.pay()  # by a telephone that has seen the code somehow
    (order,) = peer.desk.payments.orders()
    assert order.state == "PAID"
    till = Till(tmp_path, peer)
    closed_by_itself(till)
    till.outbox.close()
    (order,) = peer.desk.payments.orders()
    assert order.state == "REFUNDED"
    assert peer.desk.payments.refunds == [order.number]


@pytest.mark.parametrize("fault", sorted(set(Fault) - {Fault.NONE}))
@pytest.mark.parametrize("asked", ["cancel_payment", "refund_payment"])
def test_whatever_the_line_does_the_money_goes_back_once(tmp_path, peer, fault, asked):
    till = Till(tmp_path, peer, fakes=("await payment",))
    till.platform = Platform(peer.url, TERMINAL, till.room.signature, 1.0, 1.0, 1.5)
    till.to_fee()
    till.happen(NOW_ROW)
    peer.desk.payments.pay()
    peer.switches.set(fault=fault, times=1)
    with pytest.raises(PlatformError):
        getattr(Enquiries(till.platform), asked)(till.order.number)
    peer.switches.set(fault=fault, times=1)
    closed_by_itself(till)
    till.outbox.close()
    assert till.order.state == "REFUNDED"
    assert peer.desk.payments.refunds == [till.order.number]


def test_an_order_that_counts_is_never_given_back(till, telephone):
    telephone(Telephone.PAYS)
    till.to_fee()
    till.happen(NOW_ROW)
    till.sent()
    Enquiries(till.platform).refund_payment(till.order.number)
    assert till.order.state == "PAID"


def test_an_order_for_another_packet_is_refused(till, telephone):
    telephone(Telephone.PAYS)
    till.to_fee()
    till.happen(NOW_ROW)
    number = till.order.number
    assert not till.peer.desk.payments.count(number, TERMINAL, "another", 2000)
    assert not till.peer.desk.payments.count(number, TERMINAL, till.visit.key, 1)
    assert not till.peer.desk.payments.count(number, "522402", till.visit.key, 2000)


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
