"""What an answer to a query means for the person on the screen; opens nothing.

Codes: `docs/api/platform.yaml`, `QueryCode`. The words are in `config/texts/queries.*.toml`, under
`query.CODE`.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from kiosk.platform.results import Kind


class QueryCode(StrEnum):
    FOUND = "FOUND"
    NOTHING = "NOTHING"  # nothing on file: a normal answer
    SEVERAL = "SEVERAL"  # one of them is to be chosen
    MISMATCH = "MISMATCH"  # what was asked about does not agree with the records
    REVOKED = "REVOKED"  # issued once, and void
    REFUSED = "REFUSED"  # not to this person, or not on this proof
    ARREARS = "ARREARS"  # not while contributions are owed
    NOT_ALLOWED = "NOT_ALLOWED"  # the place does not issue it
    NO_BASE_PHOTO = "NO_BASE_PHOTO"
    BASE_PHOTO_POOR = "BASE_PHOTO_POOR"
    FACE_QUALITY = "FACE_QUALITY"
    LIVENESS_FAIL = "LIVENESS_FAIL"
    FACE_MISMATCH = "FACE_MISMATCH"
    DAILY_LIMIT = "DAILY_LIMIT"
    CARD_INVALID = "CARD_INVALID"
    UPSTREAM_BUSY = "UPSTREAM_BUSY"


MEANINGS: Mapping[QueryCode, Kind] = {
    QueryCode.FOUND: Kind.SUCCESS,
    QueryCode.NOTHING: Kind.NOT_NEEDED,
    QueryCode.SEVERAL: Kind.AGAIN,
    QueryCode.MISMATCH: Kind.ELSEWHERE,
    QueryCode.REVOKED: Kind.ELSEWHERE,
    QueryCode.REFUSED: Kind.ELSEWHERE,
    QueryCode.ARREARS: Kind.ELSEWHERE,
    QueryCode.NOT_ALLOWED: Kind.ELSEWHERE,
    QueryCode.NO_BASE_PHOTO: Kind.AGAIN,
    QueryCode.BASE_PHOTO_POOR: Kind.AGAIN,
    QueryCode.FACE_QUALITY: Kind.AGAIN,
    QueryCode.LIVENESS_FAIL: Kind.AGAIN,
    QueryCode.FACE_MISMATCH: Kind.AGAIN,
    QueryCode.DAILY_LIMIT: Kind.LATER,
    QueryCode.CARD_INVALID: Kind.ELSEWHERE,
    QueryCode.UPSTREAM_BUSY: Kind.LATER,
}

# The picture is at fault, and another one or somebody of the staff mends it.
FACE_CODES = frozenset(
    {
        QueryCode.NO_BASE_PHOTO,
        QueryCode.BASE_PHOTO_POOR,
        QueryCode.FACE_QUALITY,
        QueryCode.LIVENESS_FAIL,
        QueryCode.FACE_MISMATCH,
    }
)
SHOWN_CODES = frozenset({QueryCode.FOUND, QueryCode.REVOKED})  # there are sections to be read
