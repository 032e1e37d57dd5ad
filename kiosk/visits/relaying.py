"""Originals that travel (异地代收代办): which they are, and what forks of the tables ask of them.

A paper that is given as an original stays here and goes by post; what was scanned goes home again
with whom it belongs to (service facts: 通用 model for paper of 国办发〔2020〕35号, 青阳).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from config.catalogue_models import Item, Material, Mode
from kiosk.platform.affairs_messages import Parcel
from kiosk.visits.forms.intake import Intake
from kiosk.visits.forms.papers import How
from kiosk.visits.visit import Visit

if TYPE_CHECKING:
    from kiosk.visits.terminal import Question


def posted(intake: Intake) -> tuple[Material, ...]:
    return intake.papers.given_as(How.ORIGINAL)


def shown(intake: Intake) -> tuple[Material, ...]:
    return intake.papers.given_as(How.SCAN)


def mode_of(item: Item, division: str, *, with_parcel: bool) -> Mode:
    """How it is dealt with from here: what travels is relayed, where the item may be."""
    modes = item.modes_at(division)
    return Mode.RELAYED if with_parcel and Mode.RELAYED in modes else modes[0]


def parcel_of(visit: Visit) -> Parcel | None:
    """Of the case that was looked up."""
    told = visit.lookup.progress
    return told.whereabouts.parcel if told is not None else None


@dataclass(frozen=True, slots=True)
class Sending:
    """One parcel and what is known of it. item, papers: where they were taken in here, just now.
    parcel: as the platform told it; None while it has not.
    """

    number: str
    parcel: Parcel | None
    item: Item | None = None
    papers: tuple[Material, ...] = ()

    @property
    def count(self) -> int:
        return len(self.papers) or (self.parcel.papers if self.parcel is not None else 0)


def sendings(visit: Visit) -> tuple[Sending, ...]:
    """Of what was handed in here, one for each item with originals; or of the case looked up."""
    intake = visit.intake
    if intake is None:
        return (Sending(visit.lookup.code, parcel_of(visit)),)
    given, found = intake.walk.counting(), list[Sending]()
    for part, number in zip(intake.parts, (visit.receipt, *visit.others), strict=False):
        papers = tuple(one for one in posted(intake) if part.slot(one.id, given) is not None)
        if papers:
            found.append(Sending(number, visit.lookup.parcels.get(number), part.item, papers))
    return tuple(found)


def _to_be_confirmed(visit: Visit, _: object) -> str:
    intake = visit.intake
    slots = tuple(one.id for one in posted(intake)) if intake else ()
    return "yes" if slots and intake and intake.posted != slots else "no"


def _is_there_a_parcel(visit: Visit, _: object) -> str:
    return "yes" if visit.intake is not None and posted(visit.intake) else "no"


def _post_takes_it(visit: Visit, _: object) -> str:
    parcel = parcel_of(visit)
    return "yes" if parcel is not None and parcel.next == "post" else "no"


QUESTIONS: Mapping[str, Question] = {
    "are originals to be confirmed": _to_be_confirmed,
    "is there a parcel": _is_there_a_parcel,
    "whether the post takes it": _post_takes_it,
    "whether a waybill is there": lambda visit, _: "yes" if visit.lookup.waybill else "no",
}
