"""A small catalogue and a visit that is walked by events alone, for what is taken in."""

import tomllib
from datetime import UTC, date, datetime
from pathlib import Path

from config import texts
from config.catalogue_models import Form, Item
from kiosk.conductor import Conductor
from kiosk.makers.draft_page_makers import DraftPageMaker
from kiosk.makers.form_page_makers import FormPageMaker
from kiosk.makers.helping_page_makers import HelpingPageMaker
from kiosk.makers.page_makers import makers
from kiosk.makers.paper_page_makers import HandingInPageMaker
from kiosk.makers.payment_page_makers import PaymentPageMaker
from kiosk.makers.relay_page_makers import RelayPageMaker
from kiosk.platform.gateway import Answer
from kiosk.platform.results import Code
from kiosk.services.forward import FORWARD
from kiosk.services.helping import HELPING
from kiosk.services.lobby import LOBBY
from kiosk.services.pausing import RESUME
from kiosk.services.questions import QUESTIONS
from kiosk.visits.bundles import WithBundles
from kiosk.visits.events import CardRead, Confirmed, ItemChosen, Kept, PageTaken, Touched
from kiosk.visits.form_events import HowChosen, MorePages, RowChosen, Signed
from kiosk.visits.forms.asking import joined
from kiosk.visits.forms.intake import beginning
from tests.kiosk.people import ZHANG
from tests.kiosk.walker import FakeWork, Walker

ROOT = Path(__file__).resolve().parents[2]
NOW = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)
VILLAGE = "522401101201"
NUMBER = "52240112345678"
WORDS = {language: texts.load(language) for language in ("zh", "en")}
NAME_STROKES = (((0.1, 0.2), (0.5, 0.8), (0.9, 0.2)), ((0.2, 0.9), (0.8, 0.9)))


def said(zh, en=None):
    return {"zh": zh, "en": en or zh}


def question(id, kind, label, **more):
    return {"id": id, "kind": kind, "label": said(label), "ask": said(f"{label}？"), **more}


def options(*values):
    return [{"value": value, "label": said(value)} for value in values]


MOBILE = question("mobile", "mobile", "手机号")
NAME = question("name", "name", "姓名", from_card="name", locked=True)
ADDRESS = question("address", "text", "住址", from_card="address", least=4)

CONTACT = Form.model_validate({"id": "contact", "questions": [NAME, MOBILE, ADDRESS]})


def with_contact(form):
    return joined(CONTACT, Form.model_validate(form))


JOBLESS = with_contact(
    {
        "id": "jobless",
        "questions": [
            question("reason", "choice", "失业原因", options=options("ended", "closed", "other")),
            question(
                "unit",
                "text",
                "原单位",
                required=False,
                most=100,
                when={"question": "reason", "one_of": ["ended", "closed"]},
            ),
            question("lost_on", "date", "失业日期", least=-183, most=0),
        ],
    }
)
BIRTH = with_contact(
    {
        "id": "birth",
        "questions": [
            question(
                "kids",
                "people",
                "孩子",
                required=False,
                most=3,
                each=[
                    question("name", "name", "孩子姓名"),
                    question("born", "date", "孩子生日", most=0),
                    question("adopted", "yes_no", "收养"),
                    question(
                        "since",
                        "date",
                        "收养日期",
                        when={"question": "adopted", "one_of": ["yes"]},
                        not_before="born",
                    ),
                ],
            ),
            question("order", "integer", "第几个孩子", least=1, most=9),
        ],
    }
)


def material(id, travels, **more):
    return {"id": id, "name": said(f"材料{id}"), "travels": travels, **more}


PAPERS = Form.model_validate(
    {
        "id": "papers",
        "questions": [MOBILE, question("married", "yes_no", "已婚")],
        "materials": [
            material("register", "S", pages=3, hint=said("首页和本人页")),
            material("lease", "C"),
            material("photo", "M"),
            material("licence", "D"),
            material("application", "G"),
            material(
                "marriage", "S", required=False, when={"question": "married", "one_of": ["yes"]}
            ),
        ],
    }
)


ENTERPRISE = Form.model_validate(
    {
        "id": "enterprise",
        "questions": [
            question("credit_code", "credit_code", "信用代码"),
            question("ent_name", "text", "单位名称", least=2, most=100),
            question("oper_name", "name", "经办人", from_card="name", locked=True),
            question("oper_role", "choice", "经办人身份", options=options("legal", "operator")),
        ],
        "materials": [
            material("letter", "S", when={"question": "oper_role", "one_of": ["operator"]})
        ],
    }
)
ON_BEHALF = Form.model_validate(
    tomllib.loads((ROOT / "config/catalogue/forms/on_behalf.toml").read_text("utf-8"))
)
FORMS = (CONTACT, JOBLESS, BIRTH, PAPERS, ENTERPRISE, ON_BEHALF)


def item(code, form, **more):
    words = {
        "name": f"事项{code}",
        "short": "事项",
        "plain": "这件事是干什么的",
        "bring": ["本人身份证"],
        "result": "短信告诉您",
    }
    return Item.model_validate(
        {
            "code": code,
            "group": "work",
            "ability": "forward",
            "audience": "person",
            "modes": ["relayed"],
            "place": {"scope": ["户籍地"], "plain": said("户口所在地的人社局")},
            "basis": ["国办发〔2020〕35号"],
            "limit": {"working_days": 10},
            "fee": {"yuan": 0},
            "minutes": 8,
            "devices": ["idcard_reader", "outbox"],
            "devices_wanted": ["scanner", "receipt_printer"],
            "form": form,
            "hotline": "12333",
            "since": date(2020, 9, 29),
            "zh": words,
            "en": words,
            **more,
        }
    )


LOSS, CHILD, PAPER, FIRM = "2020-35/1/5", "2020-35/2/49", "2020-35/2/68", "2020-35/1/37"
ITEMS = {
    one.code: one
    for one in (
        item(LOSS, "jobless"),
        item(CHILD, "birth"),
        item(PAPER, "papers"),
        item(FIRM, "jobless", audience="enterprise", identity="card_and_face"),
    )
}


class Catalogue:
    """As that of a terminal, as far as taking in asks it."""

    def item(self, code):
        return ITEMS.get(code)

    def featured(self):
        return tuple(ITEMS.values())

    def groups(self):
        return ()

    def in_group(self, group):
        return tuple(item for item in ITEMS.values() if item.group == group)

    def form(self, name):
        return {one.id: one for one in FORMS}[name]


DEVICES = {
    "read card": "idcard_reader",
    "read staff card": "idcard_reader",
    "read helper card": "idcard_reader",
    "watch card": "idcard_reader",
    "take face": "camera",
    "scan page": "scanner",
    "read social card": "social_card",
    "watch desk": "scanner",
    "read aloud": "speech",
    "keep application": "outbox",
    "await answer": "outbox",
    "keep rating": "outbox",
    "print slip": "receipt_printer",
    "print slip again": "receipt_printer",
    "print checklist": "receipt_printer",
    "ask office": "platform",
    "print label": "receipt_printer",
    "slip in hand": "outbox",
    "keep draft": "outbox",
    "open draft": "outbox",
    "print draft slip": "receipt_printer",
    "open order": "platform",
    "await payment": "platform",
    "close order": "platform",
    "call off order": "platform",
}


def intake(code=LOSS):
    return beginning(Catalogue(), lambda division: division == VILLAGE, lambda: NOW)(code)


class Walk(Walker):
    """A terminal without machines: what happens is told, what is shown is looked at.

    items: a catalogue in place of the small one; its divisions are whatever has 12 digits.
    """

    def __init__(self, items=None):
        super().__init__()
        services = {"forward": FORWARD, "resume": RESUME, "helped": HELPING}
        begin = beginning(items, lambda code: len(code) == 12, lambda: NOW) if items else intake
        if isinstance(items, WithBundles):
            begin = items.beginning(begin)
        pages = {
            **makers("石桥镇", lambda: None, services=services),
            **FormPageMaker(WORDS, VILLAGE, lambda code: f"地方{code}").makers(),
            **DraftPageMaker(WORDS, lambda code: f"地方{code}").makers(),
            **HelpingPageMaker(WORDS).makers(),
            **RelayPageMaker(WORDS).makers(),
            **HandingInPageMaker(
                WORDS, lambda: None, lambda _: None, VILLAGE, lambda code: f"地方{code}"
            ).makers(),
        }
        pages |= PaymentPageMaker(WORDS, lambda: NOW).makers(pages["cannot_keep"])
        self.conductor = Conductor(
            LOBBY,
            services,
            items or Catalogue(),
            pages,
            self.views.append,
            lambda _: self.diary.append("wiped"),
            self.now_s,
            QUESTIONS,
            begin,
        )
        self.conductor.equip(
            {work: FakeWork(work, device, self.diary) for work, device in DEVICES.items()}
        )

    def begin(self, code=LOSS, whom="self"):
        """To the first question."""
        return self.happen(
            Touched,
            (ItemChosen, code),
            Confirmed,
            (CardRead, ZHANG),
            Confirmed,
            (RowChosen, whom),
        )


KEPT = (Kept, NUMBER, NOW, "ab12 cd34 ef56 7890")
SIGNED = (Signed, NAME_STROKES)
PAGE = (PageTaken, b"\xff\xd8page", None)
ACCEPTED = Answer(NUMBER, Code.ACCEPTED, None)


def labels(page):
    return {fact.label: fact.value for section in page.sections for fact in section.facts}


def fill_in(walk):
    """The simple item, to its summary."""
    walk.begin(LOSS)
    return walk.answer("13900001234", "北京市某街1号", "other", "2026-11-01")


def to_papers(walk, married="no"):
    walk.begin(PAPER)
    return walk.answer("13900001234", married)


def all_papers(walk):
    """Every way there is, to the page of what is missing."""
    to_papers(walk, "yes")
    walk.happen(Confirmed, (HowChosen, "scan"), PAGE, MorePages, PAGE, Confirmed)
    walk.happen((HowChosen, "commitment"), (HowChosen, "later"))
    return walk.happen((HowChosen, "on_file"))
