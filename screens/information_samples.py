"""Samples of the information corner, of complaints, and of what could not be taken.

All people and numbers are invented.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache

from config import texts
from config.catalogue_models import Kind
from kiosk.visits.events import Again, Confirmed, Declined, ItemChosen
from kiosk.visits.feedback_events import FeedbackAsked
from kiosk.visits.form_events import GroupChosen, OfferChosen, PrintAsked
from kiosk.visits.form_pages import DetailsPage, Fact, ListPage, QuestionPage, Row, Section
from kiosk.visits.information_events import GuidesAsked, NoticesAsked
from kiosk.visits.pages import (
    Action,
    MessagePage,
    Mood,
    PleaseWaitPage,
    RatingPage,
    ResultPage,
    View,
)
from kiosk.visits.query_events import CaseChosen
from kiosk.visits.remark import IDEA, OWN, READY

NUMBER = "5224 0112 3456 78"
STAGES = ("card", "face", "result")

_NAMES = {
    "zh": ("基本医疗保险跨省异地就医备案", "异地就医备案", "去外省看病，先登记。"),
    "en": ("Registration for medical care in another province", "Care elsewhere", "See a doctor."),
}
_GUIDE = {
    "zh": (
        ("conditions", ("已经参加基本医疗保险的", "要到外省长住、看病或者工作的")),
        (
            "papers",
            (
                "您的身份证",
                "居住证或户口簿首页和本人页（拍完带回）",
                "长期在外地的承诺（拍照或写承诺，有这种情况才要）",
                "转院证明（交原件，有这种情况才要）",
            ),
        ),
        (
            "steps",
            ("放身份证，认一认是您。", "一问一答，填好表。", "材料拍好。", "核对、签字，拿回执。"),
        ),
    ),
    "en": (
        ("conditions", ("Insured already", "Living, working or being treated elsewhere")),
        (
            "papers",
            (
                "Your own ID card",
                "Residence permit or household register (scanned, you keep it)",
                "Letter of transfer (the paper itself, only where it applies)",
            ),
        ),
        ("steps", ("Lay your ID card.", "Answer a question at a time.", "Check and sign.")),
    ),
}
_TERMS = {
    "zh": (
        ("limit", "受理后2个工作日内"),
        ("fee", "不收钱"),
        ("place", "参保地的医保局。"),
        ("mode", "这里收材料，老家那边办。您不用回去跑。"),
        ("result", "登记好了，看病能直接报"),
    ),
    "en": (
        ("limit", "Within 2 working days of acceptance"),
        ("fee", "Free of charge"),
        ("place", "The office where you are insured."),
        ("mode", "Taken in here, decided at home."),
        ("result", "You are registered"),
    ),
}
_DESK = {"zh": "县社保中心转移岗", "en": "the county's transfer desk"}
_OWN = {
    "zh": ("城乡居民养老待遇资格认证", "养老保险转移", "职业技能等级证书"),
    "en": ("Pension certification", "Pension: move it", "Certificate of vocational skill"),
}
_GROUPS = {
    "zh": (("养老", "退休、待遇认证"), ("看病", "医保、异地就医"), ("结婚生育", "证件、补贴")),
    "en": (("Pension", "Certification"), ("Health", "Care elsewhere"), ("Family", "Documents")),
}


def views(language: str) -> dict[str, View]:
    """Name of the picture → what it shows."""
    say = _words(language)
    corner = tuple(
        Row(name, say[f"corner.{name}"], say[f"corner.{name}_plain"], tells=event)
        for name, event in (
            ("notices", NoticesAsked),
            ("guides", GuidesAsked),
            ("feedback", FeedbackAsked),
        )
    )
    groups = tuple(
        Row(f"g{at}", *one, tells=GroupChosen) for at, one in enumerate(_GROUPS[language])
    )
    sentences = tuple(Row(one, say[f"feedback.{one}"]) for one in (*READY, OWN, IDEA))
    short = Row("1", *_NAMES[language][1:])
    words = QuestionPage(
        say["feedback_words.ask"], Kind.TEXT, why=say["feedback_words.why"], most=200
    )
    call = QuestionPage(
        say["feedback_mobile.ask"],
        Kind.MOBILE,
        why=say["feedback_mobile.why"],
        optional=True,
        most=11,
    )
    pages = {
        "29-corner": ListPage(say["corner.title"], corner),
        "29-guide-groups": ListPage(say["guide_groups.title"], groups),
        "29-guides": ListPage(_GROUPS[language][1][0], (short,) * 6, "guides.hint"),
        "29-guide": _guide(say, language),
        "30-feedback": ListPage(say["feedback.title"], sentences, "feedback.hint"),
        "30-feedback-poor": ListPage(say["feedback.why"], sentences, "feedback.hint"),
        "30-feedback-words": words,
        "30-feedback-words-none": replace(words, trouble=say["feedback_words.too_short"]),
        "30-feedback-mobile": call,
        "30-feedback-mobile-wrong": replace(
            call, value="12900001234", trouble=say["feedback_mobile.wrong"]
        ),
        "30-feedback-keeping": PleaseWaitPage("wait.keeping_feedback"),
        **_messages(),
        "32-mine": _mine(say, language),
        "13-rating-why": RatingPage(asks_why=True),
        "11-result-not-taken": ResultPage(
            Mood.STOP,
            *(f"result.NOT_TAKEN.{part}" for part in ("title", "body", "next")),
            number=NUMBER,
            valid_to="",
            kept_only=False,
            can_print=True,
        ),
    }
    return {name: _at(name, page) for name, page in pages.items()}


@cache
def _words(language: str) -> Mapping[str, str]:
    return texts.load(language)


def _guide(say: Mapping[str, str], language: str) -> DetailsPage:
    sections = [
        Section(say[f"guide_read.{name}"], tuple(Fact("", one) for one in lines))
        for name, lines in _GUIDE[language]
    ]
    terms = tuple(Fact(say[f"guide_read.{name}"], value) for name, value in _TERMS[language])
    calls = (("hotline", "12393"), ("citizens", "12345"))
    sections += [
        Section(say["guide_read.terms"], terms),
        Section(
            say["guide_read.calls"],
            tuple(Fact(say[f"guide_read.{name}"], value) for name, value in calls),
        ),
    ]
    return DetailsPage(
        _NAMES[language][0],
        tuple(sections),
        actions=(
            Action("action.print_slip", Confirmed),
            Action("action.print_page", PrintAsked),
        ),
    )


def _mine(say: Mapping[str, str], language: str) -> ListPage:
    day = {"zh": "2026年12月14日", "en": "14 December 2026"}[language]
    since = {"zh": "2026年11月2日", "en": "2 November 2026"}[language]
    due = say["affairs.left"].format(day=day, days=21)
    case = say["affairs.case"].format(desk=_DESK[language], since=since)
    idle = say["affairs.idle"].format(days=11)
    rows = (
        Row("2020-35/1/13", _OWN[language][0], due, "mark.due", tells=ItemChosen),
        Row("52240112345678", _NAMES[language][1], case, "mark.accepted", tells=CaseChosen),
        Row("52240112345679", _OWN[language][1], idle, "mark.idle", tells=CaseChosen),
        Row(
            "2020-35/1/20", _OWN[language][2], _DESK[language], "mark.certificate", None, ItemChosen
        ),
        Row(
            "resume",
            say["affairs.drafts_several"].format(count=2),
            say["affairs.drafts_several_plain"].format(day=day),
            tells=OfferChosen,
        ),
    )
    done = (Action("action.done", Confirmed),)
    return ListPage(say["affairs.title"], rows, say["affairs.hint"], actions=done)


def _messages() -> dict[str, MessagePage]:
    understood = (Action("action.understood", Confirmed),)
    again = (Action("action.try_again", Again), Action("action.let_be", Declined))
    done = (Action("action.done", Confirmed), Action("action.another", Again))
    here = {
        name: MessagePage(
            mood,
            f"here.{name}.title",
            f"here.{name}.body",
            done,
            {"place": "2", "line": "5"},
            big=NUMBER,
        )
        for name, mood in (
            ("waiting", Mood.WAIT),
            ("held", Mood.STOP),
            ("poison", Mood.STOP),
            ("delivered", Mood.GOOD),
        )
    }
    title = "feedback_kept.title"
    return {
        "30-feedback-kept": MessagePage(
            Mood.GOOD, title, "feedback_kept.body", understood, help_line=False
        ),
        "30-feedback-kept-called": MessagePage(
            Mood.GOOD, title, "feedback_kept.called", understood, help_line=False
        ),
        "30-feedback-not-kept": MessagePage(
            Mood.STOP, "feedback_not_kept.title", "feedback_not_kept.body", again
        ),
        **{f"31-here-{name}": page for name, page in here.items()},
    }


def _at(name: str, page: object) -> View:
    in_item = name.startswith(("11", "13"))
    return View(
        7,
        f"{'certify' if in_item else 'notices'}/{name}",
        page,  # type: ignore[arg-type]  # one of the pages of the window
        stages=STAGES if in_item else (),
        stage=3 if name.startswith("11") else None,
        can_go_back=name != "32-mine"
        and not isinstance(page, MessagePage | PleaseWaitPage | RatingPage | ResultPage),
        in_visit=True,
        language="zh",
        hotline="12333" if in_item else "",
    )
