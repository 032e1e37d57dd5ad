"""What residents are offered here, and the one who leads through it.

Put together while the first page is on the screen already; the machines come after it
(`kiosk/machines/machinery.py`, ADR 6).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING

from config.catalogue_models import Item
from config.catalogue_pack import Catalogue
from config.divisions import Divisions
from config.guides import load_guides
from config.settings import Settings
from kiosk.conductor import Conductor
from kiosk.machines.preview import Preview
from kiosk.makers.declaring_page_makers import DeclaringPageMaker
from kiosk.makers.draft_page_makers import DraftPageMaker
from kiosk.makers.feedback_page_makers import FeedbackPageMaker
from kiosk.makers.finding import Finder
from kiosk.makers.finding_pages import ROWS, Shelves
from kiosk.makers.following_page_makers import FollowingPageMaker
from kiosk.makers.form_page_makers import FormPageMaker
from kiosk.makers.guides import GuideMaker
from kiosk.makers.helping_page_makers import HelpingPageMaker
from kiosk.makers.information_page_makers import InformationPageMaker
from kiosk.makers.mine_page_makers import MinePageMaker
from kiosk.makers.notice_board import NoticeBoard
from kiosk.makers.notice_page_makers import NoticePageMaker
from kiosk.makers.page_makers import makers
from kiosk.makers.paper_page_makers import HandingInPageMaker
from kiosk.makers.payment_page_makers import PaymentPageMaker
from kiosk.makers.query_page_makers import QueryPageMaker
from kiosk.makers.relay_page_makers import RelayPageMaker
from kiosk.services.certify import CERTIFY
from kiosk.services.feedback import FEEDBACK
from kiosk.services.following import PAPER, PROGRESS
from kiosk.services.forward import FORWARD
from kiosk.services.helping import HELPING
from kiosk.services.lobby import LOBBY
from kiosk.services.mine import MINE
from kiosk.services.notices import GUIDE_OF_ITEM, NOTICES
from kiosk.services.pausing import RESUME
from kiosk.services.query import QUERY, VERIFY
from kiosk.services.questions import QUESTIONS
from kiosk.visits.bundles import WithBundles
from kiosk.visits.events import Event
from kiosk.visits.flow import Flow
from kiosk.visits.forms.intake import beginning
from kiosk.visits.pages import View
from kiosk.visits.search_tally import SearchTally
from kiosk.visits.terminal import PageMaker
from kiosk.visits.visit import Visit

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from kiosk.machines.machinery import Machinery

# By the ability of an item, by the name of what else the home page offers, or of an exit.
SERVICES = {
    "certify": CERTIFY,
    "query": QUERY,
    "verify": VERIFY,
    "forward": FORWARD,
    "progress": PROGRESS,
    "paper": PAPER,
    "mine": MINE,
    "resume": RESUME,
    "notices": NOTICES,
    "guide": GUIDE_OF_ITEM,
    "feedback": FEEDBACK,
}
HELPED = {"helped": HELPING}  # where the settings say who helps

Decode = Callable[[bytes], "NDArray[np.uint8] | None"]


def local_now() -> datetime:
    return datetime.now().astimezone()


class Reception:
    """May be built in any thread; everything else belongs to the window's.

    show: a view that changed. decode: a JPEG, or None where it is none. `offered`: the catalogue
    with its bundles.
    """

    def __init__(
        self,
        given: Settings,
        words: Mapping[str, Mapping[str, str]],
        items: Catalogue,
        divisions: Divisions,
        show: Callable[[View], None],
        decode: Decode,
    ) -> None:
        Item.model_rebuild()  # once, before the first item is asked for
        self._place = given.terminal
        self._words, self._items, self._divisions = words, items, divisions
        self.offered = WithBundles(items, words)
        self._show, self._decode = show, decode
        self._services: Mapping[str, Flow] = {
            **SERVICES,
            **(HELPED if given.terminal.helpers else {}),
        }
        self._published = given.platform.publisher_key_file is not None
        self._tally = SearchTally(self._find)
        self._conductor: Conductor | None = None
        self._machinery: Machinery | None = None
        self.preview, self.desk_preview = Preview(), Preview()
        self.board = NoticeBoard(local_now)

    def open(self) -> None:
        """Shows the first page, and takes touches from now on."""
        results = QueryPageMaker(self._words, own_pages=True)
        self._conductor = Conductor(
            LOBBY,
            self._services,
            self.offered,
            self._pages(results),
            self._shown,
            self._wiped,
            time.monotonic(),
            {**QUESTIONS, "what it is printed on": results.printed_on},
            self.offered.beginning(beginning(self.offered, self._divisions.knows, local_now)),
        )

    def tell(self, event: Event) -> None:
        if self._conductor is not None:
            self._conductor.handle(event)

    def tick(self) -> None:
        if self._conductor is not None:
            self._conductor.tick(time.monotonic())

    def equip(self, machinery: Machinery) -> None:
        """Starts the machines, and what the page on the screen has waited for."""
        self._machinery = machinery
        machinery.start()
        if self._conductor is not None:
            self._conductor.equip(machinery.works)

    def close(self) -> None:
        """Ends the visit under way, then the machines."""
        if self._conductor is not None:
            self._conductor.close()
        if self._machinery is not None:
            self._machinery.stop()

    def _find(self, text: str) -> list[str]:
        return [one.code for one in Finder(self._items.db).find(text, ROWS)]

    def _pages(self, results: QueryPageMaker) -> Mapping[str, PageMaker]:
        words, home = self._words, (self._place.division, self._divisions.full_name)
        guides = GuideMaker(words, self.offered.form, self._place.division)
        shelves = Shelves(cache(load_guides), self._find, self._place.division)
        pages = {
            **makers(
                self._place.place, self.preview.newest, shelves, self._services, self.board.line
            ),
            **FormPageMaker(words, *home).makers(),
            **HandingInPageMaker(words, self.desk_preview.newest, self._decode, *home).makers(),
            **DraftPageMaker(words, self._divisions.full_name).makers(),
            **DeclaringPageMaker(words, self._divisions.full_name).makers(),
            **HelpingPageMaker(words).makers(),
            **results.makers(),
            **FollowingPageMaker(words).makers(),
            **RelayPageMaker(words).makers(),
            **MinePageMaker(words, self._services).makers(),
            **NoticePageMaker(words, self.board).makers(),
            **InformationPageMaker(words, guides, self._published).makers(),
            **FeedbackPageMaker(words).makers(),
        }
        return {**pages, **PaymentPageMaker(words, local_now).makers(pages["cannot_keep"])}

    def _shown(self, view: View) -> None:
        self._show(view)
        if self._machinery is not None:
            self._machinery.guide(view.page)

    def _wiped(self, visit: Visit) -> None:
        self.preview.clear()
        self._tally.visit_over(visit)
        self.desk_preview.clear()
        if self._machinery is not None:
            self._machinery.forget(visit)
