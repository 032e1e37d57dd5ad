"""What is looked up, verified and paid: contract, client and stand-in held together, as in
test_platform_contract.py.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace

import pytest
import requests
from pydantic import ValidationError

from kiosk.platform.affairs_messages import Affairs, parse_progress
from kiosk.platform.gateway import PlatformError, PlatformGarbledError, PlatformRefusedError
from kiosk.platform.payment_messages import Payment, PaymentOrder, PaymentState
from kiosk.platform.query_messages import DocumentNamed, Query, QueryAnswer, Sealed, Verified
from kiosk.platform.query_results import QueryCode
from kiosk.platform.relay_messages import HandOver
from sandbox.platform import answer_messages as messages
from sandbox.platform.faults import Fault
from sandbox.platform.people import BY_REF
from sandbox.platform.server import TERMINAL, Exchange, PlatformPeer
from sandbox.platform.wire import MAX_BODY_BYTES
from tests.answers_kit import (
    STAFF,
    affairs_of,
    affairs_packet,
    enquiries,
    feedback_of,
    query_of,
    query_packet,
    shut,
)
from tests.contract_kit import CONTRACT, SCHEMAS, changed, fits, judge, named
from tests.platform_kit import NOON, STRANGER, new_key, signed_headers

LIU, QIN = BY_REF["p39"], BY_REF["p40"]
RIGHTS, CONTRIBUTIONS = "2020-35/1/6", "2020-35/3/6"
NOTARY, NOTARY_FEN = "2020-35/1/1", 8000
KNOWN_CODE = "7K3MQ2XW9VHT5NRA"
CASE, PARCEL = "43012188000027", "43012188000043"
OTHER = "430121-002"


@pytest.fixture
def peer(tmp_path) -> Iterator[PlatformPeer]:
    with PlatformPeer(tmp_path) as peer:
        yield peer
        for exchange in peer.exchanges():
            if exchange.fault in (Fault.NONE, Fault.STATUS):
                judge(exchange)


def order(key: str | None = None, fen: int = NOTARY_FEN) -> PaymentOrder:
    return PaymentOrder(key or new_key(), NOTARY, new_key(), fen)


def as_another(peer: PlatformPeer, exchange: Exchange) -> int:
    """What another terminal hears that sends, well signed, what this one sent."""
    sent = exchange.request
    url = f"{peer.url}{sent.path}"
    named_key = {"Idempotency_Key": sent.headers.get("idempotency-key", new_key())}
    headers = signed_headers("POST", url, sent.body, STRANGER, OTHER, **named_key)
    return requests.post(url, sent.body, headers=headers, timeout=60).status_code


def test_the_query_codes_are_the_same_everywhere():
    assert set(SCHEMAS["QueryCode"]["enum"]) == {code.value for code in QueryCode}


def test_every_documented_answer_is_given_and_every_given_answer_is_documented(peer):
    ours, stranger = enquiries(peer), enquiries(peer, STRANGER)
    peer.enrol(OTHER, STRANGER.public_key().public_bytes_raw())
    other = enquiries(peer, STRANGER, OTHER)
    query, affairs, feedback = (
        query_of(peer, LIU, RIGHTS),
        affairs_of(peer, QIN),
        feedback_of(peer),
    )
    taken = HandOver(new_key(), PARCEL, "helper", "430121-S02", "")
    (named_document,) = ours.query(query).documents
    assert ours.document(named_document)
    ours.verify(KNOWN_CODE)
    ours.affairs(affairs)
    assert ours.progress(CASE) is not None
    first = order()
    opened = ours.pay(first)
    assert ours.pay(first).order == opened.order
    ours.payment(opened.order)
    ours.cancel_payment(opened.order)
    ours.refund_payment(opened.order)
    ours.give_feedback(feedback)
    ours.give_feedback(feedback)
    assert ours.hand_over(taken)
    assert ours.hand_over(taken)
    assert not ours.hand_over(replace(taken, key=new_key()))
    assert not ours.hand_over(replace(taken, key=new_key(), number="1" * 14))
    nowhere = "0" * 12
    strange = Sealed(new_key(), "k", "HPKE-X25519-HKDF-SHA256-AES-256-GCM", b"box")
    gone = named_document.model_copy(update={"id": "A" * 24})
    assert ours.document(gone) is None
    refused = [
        lambda: stranger.query(query),
        lambda: stranger.verify(KNOWN_CODE),
        lambda: stranger.affairs(affairs),
        lambda: stranger.pay(order()),
        lambda: stranger.give_feedback(feedback),
        lambda: stranger.hand_over(taken),
        lambda: stranger.document(named_document),
        lambda: stranger.payment(opened.order),
        lambda: stranger.cancel_payment(opened.order),
        lambda: stranger.refund_payment(opened.order),
        lambda: other.document(named_document),
        lambda: other.payment(opened.order),
        lambda: other.cancel_payment(opened.order),
        lambda: other.refund_payment(opened.order),
        lambda: ours.query(Query("9", strange)),
        lambda: ours.query(Query(RIGHTS, strange)),
        lambda: ours.verify("I" * 16),
        lambda: ours.affairs(replace(affairs, packet=strange)),
        lambda: ours.affairs(replace(affairs, packet=replace(strange, key="17"))),
        lambda: ours.pay(order(fen=0)),
        lambda: ours.pay(order(fen=NOTARY_FEN + 1)),
        lambda: ours.pay(order(first.key)),
        lambda: ours.payment(nowhere),
        lambda: ours.cancel_payment(nowhere),
        lambda: ours.refund_payment(nowhere),
        lambda: ours.hand_over(replace(taken, staff="another")),
        lambda: ours.hand_over(replace(taken, key=new_key(), to="post")),
        lambda: ours.hand_over(replace(taken, key=new_key(), waybill="1100000000019")),
        lambda: ours.give_feedback(replace(feedback, number="1")),
        lambda: ours.give_feedback(replace(feedback, number="1" * 14)),
        lambda: ours.give_feedback(replace(feedback, packet=strange)),
    ]
    for call in refused:
        with pytest.raises(PlatformRefusedError):
            call()
    for exchange in peer.exchanges():
        if exchange.request.body and exchange.reply.status in (200, 201):
            assert as_another(peer, exchange) == 403
    headers = {"Idempotency-Key": new_key()}
    for path in ("queries", "verifications", "affairs", "payments", "feedback", "hand-overs"):
        too_large = requests.post(
            f"{peer.url}/v1/{path}", bytes(MAX_BODY_BYTES + 1), headers=headers, timeout=60
        )
        assert too_large.status_code == 413
    peer.switches.set(fault="status", status=503)
    for busy in (
        lambda: ours.query(query),
        lambda: ours.document(named_document),
        lambda: ours.verify(KNOWN_CODE),
        lambda: ours.affairs(affairs),
        lambda: ours.pay(first),
        lambda: ours.payment(opened.order),
        lambda: ours.cancel_payment(opened.order),
        lambda: ours.refund_payment(opened.order),
        lambda: ours.give_feedback(feedback),
        lambda: ours.hand_over(taken),
    ):
        with pytest.raises(PlatformError):
            busy()
    given = {judge(exchange) for exchange in peer.exchanges()}
    documented = {
        (operation["operationId"], status)
        for methods in CONTRACT["paths"].values()
        for operation in methods.values()
        if "answers" in operation["tags"]
        for status in operation["responses"]
    }
    assert given - {("progress", "200")} == documented


def test_an_answer_that_changed_on_the_way_is_no_document(peer):
    ours = enquiries(peer)
    (document,) = ours.query(query_of(peer, LIU, RIGHTS)).documents
    with pytest.raises(PlatformGarbledError):
        ours.document(document.model_copy(update={"sha256": "0" * 64}))


def test_what_was_paid_is_given_back_once_however_often_it_is_asked(peer):
    ours = enquiries(peer)
    opened = ours.pay(order())
    assert peer.desk.payments.pay(opened.order) == 1
    assert ours.payment(opened.order).state is PaymentState.PAID
    assert ours.cancel_payment(opened.order).state is PaymentState.PAID
    assert ours.refund_payment(opened.order).state is PaymentState.REFUNDED
    assert ours.refund_payment(opened.order).state is PaymentState.REFUNDED
    assert peer.desk.payments.refunds == [opened.order]


def test_a_fee_that_was_not_shown_is_not_taken(peer):
    with pytest.raises(PlatformRefusedError) as refused:
        enquiries(peer).pay(order(fen=1))
    assert refused.value.reason == "AMOUNT_CHANGED"


def test_feedback_is_opened_and_kept_once(peer):
    feedback = feedback_of(peer, text="等得太久。")
    enquiries(peer).give_feedback(feedback)
    enquiries(peer).give_feedback(feedback)
    assert [said.text for said in peer.desk.said] == ["等得太久。"]


# Forms: the schema and the side that reads agree on what is well formed


def outside(peer: PlatformPeer) -> dict[str, dict[str, object]]:
    return {
        "Query": query_of(peer, LIU, RIGHTS).body(TERMINAL),
        "AffairsQuery": affairs_of(peer, LIU).body(TERMINAL),
        "Feedback": feedback_of(peer).body(TERMINAL),
        "PaymentOrder": order().body(TERMINAL),
        "Verification": {"terminal": TERMINAL, "code": KNOWN_CODE},
    }


def small_face() -> dict[str, object]:
    return {
        "kind": "face",
        "jpeg_base64": "AAAA",
        "liveness": {"kind": "blink", "passed": True},
    }


INSIDE = [
    query_packet(LIU, RIGHTS, new_key(), evidence=small_face(), inputs={"year": "2025"}),
    query_packet(LIU, RIGHTS, new_key(), evidence=STAFF, inputs={"kinds": ["a", "b"]}),
    query_packet(LIU, RIGHTS, new_key(), evidence={"kind": "card"}),
]


def reads(model, value: object) -> bool:
    try:
        model.model_validate_json(json.dumps(value))
    except ValidationError:
        return False
    return True


@pytest.mark.parametrize(
    "name", ["Query", "AffairsQuery", "Feedback", "PaymentOrder", "Verification"]
)
def test_the_platform_reads_exactly_what_the_contract_allows(peer, name):
    example = outside(peer)[name]
    assert fits(named(name), example)
    for what, value in changed(example):
        assert reads(getattr(messages, name), value) == fits(named(name), value), what


@pytest.mark.parametrize(
    ("name", "example"),
    [
        *(("QueryPacket", packet) for packet in INSIDE),
        ("AffairsPacket", affairs_packet(LIU, new_key(), evidence=small_face())),
        (
            "FeedbackPacket",
            {
                "format": 1,
                "key": new_key(),
                "terminal": TERMINAL,
                "text": "x",
                "mobile": "13900000000",
            },
        ),
    ],
)
def test_the_platform_opens_exactly_what_the_contract_allows(name, example):
    assert fits(named(name), example)
    for what, value in changed(example):
        assert reads(getattr(messages, name), value) == fits(named(name), value), what


FACT = {"label": "姓名", "value": "柳文静", "mask": "name"}
DOCUMENT = {
    "id": "A" * 24,
    "title": "x",
    "media_type": "application/pdf",
    "bytes": 7,
    "sha256": "0" * 64,
    "verify_code": KNOWN_CODE,
    "valid_to": None,
}
FOUND = {
    "code": "FOUND",
    "title": "x",
    "as_of": "2026-11-20T00:00:00+08:00",
    "sections": [{"heading": "x", "facts": [FACT], "columns": ["a"], "lines": [["1"]]}],
    "note": "x",
    "documents": [DOCUMENT],
}


@pytest.mark.parametrize(
    ("name", "model", "example"),
    [
        ("QueryAnswer", QueryAnswer, FOUND),
        (
            "QueryAnswer",
            QueryAnswer,
            {
                "code": "SEVERAL",
                "choices": {
                    "question": "number",
                    "options": [{"value": "1", "label": "a"}, {"value": "2", "label": "b"}],
                },
            },
        ),
        ("ToldSection", QueryAnswer, FOUND["sections"][0]),
        ("DocumentNamed", DocumentNamed, DOCUMENT),
        (
            "Verified",
            Verified,
            {
                "state": "VALID",
                "title": "x",
                "issuer": "x",
                "issued_at": "2026-11-20T00:00:00+08:00",
                "valid_to": None,
                "facts": [FACT],
            },
        ),
        (
            "Payment",
            Payment,
            {
                "order": "2026112012000000",
                "state": "WAITING",
                "amount_fen": 1,
                "pay_url": "https://x",
                "expires_at": "2026-11-20T00:00:00+08:00",
            },
        ),
        (
            "Affairs",
            Affairs,
            {
                "code": "FOUND",
                "as_of": "2026-11-20T00:00:00+08:00",
                "due": [],
                "cases": [],
                "certificates": [],
            },
        ),
    ],
)
def test_the_terminal_reads_whatever_the_contract_allows(name, model, example):
    if name == "ToldSection":
        name, example = "QueryAnswer", FOUND | {"sections": [example]}
    assert fits(named(name), example)
    for what, value in changed(example):
        if fits(named(name), value):
            assert reads(model, value), what


def test_the_terminal_reads_how_far_a_case_is(peer):
    told = enquiries(peer).progress(CASE)
    assert told is not None
    where = told.whereabouts
    assert where.idle_working_days == 11
    assert [step.state for step in where.steps] == ["done", "now", "to_come"]
    assert [branch.place for branch in where.branches] == ["广州", "长沙"]


def test_nothing_of_a_case_says_whose_it_is(peer):
    enquiries(peer).progress(CASE)
    body = peer.exchanges()[-1].reply.body.decode()
    assert QIN.name not in body
    assert QIN.number not in body


def test_progress_without_whereabouts_is_read_as_before():
    told = parse_progress(json.dumps({"number": "1" * 14, "state": "accepted"}).encode())
    assert (told.whereabouts.desk, told.whereabouts.steps) == ("", ())


def test_the_time_of_asking_is_the_terminals(peer):
    packet = query_packet(LIU, RIGHTS, new_key(), asked_at=NOON.isoformat())
    assert enquiries(peer).query(Query(RIGHTS, shut(peer, packet))).code is QueryCode.FOUND
