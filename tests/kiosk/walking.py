"""The certification's conductor with works that only note that they were begun."""

from datetime import date

from kiosk.conductor import Conductor
from kiosk.platform.gateway import BenefitRecord, Eligibility, Scheme
from kiosk.platform.results import Code
from kiosk.services.certify import CERTIFY
from kiosk.services.lobby import LOBBY
from kiosk.visits.events import CardRead, Confirmed, Eligible, ItemChosen, Touched
from tests.certify_kit import QUESTIONS, certify_pages
from tests.kiosk.people import ZHANG
from tests.kiosk.walker import FakeWork, Walker
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


class Walk(Walker):
    def __init__(self, equipped=True):
        super().__init__()
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


TO_CARD = (Touched, (ItemChosen, ITEM), Confirmed)
TO_FACE = (*TO_CARD, (CardRead, ZHANG), Confirmed, (Eligible, ELIGIBLE), Confirmed)
