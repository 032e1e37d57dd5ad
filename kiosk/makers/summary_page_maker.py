"""The summary before handing in: as a page, and as what is read aloud of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from devices.base import Condition, Status
from devices.speaker import SpeakerStatus
from kiosk.makers.item_words import paper_told
from kiosk.services.questions import intake_of
from kiosk.services.reading_aloud import READING
from kiosk.visits.events import Confirmed
from kiosk.visits.fees import fee_now_in_words
from kiosk.visits.form_pages import DetailsPage, Fact, Section
from kiosk.visits.forms.commitment import named
from kiosk.visits.forms.intake import MATERIAL, SELF, Intake
from kiosk.visits.forms.telling import Teller
from kiosk.visits.identity import mask_number
from kiosk.visits.pages import Action
from kiosk.visits.reading_events import HushAsked, ReadAloudAsked
from kiosk.visits.spoken import Script, Words, spoken
from kiosk.visits.terminal import Terminal
from kiosk.visits.visit import Visit

UNKNOWN = Status(Condition.UNKNOWN)
_WHO = ("name", "number")  # stand at its head


@dataclass(frozen=True, slots=True)
class SummaryMaker:
    """`words`: language → texts. place_name: of a division's 12 digits."""

    words: Mapping[str, Mapping[str, str]]
    place_name: Callable[[str], str]

    def page(self, visit: Visit, terminal: Terminal) -> DetailsPage:
        intake, say = intake_of(visit), self.words[visit.language]
        speaker = terminal.health.get("speaker", UNKNOWN)
        speaks = speaker.usable and terminal.health.get("speech", UNKNOWN).usable
        headset = isinstance(speaker, SpeakerStatus) and speaker.headset
        aloud = _HUSH if terminal.work == READING else _READ
        return DetailsPage(
            title="summary.title",
            sections=self._sections(intake, visit.language),
            revealed=intake.revealed,
            note=say["summary.consent"],
            actions=(Action("summary.right", Confirmed), *((aloud,) if speaks else ())),
            aloud=say["aloud.headset"] if speaks and not headset else "",
        )

    def script(self, visit: Visit) -> Script:
        intake, language = intake_of(visit), visit.language
        say, sections = self.words[language], self._sections(intake, language)
        title, consent = say["summary.title"], say["summary.consent"]
        whole = [title, *_told(sections, whole=True), consent]
        public = [say["aloud.public"], title, *_told(sections, whole=False), consent]
        return Script(_as_words(whole, language), _as_words(public, language))

    def _sections(self, intake: Intake, language: str) -> tuple[Section, ...]:
        teller = Teller(self.words[language], language, self.place_name)
        return (
            self._who(intake, language),
            *teller.sections(intake.walk, _WHO if intake.whom == SELF else ()),
            *self._paper_rows(intake, language),
        )

    def _who(self, intake: Intake, language: str) -> Section:
        say, card = self.words[language], intake.card
        facts = [Fact(say["summary.item"], named(intake, say, language), personal=False)]
        if card is not None:
            facts += [
                Fact(say["summary.name"], card.name or card.english_name),
                Fact(say["summary.number"], card.number, mask_number(card.number)),
            ]
        facts.append(Fact(say["summary.for_whom"], say[f"whom.{intake.whom}"]))
        facts.append(
            Fact(
                say["item.fee"],
                fee_now_in_words(intake, say, language),
                personal=bool(intake.item.fee.rates),  # the sum tells which answer was given
            )
        )
        return Section(say["summary.who"], tuple(facts))

    def _paper_rows(self, intake: Intake, language: str) -> tuple[Section, ...]:
        say, papers = self.words[language], intake.papers
        facts = tuple(
            Fact(
                one.name.said(language),
                paper_told(papers.given.get(one.id), say),
                question=MATERIAL + one.id,
                personal=False,
            )
            for one in papers.wanted()
        )
        return (Section(say["summary.papers"], facts),) if facts else ()


_READ, _HUSH = Action("aloud.read", ReadAloudAsked), Action("aloud.hush", HushAsked)


def _told(sections: tuple[Section, ...], *, whole: bool) -> Iterator[str]:
    for section in sections:
        yield section.heading
        for fact in section.facts:
            said = whole or not fact.personal
            yield f"{fact.label}：{fact.value}" if said else fact.label


def _as_words(said: list[str], language: str) -> tuple[Words, ...]:
    return tuple(words for one in said for words in spoken(one, language))
