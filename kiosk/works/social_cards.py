"""What the terminal does with the reader for social security cards: while a question is asked that
such a card answers, it reads the one that is laid.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from devices.base import DeviceError, GarbledReplyError
from devices.pcsc import CardMuteError, CardRemovedError
from devices.social_card import SocialCardReader
from devices.social_card_reading import (
    CardBlockedError,
    CardDefectiveError,
    NotASocialCardError,
)
from devices.social_card_text import SocialCard, UnreadableSocialCardError
from kiosk.visits.events import Event
from kiosk.visits.forms.subject import SOCIAL_CARD
from kiosk.visits.social_card_events import SocialCardRead, SocialCardUnread
from kiosk.visits.terminal import Work
from kiosk.visits.visit import Visit
from kiosk.visits.worker import Job, Task

LOOK_S = 0.5

TROUBLES: Mapping[type[DeviceError], str] = {
    NotASocialCardError: "social_card.other_card",
    UnreadableSocialCardError: "social_card.other_card",
    CardRemovedError: "trouble.social_card_removed",
    CardMuteError: "trouble.social_card_unread",
    GarbledReplyError: "trouble.social_card_unread",
    CardBlockedError: "social_card.no_use",
    CardDefectiveError: "social_card.no_use",
}


@dataclass(frozen=True, slots=True)
class AtQuestion:
    """Beside the keys, which stay: nothing is done where the question is another, or the terminal
    has no such reader.
    """

    read: Work | None
    device: str = "social_card"

    def __call__(self, visit: Visit) -> Callable[[], None]:
        if self.read is None or not _is_asked_for(visit):
            return _nothing
        return self.read(visit)


def read_social_card(visit: Visit) -> Task[SocialCardReader]:
    """Waits for a card; answers SocialCardRead. Posts SocialCardUnread for each card that is of no
    use here, and waits for the next once that one is gone.
    """
    whose = visit.intake.walk.fields.get("number", "") if visit.intake else ""

    def task(reader: SocialCardReader, job: Job) -> Event | None:
        while not job.stopped.is_set():
            job.answered()
            if not reader.wait_for_card(LOOK_S):
                continue
            try:
                card = reader.read()
            except tuple(TROUBLES) as fault:
                why = TROUBLES[type(fault)]
            else:
                if card is None:
                    continue
                why = _why_not(card, whose)
                if not why:
                    return SocialCardRead(job.visit, card.number)
            job.post(SocialCardUnread(job.visit, why))
            while not (job.stopped.is_set() or reader.wait_for_removal(LOOK_S)):
                job.answered()
        return None

    return task


def _why_not(card: SocialCard, whose: str) -> str:
    """A text key; "" for a card that answers. One of generation 3 does not say whose it is."""
    if card.holder_known and whose and card.citizen_number != whose:
        return "social_card.of_other"
    return "" if card.number else "social_card.no_number"


def _is_asked_for(visit: Visit) -> bool:
    walk = visit.intake.walk if visit.intake else None
    return bool(walk and walk.at and walk.here.question.from_card == SOCIAL_CARD)


def _nothing() -> None:
    """Nothing was begun."""
