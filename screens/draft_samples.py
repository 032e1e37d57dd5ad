"""Samples of a visit that pauses and of one that goes on, as its page makers make them.

All people and numbers are invented.
"""

from __future__ import annotations

from config.catalogue_models import Kind
from kiosk.visits.events import Again, Confirmed, Declined, Event
from kiosk.visits.form_pages import DetailsPage, Fact, QuestionPage, Section
from kiosk.visits.pages import Action, ConfirmPersonPage, MessagePage, Mood, Overlay, Page, View

STAGES = ("card", "form", "result")
CODE = "0417 2058"
_UNTIL = {"zh": "2026年12月6日", "en": "6 December 2026"}
_ASK = {
    "zh": ("单子上的号码是多少？", "8个数字，在上次的单子上。", "要8个数字。请看一下单子。"),
    "en": (
        "Which code is on your slip?",
        "8 digits, on the slip of last time.",
        "It has 8 digits. Please look at the slip.",
    ),
}
_THERE = {
    "zh": (
        Section(
            "还要做的", (Fact("还要答的题", "2个"), Fact("还差的材料", "户口本、结婚证、租房合同"))
        ),
        Section(
            "这件事",
            (
                Fact("办什么", "基本医疗保险跨省异地就医备案"),
                Fact("给谁办", "给自己办"),
                Fact("存到哪天", "2026年12月6日"),
            ),
        ),
        Section(
            "您填的",
            (Fact("手机号", "13900001234", "139****1234"), Fact("住址", "石桥镇大石桥村三组")),
        ),
    ),
    "en": (
        Section(
            "Still to do",
            (
                Fact("Questions to answer", "2"),
                Fact("Papers still missing", "household register, marriage certificate, lease"),
            ),
        ),
        Section(
            "This matter",
            (
                Fact("What it is about", "Care in another province"),
                Fact("For whom", "For myself"),
                Fact("Kept until", "6 December 2026"),
            ),
        ),
        Section("What you gave", (Fact("Mobile number", "13900001234", "139****1234"),)),
    ),
}
_NOTE = {
    "zh": "有1样改了，要再填一次。别的都在，不用再填。",
    "en": "1 of it has changed and is asked again. All the rest is there.",
}


def views(language: str) -> dict[str, View]:
    """Name of the picture → what it shows."""
    understood, leave = ("action.understood", Confirmed), ("action.leave_draft", Confirmed)
    reprint = ("action.print_draft", Again)
    again, retype = ("action.try_again", Again), ("action.type_again", Again)

    def message(name: str, mood: Mood, *actions: tuple[str, type[Event]]) -> MessagePage:
        told = name in ("draft_kept", "draft_code")
        return MessagePage(
            mood,
            f"{name}.title",
            f"{name}.body",
            tuple(Action(*one) for one in actions),
            {"until": _UNTIL[language], "left": "4"},
            help_line=not told,
            big=CODE if told else "",
        )

    ask, why, trouble = _ASK[language]
    card = ConfirmPersonPage("王桂兰", False, "522401********1024", _UNTIL[language], "sex.2")
    there = DetailsPage(
        "draft_there.title",
        _THERE[language],
        note=_NOTE[language],
        actions=(Action("action.go_on_with_draft", Confirmed),),
    )
    messages = {
        "kept": message("draft_kept", Mood.GOOD, understood),
        "code": message("draft_code", Mood.NOTE, ("action.noted", Confirmed), reprint),
        "not-kept": message("draft_not_kept", Mood.STOP, again, ("action.go_on_now", Declined)),
        "unknown": message(
            "draft_unknown", Mood.NOTE, retype, ("action.other_card", Declined), leave
        ),
        "too-often": message("draft_too_often", Mood.STOP, understood),
        "past": message("draft_past", Mood.NOTE, understood, retype),
        "shut": message("draft_shut", Mood.STOP, again, leave),
        "gone": message("draft_gone", Mood.STOP, understood),
    }
    return {
        "28-draft-leave": _at("person", card, Overlay.LEAVE),
        "28-draft-ask": _at("code", QuestionPage(ask, Kind.NUMBER, why=why, most=8)),
        "28-draft-ask-short": _at(
            "code", QuestionPage(ask, Kind.NUMBER, "041720", why, trouble=trouble, most=8)
        ),
        "28-draft-there": _at("taken up", there),
        **{f"28-draft-{name}": _at(name, page) for name, page in messages.items()},
    }


def _at(step: str, page: Page | DetailsPage | QuestionPage, over: Overlay | None = None) -> View:
    return View(
        7,
        f"resume/{step}",
        page,
        overlay=over,
        stages=STAGES,
        stage=1,
        can_go_back=isinstance(page, QuestionPage),
        can_pause=True,
        in_visit=True,
    )
