"""A visit in which something is looked up, walked by events alone."""

from datetime import UTC, date, datetime

from config import texts
from config.catalogue_models import Form, Item
from devices.base import Condition, Status
from kiosk.conductor import Conductor
from kiosk.makers.following_page_makers import FollowingPageMaker
from kiosk.makers.form_page_makers import FormPageMaker
from kiosk.makers.mine_page_makers import MinePageMaker
from kiosk.makers.page_makers import makers
from kiosk.makers.query_page_makers import QueryPageMaker
from kiosk.makers.relay_page_makers import RelayPageMaker
from kiosk.platform.query_messages import QueryAnswer
from kiosk.services.lobby import LOBBY
from kiosk.services.query import QUERY, VERIFY
from kiosk.services.questions import QUESTIONS
from kiosk.visits.events import (
    CardRead,
    CardTaken,
    Confirmed,
    FaceTaken,
    ItemChosen,
    StatusChanged,
    Touched,
)
from kiosk.visits.forms.intake import beginning
from tests.kiosk.people import ZHANG
from tests.kiosk.walker import FakeWork, Walker

NOW = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)
WORDS = {language: texts.load(language) for language in ("zh", "en")}


def said(zh):
    return {"zh": zh, "en": zh}


FORM = Form.model_validate(
    {
        "id": "rights",
        "questions": [
            {"id": "year", "kind": "year", "label": said("年度"), "ask": said("查哪一年？")},
        ],
    }
)


def item(code, ability, identity, form=None):
    words = {
        "name": "个人权益记录单",
        "short": "权益记录",
        "plain": "看看社保交了多少。",
        "bring": ["身份证"],
        "result": "当场看到，可以打印",
    }
    return Item.model_validate(
        {
            "code": code,
            "group": "social",
            "ability": ability,
            "audience": "person",
            "modes": ["online"],
            "place": {"scope": ["参保地"], "plain": said("参保地")},
            "basis": ["国办发〔2020〕35号"],
            "limit": {"working_days": 0},
            "fee": {"yuan": "0"},
            "minutes": 3,
            "devices": ["idcard_reader"],
            "devices_wanted": ["page_printer"],
            "identity": identity,
            "form": form,
            "hotline": "12333",
            "since": date(2020, 9, 29),
            "zh": words,
            "en": words,
        }
    )


RIGHTS = item("2020-35/1/6", "query", "card_and_face", "rights")
CERTIFICATE = item("2020-35/1/20", "verify", "card")
ITEMS = {one.code: one for one in (RIGHTS, CERTIFICATE)}

FOUND = QueryAnswer.model_validate_json(
    """{"code": "FOUND", "title": "个人权益记录单", "as_of": "2026-11-21T00:00:00+08:00",
    "note": "仅供核对。", "sections": [
    {"heading": "基本信息", "facts": [
        {"label": "姓名", "value": "张三", "mask": "name"},
        {"label": "证件号码", "value": "110101194910019997", "mask": "number"},
        {"label": "手机号码", "value": "13900000139", "mask": "phone"},
        {"label": "收款账号", "value": "6200000000000000139", "mask": "account"},
        {"label": "单位", "value": "石桥竹木", "mask": "none"}]},
    {"heading": "各月", "columns": ["月份", "基数"], "lines": [["2025-01"], ["2025-02", "1", "2"]]}
    ]}"""
)
SEALED = FOUND.model_copy(
    update={
        "documents": QueryAnswer.model_validate_json(
            """{"code": "NOTHING", "documents": [{"id": "AAAAAAAAAAAAAAAAAAAAAAAA",
            "title": "x", "media_type": "application/pdf", "bytes": 3, "verify_code":
            "7K3MQ2XW9VHT5NRA", "sha256": "%s"}]}"""
            % ("0" * 64)
        ).documents
    }
)


def told(code, **more):
    return QueryAnswer.model_validate({"code": code, **more}, strict=False)


class Catalogue:
    def item(self, code):
        return ITEMS.get(code)

    def featured(self):
        return tuple(ITEMS.values())

    def groups(self):
        return ()

    def in_group(self, _):
        return ()

    def form(self, name):
        return {FORM.id: FORM}[name]


DEVICES = {
    "read card": "idcard_reader",
    "read staff card": "idcard_reader",
    "watch card": "idcard_reader",
    "take face": "camera",
    "query": "platform",
    "fetch paper": "platform",
    "verify paper": "platform",
    "affairs": "platform",
    "ask progress": "platform",
    "read receipt code": "code_reader",
    "read paper code": "code_reader",
    "read waybill": "code_reader",
    "record hand-over": "platform",
    "print label": "receipt_printer",
    "print page": "page_printer",
    "print query slip": "receipt_printer",
    "keep rating": "outbox",
}


class Walk(Walker):
    """`devices`: those that are there and well."""

    def __init__(self, chosen, *devices, own_pages=False, flow=None):
        super().__init__()
        pages = QueryPageMaker(WORDS, own_pages)
        flows = {"query": QUERY, "verify": VERIFY} if flow is None else {chosen.ability: flow}
        self.conductor = Conductor(
            LOBBY,
            flows,
            Catalogue(),
            {
                **makers("石桥镇", lambda: None),
                **FormPageMaker(WORDS, "522401100001", str).makers(),
                **FollowingPageMaker(WORDS, lambda: NOW).makers(),
                **MinePageMaker(WORDS).makers(),
                **RelayPageMaker(WORDS).makers(),
                **pages.makers(),
            },
            self.views.append,
            lambda _: None,
            self.now_s,
            {**QUESTIONS, "what it is printed on": pages.printed_on},
            beginning(Catalogue(), lambda _: True, lambda: NOW),
        )
        self.conductor.equip(
            {work: FakeWork(work, device, self.diary) for work, device in DEVICES.items()}
        )
        for device in devices:
            self.conductor.handle(StatusChanged(0, device, Status(Condition.OK)))
        self.happen(Touched, (ItemChosen, chosen.code))

    def to_lookup(self):
        """Card, face and the one question."""
        self.happen(Confirmed, (CardRead, ZHANG), Confirmed)
        if self.step == "consent":
            self.happen(Confirmed, (FaceTaken, b"jpeg", "blink"))
        return self.step

    def to_result(self, *answers):
        self.happen(*answers)
        assert self.step == "card gone"
        return self.happen(CardTaken)
