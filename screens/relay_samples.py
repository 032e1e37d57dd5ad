"""Samples of originals that travel, of several places and of several items, as their makers make
them. All people and numbers are invented.
"""

from __future__ import annotations

from config.catalogue_models import Kind
from kiosk.visits.events import Again, Confirmed, Declined, Event
from kiosk.visits.form_events import PrintAsked
from kiosk.visits.form_pages import DetailsPage, Fact, ListPage, QuestionPage, Row, Section
from kiosk.visits.pages import Action, ItemPage, MessagePage, Mood, Page, PleaseWaitPage, View
from kiosk.visits.relay_events import HandOnAsked

STAGES = ("card", "form", "page", "sign", "result")
NUMBER = "5224 0112 3456 78"

_INVENTORY = {
    "zh": (
        Section(
            "寄走",
            (
                Fact("旧的残疾人证", "原件交给我们寄"),
                Fact("两寸白底照片三张", "原件交给我们寄"),
            ),
        ),
        Section("只给看看", (Fact("户口簿或集体户口页", "拍好了，您带回家"),)),
    ),
    "en": (
        Section(
            "By post",
            (
                Fact("Old disability card", "The original is left with us"),
                Fact("Three photos, white ground", "The original is left with us"),
            ),
        ),
        Section("Only shown", (Fact("Household register", "Scanned, you take it home"),)),
    ),
}
_CONSENT = {
    "zh": "请对一对。寄走的是原件，不是复印的。",
    "en": "Please compare. What is posted is the original, no copy.",
}
_NOW = {
    "zh": (
        "请您现在",
        (
            "把旧的残疾人证、两寸白底照片三张和交接单装进信封",
            "把寄件单贴在信封上",
            "交给代办员，看着他签名",
        ),
        Section(
            "要寄的原件",
            (Fact("回执编号", NUMBER), Fact("寄到", "毕节市七星关区政务服务中心 跨省通办窗口")),
        ),
        Section(
            "要寄的原件",
            (Fact("回执编号", NUMBER), Fact("寄到", "现在没有网，通了再打寄件单")),
        ),
        "原件到了哪里，扫回执上的码就能看。",
    ),
    "en": (
        "Please now",
        (
            "Put the old disability card, three photos and the hand-over slip into an envelope",
            "Stick the label on the envelope",
            "Give it to the helper, who signs before your eyes",
        ),
        Section(
            "Originals to be posted",
            (
                Fact("Receipt no.", NUMBER),
                Fact("To", "毕节市七星关区政务服务中心 跨省通办窗口"),
            ),
        ),
        Section(
            "Originals to be posted",
            (
                Fact("Receipt no.", NUMBER),
                Fact("To", "There is no network now; the label is printed later"),
            ),
        ),
        "Scan the code on your receipt to see where they are.",
    ),
}
_PROGRESS = {
    "zh": (
        Section(
            "现在",
            (
                Fact("编号", NUMBER),
                Fact("状态", "正在办"),
                Fact("在谁那里", "毕节市七星关区政务服务中心 跨省通办窗口"),
                Fact("快递", "邮政特快专递（样张） 1100000000051"),
            ),
        ),
        Section(
            "几个地方一起办",
            (
                Fact("迁入地", "正在办 大方县政务服务中心 跨省通办窗口 2026年11月20日"),
                Fact("迁出地", "还没开始 长沙县政务服务中心 跨省通办窗口 2026年11月18日"),
            ),
        ),
        Section(
            "要寄的原件",
            (
                Fact("在谁手里", "快递员"),
                Fact("原件", "2份"),
                Fact("寄到", "毕节市七星关区政务服务中心 跨省通办窗口"),
                Fact("代办员收到", "2026年11月19日"),
                Fact("快递员收到", "2026年11月20日"),
            ),
        ),
        Section(
            "一起办的几件事",
            (
                Fact("夫妻投靠迁户口", "正在办 5224 0112 3456 78"),
                Fact("居民养老转移", "正在办 5224 0112 3456 86"),
                Fact("医保转移", "已经办完 5224 0112 3456 94"),
            ),
        ),
    ),
    "en": (
        Section("Now", (Fact("Number", NUMBER), Fact("State", "under way"))),
        Section(
            "Several places work on it",
            (
                Fact("迁入地", "working 大方县政务服务中心 跨省通办窗口 20 November 2026"),
                Fact("迁出地", "not begun 长沙县政务服务中心 跨省通办窗口 18 November 2026"),
            ),
        ),
        Section(
            "Originals to be posted",
            (
                Fact("In whose hands", "the post"),
                Fact("Originals", "2"),
                Fact("Taken by the helper", "19 November 2026"),
            ),
        ),
        Section(
            "What was handed in together",
            (
                Fact("Joining a spouse's household", "under way 5224 0112 3456 78"),
                Fact("Residents' pension transfer", "done 5224 0112 3456 86"),
            ),
        ),
    ),
}
_TITLE = {"zh": "办到哪一步了", "en": "How far it is"}
_WAYBILL = {
    "zh": (
        "快递单号是多少？",
        "单号印在快递单的条码下面。",
        "这不是快递单号。请对着快递单看一遍。",
    ),
    "en": (
        "What is the number of the waybill?",
        "It stands under the barcode.",
        "This is no waybill number. Please look at the waybill once more.",
    ),
}
_TAKER = {"zh": "代办员", "en": "the helper"}
_BUNDLE = {
    "zh": (
        "户口迁到外省（3件事一起办）",
        "户口、养老、医保一起转。",
        ("本人身份证", "户口簿或集体户口页", "结婚证", "看情况要的证明"),
        "不收钱",
        "办好了打电话告诉您、转好了发短信告诉您",
        (
            "这几件事一起办，只填一次表。",
            "由谁办：每件事由管它的地方办",
            "多久办好：受理后15个工作日内。",
        ),
    ),
    "en": (
        "Moving to another province (3 items at once)",
        "Household, pension and health insurance move together.",
        ("Your ID card", "Household register", "Marriage certificate"),
        "Free of charge",
        "You are phoned when it is done",
        (
            "These are done together, with one form.",
            "Who decides: Each item by the place responsible for it",
            "How long: within 15 working days.",
        ),
    ),
}
_GROUP = {
    "zh": ("户口家庭", "点一下要办的事。", "孩子出生", "生育登记、上户口、参加医保，一次办。"),
    "en": (
        "Household and family",
        "Touch what you come for.",
        "A child is born",
        "Registration, household, health insurance at once.",
    ),
}
_ITEM = {"zh": "残疾人证换领", "en": "Disability card: renew"}


def views(language: str) -> dict[str, View]:
    """Name of the picture → what it shows."""
    leave, again = ("action.leave", Confirmed), ("action.try_again", Again)
    item = _ITEM[language]
    ask, why, trouble = _WAYBILL[language]
    title, hint, short, plain = _GROUP[language]
    rows = (
        Row("bundle/newborn", short, plain, "bundle.mark"),
        *(Row(f"2020-35/3/{at}", short, plain, "mark.joined") for at in (1, 2, 3)),
    )
    name, for_what, bring, fee, result, how = _BUNDLE[language]
    messages = {
        "no-label": _message("no_label", Mood.NOTE, again, ("action.without_label", Declined)),
        "scan-waybill": _message("scan_waybill", Mood.NOTE, ("action.type_it", Declined)),
        "handed-on": MessagePage(
            Mood.GOOD,
            "handed_on.title",
            "handed_on.body",
            (Action("action.done", Confirmed), Action("action.another_parcel", Again)),
            {"number": NUMBER, "taker": _TAKER[language]},
            help_line=False,
        ),
        "not-its-turn": _message("not_its_turn", Mood.NOTE, ("action.see_again", Again), leave),
        "not-recorded": _message("not_recorded", Mood.STOP, again, leave),
    }
    return {
        "29-bundle-group": _at("group", ListPage(title, rows, hint)),
        "29-bundle-item": _at(
            "about", ItemPage(name, for_what, bring, 23, fee, result, (), None, how)
        ),
        "29-relay-inventory": _at(
            "inventory",
            DetailsPage(
                "inventory.title",
                _INVENTORY[language],
                Mood.NOTE,
                note=_CONSENT[language],
                actions=(Action("inventory.right", Confirmed),),
            ),
            item,
        ),
        "29-relay-parcel": _at("parcel", _parcel(language, labelled=True), item),
        "29-relay-parcel-later": _at("parcel", _parcel(language, labelled=False), item),
        "29-relay-wait": _at("ask office", PleaseWaitPage("wait.asking_office"), item),
        "29-relay-progress": _at(
            "told",
            DetailsPage(
                _TITLE[language],
                _PROGRESS[language],
                Mood.WAIT,
                actions=(
                    Action("action.done", Confirmed),
                    Action("action.another", Again),
                    Action("action.hand_on", HandOnAsked),
                    Action("action.print_label", PrintAsked),
                ),
            ),
        ),
        "29-relay-waybill": _at(
            "type waybill", QuestionPage(ask, Kind.CODE, "12", why, trouble=trouble, most=32)
        ),
        **{f"29-relay-{name}": _at(name, page) for name, page in messages.items()},
    }


def _parcel(language: str, *, labelled: bool) -> DetailsPage:
    now, steps, where, later, note = _NOW[language]
    told = steps if labelled else (steps[0], steps[2])
    facts = tuple(Fact(str(at), step) for at, step in enumerate(told, start=1))
    return DetailsPage(
        "parcel.title",
        (Section(now, facts), where if labelled else later),
        Mood.NOTE,
        note=note,
        actions=(Action("action.given", Confirmed), Action("action.print_label", Again)),
    )


def _message(name: str, mood: Mood, *actions: tuple[str, type[Event]]) -> MessagePage:
    return MessagePage(
        mood, f"{name}.title", f"{name}.body", tuple(Action(*one) for one in actions)
    )


def _at(step: str, page: Page | DetailsPage | ListPage | QuestionPage, heading: str = "") -> View:
    """`heading`: of the item in whose flow it stands."""
    stages, stage = (STAGES, 5) if heading else ((), None)
    return View(
        *(7, f"relay/{step}", page),
        stages=stages,
        stage=stage,
        can_go_back=True,
        in_visit=True,
        heading=heading,
    )
