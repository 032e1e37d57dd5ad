"""What is looked up at the platform while the resident waits: sealed, asked once, never kept.

The packets are `QueryPacket` and `AffairsPacket` of docs/api/platform.yaml.
"""

from __future__ import annotations

import base64
import json
import logging
import uuid
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from kiosk.platform.affairs_messages import AffairsQuery
from kiosk.platform.certificates import SealState, Verdict, seal_state
from kiosk.platform.enquiries import Enquiries
from kiosk.platform.gateway import Platform, PlatformError
from kiosk.platform.query_messages import Query, QueryAnswer, Sealed
from kiosk.platform.query_results import FACE_CODES, SHOWN_CODES, QueryCode
from kiosk.visits.certification import ID_TYPES
from kiosk.visits.coaching import staff_reason
from kiosk.visits.events import Event, PlatformAway
from kiosk.visits.place import Place
from kiosk.visits.query_events import (
    AffairsTold,
    FaceDoubted,
    Found,
    NotHad,
    NumberUnknown,
    PaperFetched,
    PaperJudged,
    ProgressTold,
    QueryAnswered,
    Several,
    StandsHere,
)
from kiosk.visits.standing import Standings
from kiosk.visits.visit import Visit
from kiosk.visits.worker import Job, Task
from kiosk.works.followed_cases import FollowedCases
from offline_cache.sealing import Seals
from offline_cache.submission import State

log = logging.getLogger(__name__)

# Whether the platform knows the number → what this terminal knows better. What was begun there and
# then refused stays known as begun.
NOT_THERE: Mapping[bool, frozenset[State]] = {
    False: frozenset({State.WAITING, State.HELD, State.POISON}),
    True: frozenset({State.POISON}),
}


def query(
    place: Place, sealer: Seals, now: Callable[[], datetime]
) -> Callable[[Visit], Task[Platform]]:
    """Answers Found, Several, FaceDoubted or NotHad; PlatformAway without an answer."""

    def work(visit: Visit) -> Task[Platform]:
        item = visit.chosen.code if visit.chosen else ""
        packet = _packet(visit, place, now()) | {"item": item, "inputs": inputs_of(visit)}

        def task(platform: Platform, job: Job) -> Event:
            asked = Query(item, _sealed(sealer, packet))
            try:
                told = Enquiries(platform).query(asked)
            except PlatformError as fault:
                log.warning("nothing was looked up: %s", fault)
                return PlatformAway(job.visit)
            return _kind(told.code)(job.visit, told)

        return task

    return work


def affairs(
    place: Place, sealer: Seals, now: Callable[[], datetime]
) -> Callable[[Visit], Task[Platform]]:
    """Answers AffairsTold, FaceDoubted or NotHad; PlatformAway without an answer."""

    def work(visit: Visit) -> Task[Platform]:
        packet = _packet(visit, place, now())

        def task(platform: Platform, job: Job) -> Event:
            try:
                told = Enquiries(platform).affairs(AffairsQuery(_sealed(sealer, packet)))
            except PlatformError as fault:
                log.warning("nobody's affairs were told: %s", fault)
                return PlatformAway(job.visit)
            if told.code in (QueryCode.FOUND, QueryCode.NOTHING):
                return AffairsTold(job.visit, told)
            return _kind(told.code)(job.visit, QueryAnswer(code=told.code))

        return task

    return work


def fetch_paper(roots_file: Path | None) -> Callable[[Visit], Task[Platform]]:
    """Fetches the first document of the answer and looks at its seal; answers PaperFetched, or
    PlatformAway when it did not come.
    """

    def work(visit: Visit) -> Task[Platform]:
        told = visit.lookup.told
        named = told.documents[0] if told is not None and told.documents else None

        def task(platform: Platform, job: Job) -> Event:
            if named is None:
                return PlatformAway(job.visit)
            try:
                pdf = Enquiries(platform).document(named)
            except PlatformError as fault:
                log.warning("a document did not come: %s", fault)
                return PlatformAway(job.visit)
            job.answered()
            if pdf is None:
                return PaperFetched(job.visit, b"", SealState(Verdict.UNCHECKED))
            return PaperFetched(job.visit, pdf, seal_state(pdf, roots_file))

        return task

    return work


def verify_paper(visit: Visit) -> Task[Platform]:
    """Answers PaperJudged; PlatformAway without an answer."""
    code = visit.lookup.code

    def task(platform: Platform, job: Job) -> Event:
        try:
            return PaperJudged(job.visit, Enquiries(platform).verify(code))
        except PlatformError as fault:
            log.warning("a paper was not verified: %s", fault)
            return PlatformAway(job.visit)

    return task


def ask_progress(
    followed: FollowedCases, standings: Standings
) -> Callable[[Visit], Task[Platform]]:
    """Answers ProgressTold or NumberUnknown, or StandsHere for what has not reached the platform.
    Without an answer of the platform it is the last that was told here, and PlatformAway where
    nothing is known.
    """

    def without_platform(number: str, visit: int) -> Event:
        here, before = standings.of(number), followed.last(number)
        if before is not None and (here is None or here.state is State.DELIVERED):
            return ProgressTold(visit, before.progress, before.told_at)
        return PlatformAway(visit) if here is None else StandsHere(visit, here)

    def work(visit: Visit) -> Task[Platform]:
        number = visit.lookup.code

        def task(platform: Platform, job: Job) -> Event:
            try:
                told = Enquiries(platform).progress(number)
            except PlatformError as fault:
                log.warning("no progress was told: %s", fault)
                return without_platform(number, job.visit)
            here = standings.of(number)
            if here is not None and here.state in NOT_THERE[told is not None]:
                return StandsHere(job.visit, here)
            if told is None:
                return NumberUnknown(job.visit)
            followed.note(told)
            return ProgressTold(job.visit, told)

        return task

    return work


def inputs_of(visit: Visit) -> Mapping[str, str | list[str]]:
    """What the resident answered, and which of several records was chosen."""
    asked = visit.intake.walk.counting() if visit.intake is not None else {}
    given = {
        question: value if isinstance(value, str) else list(value)
        for question, value in asked.items()
        if value
    }
    return {**given, **visit.lookup.chosen}


def _kind(code: QueryCode) -> type[QueryAnswered]:
    if code in SHOWN_CODES:
        return Found
    if code in FACE_CODES:
        return FaceDoubted
    return Several if code is QueryCode.SEVERAL else NotHad


def _sealed(sealer: Seals, packet: Mapping[str, Any]) -> Sealed:
    key = str(uuid.uuid4())
    whole = json.dumps({**packet, "key": key}, ensure_ascii=False).encode()
    box = sealer.seal(whole, key)
    return Sealed(key, box.key_id, box.suite, box.box)


def _packet(visit: Visit, place: Place, asked_at: datetime) -> dict[str, Any]:
    card = visit.card
    assert card is not None  # the flow leads here only with a card  # noqa: S101
    return {
        "format": 1,
        "terminal": place.terminal,
        "asked_at": asked_at.isoformat(timespec="seconds"),
        "identity": {
            "id_type": ID_TYPES[card.kind],
            "id_number": card.number,
            "name": card.name or card.english_name,
            "valid_to": card.valid_to.isoformat() if card.valid_to else None,
        },
        "evidence": _evidence(visit),
        "helper": visit.helped.told(),
    }


def _evidence(visit: Visit) -> dict[str, Any]:
    if visit.portrait is not None:
        return {
            "kind": "face",
            "jpeg_base64": base64.b64encode(visit.portrait).decode("ascii"),
            "liveness": {"kind": visit.liveness, "passed": True},
        }
    if visit.staff:
        return {"kind": "staff", "staff_id": visit.staff, "reason": staff_reason(visit)}
    return {"kind": "card"}
