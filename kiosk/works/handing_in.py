"""What the resident hands in: sealed, kept, and the platform's answer waited for.

The packet is `CertificationPacket` of docs/api/platform.yaml.
"""

from __future__ import annotations

import base64
import json
import logging
import uuid
from collections.abc import Callable, Mapping
from datetime import datetime

from devices.idcard_text import CardKind
from kiosk.answers import Answers
from kiosk.events import Certified, Event, FaceRefused, KeepFailed, Kept, Refused
from kiosk.place import Place
from kiosk.results import MEANINGS, Kind
from kiosk.visit import Visit
from kiosk.worker import Job, Task
from offline_cache.errors import OutboxFullError, StoreError
from offline_cache.outbox import Outbox
from offline_cache.sealing import Seals
from offline_cache.submission import Submission

log = logging.getLogger(__name__)

ID_TYPES: Mapping[CardKind, str] = {
    CardKind.RESIDENT: "RESIDENT",
    CardKind.HMT: "HMT",
    CardKind.FOREIGNER_2023: "FOREIGNER",
}

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
) -> Callable[[Visit], Task[Outbox]]:
    """Answers Kept once a power cut no longer matters, or KeepFailed with what to tell.

    nudge: wakes the forwarder.
    """

    def work(visit: Visit) -> Task[Outbox]:
        key, item = visit.key, visit.chosen
        confirmed_at = now()
        packet = _packet(visit, place, confirmed_at)

        def task(outbox: Outbox, job: Job) -> Event:
            answers.expect(key)
            sealed = sealer.seal(json.dumps(packet, ensure_ascii=False).encode(), key)
            submission = Submission(
                key,
                "certification",
                item.code if item else "",
                sealed.box,
                sealed.key_id,
                sealed.suite,
            )
            try:
                number = outbox.keep(submission).number
            except OutboxFullError:
                return KeepFailed(job.visit, "full")
            except StoreError as fault:
                log.error("a submission could not be kept: %s", fault)
                return KeepFailed(job.visit, "disk")
            nudge()
            return Kept(job.visit, number, confirmed_at)

        return task

    return work


def await_answer(answers: Answers) -> Callable[[Visit], Task[Outbox]]:
    """The step's limit ends the waiting; the submission goes on its way without it."""

    def work(visit: Visit) -> Task[Outbox]:
        key = visit.key

        def task(_: Outbox, job: Job) -> Event | None:
            answer = answers.wait(key, job.stopped)
            if answer is None:
                return None
            return ANSWERS[MEANINGS[answer.code].kind](job.visit, answer)

        return task

    return work


def keep_rating(
    place: Place, now: Callable[[], datetime], nudge: Callable[[], None]
) -> Callable[[Visit], Task[Outbox]]:
    """A rating says nothing of who gave it, so it travels open; by the same way, as safely."""

    def work(visit: Visit) -> Task[Outbox]:
        item = visit.chosen.code if visit.chosen else ""
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


def _packet(visit: Visit, place: Place, confirmed_at: datetime) -> dict[str, object]:
    card, known = visit.card, visit.eligibility
    assert card is not None  # the flow leads here only with a card  # noqa: S101
    records = known.records if known is not None else ()
    if visit.portrait is not None:
        evidence: dict[str, object] = {
            "kind": "face",
            "jpeg_base64": base64.b64encode(visit.portrait).decode("ascii"),
            "liveness": {"kind": visit.liveness, "passed": True},
        }
    else:
        reason = "FACE_TRIED_FIRST" if visit.prompt else "FACE_NOT_USED"
        evidence = {"kind": "staff", "staff_id": visit.staff, "reason": reason}
    return {
        "format": 1,
        "key": visit.key,
        "item": visit.chosen.code if visit.chosen else "",
        "terminal": place.terminal,
        "place": place.name,
        "confirmed_at": confirmed_at.isoformat(timespec="seconds"),
        "method": "SELF_KIOSK" if visit.portrait is not None else "ENTRUST",
        "identity": {
            "id_type": ID_TYPES[card.kind],
            "id_number": card.number,
            "name": card.name or card.english_name,
            "valid_to": card.valid_to.isoformat() if card.valid_to else None,
        },
        "record_ids": [record.record_id for record in records],
        "evidence": evidence,
        "promise": True,
        "elsewhere": any(record.pay_area[:2] != place.division[:2] for record in records),
    }
