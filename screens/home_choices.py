"""What stands beside the featured items on the home page: the groups, and what else is offered."""

from __future__ import annotations

from pathlib import Path

from kivy.lang import Builder
from kivy.properties import BooleanProperty, ColorProperty, ObjectProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout

from kiosk.visits.form_events import GroupChosen, OfferChosen
from kiosk.visits.pages import HomePage
from screens import theme
from screens.content import Content
from screens.icons import ICONS
from screens.touch import Control
from screens.widgets import SecondaryButton

OFFER_SIGNS = {
    "search": "search",
    "mine": "person",
    "resume": "resume",
    "progress": "clock",
    "notices": "campaign",
    "helped": "helper",
}


class GroupButton(Control, BoxLayout):
    """A sign, one plain word, and what is behind it."""

    title = StringProperty("")
    plain = StringProperty("")
    sign = StringProperty("page")
    paper = ColorProperty(theme.CARD)


class OfferButton(SecondaryButton):
    pass


class Choices(BoxLayout):
    content: Content = ObjectProperty()
    wide = BooleanProperty(False)
    _shown: tuple[object, object] | None = None

    def show(self, page: HomePage) -> None:
        if self._shown == (page.groups, page.offers):
            return  # most news of a home page are notices
        self._shown = page.groups, page.offers
        groups, offers = self.ids.groups, self.ids.offers
        groups.clear_widgets()
        groups.cols = 3 if self.wide else 2
        for one in page.groups:
            groups.add_widget(
                GroupButton(
                    title=one.title,
                    plain=one.plain,
                    sign=one.sign if one.sign in ICONS else "page",
                    tells=(GroupChosen, one.group),
                )
            )
        offers.clear_widgets()
        count = max(1, len(page.offers))
        if self.wide:
            offers.cols = count if count <= 5 else -(-count // 2)
        else:
            offers.cols = min(count, 2 if count <= 4 else 3)
        for offer in page.offers:
            offers.add_widget(
                OfferButton(
                    label=self.content.say(f"offer.{offer}"),
                    sign=OFFER_SIGNS.get(offer, "info"),
                    tells=(OfferChosen, offer),
                )
            )


Builder.load_file(str(Path(__file__).with_suffix(".kv")))
