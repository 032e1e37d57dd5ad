"""Sealed questions about the invented people, for tests of the platform's answers."""

from __future__ import annotations

import base64
import json
from typing import Any

from kiosk.platform.affairs_messages import AffairsQuery
from kiosk.platform.enquiries import Enquiries
from kiosk.platform.gateway import Platform
from kiosk.platform.payment_messages import Feedback, FeedbackKind
from kiosk.platform.query_messages import Query, QueryAnswer, Sealed
from sandbox.platform.person import ID_TYPES, Person
from sandbox.platform.server import TERMINAL, PlatformPeer
from tests.platform_kit import KEY, NOON, jpeg, new_key, sealed

CARD = {"kind": "card"}
STAFF = {"kind": "staff", "staff_id": "430121-S01", "reason": "FACE_TRIED_FIRST"}


def face(picture: bytes | None = None, *, alive: bool = True) -> dict[str, Any]:
    shown = base64.b64encode(jpeg() if picture is None else picture).decode("ascii")
    return {
        "kind": "face",
        "jpeg_base64": shown,
        "liveness": {"kind": "blink", "passed": alive},
    }


def enquiries(peer: PlatformPeer, key: Any = KEY, terminal: str = TERMINAL) -> Enquiries:
    return Enquiries(Platform(peer.url, terminal, key.sign, 20.0, 20.0, 30.0))


def identity_of(person: Person) -> dict[str, Any]:
    return {
        "id_type": ID_TYPES[person.kind],
        "id_number": person.number,
        "name": person.card_name,
        "valid_to": person.valid_to.isoformat() if person.valid_to else None,
    }


def affairs_packet(person: Person, key: str, **changes: Any) -> dict[str, Any]:
    return {
        "format": 1,
        "key": key,
        "terminal": TERMINAL,
        "asked_at": "2026-11-20T12:00:00+08:00",
        "identity": identity_of(person),
        "evidence": face(),
    } | changes


def query_packet(person: Person, item: str, key: str, **changes: Any) -> dict[str, Any]:
    return affairs_packet(person, key) | {"item": item, "inputs": {}} | changes


def shut(peer: PlatformPeer, packet: dict[str, Any]) -> Sealed:
    public, key = peer.public_key, packet["key"]
    box = sealed(public, json.dumps(packet, ensure_ascii=False).encode(), key)
    return Sealed(key, public.key_id, public.suite, box)


def query_of(peer: PlatformPeer, person: Person, item: str, **changes: Any) -> Query:
    return Query(item, shut(peer, query_packet(person, item, new_key(), **changes)))


def asked(
    peer: PlatformPeer, person: Person, item: str, inputs: dict[str, Any], **changes: Any
) -> QueryAnswer:
    return enquiries(peer).query(query_of(peer, person, item, inputs=inputs, **changes))


def affairs_of(peer: PlatformPeer, person: Person, **changes: Any) -> AffairsQuery:
    return AffairsQuery(shut(peer, affairs_packet(person, new_key(), **changes)))


def feedback_of(peer: PlatformPeer, **changes: Any) -> Feedback:
    packet = {"format": 1, "key": new_key(), "terminal": TERMINAL, "text": "字再大一点。"} | changes
    return Feedback(FeedbackKind.SUGGESTION, None, None, NOON, shut(peer, packet))
