"""A question whose answer is a list of people: who is there, one more, one less, go on."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from kivy.lang import Builder
from kivy.metrics import mm
from kivy.properties import NumericProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout

from kiosk.visits.events import Confirmed
from kiosk.visits.form_events import EntryAdded, EntryDropped
from kiosk.visits.form_pages import EntriesPage, Entry
from kiosk.visits.pages import Action
from screens.content import Content
from screens.leaves import Block, Leaves
from screens.touch import Within
from screens.widgets import Notice, SecondaryButton, height_of, width_of

BUTTON_MM = (38, 20)
SIDE_MM, AIR_MM = 10, 4  # within a card: left and right, above and below
GAP_MM = 4  # between cards


class EntriesScreen(Content):
    asked = NumericProperty(-1)  # the entry that is to be dropped, if it is meant

    @property
    def kind(self) -> str:
        """Of the names: a lying panel has little room from top to bottom."""
        return "body" if self.wide else "lead"

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
            return Block(partial(self._height_asked, entry), partial(self._asked_card, at, entry))
        return Block(partial(self._height, entry), partial(self._card, at, entry))

    def _card(self, at: int, entry: Entry) -> EntryCard:
        room = self._room(self.ids.leaves.column_px)
        card = EntryCard(title=entry.title, kind=self.kind, about=_about(entry, room))
        label = self.say("entries.drop")
        ask = partial(self._ask, at)
        card.ids.row.add_widget(self._ask_button(label, f"DropEntry:{at}", ask))
        return card

    @property
    def _button_px(self) -> float:
        words = [self.say("entries.drop"), self.say("entries.keep")]
        widest = max(width_of(one, "body", strong=True) for one in words)
        return max(mm(BUTTON_MM[0]), widest + mm(14))

    def _ask_button(self, label: str, called: str, does: Callable[[], None]) -> AskButton:
        return AskButton(label=label, called=called, does=does, width=self._button_px)

    def _asked_card(self, at: int, entry: Entry) -> AskedCard:
        card = AskedCard(kind=self.kind)
        card.title = self.say("entries.drop_whom", name=entry.title)
        drop = self.say("entries.drop_really")
        card.ids.row.add_widget(DropButton(label=drop, tells=(EntryDropped, at)))
        keep, back = self.say("entries.keep"), partial(self._ask, -1)
        card.ids.row.add_widget(self._ask_button(keep, f"KeepEntry:{at}", back))
        return card

    def _room(self, width: float) -> float:
        return width - 2 * mm(SIDE_MM) - self._button_px - mm(GAP_MM)

    def _height(self, entry: Entry, width: float) -> float:
        room = self._room(width)
        words = height_of(entry.title, room, self.kind, strong=True)
        words += height_of(_about(entry, room), room, "small") if entry.lines else 0
        return max(words, mm(BUTTON_MM[1])) + mm(2 * AIR_MM + GAP_MM)

    def _height_asked(self, entry: Entry, width: float) -> float:
        ask = self.say("entries.drop_whom", name=entry.title)
        words = height_of(ask, width - 2 * mm(SIDE_MM), self.kind, strong=True)
        return words + mm(3 + BUTTON_MM[1] + 2 * AIR_MM + GAP_MM)

    def _ask(self, at: int) -> None:
        """Writing it all once more would be hard: a second touch says that it is meant."""
        self.asked = at
        self.ids.leaves.blocks = self._blocks


def _about(entry: Entry, room: float) -> str:
    """Beside each other where there is room."""
    beside = "　".join(entry.lines)
    return beside if width_of(beside, "small") <= room else "\n".join(entry.lines)


class EntryCard(BoxLayout):
    """Somebody, and a button to drop them."""

    title = StringProperty("")
    kind = StringProperty("lead")
    about = StringProperty("")


class AskedCard(BoxLayout):
    """The same once the button was touched: is it meant?"""

    title = StringProperty("")
    kind = StringProperty("lead")


class DropButton(SecondaryButton):
    pass


class AskButton(Within, SecondaryButton):
    pass


Builder.load_file(str(Path(__file__).with_suffix(".kv")))
