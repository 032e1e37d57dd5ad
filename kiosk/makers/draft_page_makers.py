"""From a visit that pauses, or goes on, to its pages. See `kiosk/makers/page_makers.py`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from config.catalogue_models import Kind
from kiosk.makers.item_words import paper_told
from kiosk.makers.message_makers import actions, waiting
from kiosk.services.questions import intake_of
from kiosk.visits.events import Again, Confirmed, Declined, Event
from kiosk.visits.form_pages import DetailsPage, Fact, QuestionPage, Section
from kiosk.visits.forms.intake import Intake
from kiosk.visits.forms.telling import Teller
from kiosk.visits.pages import Action, MessagePage, Mood
from kiosk.visits.pausing import CODE_DIGITS
from kiosk.visits.terminal import PageMaker, Terminal
from kiosk.visits.visit import Visit
from kiosk.visits.wording import day_in_words, in_groups

Words = Mapping[str, Mapping[str, str]]

_LEAVE: tuple[str, type[Event]] = ("action.leave_draft", Confirmed)
_AGAIN: tuple[str, type[Event]] = ("action.try_again", Again)
_PRINT: tuple[str, type[Event]] = ("action.print_draft", Again)
_TYPE: tuple[str, type[Event]] = ("action.type_again", Again)


@dataclass(frozen=True, slots=True)
class DraftPageMaker:
    """`words`: language → texts. place_name: as in FormPageMaker."""

    words: Words
    place_name: Callable[[str], str]

    def makers(self) -> Mapping[str, PageMaker]:
        understood: tuple[str, type[Event]] = ("action.understood", Confirmed)
        noted: tuple[str, type[Event]] = ("action.noted", Confirmed)
        go_on: tuple[str, type[Event]] = ("action.go_on_now", Declined)
        other: tuple[str, type[Event]] = ("action.other_card", Declined)
        return {
            "keeping_draft": waiting("wait.keeping_draft"),
            "printing_draft": waiting("wait.printing_draft"),
            "opening_draft": waiting("wait.opening_draft"),
            "draft_kept": _message("draft_kept", Mood.GOOD, understood, helped=False),
            "draft_code": _message("draft_code", Mood.NOTE, noted, _PRINT, helped=False),
            "draft_not_kept": _message("draft_not_kept", Mood.STOP, _AGAIN, go_on),
            "resume_code": self._code,
            "draft_unknown": _message("draft_unknown", Mood.NOTE, _TYPE, other, _LEAVE),
            "draft_too_often": _message("draft_too_often", Mood.STOP, understood),
            "draft_past": _message("draft_past", Mood.NOTE, understood, _TYPE),
            "draft_shut": _message("draft_shut", Mood.STOP, _AGAIN, _LEAVE),
            "draft_gone": _message("draft_gone", Mood.STOP, understood),
            "draft_there": self._there,
        }

    def _code(self, visit: Visit, _: Terminal) -> QuestionPage:
        say, typed = self.words[visit.language], visit.pause.mistyped
        return QuestionPage(
            ask=say["resume_code.ask"],
            kind=Kind.NUMBER,
            value=typed,
            why=say["resume_code.why"],
            trouble=say["resume_code.trouble"] if typed else "",
            most=CODE_DIGITS,
        )

    def _there(self, visit: Visit, _: Terminal) -> DetailsPage:
        """What is left to do stands first; then all that is there."""
        intake, say = intake_of(visit), self.words[visit.language]
        teller = Teller(say, visit.language, self.place_name)
        changed = visit.pause.changed
        return DetailsPage(
            title="draft_there.title",
            sections=(
                Section(say["draft_there.left"], tuple(_left(intake, say, visit.language))),
                self._about(visit, intake),
                *(teller.sections(intake.walk) if intake.whom else ()),
                *_papers(intake, say, visit.language),
            ),
            revealed=intake.revealed,
            note=_changed(say, changed) if changed else say["draft_there.note"],
            actions=(Action("action.go_on_with_draft", Confirmed),),
        )

    def _about(self, visit: Visit, intake: Intake) -> Section:
        say, until = self.words[visit.language], visit.pause.until
        facts = [Fact(say["draft_there.item"], intake.item.words(visit.language).name)]
        if intake.whom:
            facts.append(Fact(say["draft_there.for_whom"], say[f"whom.{intake.whom}"]))
        if until is not None:
            day = day_in_words(until.date(), visit.language)
            facts.append(Fact(say["draft_there.until"], day))
        return Section(say["draft_there.about"], tuple(facts))


def _left(intake: Intake, say: Mapping[str, str], language: str) -> list[Fact]:
    if not intake.whom:
        return [Fact(say["draft_there.for_whom"], say["draft_there.whom_again"])]
    facts = []
    if questions := intake.walk.open_questions():
        told = say["draft_there.count"].format(count=questions)
        facts.append(Fact(say["draft_there.questions"], told))
    if papers := intake.papers.open():
        names = say["answer.and"].join(one.name.said(language) for one in papers)
        facts.append(Fact(say["draft_there.papers"], names))
    return facts or [Fact(say["draft_there.left"], say["draft_there.all_there"])]


def _changed(say: Mapping[str, str], count: int) -> str:
    return say["draft_there.changed"].format(count=count) + say["draft_there.note"]


def _papers(intake: Intake, say: Mapping[str, str], language: str) -> tuple[Section, ...]:
    facts = tuple(
        Fact(one.name.said(language), paper_told(intake.papers.given[one.id], say))
        for one in intake.papers.wanted()
        if one.id in intake.papers.given
    )
    return (Section(say["summary.papers"], facts),) if facts else ()


def _message(
    page: str, mood: Mood, *labels: tuple[str, type[Event]], helped: bool = True
) -> PageMaker:
    """With the code, where it is to be written down."""

    def make(visit: Visit, _: Terminal) -> MessagePage:
        pause = visit.pause
        full = page == "draft_not_kept" and visit.trouble == "full"
        return MessagePage(
            mood=mood,
            title=f"{page}.title",
            body=f"{page}.full" if full else f"{page}.body",
            actions=actions(*labels),
            values={
                "until": day_in_words(pause.until.date(), visit.language) if pause.until else "",
                "left": str(pause.tries_left),
            },
            help_line=helped,
            big=in_groups(pause.code) if page in _WITH_CODE else "",
        )

    return make


_WITH_CODE = ("draft_kept", "draft_code")
