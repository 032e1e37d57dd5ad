"""Whoever asks for their own affairs is told what they have put aside; nobody else is."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from kiosk.platform.affairs_messages import Affairs
from kiosk.platform.query_messages import QueryCode
from kiosk.visits.draft_content import document_of
from kiosk.visits.draft_events import DraftsThere
from kiosk.visits.events import CardRead, PlatformAway
from kiosk.visits.form_events import OfferChosen
from kiosk.visits.query_events import AffairsTold
from kiosk.visits.visit import Visit
from kiosk.visits.worker import Job
from kiosk.works.pausing import with_drafts
from offline_cache.errors import StoreIoError
from tests.kiosk.forwarding import LOSS, PAPER
from tests.kiosk.pausing import DAYS
from tests.kiosk.people import ZHANG

NOTHING = Affairs(
    code=QueryCode.NOTHING,
    as_of=datetime(2026, 11, 21, tzinfo=UTC),
    due=(),
    cases=(),
    certificates=(),
)


def told(open_drafts, card=ZHANG, answer=lambda visit: AffairsTold(visit, NOTHING)):
    """What reaches the window, in its order, when `card` asks for its affairs."""
    visit, posted = Visit(1), []
    visit.take(OfferChosen(1, "mine"))
    visit.take(CardRead(1, card))

    def ask(_):
        return lambda _, job: answer(job.visit)

    last = with_drafts(open_drafts, ask, AffairsTold)(visit)(None, Job(1, posted.append))
    return [*posted, last]


def test_who_paused_twice_is_told_of_two_and_until_when(terminal, room, clock):
    terminal.begin(LOSS)
    terminal.pause()
    clock.now += timedelta(days=1)
    terminal.begin(PAPER)
    terminal.pause()
    there, affairs = told(room.drafts)
    assert there == DraftsThere(
        1, (clock.now + timedelta(days=DAYS - 1), clock.now + timedelta(days=DAYS))
    )
    assert isinstance(affairs, AffairsTold)


@pytest.mark.parametrize(
    "other", [{"number": "11010519491231002X"}, {"valid_from": datetime(2026, 1, 1, tzinfo=UTC)}]
)
def test_another_card_is_told_of_nothing(terminal, room, other):
    terminal.begin(LOSS)
    terminal.pause()
    assert told(room.drafts, replace(ZHANG, **other))[0] == DraftsThere(1, ())


def test_nothing_is_told_before_it_is_known_who_asks(terminal, room):
    terminal.begin(LOSS)
    terminal.pause()
    assert told(room.drafts, answer=PlatformAway) == [PlatformAway(1)]


def test_a_store_that_cannot_be_read_keeps_nobody_from_their_affairs():
    def refuse():
        raise StoreIoError("no key")

    assert told(refuse) == [AffairsTold(1, NOTHING)]


def test_what_was_handed_in_is_told_of_no_more(terminal, room):
    terminal.begin(LOSS)
    code = terminal.pause()
    with room.drafts() as drafts:
        drafts.drop(document_of(ZHANG), code)
    assert told(room.drafts)[0] == DraftsThere(1, ())
