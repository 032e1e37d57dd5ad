"""Sections to be read: a result, a case, a guide, a summary that can be put right."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from kivy.lang import Builder
from kivy.properties import BooleanProperty, NumericProperty

from kiosk.visits.form_events import RevealAsked
from kiosk.visits.form_pages import DetailsPage
from kiosk.visits.pages import Action
from screens import sections
from screens.content import Content
from screens.leaves import Leaves
from screens.message import MOODS
from screens.widgets import Disc, SecondaryButton


class DetailsScreen(Content):
    editable = BooleanProperty(False)
    reach = NumericProperty(0)

    def actions(self) -> tuple[Action, ...]:
        return self.page.actions

    def take_over(self, before: DetailsScreen) -> None:
        self.ids.leaves.take_over(before.ids.leaves)

    def update(self, page: DetailsPage) -> None:
        self.editable = any(fact.question for one in page.sections for fact in one.facts)
        self.ids.title.words = self.said(page.title)
        hint = self.say("details.edit_hint") if self.editable else ""
        if self.wide and self.editable:  # there is room over the cards
            hint, note = _lines(hint, page.aloud), page.note
        else:
            note = _lines(page.aloud, page.note)
        self.ids.hint_beside.words, self.ids.hint.words = (hint, "") if self.wide else ("", hint)
        self.ids.note_beside.words, self.ids.note.words = (note, "") if self.wide else ("", note)
        if page.mood:
            mood: Disc = self.ids.mood
            mood.sign, mood.ink, mood.fill = MOODS[page.mood]
        leaves: Leaves = self.ids.leaves
        tabled = any(one.columns for one in page.sections)
        leaves.columns = 2 if self.wide and not tabled else 1
        leaves.aside = self.ids.bar if self.wide else None
        leaves.offer = self._reveal(page)
        leaves.blocks = partial(sections.blocks, page.sections, self.say, page.revealed)

    def _reveal(self, page: DetailsPage) -> SecondaryButton | None:
        masked = any(fact.masked for one in page.sections for fact in one.facts)
        if page.revealed or not masked:
            return None
        return RevealButton(label=self.say("details.reveal"), tells=(RevealAsked,))


def _lines(*sentences: str) -> str:
    return "\n".join(filter(None, sentences))


class RevealButton(SecondaryButton):
    """Shows whole what was masked."""


Builder.load_file(str(Path(__file__).with_suffix(".kv")))
