"""From a visit to the page on which somebody looks through what they declare before they promise.

See `kiosk/makers/page_makers.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from kiosk.services.questions import intake_of
from kiosk.visits.events import Confirmed
from kiosk.visits.form_pages import DetailsPage, Fact, Section
from kiosk.visits.forms.intake import DECLARATION_TEXT
from kiosk.visits.forms.telling import Teller
from kiosk.visits.identity import mask_number
from kiosk.visits.pages import Action
from kiosk.visits.terminal import PageMaker, Terminal
from kiosk.visits.visit import Visit

_WHO = ("number", "under_16")  # stand at the head, or go without saying


@dataclass(frozen=True, slots=True)
class DeclaringPageMaker:
    """`words`: language → texts. place_name: as in FormPageMaker."""

    words: Mapping[str, Mapping[str, str]]
    place_name: Callable[[str], str]

    def makers(self) -> Mapping[str, PageMaker]:
        return {"declaration": self._declaration}

    def _declaration(self, visit: Visit, _: Terminal) -> DetailsPage:
        intake, card = intake_of(visit), visit.card
        assert card is not None  # only a card that was read leads here  # noqa: S101
        say = self.words[visit.language]
        who = (
            Fact(say["summary.name"], card.name or card.english_name),
            Fact(say["summary.number"], card.number, mask_number(card.number)),
        )
        teller = Teller(say, visit.language, self.place_name)
        return DetailsPage(
            title="declaration.title",
            sections=(
                Section(say["declaration.who"], who),
                *teller.sections(intake.walk, _WHO),
            ),
            revealed=intake.revealed,
            note=say[DECLARATION_TEXT],
            actions=(Action("declaration.right", Confirmed),),
        )
