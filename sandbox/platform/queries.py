"""Who asks, on what proof, and what the agency answers. Opens nothing.

Codes: `QueryCode` of docs/api/platform.yaml. What is looked up is a row of `LOOK_UPS`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from functools import partial

from sandbox.platform import (
    annuity,
    credentials,
    enterprises,
    housing_fund,
    insurance,
    real_estate,
)
from sandbox.platform.answer_messages import (
    CardEvidence,
    Evidence,
    FaceEvidence,
    QueryPacket,
    StaffEvidence,
)
from sandbox.platform.messages import Identity
from sandbox.platform.outcomes import (
    FACE_FAILURES,
    UnknownStaffError,
    card_invalid,
    is_usable_picture,
    recognised,
)
from sandbox.platform.people import STAFF
from sandbox.platform.person import Person
from sandbox.platform.telling import NOT_ALLOWED, NOTHING, REFUSED, Inputs, Told

LookUp = Callable[[Person, Inputs, date], Told]

LOOK_UPS: Mapping[str, LookUp] = {
    "2020-35/1/6": insurance.rights_record,
    "2020-35/2/13": annuity.record,
    "2020-35/2/14": insurance.proof,
    "2020-35/2/15": enterprises.proof,
    "2020-35/3/6": insurance.contributions,
    "2020-35/1/25": housing_fund.record,
    **{item: partial(real_estate.record, item) for item in ("2020-35/1/22", "2020-35/2/28")},
    **{item: partial(credentials.record, item) for item in credentials.TABLES},
}

# Of the outcomes of a certification, those that meet a query as well.
_BUSY = frozenset({"DAILY_LIMIT", "UPSTREAM_BUSY"})
_FACES = FACE_FAILURES | {"NO_BASE_PHOTO"}
_STAFF_IDS = frozenset(person.staff_id for person in STAFF)


def answer(packet: QueryPacket, today: date) -> Told:
    """Raises: UnknownStaffError."""
    look_up = LOOK_UPS.get(packet.item)
    known = admitted(packet.identity, packet.evidence, today)
    if isinstance(known, str):
        return Told(known)
    if look_up is None:
        return NOT_ALLOWED
    if isinstance(packet.evidence, CardEvidence) and not _card_is_enough(packet):
        return REFUSED
    try:
        return NOTHING if known is None else look_up(known, packet.inputs, today)
    except (KeyError, ValueError):  # an answer that is none of those the item knows
        return REFUSED


def admitted(identity: Identity, evidence: Evidence, today: date) -> Person | str | None:
    """Who it is; None when nobody knows them; the code of what is in the way.

    Raises: UnknownStaffError.
    """
    if isinstance(evidence, StaffEvidence) and evidence.staff_id not in _STAFF_IDS:
        raise UnknownStaffError
    if card_invalid(identity.id_number, identity.valid_to, today):
        return "CARD_INVALID"
    person = recognised(identity)
    outcome = (person.outcome if person is not None else None) or ""
    if outcome in _BUSY:
        return outcome
    if isinstance(evidence, FaceEvidence):
        if not is_usable_picture(evidence.jpeg_base64):
            return "FACE_QUALITY"
        if not evidence.liveness.passed:
            return "LIVENESS_FAIL"
        if outcome in _FACES:
            return outcome
    return person


def _card_is_enough(packet: QueryPacket) -> bool:
    """Comparing a number with a name tells nothing that the asker does not have in hand."""
    return packet.item in credentials.TABLES and credentials.is_check(packet.inputs)
