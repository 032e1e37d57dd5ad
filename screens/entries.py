"""A question whose answer is a list of people: who is there, one more, one less, go on."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from kivy.lang import Builder
from kivy.metrics import mm
from kivy.properties import NumericProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout

from kiosk.events import Confirmed
from kiosk.form_events import EntryAdded, EntryDropped
from kiosk.form_pages import EntriesPage, Entry
from kiosk.pages import Action
from screens.content import Content
from screens.leaves import Block, Leaves
from screens.touch import Within
from screens.widgets import Notice, SecondaryButton, height_of

BUTTON_MM = (38, 20)
SIDE_MM, AIR_MM = 10, 4  # within a card: left and right, above and below
GAP_MM = 4  # between cards


class EntriesScreen(Content):
    asked = NumericProperty(-1)  # the entry that is to be dropped, if it is meant

    def actions(self) -> tuple[Action, ...]:
        page = self.page
        done = "entries.done" if page.entries else "entries.none"
        on = (Action(done, Confirmed),) if page.can_go_on else ()
        more = "entries.add_another" if page.entries else "entries.add"
        add = (Action(more, EntryAdded),) if page.can_add else ()
        return (*on, *add) if page.entries else (*add, *on)

    def update(self, page: EntriesPage) -> None:
        self.asked = -1
        self.ids.where.words = self.say("entries.where", at=page.at, of=page.of)
        self.ids.ask.words = page.ask
        self.ids.why.words = page.why
        self.ids.trouble.put(*((Notice(words=self.said(page.trouble)),) if page.trouble else ()))
        self.ids.empty.words = "" if page.entries else self.say("entries.empty")
        leaves: Leaves = self.ids.leaves
        leaves.columns = 2 if self.wide else 1
        leaves.blocks = self._blocks

    def _blocks(self, width: float) -> list[Block]:
        return [self._block(at, entry) for at, entry in enumerate(self.page.entries)]

    def _block(self, at: int, entry: Entry) -> Block:
        if at == self.asked:
            return Block(partial(_height_asked, entry), partial(self._asked_card, at, entry))
        return Block(partial(_height, entry), partial(self._card, at, entry))

    def _card(self, at: int, entry: Entry) -> EntryCard:
        card = EntryCard(title=entry.title, about=_about(entry))
        label = self.say("entries.drop")
        ask = partial(self._ask, at)
        card.ids.row.add_widget(AskButton(label=label, called=f"DropEntry:{at}", does=ask))
        return card

    def _asked_card(self, at: int, entry: Entry) -> AskedCard:
        card = AskedCard(title=self.say("entries.drop_whom", name=entry.title))
        drop = self.say("entries.drop_really")
        card.ids.row.add_widget(DropButton(label=drop, tells=(EntryDropped, at)))
        keep, back = self.say("entries.keep"), partial(self._ask, -1)
        card.ids.row.add_widget(AskButton(label=keep, called=f"KeepEntry:{at}", does=back))
        return card

    def _ask(self, at: int) -> None:
        """Writing it all once more would be hard: a second touch says that it is meant."""
        self.asked = at
        self.ids.leaves.blocks = self._blocks


def _about(entry: Entry) -> str:
    """Beside each other where there is room: as few lines as hold it."""
    return "　".join(entry.lines)


def _height(entry: Entry, width: float) -> float:
    room = width - 2 * mm(SIDE_MM) - mm(BUTTON_MM[0] + GAP_MM)
    words = height_of(entry.title, room, "lead", strong=True)
    words += height_of(_about(entry), room, "small") if entry.lines else 0
    return max(words, mm(BUTTON_MM[1])) + mm(2 * AIR_MM + GAP_MM)


def _height_asked(entry: Entry, width: float) -> float:
    # Its words have a few signs more than the name alone, so as many as a line holds.
    words = height_of(entry.title + "去掉？", width - 2 * mm(SIDE_MM), "lead", strong=True)
    return words + mm(3 + BUTTON_MM[1] + 2 * AIR_MM + GAP_MM)


class EntryCard(BoxLayout):
    """Somebody, and a button to drop them."""

    title = StringProperty("")
    about = StringProperty("")


class AskedCard(BoxLayout):
    """The same once the button was touched: is it meant?"""

    title = StringProperty("")


class DropButton(SecondaryButton):
    pass


class AskButton(Within, SecondaryButton):
    pass


Builder.load_file(str(Path(__file__).with_suffix(".kv")))
