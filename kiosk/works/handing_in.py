"""What the resident hands in: sealed, kept, and the platform's answer waited for.

The packet is that of docs/api/packet.md.
"""

from __future__ import annotations

import json
import logging
import threading
import time
import uuid
from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType

from kiosk.platform.answers import Answers
from kiosk.platform.platform_messages import Answer
from kiosk.platform.results import MEANINGS, Kind
from kiosk.visits.certification import certification
from kiosk.visits.events import (
    Certified,
    Event,
    FaceRefused,
    InLine,
    KeepFailed,
    Kept,
    NotTaken,
    Refused,
)
from kiosk.visits.place import Place
from kiosk.visits.visit import Visit
from kiosk.visits.worker import Job, Task
from kiosk.works.keeping import keep_packet
from offline_cache.errors import OutboxFullError, StoreError
from offline_cache.outbox import Outbox
from offline_cache.sealing import Seals
from offline_cache.submission import State, Submission

log = logging.getLogger(__name__)

LOOK_EVERY_S = 0.5

ANSWERS: Mapping[Kind, type[Certified | FaceRefused | Refused]] = {
    Kind.SUCCESS: Certified,
    Kind.NOT_NEEDED: Certified,
    Kind.AGAIN: FaceRefused,
    Kind.ELSEWHERE: Refused,
    Kind.LATER: Refused,
}


def keep(
    place: Place,
    sealer: Seals,
    answers: Answers,
    now: Callable[[], datetime],
    nudge: Callable[[], None],
    catalogue: str = "",
    words: Mapping[str, Mapping[str, str]] = MappingProxyType({}),
) -> Callable[[Visit], Task[Outbox]]:
    """Answers Kept once a power cut no longer matters, or KeepFailed with what to tell.

    nudge: wakes the forwarder. catalogue: its version. words: by language, what is agreed to.
    """

    def work(visit: Visit) -> Task[Outbox]:
        key, item = visit.key, visit.chosen
        confirmed_at = now()
        packet = certification(visit, place, confirmed_at, catalogue, words)
        helped = bool(visit.helped.id)

        def task(outbox: Outbox, job: Job) -> Event:
            answers.expect(key)
            try:
                kept = keep_packet(
                    *(outbox, sealer, packet, "certification", key, item.code if item else ""),
                    helped=helped,
                )
            except OutboxFullError:
                return KeepFailed(job.visit, "full")
            except StoreError as fault:
                log.error("a submission could not be kept: %s", fault)
                return KeepFailed(job.visit, "disk")
            nudge()
            return Kept(job.visit, kept.number, confirmed_at, kept.digest)

        return task

    return work


def await_answer(answers: Answers) -> Callable[[Visit], Task[Outbox]]:
    """The step's limit ends the waiting; the submission goes on its way without it. NotTaken where
    the platform will never take it as it is.
    """

    def work(visit: Visit) -> Task[Outbox]:
        key, number = visit.key, visit.receipt

        def task(outbox: Outbox, job: Job) -> Event | None:
            answer = _answer_or_place(answers, key, number, outbox, job)
            if answer is None or isinstance(answer, NotTaken):
                return answer
            return ANSWERS[MEANINGS[answer.code].kind](job.visit, answer)

        return task

    return work


def _answer_or_place(
    answers: Answers, key: str, number: str, outbox: Outbox, job: Job
) -> Answer | NotTaken | None:
    """While there is no answer, the place in the line is told, and told again when it changes."""
    last: InLine | None = None
    while not job.stopped.is_set():
        try:
            standing = outbox.state_of(number)
            if standing is not None and standing.state in (State.POISON, State.HELD):
                return NotTaken(job.visit)
            place = outbox.position(key) or 0
            now = InLine(job.visit, place, outbox.waiting() if place else 0)
        except StoreError as fault:
            log.error("the line cannot be read: %s", fault)
        else:
            if now != last:
                job.post(now)
                last = now
        answer = answers.wait(key, _Until(job.stopped, LOOK_EVERY_S))
        if answer is not None or not answers.expects(key):
            return answer
    return None


class _Until:
    """Set when the time is up, or the job is stopped."""

    def __init__(self, stopped: threading.Event, seconds: float) -> None:
        self._stopped, self._until_s = stopped, time.monotonic() + seconds

    def is_set(self) -> bool:
        return self._stopped.is_set() or time.monotonic() >= self._until_s


def keep_rating(
    place: Place, now: Callable[[], datetime], nudge: Callable[[], None]
) -> Callable[[Visit], Task[Outbox]]:
    """A rating says nothing of who gave it, so it travels open; by the same way, as safely."""

    def work(visit: Visit) -> Task[Outbox]:
        item = visit.chosen.code if visit.chosen else ""
        if visit.intake is not None:
            item = visit.intake.parts[0].item.code  # of a bundle the first, as of its number
        rating = {
            "number": visit.receipt or None,
            "terminal": place.terminal,
            "item": item,
            "stars": visit.stars,
            "rated_at": now().isoformat(timespec="seconds"),
        }

        def task(outbox: Outbox, _: Job) -> None:
            try:
                outbox.keep(
                    Submission(str(uuid.uuid4()), "rating", item, json.dumps(rating).encode())
                )
            except StoreError as fault:
                log.error("a rating could not be kept: %s", fault)
                return
            nudge()

        return task

    return work
