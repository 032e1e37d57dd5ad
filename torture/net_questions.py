"""What the terminal asks besides handing in: records, papers, cases, payments, what is published.

By the name of its operation in docs/api/platform.yaml. Most only ask; what changes something on the
platform has to do so once, however often the network makes the terminal ask.
"""

from __future__ import annotations

import json
import secrets
import tempfile
import uuid
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from kiosk.machines.head_reports import report
from kiosk.machines.references import PIECE_BYTES, fetched, offered, piece_of
from kiosk.platform.affairs_messages import AffairsQuery
from kiosk.platform.enquiries import Enquiries
from kiosk.platform.gateway import Platform, PlatformGarbledError, Submission
from kiosk.platform.payment_messages import Feedback, FeedbackKind, PaymentOrder
from kiosk.platform.query_messages import DocumentNamed, Query, Sealed
from kiosk.platform.relay_messages import HandOver
from kiosk.visits.packets import Piece, packet
from offline_cache import receipt_number
from offline_cache.journal_chain import PURPOSE, Head, SignedHead, statement
from offline_cache.moments import stamp
from offline_cache.reference import Shelf, Taken
from offline_cache.sealing import Seals
from sandbox.platform.people import BY_REF
from sandbox.platform.person import ID_TYPES
from sandbox.platform.server import PlatformPeer
from torture.shim import MEMORY
from torture.terminal import PLACE

Ask = Callable[[Platform], object]

PERSON: Final = BY_REF["p39"]  # who has records with a sealed paper
_RECORDS: Final = "2020-35/3/6"
_PAPER: Final = "2020-35/1/6"
_FEE: Final = ("2020-35/1/1", 8_000)  # fen; sandbox/platform/records/fees.toml
_NOTICES: Final = "notices"
LARGE: Final = "atlas"  # a reference of two pieces
LARGE_BYTES: Final = PIECE_BYTES + 10_000
_RELAYED: Final = "2020-35/2/69"
_STAFF: Final = {"kind": "staff", "staff_id": "430121-S01", "reason": "FACE_TRIED_FIRST"}


@dataclass(frozen=True, slots=True)
class Scene:
    """What all share. `public`: the terminal's key; `paper`: one that was made out to it."""

    peer: PlatformPeer
    sealer: Seals
    sign: Callable[[bytes], bytes]
    public: bytes
    paper: DocumentNamed
    well: Callable[[], AbstractContextManager[Platform]]  # over a line without faults


@dataclass(frozen=True, slots=True)
class Question:
    """`effects`: how often it took effect; None for what only asks."""

    ask: Ask
    effects: Callable[[], int] | None = None


def _query(scene: Scene) -> Question:
    query = _asked(scene.sealer, _RECORDS)
    return Question(lambda platform: Enquiries(platform).query(query))


def _document(scene: Scene) -> Question:
    return Question(lambda platform: Enquiries(platform).document(scene.paper))


def _verify(scene: Scene) -> Question:
    return Question(lambda platform: Enquiries(platform).verify(scene.paper.verify_code))


def _affairs(scene: Scene) -> Question:
    query = AffairsQuery(_sealed(scene.sealer, _packet()))
    return Question(lambda platform: Enquiries(platform).affairs(query))


def _references(_: Scene) -> Question:
    return Question(offered)


def _reference(scene: Scene) -> Question:
    """What is not signed by its publisher is not taken, whoever it came from."""
    return Question(lambda platform: _taken(scene, _NOTICES, fetched(platform, _NOTICES)))


def _reference_piece(scene: Scene) -> Question:
    """What is larger than a piece, whole: a piece alone says nothing of whose it is."""

    def ask(platform: Platform) -> bytes:
        pieces = (piece_of(platform, LARGE, 1, at) for at in range(2))
        return _taken(scene, LARGE, b"".join(pieces))

    return Question(ask)


def _pay(scene: Scene) -> Question:
    order = _order()
    opened = scene.peer.desk.payments.opened
    return Question(
        lambda platform: Enquiries(platform).pay(order), lambda: opened(order.submission)
    )


def _payment(scene: Scene) -> Question:
    order = _open(scene)
    return Question(lambda platform: Enquiries(platform).payment(order))


def _cancel(scene: Scene) -> Question:
    order = _open(scene)

    def cancelled() -> int:
        found = scene.peer.desk.payments.find(order)
        return int(found is not None and found.state == "CANCELLED")

    return Question(lambda platform: Enquiries(platform).cancel_payment(order), cancelled)


def _refund(scene: Scene) -> Question:
    order = _open(scene)
    payments = scene.peer.desk.payments
    payments.pay(order)
    return Question(
        lambda platform: Enquiries(platform).refund_payment(order),
        lambda: payments.refunds.count(order),
    )


def _feedback(scene: Scene) -> Question:
    text = f"字再大一点。{secrets.token_hex(8)}"
    packet = _sealed(scene.sealer, {"format": 1, "terminal": PLACE.terminal, "text": text})
    feedback = Feedback(FeedbackKind.SUGGESTION, None, None, datetime.now(UTC), packet)
    return Question(
        lambda platform: Enquiries(platform).give_feedback(feedback),
        lambda: [said.text for said in scene.peer.desk.said].count(text),
    )


def _hand_over(scene: Scene) -> Question:
    number, key = receipt_number.draw(PLACE.terminal), str(uuid.uuid4())
    whole = packet(_relayed(key), [Piece("old_card", "旧残疾人证", "original")]).manifest
    box = scene.sealer.seal(whole, key)
    at = datetime.now(UTC)
    with scene.well() as well:
        well.submit(Submission(key, number, _RELAYED, at, box.key_id, box.suite, box.box))
    handed = HandOver(str(uuid.uuid4()), number, "helper", _STAFF["staff_id"], "")
    return Question(
        lambda platform: Enquiries(platform).hand_over(handed),
        lambda: [one.number for one in scene.peer.relays.recorded()].count(number),
    )


def _journal_head(scene: Scene) -> Question:
    at = stamp(datetime.now(UTC))
    head = Head(1 + secrets.randbelow(10**9), secrets.token_bytes(32))
    signature = scene.sign(statement(PURPOSE, head, at))
    signed = SignedHead(head.seq, head.hash, at, scene.public, signature)
    return Question(
        lambda platform: report(platform, signed),
        lambda: [each.lines for each in scene.peer.heads.reported()].count(head.seq),
    )


QUESTIONS: Final[Mapping[str, Callable[[Scene], Question]]] = {
    "query": _query,
    "document": _document,
    "verify": _verify,
    "affairs": _affairs,
    "references": _references,
    "reference": _reference,
    "referencePiece": _reference_piece,
    "pay": _pay,
    "payment": _payment,
    "cancelPayment": _cancel,
    "refundPayment": _refund,
    "giveFeedback": _feedback,
    "handOver": _hand_over,
    "journalHead": _journal_head,
}


def _taken(scene: Scene, name: str, file: bytes) -> bytes:
    publisher = bytes.fromhex(scene.peer.publisher_key_file.read_text("ascii"))
    with tempfile.TemporaryDirectory(prefix="kiosk-shelf-", dir=MEMORY) as folder:
        if Shelf(Path(folder), publisher).take(name, file) is not Taken.NEW:
            raise PlatformGarbledError("not what its publisher has signed")
    return file


def _relayed(key: str) -> dict[str, object]:
    """The head of an application whose originals go by post."""
    return {
        "key": key,
        "kind": "application",
        "item": _RELAYED,
        "catalogue": "",
        "case": key,
        "terminal": PLACE.terminal,
        "place": {"name": PLACE.name, "division": PLACE.division},
        "confirmed_at": "2026-11-20T12:00:00+08:00",
        "language": "zh",
        "mode": "relayed",
        "identity": _packet()["identity"],
        **dict.fromkeys(("on_behalf", "helper", "commitment", "staff", "certification")),
        "answers": {"target_div": "430121102000"},
        "consent": [],
        "evidence": "card",
        "parcel": {"posted": ["old_card"], "shown": []},
    }


def a_paper(well: Platform, sealer: Seals) -> DocumentNamed:
    """Made out now. `well`: over a line without faults."""
    (named,) = Enquiries(well).query(_asked(sealer, _PAPER)).documents
    return named


def _asked(sealer: Seals, item: str) -> Query:
    return Query(item, _sealed(sealer, _packet() | {"item": item, "inputs": {}}))


def _open(scene: Scene) -> str:
    """Its number."""
    wanted = _order()
    rest = (PLACE.terminal, wanted.item, wanted.submission, wanted.amount_fen)
    order, _ = scene.peer.desk.payments.open(wanted.key, b"", *rest)
    return order.number


def _order() -> PaymentOrder:
    return PaymentOrder(str(uuid.uuid4()), _FEE[0], str(uuid.uuid4()), _FEE[1])


def _packet() -> dict[str, Any]:
    return {
        "format": 1,
        "terminal": PLACE.terminal,
        "asked_at": "2026-11-20T12:00:00+08:00",
        "identity": {
            "id_type": ID_TYPES[PERSON.kind],
            "id_number": PERSON.number,
            "name": PERSON.card_name,
            "valid_to": PERSON.valid_to.isoformat() if PERSON.valid_to else None,
        },
        "evidence": _STAFF,
    }


def _sealed(sealer: Seals, packet: dict[str, Any]) -> Sealed:
    key = str(uuid.uuid4())
    box = sealer.seal(json.dumps(packet | {"key": key}).encode(), key)
    return Sealed(key, box.key_id, box.suite, box.box)
