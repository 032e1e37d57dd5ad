"""A terminal at which a fee can be paid: its store, and the real platform over HTTP."""

from __future__ import annotations

from time import monotonic, sleep

from config.catalogue_models import Form
from kiosk.machines.delivery import sender
from kiosk.machines.store_room import StoreRoom
from kiosk.papers.forward_slips import ForwardSlipMaker
from kiosk.platform.answers import Answers
from kiosk.platform.enquiries import Enquiries
from kiosk.platform.gateway import Platform
from kiosk.visits.backoff import Backoff
from kiosk.visits.events import (
    CardRead,
    Confirmed,
    ItemChosen,
    Touched,
)
from kiosk.visits.form_events import Answered, RowChosen, Signed
from kiosk.visits.forms.telling import Teller
from kiosk.visits.place import Place
from kiosk.visits.worker import Job
from kiosk.works.application import ApplicationMaker
from kiosk.works.order_closing import OrderCloser
from kiosk.works.paying import await_payment, call_off_order, close_order, open_order
from kiosk.works.taking_in import keep_application
from offline_cache.forwarder import Delivered
from offline_cache.sealing import load_sealer
from offline_cache.steady_clock import SteadyClock
from sandbox.platform.manifest import Manifest
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
