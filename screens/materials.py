"""The materials of an item: all of them with where they stand, and one with how it may be given."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from kivy.lang import Builder
from kivy.metrics import mm
from kivy.properties import BooleanProperty, ColorProperty, ObjectProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout

from kiosk.visits.events import Confirmed
from kiosk.visits.form_events import HowChosen, RowChosen
from kiosk.visits.form_pages import MaterialPage, MaterialsPage, Slot
from kiosk.visits.pages import Action
from screens import theme
from screens.content import Content
from screens.leaves import Block, Leaves
from screens.touch import Control
from screens.widgets import height_of

# State → sign, its colour, and the colour of the disc under it; the word beside it is what tells.
MISSING = ("page", theme.QUIET, theme.OFF_PALE)
STATES = {
    "material.original": ("hall", theme.AMBER, theme.AMBER_DISC),
    "material.later": ("clock", theme.AMBER, theme.AMBER_DISC),
}
DONE = ("check", theme.WHITE, theme.GREEN)
# A way to give a material → the sign of its button.
SIGNS = {
    "scan": "camera",
    "on_file": "folder",
    "original": "hall",
    "commitment": "sign",
    "later": "clock",
}
ROW_MM, GAP_MM = 22, 3
AROUND_MM = 2 * 7 + 15 + 3 * 5 + 12  # what stands beside the words: air, the disc, the arrow
STATE_SHARE = 0.34  # of the width, for the state beside the name


class MaterialsScreen(Content):
    def actions(self) -> tuple[Action, ...]:
        return (Action("materials.done" if self.page.complete else "materials.next", Confirmed),)

    def update(self, page: MaterialsPage) -> None:
        done = sum(slot.done for slot in page.slots)
        key = "materials.complete" if page.complete else "materials.title"
        self.ids.title.words = self.say(key)
        self.ids.count.words = self.say("materials.count", done=done, of=len(page.slots))
        leaves: Leaves = self.ids.leaves
        leaves.columns = 2 if self.wide else 1
        leaves.blocks = self._blocks

    def _blocks(self, width: float) -> list[Block]:
        slots = self.page.slots
        after = next((slot.row for slot in slots if not slot.done), "")
        return [self._block(at, slot, slot.row == after) for at, slot in enumerate(slots, 1)]

    def _block(self, at: int, slot: Slot, after: bool) -> Block:
        state = self.say(slot.state)
        if slot.pages:
            state = self.say("materials.pages", state=state, pages=slot.pages)
        sign = STATES.get(slot.state, DONE if slot.done else MISSING)
        name = self.say("materials.name", at=at, name=slot.name)
        return Block(
            partial(_height, name, state),
            partial(
                SlotButton,
                words=name,
                state=self.say("materials.this_next") if after else state,
                look=sign,
                next=after,
                tells=(RowChosen, slot.row),
            ),
        )


def _height(name: str, state: str, width: float) -> float:
    room = width - mm(AROUND_MM)
    words = height_of(name, room * (1 - STATE_SHARE), strong=True)
    high = max(words, height_of(state, room * STATE_SHARE, "small", strong=True))
    return max(high + mm(4), mm(ROW_MM)) + mm(GAP_MM)


class SlotButton(BoxLayout):
    """A material and where it stands."""

    words = StringProperty("")
    state = StringProperty("")
    look = ObjectProperty(MISSING)
    next = BooleanProperty(False)
    tells = ObjectProperty()


class RowButton(Control, BoxLayout):
    """A row that is one button."""

    paper = ColorProperty(theme.CARD)
    strong_edge = BooleanProperty(False)


class MaterialScreen(Content):
    def update(self, page: MaterialPage) -> None:
        self.ids.where.words = self.say("materials.where", at=page.at, of=page.of)
        self.ids.name.words = page.name
        self.ids.hint.words = page.hint
        ways = self.ids.ways
        ways.clear_widgets()
        ways.cols = 2 if self.wide and len(page.ways) > 2 else 1
        for at, way in enumerate(page.ways):
            how = way.rpartition(".")[2]
            ways.add_widget(
                WayButton(
                    sign=SIGNS.get(how, "forward"),
                    words=self.say(f"how.{how}"),
                    hint=self.say(f"how.{how}_hint"),
                    main=not at,
                    low=self.wide,
                    tells=(HowChosen, how),
                )
            )


class WayButton(Control, BoxLayout):
    """A way to give a material; the usual one is filled."""

    sign = StringProperty("forward")
    words = StringProperty("")
    hint = StringProperty("")
    main = BooleanProperty(False)
    low = BooleanProperty(False)  # little room above and below
    ground = ColorProperty(theme.CARD)
    ink = ColorProperty(theme.BLUE)


Builder.load_file(str(Path(__file__).with_suffix(".kv")))
