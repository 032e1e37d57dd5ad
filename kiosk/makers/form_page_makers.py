"""From a visit to the pages on which something is taken in. See `kiosk/makers/page_makers.py`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from config.catalogue_models import Item, Kind, Mode, Option, Question
from devices.base import Condition, Status
from kiosk.makers.item_words import limit_in_words
from kiosk.services.questions import intake_of
from kiosk.visits.bundles import is_bundle
from kiosk.visits.fees import fee_in_words
from kiosk.visits.form_pages import (
    Choice,
    EntriesPage,
    Entry,
    ListPage,
    QuestionPage,
    Row,
)
from kiosk.visits.forms.asking import Asked
from kiosk.visits.forms.checks import LONGEST_NAME, LONGEST_TEXT, check_count
from kiosk.visits.forms.intake import ON_BEHALF, Intake
from kiosk.visits.forms.subject import SOCIAL_CARD
from kiosk.visits.forms.telling import Teller
from kiosk.visits.forms.trouble import sentence
from kiosk.visits.pages import ItemPage
from kiosk.visits.terminal import PageMaker, Terminal
from kiosk.visits.visit import Visit

if TYPE_CHECKING:
    pass

UNKNOWN = Status(Condition.UNKNOWN)
_GONE = (Condition.FAULT, Condition.ABSENT)
_WHY_NOT = {"idcard_reader": "why_not.no_reader", "outbox": "why_not.no_store"}
_NOTICES = {
    "platform": "notice.no_network",
    "receipt_printer": "notice.no_printer",
    "camera": "notice.no_camera",
}
_LENGTHS = {Kind.NAME: LONGEST_NAME, Kind.TEXT: LONGEST_TEXT, Kind.MOBILE: 11, Kind.ID_NUMBER: 18}
_LENGTHS |= {Kind.CREDIT_CODE: 18}
_OF_TEXTS = (Kind.NAME, Kind.TEXT, Kind.NUMBER, Kind.CODE)  # `most` is a length

Words = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class FormPageMaker:
    """`words`: language → texts. division: the terminal's own, 12 digits. place_name: of such
    digits.
    """

    words: Words
    division: str
    place_name: Callable[[str], str]

    def makers(self) -> Mapping[str, PageMaker]:
        return {
            "about": self._about,
            "for_whom": self._for_whom,
            "question": self._question,
            "people": self._people,
        }

    # The item

    def _about(self, visit: Visit, terminal: Terminal) -> ItemPage:
        intake, say = intake_of(visit), self.words[visit.language]
        item, language = intake.item, visit.language
        words = item.words(language)
        return ItemPage(
            title=words.name,
            plain=words.plain,
            bring=words.bring,
            minutes=item.minutes,
            fee=fee_in_words(item, say, language),
            result=words.result,
            notices=_notices((*item.devices_wanted, "platform"), terminal),
            why_not=_why_not(intake, terminal),
            how=(
                say["bundle.here" if is_bundle(item.code) else f"mode.{self._mode(item)}"],
                say["about.place"].format(place=item.place.plain.said(language)),
                limit_in_words(item, say, "about"),
            ),
        )

    def _mode(self, item: Item) -> Mode:
        return item.modes_at(self.division)[0]

    def _for_whom(self, visit: Visit, _: Terminal) -> ListPage:
        intake, say = intake_of(visit), self.words[visit.language]
        rows = tuple(
            Row(one, say[f"whom.{one}"], say[f"whom.{one}_plain"], why_not=intake.why_not(one))
            for one in intake.for_whom()
        )
        return ListPage(say["whom.title"], rows)

    # The questions

    def _question(self, visit: Visit, terminal: Terminal) -> QuestionPage:
        intake, language = intake_of(visit), visit.language
        walk, here = intake.walk, intake.walk.here
        question = here.question
        value, known = walk.shown(here)
        source = "source.told" if intake.whom == ON_BEHALF else "source.card"
        lay = question.from_card == SOCIAL_CARD
        at, of = walk.position
        return QuestionPage(
            ask=question.ask.said(language),
            kind=question.kind,
            value=value,
            why=self._why(question, terminal, language),
            choices=tuple(_choice(option, language) for option in question.options),
            source=("source.social_card" if lay else source) if known else "",
            trouble=self._trouble(intake, here, language),
            optional=not question.required,
            most=_most(here),
            at=at,
            of=of,
            down_to=question.down_to,
            own_division=self.division,
            entry=self._entry(intake, here, language),
        )

    def _why(self, question: Question, terminal: Terminal, language: str) -> str:
        """Also that a card may be laid, while there is a reader for it."""
        why = question.why.said(language) if question.why else ""
        reader = terminal.health.get("social_card", UNKNOWN)
        if question.from_card != SOCIAL_CARD or not reader.usable:
            return why
        lay = self.words[language]["social_card.lay"]
        return f"{lay}{'' if language == 'zh' else ' '}{why}".rstrip()

    def _people(self, visit: Visit, _: Terminal) -> EntriesPage:
        intake, language = intake_of(visit), visit.language
        walk, here = intake.walk, intake.walk.here
        question, count = here.question, intake.walk.entries(here.path)
        at, of = walk.position
        return EntriesPage(
            ask=question.ask.said(language),
            why=question.why.said(language) if question.why else "",
            entries=tuple(self._card(intake, here, entry, language) for entry in range(count)),
            can_add=question.most is None or count < question.most,
            can_go_on=check_count(question, count) is None,
            trouble=self._trouble(intake, here, language),
            at=at,
            of=of,
        )

    def _card(self, intake: Intake, here: Asked, entry: int, language: str) -> Entry:
        """The first answer is its title; what was not answered yet is left out."""
        teller, walk = self.teller(language), intake.walk
        facts = [
            teller.fact(one, answer)
            for one in walk.all_asked()
            if (one.within, one.entry) == (here.path, entry)
            and (answer := walk.answers.get(one.path))
        ]
        if not facts:
            return Entry(teller.entry_heading(here.question, entry))
        first, *rest = facts
        return Entry(first.masked or first.value, tuple(teller.line(fact) for fact in rest))

    def _trouble(self, intake: Intake, here: Asked, language: str) -> str:
        trouble = intake.walk.trouble
        if trouble is None:
            return ""
        return sentence(trouble, here.question.label, self.words[language], language)

    def _entry(self, intake: Intake, here: Asked, language: str) -> str:
        listed = next((one for one in intake.walk.all_asked() if one.path == here.within), None)
        if listed is None:
            return ""
        return self.teller(language).entry_heading(listed.question, here.entry)

    def teller(self, language: str) -> Teller:
        return Teller(self.words[language], language, self.place_name)


def _choice(option: Option, language: str) -> Choice:
    hint = option.hint.said(language) if option.hint else ""
    return Choice(option.value, option.label.said(language), hint)


def _most(here: Asked) -> int:
    question = here.question
    if question.kind in _OF_TEXTS and question.most is not None:
        return question.most
    return _LENGTHS.get(question.kind, 0)


def _why_not(intake: Intake, terminal: Terminal) -> str | None:
    item, today = intake.item, intake.basis.now().date()
    if today < item.since:
        return "why_not.not_yet"
    if item.until is not None and today > item.until:
        return "why_not.over"
    for device in item.devices:
        if terminal.health.get(device, UNKNOWN).condition in _GONE:
            return _WHY_NOT.get(device, "why_not.no_device")
    return None


def _notices(devices: tuple[str, ...], terminal: Terminal) -> tuple[str, ...]:
    gone = (one for one in devices if terminal.health.get(one, UNKNOWN).condition in _GONE)
    return tuple(_NOTICES[device] for device in gone if device in _NOTICES)
