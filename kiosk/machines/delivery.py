"""From the outbox to the platform: what is sent how, and what its answer means for the queue.

A submission with materials goes in short requests: the manifest, then one chunk after the other.
The platform tells with each what it lacks; after a request that failed it is asked that first, so
that nothing goes twice over a thin line because an answer was lost.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime

from kiosk.platform.gateway import (
    Answer,
    Awaited,
    Platform,
    PlatformGarbledError,
    PlatformRefusedError,
    PlatformUnreachableError,
    Rating,
    Submission,
)
from kiosk.platform.results import MEANINGS, Code, Kind
from kiosk.works.feedback import KIND as FEEDBACK
from kiosk.works.feedback import give_feedback
from offline_cache.forwarder import Awaiting, Delivered, Poison, PutOff, Result
from offline_cache.submission import Chunk, Outcome, Problem, Queued

OUTCOMES = {
    Kind.SUCCESS: Outcome.COMPLETED,
    Kind.NOT_NEEDED: Outcome.COMPLETED,
    Kind.AGAIN: Outcome.DECLINED,
    Kind.ELSEWHERE: Outcome.DECLINED,
    Kind.LATER: Outcome.DECLINED,
}
POISONS = {"TOO_LARGE": Problem.TOO_LARGE, "UNKNOWN_SEALING_KEY": Problem.KEY_UNKNOWN}


def sender(platform: Platform) -> Callable[[Queued], Result]:
    """For the forwarder; blocks for as long as the platform's time-outs allow."""
    ways = {"certification": _send_packet, "application": _send_packet, "rating": _send_rating}
    ways |= {FEEDBACK: _send_feedback}

    def send(queued: Queued) -> Result:
        way = ways.get(queued.kind)
        if way is None:
            return Poison(Problem.REJECTED)
        try:
            return way(platform, queued)
        except PlatformRefusedError as fault:
            if fault.poison:
                return Poison(POISONS.get(fault.reason, Problem.REJECTED))
            return PutOff(Problem.REFUSED)
        except PlatformGarbledError:
            return PutOff(Problem.GARBLED_ANSWER)
        except PlatformUnreachableError as fault:
            asked_s = fault.retry_after_s
            return PutOff(Problem.NO_NETWORK if asked_s is None else Problem.BUSY, asked_s or 0.0)

    return send


def _send_packet(platform: Platform, queued: Queued) -> Result:
    told: Answer | Awaited | None
    if not queued.announced:
        told = platform.submit(
            Submission(
                key=queued.key,
                number=queued.number,
                item=queued.item,
                submitted_at=queued.kept_at,
                key_id=queued.key_id,
                suite=queued.suite,
                sealed=queued.body,
            )
        )
    elif queued.tries or queued.chunk is None:
        told = platform.missing(queued.number)
    else:
        told = _put(platform, queued.number, queued.chunk)
    if told is None:
        return PutOff(Problem.REFUSED, unannounced=True)
    return _meant(told, queued)


def _put(platform: Platform, number: str, chunk: Chunk) -> Answer | Awaited | None:
    """None: the platform does not know the number any more."""
    try:
        return platform.put_chunk(number, chunk.material, chunk.number, chunk.box)
    except PlatformRefusedError as fault:
        if fault.reason == "UNKNOWN_NUMBER":
            return None
        raise


def _meant(told: Answer | Awaited, queued: Queued) -> Result:
    if isinstance(told, Awaited):
        lengths = {upload.material: upload.chunks for upload in queued.uploads}
        if any(first >= lengths.get(material, 0) for material, first in told.missing.items()):
            raise PlatformGarbledError("chunks are asked for that there are not")
        return Awaiting(told.missing)
    accepted = told.code is Code.ACCEPTED
    return Delivered(Outcome.ACCEPTED if accepted else OUTCOMES[MEANINGS[told.code].kind], told)


def _send_feedback(platform: Platform, queued: Queued) -> Delivered:
    give_feedback(platform, queued)
    return Delivered(Outcome.COMPLETED)


def _send_rating(platform: Platform, queued: Queued) -> Delivered:
    told = json.loads(queued.body)
    platform.rate(
        Rating(
            key=queued.key,
            number=told["number"],
            item=queued.item,
            stars=told["stars"],
            rated_at=datetime.fromisoformat(told["rated_at"]),
        )
    )
    return Delivered(Outcome.COMPLETED)
