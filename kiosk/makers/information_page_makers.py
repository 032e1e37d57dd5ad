"""From a visit to the pages of the information corner and of guides. See `page_makers.py`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from config.catalogue_models import Item
from kiosk.makers.guides import GuideMaker
from kiosk.makers.notices import UNKNOWN
from kiosk.visits.events import Confirmed
from kiosk.visits.feedback_events import FeedbackAsked
from kiosk.visits.form_events import GroupChosen, PrintAsked
from kiosk.visits.form_pages import DetailsPage, ListPage, Row, Section
from kiosk.visits.information_events import GuidesAsked, NoticesAsked
from kiosk.visits.pages import Action
from kiosk.visits.terminal import Items, PageMaker, Terminal
from kiosk.visits.visit import Visit

Words = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class InformationPageMaker:
    """`words`: language → texts. published: whether an office publishes notices for this terminal.
    with_feedback: whether somebody takes in what residents have to say.
    """

    words: Words
    guides: GuideMaker
    published: bool
    with_feedback: bool = True

    def makers(self) -> Mapping[str, PageMaker]:
        return {
            "corner": self._corner,
            "guide_groups": self._groups,
            "guides": self._guides,
            "guide_read": self._read,
        }

    def _corner(self, visit: Visit, _: Terminal) -> ListPage:
        say = self.words[visit.language]
        there = (
            ("notices", NoticesAsked, self.published),
            ("guides", GuidesAsked, True),
            ("feedback", FeedbackAsked, self.with_feedback),
        )
        return ListPage(
            say["corner.title"],
            tuple(
                Row(name, say[f"corner.{name}"], say[f"corner.{name}_plain"], tells=event)
                for name, event, is_there in there
                if is_there
            ),
        )

    def _groups(self, visit: Visit, terminal: Terminal) -> ListPage:
        return ListPage(
            self.words[visit.language]["guide_groups.title"],
            tuple(
                Row(
                    one.id,
                    one.title.said(visit.language),
                    one.plain.said(visit.language),
                    tells=GroupChosen,
                )
                for one in terminal.items.groups()
            ),
        )

    def _guides(self, visit: Visit, terminal: Terminal) -> ListPage:
        language = visit.language
        group = next(one for one in terminal.items.groups() if one.id == visit.group)
        return ListPage(
            group.title.said(language),
            tuple(
                Row(one.code, one.words(language).short, one.words(language).plain)
                for one in terminal.items.in_group(group.id)
            ),
            "guides.hint",
            "list.empty",
        )

    def _read(self, visit: Visit, terminal: Terminal) -> DetailsPage:
        say, item = self.words[visit.language], guided(visit, terminal.items)
        if item is None:
            return DetailsPage(say["guides.title"], (Section(say["guides.gone"]),))
        return DetailsPage(
            title=item.words(visit.language).name,
            sections=self.guides.sections(item, visit.language),
            actions=printing(terminal),
        )


def guided(visit: Visit, items: Items) -> Item | None:
    """None: it is not offered any more."""
    return items.item(visit.lookup.guide)


def printing(terminal: Terminal) -> tuple[Action, ...]:
    """On the slip and as a page, by what is there."""
    ways = (
        ("receipt_printer", Action("action.print_slip", Confirmed)),
        ("page_printer", Action("action.print_page", PrintAsked)),
    )
    health = terminal.health
    return tuple(way for device, way in ways if health.get(device, UNKNOWN).usable)
