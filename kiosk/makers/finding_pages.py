"""The pages that lead to an item: home with its groups and offers, a group, the search, a guide."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass

from config.catalogue_models import Ability, Group, Item, Mode
from config.guides import Guides
from kiosk.makers.notices import NOTICES, left_notices, notices, why_not
from kiosk.services.lobby import SEARCH
from kiosk.visits.bundles import is_bundle
from kiosk.visits.events import ItemChosen
from kiosk.visits.form_events import Unsure, WayChosen
from kiosk.visits.form_pages import ListPage, Row, SearchPage
from kiosk.visits.pages import Action, GroupTile, HomePage, Tile
from kiosk.visits.terminal import PageMaker, Terminal
from kiosk.visits.visit import Visit

OFFERS = (
    SEARCH,
    "mine",
    "resume",
    "progress",
    "notices",
    "helped",
)  # in the order of the home page
ROWS = 7  # finds that are shown at the most

# How an item is marked in a list: what is done here, and what else happens with it.
_HERE, _MARKS = (
    "mark.here",
    {Mode.ONLINE: "mark.online", Mode.RELAYED: "mark.relayed", Mode.JOINED: "mark.joined"},
)


@dataclass(frozen=True, slots=True)
class Shelves:
    """How items are found.

    guides: asked for when a group is.
    find: what was typed → codes of items, the likeliest first.
    division: of the terminal, 12 digits: how an item goes may differ by region.
    """

    guides: Callable[[], Guides]
    find: Callable[[str], Iterable[str]]
    division: str = ""


def finding_makers(
    shelves: Shelves | None, services: Collection[str] | None
) -> Mapping[str, PageMaker]:
    """`services`: the flows there are; without, all are taken to be there. An offer without one is
    not shown, an item without one says so: no button is dead. Without shelves there is no search.
    """
    offers = tuple(one for one in OFFERS if one in (services or ()) or (one == SEARCH and shelves))
    shelves = shelves or Shelves(dict, lambda _: ())

    def home(visit: Visit, terminal: Terminal) -> HomePage:
        return HomePage(
            tuple(_tile(item, visit, terminal) for item in terminal.items.featured()),
            left_notices(terminal) + notices((*NOTICES, "ups"), terminal),
            tuple(_group_tile(one, visit.language) for one in terminal.items.groups()),
            tuple(one for one in offers if one != "helped" or not visit.helped.id),
        )

    def group(visit: Visit, terminal: Terminal) -> ListPage:
        one = next(one for one in terminal.items.groups() if one.id == visit.group)
        unsure = (Action("action.unsure", Unsure),) if one.id in shelves.guides() else ()
        return ListPage(
            one.title.said(visit.language),
            tuple(_row(item, visit, terminal) for item in terminal.items.in_group(one.id)),
            "list.group_hint",
            "list.empty",
            unsure,
        )

    def guide(visit: Visit, terminal: Terminal) -> ListPage:
        tree = shelves.guides()[visit.group]
        question = tree.questions[visit.ways[-1] or tree.first]
        rows = []
        for way in question.ways:
            label = way.label.said(visit.language)
            if way.question:
                rows.append(Row(way.question, label, tells=WayChosen))
            elif (item := terminal.items.item(way.item or "")) is not None:
                mark = _MARKS[way.mode] if way.mode else _mark(item)
                rows.append(_row(item, visit, terminal, label, mark))
        return ListPage(question.ask.said(visit.language), tuple(rows), "guide.hint")

    def search(visit: Visit, terminal: Terminal) -> SearchPage:
        found = [terminal.items.item(code) for code in shelves.find(visit.text)]
        return SearchPage(visit.text, tuple(_row(one, visit, terminal) for one in found if one))

    def _row(item: Item, visit: Visit, terminal: Terminal, title: str = "", mark: str = "") -> Row:
        words = item.words(visit.language)
        return Row(
            item.code,
            title or words.short,
            words.short if title else words.plain,
            mark or _mark(item),
            _why_not(item, terminal),
            ItemChosen,
        )

    def _why_not(item: Item, terminal: Terminal) -> str | None:
        if services is not None and item.ability not in services:
            return "why_not.not_here"
        return why_not(item.devices, terminal)

    def _mark(item: Item) -> str:
        if is_bundle(item.code):
            return "bundle.mark"
        if item.ability is not Ability.FORWARD:
            return _HERE
        return _MARKS[item.modes_at(shelves.division)[0]]

    return {"home": home, "group": group, "guide": guide, "search": search}


def _group_tile(group: Group, language: str) -> GroupTile:
    return GroupTile(group.id, group.title.said(language), group.plain.said(language), group.sign)


def _tile(item: Item, visit: Visit, terminal: Terminal) -> Tile:
    words = item.words(visit.language)
    return Tile(item.code, words.short, words.plain, why_not(item.devices, terminal))
