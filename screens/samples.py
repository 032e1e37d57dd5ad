"""One view for every page and every state of it that looks different; all people are invented.

For the gallery and the tests. Names try what is hard: long, rare, with the dot of minority names.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial

from kiosk.visits.events import Again, Confirmed, Declined
from kiosk.visits.pages import (
    Action,
    AttractPage,
    ConfirmPersonPage,
    FaceConsentPage,
    FacePage,
    GoodbyePage,
    HomePage,
    ItemPage,
    MessagePage,
    Mood,
    Overlay,
    Page,
    PleaseWaitPage,
    PresentCardPage,
    RatingPage,
    ReceiptPage,
    ResultPage,
    ScanPage,
    TakeCardPage,
    Tile,
    View,
)
from screens import (
    draft_samples,
    form_samples,
    helping_samples,
    information_samples,
    payment_samples,
    reading_samples,
    relay_samples,
    result_samples,
    samples_finding,
)
from screens.content import Contact
from screens.sample_pictures import CUT, LYING, desk, head, nothing, outline, standing

CLOSED = "why_not.no_reader"
STAGES = ("card", "face", "result")
CONTACT = Contact("石桥镇便民服务中心", "李主任", "0857-5550 123")
NUMBER = "2026 1121 0000 0417"
_VALUES = {"number": NUMBER, "valid_to": "2027年11月30日"}

_ITEMS = {
    "zh": (
        ("养老金资格认证", "每年认证一次，养老金接着发。", "领取养老金人员待遇资格认证"),
        (
            "工伤待遇资格认证",
            "领一至四级伤残津贴的，每年一次。",
            "领取一级至四级伤残职工工伤保险长期待遇资格认证",
        ),
        (
            "供养亲属待遇认证",
            "家里人因工去世，领抚恤金的。",
            "领取因工死亡职工供养亲属待遇资格认证",
        ),
        ("失业金按月认证", "领失业金的，每个月一次。", "领取失业保险金人员待遇资格认证"),
        ("高龄津贴认证", "满80岁的老人，每年一次。", "高龄津贴待遇资格认证"),
        ("残疾人两项补贴认证", "生活补贴、护理补贴，每年一次。", "残疾人两项补贴资格认证"),
    ),
    "en": (
        (
            "Pension certification",
            "Once a year, so that your pension goes on.",
            "Pension qualification certification",
        ),
        (
            "Work injury benefit",
            "Levels 1 to 4, once a year.",
            "Certification for long-term work injury benefit",
        ),
        (
            "Dependants' benefit",
            "For families of those who died at work.",
            "Certification for dependants of workers",
        ),
        ("Unemployment benefit", "Once a month.", "Certification for unemployment benefit"),
        ("Old age allowance", "From 80 years on, once a year.", "Old age allowance certification"),
        (
            "Disability subsidies",
            "Living and care subsidy, once a year.",
            "Certification for disability subsidies",
        ),
    ),
}
_ABOUT: Mapping[str, tuple[tuple[str, ...], str, str]] = {
    "zh": (("本人身份证", "本人到场"), "不收钱", "当场知道结果，可以打印回执"),
    "en": (
        ("Your own ID card", "yourself"),
        "Free of charge",
        "You know at once, and may take a receipt",
    ),
}
_BIRTH = {"zh": "1951年3月8日", "en": "8 March 1951"}


def samples(language: str, large: bool) -> dict[str, View]:
    """Name of the picture → what it shows."""
    return {
        name: replace(
            view,
            visit=visit,
            language=language,
            large=large,
            heading=view.heading or (_ITEMS[language][0][0] if view.stages else ""),
        )
        for visit, (name, view) in enumerate(_views(language).items())
    }


_NOTICE = {
    "zh": "冬季办公时间：周六上午也开门",
    "en": "Winter hours: open on Saturday mornings too",
}


def _views(language: str) -> dict[str, View]:
    items = _ITEMS[language]
    return {
        "01-attract": View(0, "lobby/attract", AttractPage(CONTACT.place)),
        "01-attract-card-left": View(
            0, "lobby/attract", AttractPage(CONTACT.place, "notice.card_left")
        ),
        "01-attract-notice": View(
            0, "lobby/attract", AttractPage(CONTACT.place, words=_NOTICE[language])
        ),
        "01-attract-slip-left": View(
            0, "lobby/attract", AttractPage(CONTACT.place, "notice.slip_left")
        ),
        "01-attract-paper-left": View(
            0, "lobby/attract", AttractPage(CONTACT.place, "notice.paper_left")
        ),
        "01-attract-social-card-left": View(
            0, "lobby/attract", AttractPage(CONTACT.place, "notice.social_card_left")
        ),
        **{
            f"02-home-{count}": _lobby(HomePage(_tiles(items[:count]), ()))
            for count in (2, 3, 4, 6)
        },
        **samples_finding.homes(language, _tiles(items[:1]), _tiles(items[:1], CLOSED)),
        "03-item": _visit("about", _item(language, 0), None, back=True),
        "03-item-notices": _visit(
            "about", _item(language, 0, ("notice.no_camera", "notice.no_network")), None, back=True
        ),
        "03-item-closed": _visit(
            "about", _item(language, 1, (), "why_not.no_reader"), None, back=True
        ),
        "04-card": _visit("card", PresentCardPage(False, None), 1, back=True),
        "04-card-trouble": _visit(
            "card", PresentCardPage(False, "trouble.card_lifted"), 1, back=True
        ),
        "04-card-staff": _visit("staff", PresentCardPage(True, None), 2, back=True),
        "04-card-staff-trouble": _visit(
            "staff", PresentCardPage(True, "trouble.same_card"), 2, back=True
        ),
        **{
            f"05-person-{kind}": _visit("person", _person(language, name, uncertain), 1, back=True)
            for kind, name, uncertain in (
                ("usual", "王桂兰", False),
                ("rare", "王𪚥䶮", False),
                ("minority", "阿卜杜热合曼·买买提明", False),
                ("uncertain", "欧阳\ue123娜仁托娅其其格玛", True),
            )
        },
        "06-wait-look-up": _visit(
            "look up", PleaseWaitPage("wait.looking_up", "wait.hands.leave_card"), 1
        ),
        "06-wait-print": _visit("print", PleaseWaitPage("wait.printing"), 3),
        "06-wait-leave": _visit("card back", PleaseWaitPage("wait.taking_leave"), None),
        **{f"07-{name}": _visit(name, page, stage) for name, (page, stage) in _messages().items()},
        "08-consent": _visit("consent", FaceConsentPage(), 2),
        "09-face": _visit("face", FacePage(head, "face.off_centre", 0.0), 2, back=True),
        "09-face-good": _visit("face", FacePage(head, "face.turn_left", 0.6), 2, back=True),
        "09-face-dark": _visit("face", FacePage(nothing, "face.nobody", 0.0), 2, back=True),
        "10-scan-good": _scan(ScanPage(partial(desk, LYING), outline(LYING), True, "page.good")),
        "10-scan-cut_edges": _scan(
            ScanPage(partial(desk, CUT), outline(CUT), False, "page.cut_edges")
        ),
        "10-scan-standing": _scan(
            ScanPage(standing, tuple((1 - y, x) for x, y in outline(LYING)), False, "page.fingers")
        ),
        "10-scan-no_page": _scan(ScanPage(desk, (), False, "page.no_page")),
        "10-scan-unsure": _scan(ScanPage(partial(desk, LYING), (), False, "page.unsure")),
        "10-scan-dark": _scan(ScanPage(nothing, (), False, "page.no_page")),
        "10-take-card": _visit("take card", TakeCardPage(60), 3),
        "11-result-pass": _visit("result", _result("PASS", Mood.GOOD), 3),
        "11-result-kept": _visit("result", _result("KEPT", Mood.WAIT, kept=True), 3),
        "11-result-elsewhere": _visit("result", _result("PAY_ABNORMAL", Mood.STOP, False), 3),
        "12-receipt": _visit("receipt", ReceiptPage(NUMBER, False), 3),
        "12-receipt-kept": _visit("receipt", ReceiptPage(NUMBER, True, (2, 5)), 3),
        "13-rating": _visit("rating", RatingPage(), None),
        "14-goodbye": _visit("goodbye", GoodbyePage(False, False), None),
        "14-goodbye-papers": _visit("papers left", GoodbyePage(False, False, True), None),
        "14-goodbye-card": _visit("thanks", GoodbyePage(True, True, True), None),
        **form_samples.views(language),
        **samples_finding.views(language),
        "15-countdown": _over(
            _visit("person", _person(language, "王桂兰", False), 1), Overlay.COUNTDOWN
        ),
        "15-help": _over(_visit("card", PresentCardPage(False, None), 1, back=True), Overlay.HELP),
        "15-leave": _over(
            _visit("card", PresentCardPage(False, None), 1, back=True), Overlay.LEAVE
        ),
        **result_samples.views(language),
        **draft_samples.views(language),
        **helping_samples.views(language),
        **relay_samples.views(language),
        **reading_samples.views(language),
        **information_samples.views(language),
        **payment_samples.views(language),
    }


def _lobby(page: Page) -> View:
    return View(7, "lobby/home", page, in_visit=True)


def _visit(step: str, page: Page, stage: int | None, *, back: bool = False) -> View:
    return View(
        7,
        f"certify/{step}",
        page,
        stages=STAGES,
        stage=stage,
        can_go_back=back,
        in_visit=True,
    )


def _scan(page: ScanPage) -> View:
    return replace(_visit("scan", page, 2, back=True), stages=("card", "page", "result"))


def _over(view: View, overlay: Overlay) -> View:
    return replace(view, overlay=overlay, seconds=27)


def _tiles(items: tuple[tuple[str, str, str], ...], why_not: str | None = None) -> tuple[Tile, ...]:
    return tuple(
        Tile(f"2020-35/1/{13 + at}", short, plain, why_not)
        for at, (short, plain, _) in enumerate(items)
    )


def _item(
    language: str, at: int, notices: tuple[str, ...] = (), why_not: str | None = None
) -> ItemPage:
    _, plain, name = _ITEMS[language][at]
    bring, fee, result = _ABOUT[language]
    return ItemPage(name, plain, bring, 3, fee, result, notices, why_not)


def _person(language: str, name: str, uncertain: bool) -> ConfirmPersonPage:
    return ConfirmPersonPage(name, uncertain, "522401********1024", _BIRTH[language], "sex.2")


def _result(code: str, mood: Mood, can_print: bool = True, *, kept: bool = False) -> ResultPage:
    return ResultPage(
        mood,
        *(f"result.{code}.{part}" for part in ("title", "body", "next")),
        number=NUMBER,
        valid_to=_VALUES["valid_to"] if code == "PASS" else "",
        kept_only=kept,
        can_print=can_print,
        in_line=(2, 5) if kept else None,
    )


def _messages() -> dict[str, tuple[MessagePage, int]]:
    """Every message that the flow can lead to, as the conductor makes it."""
    understood = Action("action.understood", Confirmed)
    again = Action("action.try_again", Again)
    reprint = (again, Action("action.without_slip", Declined))
    staff_first = (Action("action.ask_staff", Declined), again)
    due = (understood, Action("action.certify_again", Again))
    whole = (Action("action.whole", Confirmed), Action("action.print_again", Again))
    pages: dict[str, tuple[MessagePage, int]] = {
        "no_reader": (_message("no_reader", Mood.STOP, (again,), code="absent"), 1),
        "not_due": (_message("not_due", Mood.GOOD, due, help_line=False), 1),
        "no_camera": (_message("no_camera", Mood.STOP, staff_first), 2),
        "is_slip_whole": (_message("is_slip_whole", Mood.NOTE, whole, help_line=False), 3),
        "no_printer": (_message("no_printer", Mood.NOTE, reprint), 3),
        "not_here": (_message("result.NO_RECORD", Mood.STOP, (understood,), code="NO_RECORD"), 3),
    }
    for trouble in ("paper_end", "cover_open", "cutter_error", "offline"):
        page = _message("print_stopped", Mood.NOTE, reprint, f"print_stopped.{trouble}", trouble)
        pages[f"print_stopped-{trouble}"] = page, 3
    page = _message("cannot_keep", Mood.STOP, (again,), "cannot_keep.full", "full")
    pages["cannot_keep"] = page, 3
    return pages


def _message(
    name: str,
    mood: Mood,
    actions: tuple[Action, ...],
    body: str = "",
    code: str = "",
    *,
    help_line: bool = True,
) -> MessagePage:
    return MessagePage(
        mood,
        f"{name}.title",
        body or f"{name}.body",
        actions,
        values=_VALUES,
        help_line=help_line,
        code=code,
    )
