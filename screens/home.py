"""The choice of items, and one item explained."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kivy.lang import Builder
from kivy.metrics import mm
from kivy.properties import BooleanProperty, ColorProperty, ObjectProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.gridlayout import GridLayout
from kivy.uix.widget import Widget

from kiosk.visits.events import Confirmed, ItemChosen
from kiosk.visits.information_events import GuideAsked
from kiosk.visits.pages import Action, HomePage, ItemPage, Tile
from screens import theme
from screens.content import Content
from screens.home_choices import Choices
from screens.landscape import OnHills
from screens.touch import Control
from screens.widgets import Fact, Notice

# A word in the title → the sign of its tile; the first that is found.
SIGNS = (
    ("工伤", "healing"),
    ("失业", "work"),
    ("残", "wheelchair"),
    ("抚恤", "medal"),
    ("优抚", "medal"),
    ("供养", "care"),
    ("补助", "money"),
    ("津贴", "money"),
    ("养老", "elder"),
    ("injur", "healing"),
    ("unemploy", "work"),
    ("disab", "wheelchair"),
    ("depend", "care"),
    ("allowance", "money"),
    ("subsid", "money"),
    ("pension", "elder"),
    ("", "verified"),
)
NOTICE_SIGNS = {
    "notice.no_network": "offline",
    "notice.no_paper": "slip",
    "notice.paper_low": "slip",
    "notice.card_left": "badge",
    "notice.slip_left": "slip",
    "notice.no_printer": "print",
    "notice.no_camera": "camera",
}
# How many stand side by side: (upright, lying) for each number of tiles.
COLUMNS = {1: (1, 1), 2: (1, 2), 3: (1, 3), 4: (2, 2)}


def sign_for(title: str) -> str:
    return next(sign for word, sign in SIGNS if word in title.lower())


@dataclass(frozen=True, slots=True)
class Look:
    """A tile: how big its sign is, and of which kind (theme.EM_MM) its texts are.

    plain: None leaves the plain words out. across: the sign stands beside the words. begin: it says
    where to touch.
    """

    sign_mm: float
    title: str
    plain: str | None
    across: bool = False
    centred: bool = False
    begin: bool = False


ALONE = Look(52, "display", "lead", centred=True, begin=True)
ALONE_LOW = Look(36, "display", "lead", centred=True, begin=True)
ACROSS = Look(38, "question", "body", across=True)
ACROSS_LARGE = Look(38, "lead", "body", across=True)
ACROSS_LOW = Look(28, "lead", "small", across=True)
ROOMY = Look(36, "lead", "body", centred=True)
# Beside the groups.
BESIDE = Look(36, "question", "body", across=True)
BESIDE_LOW = Look(32, "question", "body", centred=True, begin=True)
BESIDE_MM = 60.0
DENSE, BRIEF = Look(20, "body", "small"), Look(20, "body", None)


class TileButton(Control, BoxLayout):
    """An item: its sign, its name, plain words; or why it cannot be done now."""

    tile = ObjectProperty()
    sign = StringProperty("verified")
    why_not = StringProperty("")
    begin = StringProperty("")
    look: Look = ObjectProperty()
    paper = ColorProperty(theme.CARD)


class HowItGoes(BoxLayout):
    """The visit in three pictures, where there is room for it."""

    say = ObjectProperty(lambda key: key)
    wide = BooleanProperty(False)


class Tiles(GridLayout):
    pass


class NoticeList(BoxLayout):
    """Notices one under the other; none takes no room."""

    def show(self, content: Content, keys: tuple[str, ...]) -> None:
        self.clear_widgets()
        for key in keys:
            self.add_widget(Notice(words=content.say(key), sign=NOTICE_SIGNS.get(key, "warning")))


class HomeScreen(OnHills):
    def __init__(self, *given: Any, **kwargs: Any) -> None:
        self._put_away: list[Widget] = []  # a name in `ids` keeps nothing alive
        super().__init__(*given, **kwargs)

    def update(self, page: HomePage) -> None:
        self.ids.notices.show(self, page.notices[:2])
        self.ids.hint.words = "" if page.notices else self.say("home.hint")
        shown = page.tiles[:1] if page.groups else page.tiles
        tiles: Tiles = self.ids.tiles
        tiles.clear_widgets()
        upright, lying = (1, 1) if page.groups else COLUMNS.get(len(shown), (2, 3))
        tiles.cols = lying if self.wide else upright
        look = _look(len(shown), wide=self.wide, large=self.view.large)
        if page.groups:
            look = BESIDE_LOW if self.wide else BESIDE
        for tile in shown:
            tiles.add_widget(self._button(tile, look))
        if page.groups or len(shown) > (1 if self.wide else 2):
            self._drop(self.ids.how)
        self._show_choices(page)

    def _show_choices(self, page: HomePage) -> None:
        """Groups and offers; the featured items leave them most of the room."""
        choices: Choices = self.ids.choices
        if not (page.groups or page.offers):
            self._drop(choices)
            return
        choices.content = self
        choices.show(page)
        if not page.groups:
            choices.size_hint_y, choices.height = None, choices.minimum_height
        elif self.wide:
            self.ids.tiles.size_hint_x = 0.42
        else:
            tiles = self.ids.tiles
            tiles.size_hint_y = None
            tiles.height = mm(BESIDE_MM)

    def _drop(self, part: Widget) -> None:
        if part.parent:
            self._put_away.append(part.__self__)  # itself, not the name's weak hold
            part.parent.remove_widget(part)

    def _button(self, tile: Tile, look: Look) -> TileButton:
        return TileButton(
            tile=tile,
            look=look,
            sign=sign_for(tile.title),
            why_not=self.say(tile.why_not) if tile.why_not else "",
            begin=self.say("home.begin"),
            enabled=not tile.why_not,
            tells=(ItemChosen, tile.item),
        )


def _look(count: int, *, wide: bool, large: bool) -> Look:
    if count == 1:
        return ALONE_LOW if wide else ALONE
    if count > 4:
        return BRIEF if large and not wide else DENSE
    if wide:
        return ACROSS_LOW if count == 4 else ROOMY
    if count == 4:
        return ROOMY
    return ACROSS_LARGE if large else ACROSS


class ItemScreen(Content):
    """What it is, what to bring, how long, how much, what comes of it."""

    @property
    def main_action(self) -> bool:
        return not self.page.why_not

    def actions(self) -> tuple[Action, ...]:
        guide = Action("action.read_guide", GuideAsked)
        return (guide,) if self.page.why_not else (Action("action.start", Confirmed), guide)

    def update(self, page: ItemPage) -> None:
        keys = (page.why_not,) if page.why_not else page.notices[:2]
        self.ids.notices.show(self, tuple(filter(None, keys)))
        facts = self.ids.facts
        kind = "body" if self.view.large else "lead"
        facts.clear_widgets()
        for sign, heading, words in (
            ("badge", "item.bring", self.say("item.and").join(page.bring)),
            ("clock", "item.time", self.say("item.minutes", minutes=page.minutes)),
            ("money", "item.fee", page.fee),
            ("verified", "item.result", page.result),
        ):
            facts.add_widget(Fact(sign=sign, heading=self.say(heading), words=words, kind=kind))


Builder.load_file(str(Path(__file__).with_suffix(".kv")))
