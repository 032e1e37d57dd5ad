"""What the platform knows of the resident, asked before the face is taken."""

from __future__ import annotations

import logging
from collections.abc import Mapping

from devices.base import Condition, Status
from kiosk.platform.gateway import EligibilityQuery, IdType, Platform, PlatformError
from kiosk.platform.results import Code
from kiosk.visits.certification import ID_TYPES
from kiosk.visits.events import Eligible, Event, Ineligible, NoPhoto, NotDue, PlatformAway
from kiosk.visits.visit import Visit
from kiosk.visits.worker import Job, Task

log = logging.getLogger(__name__)

_GOES_ON: Mapping[Code, type[Eligible | NotDue | NoPhoto]] = {
    Code.ELIGIBLE: Eligible,
    Code.NOT_DUE: NotDue,
    Code.NO_BASE_PHOTO: NoPhoto,
}


def look_up(visit: Visit) -> Task[Platform]:
    """Without an answer the visit goes on: the platform judges when it gets the submission."""
    card, item = visit.card, visit.chosen
    assert card is not None  # the flow leads here only with a card  # noqa: S101
    query = EligibilityQuery(
        item=item.code if item else "",
        id_type=IdType(ID_TYPES[card.kind]),
        id_number=card.number,
        name=card.name or card.english_name,
        valid_to=card.valid_to,
    )

    def task(platform: Platform, job: Job) -> Event:
        try:
            told = platform.eligibility(query)
        except PlatformError as fault:
            log.warning("the platform was not asked: %s", fault)
            return PlatformAway(job.visit)
        if told.code is Code.UPSTREAM_BUSY:
            return PlatformAway(job.visit)
        return _GOES_ON.get(told.code, Ineligible)(job.visit, told)

    return task


def platform_status(platform: Platform) -> Status:
    """A platform that is away is no fault of the terminal's: submissions are kept meanwhile."""
    try:
        platform.ping()
    except PlatformError as fault:
        return Status(Condition.ABSENT, str(fault))
    return Status(Condition.OK)
