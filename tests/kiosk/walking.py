"""The certification's conductor with works that only note that they were begun."""

from datetime import date

from kiosk.conductor import Conductor
from kiosk.events import CardRead, Confirmed, Eligible, ItemChosen, Touched
from kiosk.gateway import BenefitRecord, Eligibility, Scheme
from kiosk.results import Code
from kiosk.services.certify import CERTIFY
from kiosk.services.lobby import LOBBY
from tests.certify_kit import QUESTIONS, certify_pages
from tests.kiosk.people import ZHANG
from tests.packs import catalogue

ITEM = "2020-35/1/13"
RECORD = BenefitRecord(
    record_id="R1",
    scheme=Scheme.RESIDENTS,
    scheme_name="城乡居民基本养老保险",
    pay_agency="石桥镇社保所",
    pay_area="522401",
    valid_to=date(2026, 11, 30),
)
ELIGIBLE = Eligibility(code=Code.ELIGIBLE, records=(RECORD,))


class FakeWork:
    """Notes when it is begun and called off."""

    def __init__(self, name, device, diary):
        self.name, self.device, self.diary = name, device, diary

    def __call__(self, visit):
        self.diary.append(f"begin {self.name}")
        return lambda: self.diary.append(f"end {self.name}")


DEVICES = {
    "read card": "idcard_reader",
    "read staff card": "idcard_reader",
    "watch card": "idcard_reader",
    "look up": "platform",
    "take face": "camera",
    "keep": "outbox",
    "await answer": "outbox",
    "keep rating": "outbox",
    "print slip": "receipt_printer",
    "print slip again": "receipt_printer",
    "slip in hand": "outbox",
}


class Walk:
    def __init__(self, equipped=True):
        self.views, self.diary, self.now_s = [], [], 0.0
        self.conductor = Conductor(
            LOBBY,
            {"certify": CERTIFY},
            catalogue(),
            certify_pages(),
            self.views.append,
            lambda _: self.diary.append("wiped"),
            self.now_s,
            QUESTIONS,
        )
        if equipped:
            self.equip()

    def equip(self):
        self.conductor.equip(
            {work: FakeWork(work, device, self.diary) for work, device in DEVICES.items()}
        )

    @property
    def view(self):
        return self.views[-1]

    @property
    def step(self):
        return self.view.step.split("/")[1]

    def happen(self, *events, visit=None):
        for event, *values in (e if isinstance(e, tuple) else (e,) for e in events):
            self.conductor.handle(event(visit or self.view.visit, *values))
        return self.step

    def wait(self, seconds):
        for _ in range(int(seconds * 2)):
            self.now_s += 0.5
            self.conductor.tick(self.now_s)
        return self.step


TO_CARD = (Touched, (ItemChosen, ITEM), Confirmed)
TO_FACE = (*TO_CARD, (CardRead, ZHANG), Confirmed, (Eligible, ELIGIBLE), Confirmed)
