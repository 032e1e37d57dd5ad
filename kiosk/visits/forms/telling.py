"""Answers as people read them: beside their questions, on the screen and on paper."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass
from datetime import date

from config.catalogue_models import Kind, Question
from devices.idcard_text import NATIONS
from kiosk.visits.form_pages import Fact, Section
from kiosk.visits.forms.asking import Asked
from kiosk.visits.forms.subject import LONG_TERM
from kiosk.visits.forms.trouble import Value
from kiosk.visits.forms.walk import Walk
from kiosk.visits.identity import mask_number
from kiosk.visits.wording import day_in_words

_MOBILE_SHOWN = (3, 4)  # characters at its beginning and its end


@dataclass(frozen=True, slots=True)
class Teller:
    """In one language. `place_name`: of a division's 12 digits."""

    words: Mapping[str, str]
    language: str
    place_name: Callable[[str], str]

    def told(self, question: Question, value: Value) -> str:
        """`value` in the form of its kind; "" says that nothing was answered."""
        say = self.words
        if not value:
            return say["answer.none"]
        if isinstance(value, tuple):
            return say["answer.and"].join(self._label(question, one) for one in value)
        if question.from_card == "nation" and question.kind not in (Kind.CHOICE, Kind.CHOICES):
            return NATIONS.get(value, value)
        if question.from_card == "sex" and question.kind is not Kind.CHOICE:
            return say.get(f"sex.{value}", value)
        match question.kind:
            case Kind.YES_NO:
                return say[f"answer.{value}"]
            case Kind.CHOICE | Kind.CHOICES:
                return self._label(question, value)
            case Kind.MONEY:
                return say["answer.yuan"].format(amount=_in_thousands(value))
            case Kind.DATE if value == LONG_TERM:
                return say["answer.long_term"]
            case Kind.DATE:
                return day_in_words(date.fromisoformat(value), self.language)
            case Kind.MONTH:
                year, month = value.split("-")
                return say["answer.month"].format(year=year, month=int(month))
            case Kind.YEAR:
                return say["answer.year"].format(year=value)
            case Kind.DIVISION:
                return self.place_name(value)
            case Kind.PEOPLE if value == "0":
                return say["answer.nobody"]
            case Kind.PEOPLE:
                return say["answer.people"].format(count=value)
        return value

    def fact(self, one: Asked, value: Value, *, changes: bool = True) -> Fact:
        """`changes`: whether the resident can go back to the question."""
        told = self.told(one.question, value)
        masked = masks[one.question.kind](told) if value and one.question.kind in masks else ""
        label = one.question.label.said(self.language)
        return Fact(label, told, masked, one.path if changes else "")

    def sections(
        self,
        walk: Walk,
        told: Container[str] = (),
        only: Callable[[str], object] = lambda _: True,
    ) -> tuple[Section, ...]:
        """All that was asked: what the card said, the form, and an entry of a list each.

        told: fields of the card that are shown elsewhere. only: which paths.
        """
        answers = walk.counting()
        own, card, lists = list[Fact](), list[Fact](), dict[tuple[str, int], list[Fact]]()
        headings = dict[tuple[str, int], str]()
        for one in walk.all_asked():
            if not only(one.path):
                continue
            fixed = walk.is_fixed(one.path)
            fact = self.fact(one, answers.get(one.path, ""), changes=not fixed)
            if one.within:
                lists.setdefault((one.within, one.entry), []).append(fact)
                continue
            if not (fixed and one.question.from_card in told):
                (card if fixed else own).append(fact)
            if one.is_list:
                for entry in range(walk.entries(one.path)):
                    headings[one.path, entry] = self.entry_heading(one.question, entry)
        found = [
            Section(self.words["summary.from_card"], tuple(card)),
            Section(self.words["summary.answers"], tuple(own)),
            *(Section(headings[entry], tuple(facts)) for entry, facts in lists.items()),
        ]
        return tuple(section for section in found if section.facts)

    def line(self, fact: Fact) -> str:
        """Of an entry's card: what is masked elsewhere is so here."""
        return self.words["answer.pair"].format(label=fact.label, value=fact.masked or fact.value)

    def entry_heading(self, question: Question, entry: int) -> str:
        label = question.label.said(self.language)
        return self.words["answer.entry"].format(list=label, at=entry + 1)

    def _label(self, question: Question, value: str) -> str:
        found = (one.label for one in question.options if one.value == value)
        return next((label.said(self.language) for label in found), value)


def mask_mobile(number: str) -> str:
    first, last = _MOBILE_SHOWN
    return number[:first] + "*" * (len(number) - first - last) + number[-last:]


masks: Mapping[Kind, Callable[[str], str]] = {
    Kind.ID_NUMBER: mask_number,
    Kind.MOBILE: mask_mobile,
}


def _in_thousands(amount: str) -> str:
    whole, point, cents = amount.partition(".")
    return f"{int(whole):,}{point}{cents}"
