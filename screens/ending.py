"""The end of a visit: what came of it, the slip, how it was, goodbye."""

from __future__ import annotations

from pathlib import Path

from kivy.lang import Builder
from kivy.properties import BooleanProperty, ColorProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout

from kiosk.visits.events import Confirmed, Declined, Rated, RatedPoorly
from kiosk.visits.feedback_events import FeedbackAsked
from kiosk.visits.pages import Action, GoodbyePage, ReceiptPage, ResultPage
from kiosk.visits.remark import POOR
from screens import theme
from screens.content import Content
from screens.landscape import OnHills
from screens.message import MOODS
from screens.touch import Control
from screens.widgets import Disc, Fact, Notice, NumberGroup

# Stars → sign and colour of the face; the word is what tells, not the colour.
FACES = {
    5: ("very_good", "#146C43"),
    4: ("good", "#2F7D4F"),
    3: ("fair", "#8A5A00"),
    2: ("bad", "#A4501A"),
    1: ("very_bad", "#B42318"),
}


class ResultScreen(Content):
    def actions(self) -> tuple[Action, ...]:
        if self.page.can_print:
            return Action("action.print", Confirmed), Action("action.no_print", Declined)
        return (Action("action.done", Declined),)

    def update(self, page: ResultPage) -> None:
        mood: Disc = self.ids.mood
        mood.sign, mood.ink, mood.fill = MOODS[page.mood]
        self.ids.title.words = self.say(page.title, valid_to=page.valid_to)
        self.ids.body.words = _with_place(
            self, self.tell_all(page.body, valid_to=page.valid_to), page.in_line
        )
        number = NumberRow(heading=self.say("result_page.number"), number=page.number)
        told = self.tell_all(page.next, valid_to=page.valid_to)
        then = Fact(sign="info", heading=self.say("result_page.next"), words=told)
        self.ids.facts.put(*((number,) if page.number else ()), *((then,) if told else ()))


class NumberRow(BoxLayout):
    """A number somebody may have to read out over the telephone."""

    heading = StringProperty("")
    number = StringProperty("")


class ReceiptScreen(Content):
    def actions(self) -> tuple[Action, ...]:
        return (Action("action.got_slip", Confirmed),)

    def update(self, page: ReceiptPage) -> None:
        number: NumberGroup = self.ids.number
        number.number = page.number
        said = self.tell_all("receipt.kept" if page.kept_only else "receipt.body")
        self.ids.body.words = _with_place(self, said, page.in_line)


def _with_place(page: Content, said: str, in_line: tuple[int, int] | None) -> str:
    """Where it waits to be sent, in a line of its own."""
    if in_line is None:
        return said
    place, line = in_line
    return f"{said}\n{page.say('in_line.waiting', place=place, line=line)}"


class RatingScreen(Content):
    main_action = False

    def actions(self) -> tuple[Action, ...]:
        none = Action("action.no_rating", Declined)
        more = (Action("action.say_something", FeedbackAsked),) if self.page.asks_why else ()
        return (*more, none)

    def on_kv_post(self, _: object) -> None:
        for stars, (sign, colour) in FACES.items():
            poor = stars <= POOR and self.page.asks_why
            button = FaceButton(
                tells=(RatedPoorly if poor else Rated, stars),
                sign=sign,
                colour=colour,
                words=self.say(f"rating.{stars}"),
                upright=self.wide,
            )
            self.ids.faces.add_widget(button)


class FaceButton(Control, BoxLayout):
    sign = StringProperty("fair")
    colour = StringProperty("#1453A8")
    words = StringProperty("")
    upright = BooleanProperty(False)
    paper = ColorProperty(theme.CARD)


class GoodbyeScreen(OnHills):
    def update(self, page: GoodbyePage) -> None:
        self.ids.thanks.words = self.tell_all(
            "goodbye.rated" if page.thanks_for_rating else "goodbye.body"
        )
        told = (
            *([("goodbye.take_card", "badge")] if page.take_card else ()),
            *([("goodbye.take_papers", "page")] if page.take_papers else ()),
        )
        self.ids.card.put(*(Notice(words=self.tell_all(key), sign=sign) for key, sign in told))


Builder.load_file(str(Path(__file__).with_suffix(".kv")))
