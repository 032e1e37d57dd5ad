"""What an answer of the platform means for the person on the screen; opens nothing.

Codes: `docs/api/platform.yaml`, `EligibilityCode` and `DecisionCode`, and ACCEPTED for a submission
whose decision follows. The words are in `config/texts/results.*.toml`, under `Meaning.text_key`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Code(StrEnum):
    ELIGIBLE = "ELIGIBLE"
    ACCEPTED = "ACCEPTED"
    PASS = "PASS"  # noqa: S105 (a result, no password)
    NOT_DUE = "NOT_DUE"
    NO_RECORD = "NO_RECORD"
    NOT_UNIQUE = "NOT_UNIQUE"
    NOT_SYNCED = "NOT_SYNCED"
    STATUS_ABNORMAL = "STATUS_ABNORMAL"
    PAY_ABNORMAL = "PAY_ABNORMAL"
    NOT_ALLOWED = "NOT_ALLOWED"
    NO_BASE_PHOTO = "NO_BASE_PHOTO"
    BASE_PHOTO_POOR = "BASE_PHOTO_POOR"
    FACE_QUALITY = "FACE_QUALITY"
    LIVENESS_FAIL = "LIVENESS_FAIL"
    FACE_MISMATCH = "FACE_MISMATCH"
    DAILY_LIMIT = "DAILY_LIMIT"
    CARD_INVALID = "CARD_INVALID"
    UPSTREAM_BUSY = "UPSTREAM_BUSY"


class Kind(StrEnum):
    """What the person does next."""

    SUCCESS = "success"  # goes on, or is done
    AGAIN = "again"  # tries once more, here and now
    ELSEWHERE = "elsewhere"  # goes to a window or to the paying agency
    LATER = "later"  # waits, or comes back
    NOT_NEEDED = "not_needed"  # may go home


@dataclass(frozen=True, slots=True)
class Meaning:
    kind: Kind
    text_key: str  # has .title, .body and .next


_KINDS = {
    Code.ELIGIBLE: Kind.SUCCESS,
    Code.ACCEPTED: Kind.LATER,
    Code.PASS: Kind.SUCCESS,
    Code.NOT_DUE: Kind.NOT_NEEDED,
    Code.NO_RECORD: Kind.ELSEWHERE,
    Code.NOT_UNIQUE: Kind.ELSEWHERE,
    Code.NOT_SYNCED: Kind.LATER,
    Code.STATUS_ABNORMAL: Kind.ELSEWHERE,
    Code.PAY_ABNORMAL: Kind.ELSEWHERE,
    Code.NOT_ALLOWED: Kind.ELSEWHERE,
    Code.NO_BASE_PHOTO: Kind.AGAIN,  # by somebody of the staff
    Code.BASE_PHOTO_POOR: Kind.AGAIN,
    Code.FACE_QUALITY: Kind.AGAIN,
    Code.LIVENESS_FAIL: Kind.AGAIN,
    Code.FACE_MISMATCH: Kind.AGAIN,
    Code.DAILY_LIMIT: Kind.LATER,
    Code.CARD_INVALID: Kind.ELSEWHERE,
    Code.UPSTREAM_BUSY: Kind.LATER,
}

MEANINGS = {code: Meaning(kind, f"result.{code}") for code, kind in _KINDS.items()}

# A face is judged only with the submission; before it the platform knows records and documents.
ELIGIBILITY_CODES = frozenset(Code) - {
    Code.ACCEPTED,
    Code.PASS,
    Code.BASE_PHOTO_POOR,
    Code.FACE_QUALITY,
    Code.LIVENESS_FAIL,
    Code.FACE_MISMATCH,
}
# A busy platform keeps nothing and answers 503: that is no decision.
DECISION_CODES = frozenset(Code) - {Code.ELIGIBLE, Code.ACCEPTED, Code.UPSTREAM_BUSY}
