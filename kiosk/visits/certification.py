"""From a visit to the packet of a certification. Format: docs/api/packet.md."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from devices.idcard_text import CardKind
from kiosk.visits.coaching import staff_reason
from kiosk.visits.packets import JPEG_TYPE, Packet, Piece, packet
from kiosk.visits.place import Place
from kiosk.visits.visit import Visit

ID_TYPES: Mapping[CardKind, str] = {
    CardKind.RESIDENT: "RESIDENT",
    CardKind.HMT: "HMT",
    CardKind.FOREIGNER_2023: "FOREIGNER",
}
FACE_NAMES = {"zh": "本人照片", "en": "Photograph of the face"}


def certification(
    visit: Visit,
    place: Place,
    confirmed_at: datetime,
    catalogue: str,
    words: Mapping[str, Mapping[str, str]],
) -> Packet:
    """It stands alone: its case is its own. `catalogue`: the version it was asked from; `words`: by
    language, those that were agreed to among them.
    """
    card, known = visit.card, visit.eligibility
    assert card is not None  # the flow leads here only with a card  # noqa: S101
    records = known.records if known is not None else ()
    by_face = visit.portrait is not None
    head: dict[str, object] = {
        "key": visit.key,
        "kind": "certification",
        "item": visit.chosen.code if visit.chosen else "",
        "catalogue": catalogue,
        "case": visit.key,
        "terminal": place.terminal,
        "place": {"name": place.name, "division": place.division},
        "confirmed_at": confirmed_at.isoformat(timespec="seconds"),
        "language": visit.language,
        "mode": "online",
        "identity": {
            "id_type": ID_TYPES[card.kind],
            "id_number": card.number,
            "name": card.name or card.english_name,
            "valid_to": card.valid_to.isoformat() if card.valid_to else None,
        },
        "on_behalf": None,
        "helper": visit.helped.told(),
        "answers": visit.intake.walk.counting() if visit.intake is not None else {},
        "consent": visit.consents.told(words, confirmed_at),
        "commitment": None,
        "evidence": "face" if by_face else "staff",
        "staff": None if by_face else visit.staff,
        "staff_reason": None if by_face else staff_reason(visit),
        "certification": {
            "record_ids": [record.record_id for record in records],
            "elsewhere": any(record.pay_area[:2] != place.division[:2] for record in records),
            "promise": True,
            "liveness": {"kind": visit.liveness, "passed": True} if by_face else None,
        },
    }
    name = FACE_NAMES.get(visit.language, FACE_NAMES["zh"])
    face = Piece("face", name, "made", JPEG_TYPE, visit.portrait) if visit.portrait else None
    return packet(head, [face] if face else [])
