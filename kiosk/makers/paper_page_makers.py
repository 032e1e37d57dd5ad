"""From a visit to the pages of papers and of handing in. See `kiosk/makers/form_page_makers.py`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from devices.base import Condition, Status
from kiosk.makers.item_words import paper_state, remembered
from kiosk.makers.summary_page_maker import SummaryMaker
from kiosk.services.questions import intake_of
from kiosk.visits.events import Again, Confirmed, Declined
from kiosk.visits.form_events import PauseAsked, PrintAsked
from kiosk.visits.form_pages import (
    DetailsPage,
    Fact,
    LookAtPage,
    MaterialPage,
    MaterialsPage,
    Section,
    SignPage,
    Slot,
)
from kiosk.visits.forms.commitment import bring_by, commitment_text
from kiosk.visits.forms.papers import WAYS, How
from kiosk.visits.pages import Action, MessagePage, Mood, PleaseWaitPage, ScanPage
from kiosk.visits.terminal import PageMaker, Terminal
from kiosk.visits.visit import Visit
from kiosk.visits.wording import day_in_words

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

UNKNOWN = Status(Condition.UNKNOWN)
_GONE = (Condition.FAULT, Condition.ABSENT)
HANDED_OVER = {"sent": Mood.GOOD, "kept": Mood.WAIT, "not_taken": Mood.STOP}

Words = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Picture:
    """Called by the screen for the picture; two of the same page are equal."""

    jpeg: bytes = field(repr=False)
    decode: Callable[[bytes], NDArray[np.uint8] | None]

    def __call__(self) -> NDArray[np.uint8] | None:
        return self.decode(self.jpeg)


@dataclass(frozen=True, slots=True)
class HandingInPageMaker:
    """`words`: language → texts. newest: the newest picture of the document camera, from any
    thread. decode: of a JPEG. division, place_name: as in FormPageMaker.
    """

    words: Words
    newest: Callable[[], NDArray[np.uint8] | None]
    decode: Callable[[bytes], NDArray[np.uint8] | None]
    division: str
    place_name: Callable[[str], str]

    def makers(self) -> Mapping[str, PageMaker]:
        return {
            "materials": self._materials,
            "material": self._material,
            "scan_page": self._scan,
            "no_scanner": _message("no_page_camera", "action.other_way"),
            "not_scanned": _message("not_scanned", "action.other_way"),
            "look_at": self._look_at,
            "gaps": self._gaps,
            "printing_list": lambda _visit, _terminal: PleaseWaitPage("wait.printing_list"),
            "no_checklist": _message("no_checklist", "action.without_list"),
            "summary": SummaryMaker(self.words, self.place_name).page,
            "sign": self._sign,
            "handed_over": self._handed_over,
        }

    # The papers

    def _materials(self, visit: Visit, _: Terminal) -> MaterialsPage:
        papers = intake_of(visit).papers
        slots = tuple(
            Slot(
                row=one.id,
                name=one.name.said(visit.language),
                state=paper_state(papers.given.get(one.id)),
                done=one.id in papers.given,
                pages=len(papers.given[one.id].pages) if one.id in papers.given else 0,
            )
            for one in papers.wanted()
        )
        return MaterialsPage(slots, complete=all(slot.done for slot in slots))

    def _material(self, visit: Visit, terminal: Terminal) -> MaterialPage:
        papers = intake_of(visit).papers
        here, wanted = papers.here, papers.wanted()
        no_scanner = terminal.health.get("scanner", UNKNOWN).condition in _GONE
        ways = (how for how in WAYS[here.travels] if not (no_scanner and how is How.SCAN))
        return MaterialPage(
            name=here.name.said(visit.language),
            hint=here.hint.said(visit.language) if here.hint else "",
            ways=tuple(ways),
            at=wanted.index(here) + 1,
            of=len(wanted),
        )

    def _scan(self, visit: Visit, _: Terminal) -> ScanPage:
        intake = intake_of(visit)
        seen, here = intake.seen, intake.papers.here
        first = "side_portrait" if here.sides == 2 else "no_page"
        finding = "good" if seen is not None and seen.good else seen.finding if seen else first
        return ScanPage(
            self.newest,
            seen.corners if seen else (),
            good=bool(seen and seen.good),
            prompt=f"page.{finding}",
            name=here.name.said(visit.language),
        )

    def _look_at(self, visit: Visit, _: Terminal) -> LookAtPage:
        papers = intake_of(visit).papers
        return LookAtPage(
            picture=Picture(papers.page or b"", self.decode),
            name=papers.here.name.said(visit.language),
            sheet=len(papers.sheets) + 1,
            sheets=papers.here.pages,
        )

    def _gaps(self, visit: Visit, _: Terminal) -> DetailsPage:
        intake, say = intake_of(visit), self.words[visit.language]
        last = say["gaps.until"].format(last=day_in_words(bring_by(intake), visit.language))
        missing = tuple(
            Fact(one.name.said(visit.language), one.hint.said(visit.language) if one.hint else last)
            for one in intake.papers.gaps()
        )
        return DetailsPage(
            title="gaps.title",
            sections=(Section(say["gaps.missing"], missing),),
            mood=Mood.NOTE,
            note=say["gaps.note"],
            actions=(
                Action("gaps.go_on", Confirmed),
                Action("gaps.keep", PauseAsked),
                Action("gaps.print", PrintAsked),
                Action("gaps.go_home", Declined),
            ),
        )

    # The end

    def _sign(self, visit: Visit, _: Terminal) -> SignPage:
        intake = intake_of(visit)
        card = intake.card
        return SignPage(
            title="signing.title",
            text=commitment_text(intake, self.words[visit.language], visit.language),
            name=(card.name or card.english_name) if card else "",
            trouble=intake.sign_trouble,
        )

    def _handed_over(self, visit: Visit, terminal: Terminal) -> DetailsPage:
        intake, say = intake_of(visit), self.words[visit.language]
        rows = remembered(visit, intake, say, self.division, self.place_name)
        kept = "sent" if visit.answer else "not_taken" if visit.not_taken else "kept"
        printer = terminal.health.get("receipt_printer", UNKNOWN).condition
        on_paper = (Action("action.print", Confirmed),) if printer is not Condition.ABSENT else ()
        return DetailsPage(
            title=f"forwarded.{kept}",
            sections=(Section(say["forwarded.section"], tuple(Fact(*row) for row in rows)),),
            mood=HANDED_OVER[kept],
            note=say[f"forwarded.note_{kept}"],
            actions=(*on_paper, Action("action.no_print", Declined)),
        )


def _message(page: str, other: str) -> PageMaker:
    """Something that did not work, and another way."""
    actions = (Action("action.try_again", Again), Action(other, Declined))
    return lambda _visit, _terminal: MessagePage(
        Mood.NOTE, f"{page}.title", f"{page}.body", actions
    )
