"""What the terminal does with the ID-card reader: the resident's card, the staff's, and its
removal.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime

from devices.base import DeviceError
from devices.idcard_reader import (
    CardLiftedError,
    CardRefusedError,
    IdCardReader,
    NotAnIdCardError,
)
from devices.idcard_text import CardKind, IdCard, UnreadableCardError
from kiosk.visits.events import CardRead, CardTaken, CardUnread, Event, StaffKnown
from kiosk.visits.helping import HelperKnown
from kiosk.visits.identity import check_number, is_expired
from kiosk.visits.visit import Visit
from kiosk.visits.worker import Job, Task
from kiosk.works.staff import Entry, recognised

AFTER_TROUBLE_S = 1.0  # the sentence about the last try is to be seen before the next
LEFT_GAP_S = 0.3

TROUBLES: Mapping[type[DeviceError], str] = {
    CardLiftedError: "trouble.card_lifted",
    NotAnIdCardError: "trouble.not_id_card",
    CardRefusedError: "trouble.card_refused",
    UnreadableCardError: "trouble.card_kind",
}

# Foreigners' cards have numbers of their own rule; those kinds are served at the window.
SERVED = frozenset({CardKind.RESIDENT, CardKind.HMT, CardKind.FOREIGNER_2023})


def read_card(
    today: Callable[[], date], helpers: Iterable[Entry] = ()
) -> Callable[[Visit], Task[IdCardReader]]:
    """Waits for a card; answers CardRead, or CardUnread with what the resident can do. Who helps
    somebody else's visit is not its resident.
    """
    entries = tuple(helpers)

    def work(visit: Visit) -> Task[IdCardReader]:
        helper = visit.helped.id

        def judge(card: IdCard, job: Job) -> Event:
            if card.kind not in SERVED:
                return CardUnread(job.visit, "trouble.card_kind")
            if check_number(card.number) is not None:
                return CardUnread(job.visit, "trouble.card_number")
            if is_expired(card.valid_to, today()):
                return CardUnread(job.visit, "trouble.card_expired")
            if helper and recognised(card.number, entries) == helper:
                return CardUnread(job.visit, "trouble.helper_card")
            return CardRead(job.visit, card)

        return _waiting_for_card(judge, after_trouble=visit.trouble is not None)

    return work


def read_helper_card(
    helpers: Iterable[Entry], now: Callable[[], datetime]
) -> Callable[[Visit], Task[IdCardReader]]:
    """Waits for the card of a registered helper; answers HelperKnown, or CardUnread."""
    entries = tuple(helpers)

    def judge(card: IdCard, job: Job) -> Event:
        if is_expired(card.valid_to, now().date()):
            return CardUnread(job.visit, "trouble.card_expired")
        helper = recognised(card.number, entries)
        if helper is None:
            return CardUnread(job.visit, "trouble.helper_unknown")
        return HelperKnown(job.visit, helper, now())

    def work(visit: Visit) -> Task[IdCardReader]:
        return _waiting_for_card(judge, after_trouble=visit.trouble is not None)

    return work


def read_staff_card(
    staff: Iterable[Entry], helpers: Iterable[Entry] = ()
) -> Callable[[Visit], Task[IdCardReader]]:
    """Waits for the card of somebody who may confirm; never the resident's own, and never that of
    who helps: two people see to it.
    """
    entries, leading = tuple(staff), tuple(helpers)

    def work(visit: Visit) -> Task[IdCardReader]:
        resident = visit.card.number if visit.card else ""
        helper = visit.helped.id

        def judge(card: IdCard, job: Job) -> Event:
            if card.number == resident:
                return CardUnread(job.visit, "trouble.same_card")
            if helper and recognised(card.number, leading) == helper:
                return CardUnread(job.visit, "trouble.helper_confirms")
            member = recognised(card.number, entries)
            if member is None:
                return CardUnread(job.visit, "trouble.staff_unknown")
            return StaffKnown(job.visit, member)

        return _waiting_for_card(judge, after_trouble=visit.trouble is not None)

    return work


def watch_card(_: Visit) -> Task[IdCardReader]:
    """Answers CardTaken once nothing lies on the reader."""

    def task(reader: IdCardReader, job: Job) -> Event | None:
        while reader.card_present():
            job.answered()
            if job.stopped.wait(LEFT_GAP_S):
                return None
        return CardTaken(job.visit)

    return task


def _waiting_for_card(
    judge: Callable[[IdCard, Job], Event], after_trouble: bool
) -> Task[IdCardReader]:
    def task(reader: IdCardReader, job: Job) -> Event | None:
        pause_s = AFTER_TROUBLE_S if after_trouble else 0.0
        while not job.stopped.wait(pause_s):
            pause_s = reader.poll_gap_s
            try:
                card = reader.read()
            except tuple(TROUBLES) as fault:
                return CardUnread(job.visit, TROUBLES[type(fault)])
            job.answered()
            if card is not None:
                return judge(card, job)
        return None

    return task
