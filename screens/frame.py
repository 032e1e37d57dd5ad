"""What stands around every page: place and time above, the buttons and the way to help below."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from pathlib import Path

from kivy.lang import Builder
from kivy.metrics import Metrics, mm
from kivy.properties import BooleanProperty, ObjectProperty, StringProperty
from kivy.uix.anchorlayout import AnchorLayout
from kivy.uix.boxlayout import BoxLayout

from kiosk.visits.events import Back
from kiosk.visits.pages import Action, View
from screens import theme
from screens.content import Content
from screens.moving import Moving, put_to_rest
from screens.widgets import BaseButton, PrimaryButton, SecondaryButton, Steps, Text


def bars_of(view: View, *, wide: bool) -> tuple[object, ...]:
    """Where it is the same, the header and the foot line look the same."""
    place = view.visit, view.in_visit, view.heading, view.stage is None, view.helped
    return *place, view.language, view.large, wide, Metrics.fontscale


class Frame(BoxLayout):
    """Header, stages, content, buttons, foot line; one for all pages that have the same bars."""

    wide = BooleanProperty(False)
    content: Content = ObjectProperty(rebind=True)
    other_language = StringProperty("")

    def on_kv_post(self, _: object) -> None:
        self.bars = bars_of(self.view, wide=self.wide)
        self._show_stages()
        self._show_content()

    def turn_to(self, content: Content) -> None:
        """Another page between the same bars."""
        for part in (self.ids.middle, self.ids.actions):
            put_to_rest(part)
            part.clear_widgets()
        before, self.content = self.view, content
        if (before.stage, before.stages) != (self.view.stage, self.view.stages):
            self._show_stages()
        self._show_content()

    def _show_content(self) -> None:
        self.ids.middle.add_widget(self.content)
        self.ids.actions.show(self.content)

    def _show_stages(self) -> None:
        for part in (self.ids.stages, self.ids.strip):
            part.clear_widgets()
        if not self.staged:
            return
        view = self.view
        words = [self.content.say(f"stage.{stage}") for stage in view.stages]
        steps = Steps(at=view.stage, stages=words)
        if self.wide:
            panel = StagesPanel(pos_hint={"center_y": 0.5})
            panel.add_widget(steps)
            self.ids.stages.add_widget(panel)
        else:
            self.ids.strip.add_widget(Text(words=view.heading, strong=True, **HEADING))
            self.ids.strip.add_widget(steps)

    @property
    def view(self) -> View:
        return self.content.view

    @property
    def staged(self) -> bool:
        return self.view.stage is not None


HEADING = {"color": theme.BLUE, "backdrop": theme.CARD}


class StagesPanel(AnchorLayout):
    """The stages inside the header of a lying panel."""


class Moment(Moving, Text):
    """The day and the time. `before` stands in the day's place."""

    now = datetime.now
    before = StringProperty("")
    say = ObjectProperty(lambda key, **_: key)

    def on_say(self, *_: object) -> None:
        self.step(0)

    def on_before(self, *_: object) -> None:
        self.step(0)

    def step(self, _: float) -> None:
        now = self.now()
        if self.before:
            self.words = f"{self.before}  {now:%H:%M}"
        else:
            self.words = self.say(
                "header.moment",
                month=now.month,
                day=now.day,
                weekday=self.say(f"weekday.{now.isoweekday()}"),
                time=f"{now:%H:%M}",
            )


class HelpedBar(BoxLayout):
    """Who helps whom, and when it is the resident's own turn; takes no room where nobody helps."""

    content: Content = ObjectProperty()
    wide = BooleanProperty(False)
    bar = StringProperty("")
    turn = StringProperty("")

    def on_content(self, _: object, content: Content) -> None:
        helped = content.view.helped
        if helped is None:
            return
        nobody = "" if helped.resident else "_nobody"
        values = {"helper": helped.helper, "resident": helped.resident}
        self.bar = content.say(f"helped.bar{nobody}", **values)
        self.turn = content.say(f"helped.own{nobody}", **values) if helped.own else ""


class ButtonRows(BoxLayout):
    """Back on the left, the main button on the right or on top."""

    wide = BooleanProperty(False)

    def show(self, content: Content) -> None:
        rows = [[self._button(content, action, at)] for at, action in enumerate(content.actions())]
        if self.wide:
            rows = [[button for row in reversed(rows) for button in row]]
            if len(rows[0]) == 1:
                rows[0].insert(0, AnchorLayout())
        if content.view.can_go_back:
            rows = rows or [[]]
            if not rows[-1]:
                rows[-1].append(AnchorLayout())
            rows[-1].insert(0, self._back(content))
        for row in filter(None, rows):
            height = max(one.height for one in row if isinstance(one, BaseButton))
            line = BoxLayout(spacing=mm(5), size_hint_y=None, height=height)
            for one in row:
                one.height = height
                line.add_widget(one)
            self.add_widget(line)

    def _back(self, content: Content) -> SecondaryButton:
        label = content.say("action.back")
        back = SecondaryButton(label=label, sign="back", tells=(Back,), edge=theme.BLUE_LINE)
        back.size_hint_x, back.width = None, mm(70)
        return back

    def _button(self, content: Content, action: Action, at: int) -> PrimaryButton | SecondaryButton:
        kind = SecondaryButton if at or not content.main_action else PrimaryButton
        button = kind(
            label=content.say(action.label),
            tells=(action.event,),
            carries=partial(content.carried, action),
        )
        if at and content.equal_actions:
            button.kind, button.height = "lead", mm(32)
        if self.wide:
            button.height = mm(28)
        return button


Builder.load_file(str(Path(__file__).with_suffix(".kv")))
