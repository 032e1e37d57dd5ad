"""From the outbox to the platform: what is sent how, and what its answer means for the queue."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime

from kiosk.gateway import (
    Platform,
    PlatformGarbledError,
    PlatformRefusedError,
    PlatformUnreachableError,
    Rating,
    Submission,
)
from kiosk.results import MEANINGS, Code, Kind
from offline_cache.forwarder import Delivered, Poison, PutOff
from offline_cache.submission import Outcome, Problem, Queued

OUTCOMES = {
    Kind.SUCCESS: Outcome.COMPLETED,
    Kind.NOT_NEEDED: Outcome.COMPLETED,
    Kind.AGAIN: Outcome.DECLINED,
    Kind.ELSEWHERE: Outcome.DECLINED,
    Kind.LATER: Outcome.DECLINED,
}
POISONS = {"TOO_LARGE": Problem.TOO_LARGE, "UNKNOWN_SEALING_KEY": Problem.KEY_UNKNOWN}


def sender(platform: Platform) -> Callable[[Queued], Delivered | PutOff | Poison]:
    """For the forwarder; blocks for as long as the platform's time-outs allow."""
    ways = {"certification": _send_certification, "rating": _send_rating}

    def send(queued: Queued) -> Delivered | PutOff | Poison:
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


def _send_certification(platform: Platform, queued: Queued) -> Delivered:
    answer = platform.submit(
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
    accepted = answer.code is Code.ACCEPTED
    return Delivered(Outcome.ACCEPTED if accepted else OUTCOMES[MEANINGS[answer.code].kind], answer)


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
