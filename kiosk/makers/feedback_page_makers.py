"""From a visit to the pages of complaints and suggestions. See `kiosk/makers/page_makers.py`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from config.catalogue_models import Kind
from kiosk.visits.events import Again, Confirmed, Declined
from kiosk.visits.form_pages import ListPage, QuestionPage, Row
from kiosk.visits.pages import Action, MessagePage, Mood, PleaseWaitPage
from kiosk.visits.remark import IDEA, MOBILE_PAGE, MOST, OWN, POOR, READY, WHAT_PAGE, WORDS_PAGE
from kiosk.visits.terminal import PageMaker, Terminal
from kiosk.visits.visit import Visit

MOBILE_DIGITS = 11

Words = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class FeedbackPageMaker:
    """`words`: language → texts."""

    words: Words

    def makers(self) -> Mapping[str, PageMaker]:
        return {
            WHAT_PAGE: self._what,
            WORDS_PAGE: self._own_words,
            MOBILE_PAGE: self._mobile,
            "keeping_feedback": lambda _visit, _terminal: PleaseWaitPage("wait.keeping_feedback"),
            "feedback_kept": _kept,
            "feedback_not_kept": _not_kept,
        }

    def _what(self, visit: Visit, _: Terminal) -> ListPage:
        say = self.words[visit.language]
        rows = tuple(Row(one, say[f"feedback.{one}"]) for one in (*READY, OWN, IDEA))
        title = "feedback.why" if 0 < visit.stars <= POOR else "feedback.title"
        return ListPage(say[title], rows, "feedback.hint")

    def _own_words(self, visit: Visit, _: Terminal) -> QuestionPage:
        say, remark = self.words[visit.language], visit.remark
        ask = "feedback_words.idea" if remark.row == IDEA else "feedback_words.ask"
        return QuestionPage(
            ask=say[ask],
            kind=Kind.TEXT,
            value=remark.words,
            why=say["feedback_words.why"],
            trouble=say[remark.trouble] if remark.trouble else "",
            most=MOST,
        )

    def _mobile(self, visit: Visit, _: Terminal) -> QuestionPage:
        say, remark = self.words[visit.language], visit.remark
        return QuestionPage(
            ask=say["feedback_mobile.ask"],
            kind=Kind.MOBILE,
            value=remark.mobile,
            why=say["feedback_mobile.why"],
            trouble=say[remark.trouble] if remark.trouble else "",
            optional=True,
            most=MOBILE_DIGITS,
        )


def _kept(visit: Visit, _: Terminal) -> MessagePage:
    body = "feedback_kept.called" if visit.remark.mobile else "feedback_kept.body"
    return MessagePage(
        Mood.GOOD,
        "feedback_kept.title",
        body,
        (Action("action.understood", Confirmed),),
        help_line=False,
    )


def _not_kept(_visit: Visit, _terminal: Terminal) -> MessagePage:
    return MessagePage(
        Mood.STOP,
        "feedback_not_kept.title",
        "feedback_not_kept.body",
        (Action("action.try_again", Again), Action("action.let_be", Declined)),
    )
