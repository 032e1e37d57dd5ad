"""A complaint or a suggestion: sealed, because words may name somebody, and kept.

The packet is `FeedbackPacket` of docs/api/platform.yaml.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from kiosk.platform.enquiries import Enquiries
from kiosk.platform.gateway import Platform
from kiosk.platform.payment_messages import Feedback, FeedbackKind
from kiosk.platform.query_messages import Sealed, unsealed_body
from kiosk.visits.events import Event, KeepFailed
from kiosk.visits.feedback_events import FeedbackKept
from kiosk.visits.place import Place
from kiosk.visits.visit import Visit
from kiosk.visits.worker import Job, Task
from offline_cache.errors import OutboxFullError, StoreError
from offline_cache.outbox import Outbox
from offline_cache.sealing import Seals
from offline_cache.submission import Queued, Submission

log = logging.getLogger(__name__)

KIND = "feedback"  # of a submission
NO_ITEM = "-"  # what is said of no item in particular


def keep_feedback(
    place: Place,
    sealer: Seals,
    say: Mapping[str, str],
    now: Callable[[], datetime],
    nudge: Callable[[], None],
) -> Callable[[Visit], Task[Outbox]]:
    """Answers FeedbackKept once a power cut no longer matters, or KeepFailed with what to tell.

    say: the words of the office's language, in which a ready sentence goes.
    """

    def work(visit: Visit) -> Task[Outbox]:
        remark, key = visit.remark, visit.remark.key
        packet: dict[str, Any] = {
            "format": 1,
            "key": key,
            "terminal": place.terminal,
            "text": remark.words if remark.is_typed else say[f"feedback.{remark.row}"],
        }
        if remark.mobile:
            packet["mobile"] = remark.mobile
        item = visit.chosen.code if visit.chosen else None
        about = {
            "item": item,
            "number": visit.receipt or None,
            "kind": remark.kind.value,
            "given_at": now().isoformat(timespec="seconds"),
        }
        whole = json.dumps(packet, ensure_ascii=False).encode()

        def task(outbox: Outbox, job: Job) -> Event:
            box = sealer.seal(whole, key)
            sealed = Sealed(key, box.key_id, box.suite, box.box)
            body = {"terminal": place.terminal, **about, **sealed.body()}
            try:
                outbox.keep(Submission(key, KIND, item or NO_ITEM, json.dumps(body).encode()))
            except OutboxFullError:
                return KeepFailed(job.visit, "full")
            except StoreError as fault:
                log.error("feedback could not be kept: %s", fault)
                return KeepFailed(job.visit, "disk")
            nudge()
            return FeedbackKept(job.visit)

        return task

    return work


def give_feedback(platform: Platform, queued: Queued) -> None:
    """What was kept, the same on every attempt. Raises as `Platform`."""
    told = json.loads(queued.body)
    Enquiries(platform).give_feedback(
        Feedback(
            FeedbackKind(told["kind"]),
            told["item"],
            told["number"],
            datetime.fromisoformat(told["given_at"]),
            unsealed_body(queued.key, told),
        )
    )
