"""What happened, what to do, who helps: one page for everything that does not go by itself."""

from __future__ import annotations

from pathlib import Path

from kivy.lang import Builder
from kivy.properties import ObjectProperty, StringProperty

from kiosk.makers.guides import CITIZENS_LINE
from kiosk.visits.pages import Action, MessagePage, Mood
from screens import theme
from screens.columns import Slot
from screens.content import Contact, Content
from screens.widgets import Card, Disc, Text

# Sign of each mood, its colour, and the colour of the disc under it.
MOODS = {
    Mood.GOOD: ("check", theme.WHITE, theme.GREEN),
    Mood.NOTE: ("warning", theme.AMBER, theme.AMBER_DISC),
    Mood.WAIT: ("clock", theme.BLUE, theme.BLUE_DISC),
    Mood.STOP: ("info", theme.DANGER, theme.DANGER_DISC),
}


class ContactCard(Card):
    """Whom to call, and where."""

    contact: Contact = ObjectProperty()
    also = StringProperty("")  # which telephones there are besides
    say = ObjectProperty(lambda key, **_: key)


class MessageScreen(Content):
    def actions(self) -> tuple[Action, ...]:
        return self.page.actions

    def update(self, page: MessagePage) -> None:
        mood: Disc = self.ids.mood
        mood.sign, mood.ink, mood.fill = MOODS[page.mood]
        self.ids.title.words = self.say(page.title, **page.values)
        self.ids.big.words = page.big
        self.ids.body.words = self.tell_all(page.body, **page.values)
        advice = f"{page.title.rpartition('.')[0]}.next"
        self.ids.advice.words = self.tell_all(advice, **page.values) if advice in self.words else ""
        where = "beside" if self.wide else "below"
        helper: Slot = self.ids[f"helper_{where}"]
        card = ContactCard(contact=self.contact, say=self.say, also=self._also())
        helper.put(*((card,) if page.help_line else ()))
        code: Text = self.ids[f"code_{where}"]
        code.words = self.say("message.code", code=page.code) if page.code else ""

    def _also(self) -> str:
        """The item's own line and the citizens' one: nobody stands before a dead end."""
        line = self.view.hotline
        if line in ("", CITIZENS_LINE):
            return self.say("contact.also")
        return self.say("contact.also_item", hotline=line)


Builder.load_file(str(Path(__file__).with_suffix(".kv")))
