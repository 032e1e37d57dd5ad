"""From a visit to the pages of numbers and papers, which say nothing of whose they are."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from config.catalogue_models import Kind
from devices.base import Condition, Status
from kiosk.makers.message_makers import message, waiting
from kiosk.makers.query_sections import facts_of
from kiosk.makers.relay_page_makers import bundle_section, parcel_section
from kiosk.platform.affairs_messages import IDLE_DAYS, CaseBranch, CaseStep, Whereabouts
from kiosk.platform.platform_messages import Answer
from kiosk.platform.query_messages import Verified, VerifyState
from kiosk.platform.results import Code
from kiosk.visits.events import Again, Confirmed, Declined, Event
from kiosk.visits.form_events import PrintAsked
from kiosk.visits.form_pages import DetailsPage, Fact, QuestionPage, Section
from kiosk.visits.pages import Action, MessagePage, Mood
from kiosk.visits.relay_events import HandOnAsked
from kiosk.visits.terminal import PageMaker, Terminal
from kiosk.visits.visit import Visit
from kiosk.visits.wording import age_in_words, day_in_words, in_groups
from offline_cache.submission import State

Words = Mapping[str, Mapping[str, str]]

NUMBER_DIGITS, CODE_SIGNS = 14, 16
MOODS = {
    VerifyState.VALID: Mood.GOOD,
    VerifyState.EXPIRED: Mood.NOTE,
    VerifyState.WITHDRAWN: Mood.STOP,
    VerifyState.UNKNOWN: Mood.STOP,
}


@dataclass(frozen=True, slots=True)
class FollowingPageMaker:
    """`words`: language → texts. `now`: in local time."""

    words: Words
    now: Callable[[], datetime] = lambda: datetime.now().astimezone()

    def makers(self) -> Mapping[str, PageMaker]:
        return {
            "scan_receipt": _scan("scan_receipt"),
            "scan_paper": _scan("scan_paper"),
            "type_number": self._typing("type_number", Kind.NUMBER, NUMBER_DIGITS),
            "type_code": self._typing("type_code", Kind.CODE, CODE_SIGNS),
            "asking_progress": waiting("wait.asking_progress"),
            "verifying_paper": waiting("wait.verifying_paper"),
            "progress": self._progress,
            "own_progress": self._own_progress,
            "own_here": _own_here,
            "own_away": message(
                "progress_away",
                Mood.WAIT,
                ("action.try_again", Again),
                ("action.back_to_mine", Confirmed),
            ),
            "progress_here": _here,
            "number_unknown": message(
                "number_unknown", Mood.NOTE, ("action.try_again", Again), _BACK
            ),
            "progress_away": message(
                "progress_away", Mood.WAIT, ("action.try_again", Again), _BACK
            ),
            "paper_judged": self._judged,
            "paper_away": message("paper_away", Mood.WAIT, ("action.try_again", Again), _BACK),
        }

    def _typing(self, page: str, kind: Kind, most: int) -> PageMaker:
        def make(visit: Visit, _: Terminal) -> QuestionPage:
            say = self.words[visit.language]
            trouble = say[f"{page}.trouble"] if visit.lookup.mistyped else ""
            return QuestionPage(
                ask=say[f"{page}.ask"],
                kind=kind,
                value=visit.lookup.mistyped,
                why=say[f"{page}.why"],
                trouble=trouble,
                most=most,
            )

        return make

    def _progress(self, visit: Visit, terminal: Terminal) -> DetailsPage:
        say, lookup = self.words[visit.language], visit.lookup
        told = lookup.progress
        assert told is not None  # only an answer leads here  # noqa: S101
        where, language = told.whereabouts, visit.language
        idle = where.idle_working_days >= IDLE_DAYS
        answer = told.answer
        decided = isinstance(answer, Answer) and answer.code is not Code.ACCEPTED
        state = "decided" if decided else "accepted"
        facts = [
            Fact(say["progress.number"], in_groups(told.answer.number)),
            Fact(say["progress.state"], say[f"progress.{state}"]),
        ]
        if where.desk:
            facts.append(Fact(say["progress.desk"], where.desk))
        if where.since is not None:
            since = day_in_words(where.since.astimezone().date(), language)
            facts.append(Fact(say["progress.since"], since))
        if where.waybill is not None:
            paper = f"{where.waybill.carrier} {where.waybill.number}"
            facts.append(Fact(say["progress.waybill"], paper))
        note = say["progress.idle"].format(days=where.idle_working_days) if idle else ""
        if lookup.told_at is not None:
            moment = age_in_words(lookup.told_at, self.now(), language)
            note = say["progress.old"].format(moment=moment) + note
        return DetailsPage(
            title=say["progress.title"],
            sections=(
                Section(say["progress.where"], tuple(facts)),
                *_way(where, say, language),
                *self._together(where, visit, terminal),
            ),
            mood=Mood.NOTE if idle else Mood.GOOD if state == "decided" else Mood.WAIT,
            note=note,
            actions=(
                Action("action.done", Confirmed),
                Action("action.another", Again),
                *_of_parcel(where),
            ),
        )

    def _together(
        self, where: Whereabouts, visit: Visit, terminal: Terminal
    ) -> tuple[Section, ...]:
        """What was handed in at once, and the originals that travel."""
        say, language = self.words[visit.language], visit.language

        def name_of(code: str) -> str:
            item = terminal.items.item(code)
            return item.words(language).short if item is not None else code

        bundle = (bundle_section(where.bundle, say, name_of),) if where.bundle else ()
        parcel = (parcel_section(where.parcel, say, language),) if where.parcel else ()
        return *parcel, *bundle

    def _own_progress(self, visit: Visit, terminal: Terminal) -> DetailsPage:
        """Of one of several: there is no other number to ask for."""
        own = (Action("action.back_to_mine", Confirmed),)
        return replace(self._progress(visit, terminal), actions=own)

    def _judged(self, visit: Visit, _: Terminal) -> DetailsPage:
        say, verified = self.words[visit.language], visit.lookup.verified
        verified = verified or Verified(state=VerifyState.UNKNOWN)
        facts = [Fact(say["paper_judged.state"], say[f"paper_judged.{verified.state}"])]
        if verified.state is not VerifyState.UNKNOWN:
            facts += _paper(verified, say, visit.language)
        return DetailsPage(
            title=say[f"paper_judged.{verified.state}_title"],
            sections=(Section(verified.title, (*facts, *facts_of(verified.facts))),),
            mood=MOODS[verified.state],
            note=say["paper_judged.compare"] if verified.facts else say["paper_judged.ask"],
            actions=(Action("action.done", Confirmed), Action("action.another", Again)),
        )


def _paper(verified: Verified, say: Mapping[str, str], language: str) -> list[Fact]:
    issued = verified.issued_at
    told = [Fact(say["paper_judged.issuer"], verified.issuer)]
    if issued is not None:
        day = day_in_words(issued.date(), language)
        told.append(Fact(say["paper_judged.issued"], day))
    if verified.valid_to is not None:
        told.append(Fact(say["paper_judged.valid_to"], day_in_words(verified.valid_to, language)))
    return told


def _way(where: Whereabouts, say: Mapping[str, str], language: str) -> tuple[Section, ...]:
    """The steps, and with several places each of them."""
    told = []
    if where.steps:
        facts = tuple(Fact(one.name, _step(one, say, language)) for one in where.steps)
        told.append(Section(say["progress.steps"], facts))
    if where.branches:
        facts = tuple(Fact(one.place, _branch(one, say, language)) for one in where.branches)
        told.append(Section(say["progress.branches"], facts))
    return tuple(told)


def _of_parcel(where: Whereabouts) -> tuple[Action, ...]:
    """For a member of staff, until it has arrived."""
    if where.parcel is None or where.parcel.next is None:
        return ()
    return Action("action.hand_on", HandOnAsked), Action("action.print_label", PrintAsked)


def _step(one: CaseStep, say: Mapping[str, str], language: str) -> str:
    day = day_in_words(one.at.date(), language) if one.at is not None else ""
    return " ".join(filter(None, (say[f"step.{one.state}"], one.desk, day)))


def _branch(one: CaseBranch, say: Mapping[str, str], language: str) -> str:
    day = day_in_words(one.since.date(), language)
    return f"{say[f'branch.{one.state}']} {one.desk} {day}"


HERE = {
    State.WAITING: Mood.WAIT,
    State.HELD: Mood.STOP,
    State.POISON: Mood.STOP,
    State.DELIVERED: Mood.GOOD,
}


def _here(visit: Visit, _: Terminal) -> MessagePage:
    """What this terminal knows of a number; an operator has to see to what was set aside."""
    here = visit.lookup.here
    assert here is not None  # only an answer leads here  # noqa: S101
    page = "here.held" if here.state is State.WAITING and not here.place else f"here.{here.state}"
    return MessagePage(
        mood=HERE[here.state],
        title=f"{page}.title",
        body=f"{page}.body",
        actions=(Action("action.done", Confirmed), Action("action.another", Again)),
        values={"place": str(here.place), "line": str(here.line)},
        big=in_groups(here.number),
    )


def _own_here(visit: Visit, terminal: Terminal) -> MessagePage:
    return replace(_here(visit, terminal), actions=(Action("action.back_to_mine", Confirmed),))


_BACK: tuple[str, type[Event]] = ("action.leave", Confirmed)


def _scan(page: str) -> PageMaker:
    """Without a reader for codes the number is typed."""

    def make(visit: Visit, terminal: Terminal) -> MessagePage:
        there = terminal.health.get("code_reader", Status(Condition.ABSENT)).usable
        return MessagePage(
            mood=Mood.NOTE,
            title=f"{page}.title",
            body=f"{page}.body" if there else f"{page}.no_reader",
            actions=(Action("action.type_it", Declined),),
            help_line=False,
        )

    return make
