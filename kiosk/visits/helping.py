"""帮办代办: somebody of the village leads a resident through a visit; it is told who did what.

A helper is known by their own ID card, before the resident is by theirs. What is the resident's own
to do stays so: it is asked of them, and what they have confirmed is on the record. A helper ends
with the visit: with the next resident they show their card anew (ADR 15).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from kiosk.visits.events import CardRead, Confirmed, Event, FaceTaken, ItemChosen
from kiosk.visits.form_events import OfferChosen, RowChosen, Signed
from kiosk.visits.identity import mask_name
from kiosk.visits.pages import Banner

if TYPE_CHECKING:
    from kiosk.visits.visit import Visit

REASONS = ("sight", "reading", "machine", "body", "other")  # in the order of the page

# Page and what happens on it → what the resident has confirmed by that.
_OWN_ACTS: Mapping[tuple[str, type[Event]], str] = {
    ("confirm_person", Confirmed): "person",
    ("face_consent", Confirmed): "face_consent",
    ("face", FaceTaken): "face",
    ("declaration", Confirmed): "declaration",
    ("summary", Confirmed): "summary",
    ("sign", Signed): "signature",
}

# Whatever is to be seen and answered by the resident alone.
_OWN_PAGES = frozenset(
    {
        *(page for page, _ in _OWN_ACTS),
        *(
            "present_card",
            "hand_over",
            "inventory",
            "face_failed",
            "face_refused",
            "face_doubted",
            "query_result",
            "affairs",
            "rating",
        ),
    }
)


@dataclass(frozen=True, slots=True)
class HelperKnown(Event):
    """A helper's own card was laid. `since`: local time with its offset."""

    helper: str
    since: datetime


@dataclass(slots=True)
class Helped:
    """Of one visit. id: the helper's, "" where nobody helps. reason: one of REASONS.

    confirmed: what the resident at the terminal has confirmed, in the order of doing so.
    """

    id: str = ""
    since: datetime | None = None
    reason: str = ""
    confirmed: tuple[str, ...] = field(default=())

    def take(self, page: str, event: Event) -> None:
        """`page`: where it happened."""
        match event:
            case HelperKnown():
                self.id, self.since = event.helper, event.since
            case RowChosen() if page == "why_help" and event.row in REASONS:
                self.reason = event.row
            case ItemChosen() | OfferChosen() | CardRead():
                self.confirmed = ()  # another matter, or another person
        act = _OWN_ACTS.get((page, type(event)))
        if act is not None and act not in self.confirmed:
            self.confirmed += (act,)

    def told(self) -> dict[str, object] | None:
        """As a packet says it; None where nobody helps."""
        if not self.id or self.since is None:
            return None
        return {
            "id": self.id,
            "since": self.since.isoformat(timespec="seconds"),
            "reason": self.reason or "other",
            "confirmed": list(self.confirmed),
        }


def banner(visit: Visit, page: str) -> Banner | None:
    """What stands over `page` while somebody helps. A resident has a name there once it is theirs,
    and only as far as it may be read by whoever passes.
    """
    helped, card = visit.helped, visit.card
    if not helped.id:
        return None
    known = card is not None and "person" in helped.confirmed and visit.in_service
    name = mask_name(card.name or card.english_name) if card is not None and known else ""
    return Banner(helped.id, name, page in _OWN_PAGES)


def helper_in_words(visit: Visit, words: Mapping[str, str]) -> str:
    """For a slip; "" where nobody helps."""
    return words["slip.helped_by"].format(helper=visit.helped.id) if visit.helped.id else ""
