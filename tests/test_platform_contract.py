"""The contract, the client and the stand-in held together: what one of them says, the YAML says.

No exchange below is looked at by the side that made it: what went over the wire is kept by the
stand-in and judged by the schemas alone.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from openapi_spec_validator import validate

from kiosk.platform.gateway import (
    Awaited,
    EligibilityQuery,
    IdType,
    Platform,
    PlatformError,
    PlatformRefusedError,
    Rating,
    Scheme,
    Submission,
)
from kiosk.platform.results import DECISION_CODES, ELIGIBILITY_CODES, Code
from offline_cache.materials import CHUNK_BYTES, new_content_key, seal_material
from offline_cache.sealing import SUITES, load_sealer
from sandbox.platform.people import BY_REF, PEOPLE
from sandbox.platform.person import ID_TYPES, ITEMS
from sandbox.platform.server import TERMINAL, Exchange, PlatformPeer
from sandbox.platform.wire import MAX_BODY_BYTES, STATUSES
from tests.contract_kit import CONTRACT, MOMENT, NUMBER, QUERY, SCHEMAS, judge, judged
from tests.platform_kit import (
    KEY,
    NOON,
    STRANGER,
    jpeg,
    new_key,
    packet_for,
    sealed,
    signed_headers,
)


@pytest.fixture
def peer(tmp_path) -> Iterator[PlatformPeer]:
    with judged(tmp_path) as peer:
        yield peer


def client(peer: PlatformPeer, key: Any = KEY, terminal: str = TERMINAL) -> Platform:
    return Platform(peer.url, terminal, key.sign, 20.0, 20.0, 30.0)


def as_another(peer: PlatformPeer, exchange: Exchange) -> int:
    """What another terminal hears that sends, well signed, what this one sent."""
    sent = exchange.request
    url = f"{peer.url}{sent.path}"
    named = {"Idempotency_Key": sent.headers.get("idempotency-key", new_key())}
    if "content-type" in sent.headers:
        named["Content_Type"] = sent.headers["content-type"]
    headers = signed_headers(sent.method, url, sent.body, STRANGER, "430121-002", **named)
    return requests.request(
        sent.method, url, data=sent.body, headers=headers, timeout=60
    ).status_code


def submission_for(peer: PlatformPeer, ref: str, number: str = NUMBER) -> Submission:
    person, key, public = BY_REF[ref], new_key(), peer.public_key
    box = sealed(public, json.dumps(packet_for(person, key)).encode(), key)
    return Submission(key, number, person.item, NOON, public.key_id, public.suite, box)


def apart_for(peer: PlatformPeer, ref: str, number: str) -> tuple[Submission, tuple[bytes, ...]]:
    """With its face in two chunks."""
    person, key, public = BY_REF[ref], new_key(), peer.public_key
    content, content_key = jpeg() + bytes(CHUNK_BYTES), new_content_key()
    piece = {"slot": "face", "name": "本人照片", "how": "made", "media_type": "image/jpeg"}
    piece |= {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest(), "chunks": 2}
    piece["content_key"] = base64.b64encode(content_key).decode()
    manifest = json.dumps(packet_for(person, key, materials=[piece])).encode()
    box = sealed(public, manifest, key)
    submission = Submission(key, number, person.item, NOON, public.key_id, public.suite, box)
    return submission, seal_material(content, content_key, key, 0).chunks


# The document


def test_the_contract_is_valid_openapi():
    validate(CONTRACT)


def test_every_schema_is_used_or_is_what_a_box_or_a_file_holds():
    text = json.dumps(CONTRACT)
    used = set(re.findall(r'"#/components/schemas/(\w+)"', text))
    sealed = {"Manifest", "QueryPacket", "AffairsPacket", "FeedbackPacket"}
    published = {"Notices"}
    assert set(SCHEMAS) - used == sealed | published


def test_the_codes_are_the_same_everywhere():
    assert set(SCHEMAS["EligibilityCode"]["enum"]) == {code.value for code in ELIGIBILITY_CODES}
    assert set(SCHEMAS["DecisionCode"]["enum"]) == {code.value for code in DECISION_CODES}
    outcomes = {person.outcome for person in PEOPLE if person.outcome is not None}
    assert outcomes == {code.value for code in Code} - {"ELIGIBLE"}


def test_the_word_lists_are_the_same_everywhere():
    assert set(SCHEMAS["Scheme"]["enum"]) == {scheme.value for scheme in Scheme}
    assert set(SCHEMAS["Scheme"]["enum"]) == {scheme.value for scheme in ITEMS}
    assert all(re.fullmatch(SCHEMAS["Item"]["pattern"], item) for item in ITEMS.values())
    assert set(SCHEMAS["IdType"]["enum"]) == {kind.value for kind in IdType}
    assert set(SCHEMAS["IdType"]["enum"]) == set(ID_TYPES.values())
    assert set(SCHEMAS["Problem"]["properties"]["reason"]["enum"]) == set(STATUSES)
    assert set(SCHEMAS["Suite"]["enum"]) == SUITES
    assert "8 MiB" in CONTRACT["components"]["responses"]["TooLarge"]["description"]
    assert MAX_BODY_BYTES == 8 * 1024 * 1024


# The wire


def test_every_documented_answer_is_given_and_every_given_answer_is_documented(peer):
    ours, stranger = client(peer), client(peer, STRANGER)
    peer.enrol("430121-002", STRANGER.public_key().public_bytes_raw())
    rating = Rating(new_key(), NUMBER, QUERY.item, 5, NOON)
    passed, waiting = submission_for(peer, "p01"), submission_for(peer, "p18", "20261120000025")

    ours.ping()
    ours.eligibility(QUERY)
    ours.submit(passed)
    ours.submit(passed)
    ours.submit(waiting)
    ours.submit(waiting)
    ours.progress(NUMBER)
    ours.progress(waiting.number)
    assert ours.progress("00000000000000") is None
    ours.rate(rating)
    ours.rate(rating)
    apart, chunks = apart_for(peer, "p02", "20261120000033")
    assert ours.submit(apart) == ours.submit(apart) == Awaited(apart.number, {0: 0})
    assert ours.missing(apart.number) == ours.progress(apart.number)
    assert ours.put_chunk(apart.number, 0, 1, chunks[1]) == Awaited(apart.number, {0: 0})
    assert ours.missing("0" * 14) is None
    head = {"Idempotency_Key": new_key(), **head_body()}
    assert [tell(ours, head), tell(ours, head)] == [201, 200]
    for path in ("", "/notices", "/notices/1/pieces/0"):
        ours.call("GET", f"/v1/references{path}")
        stranger.call("GET", f"/v1/references{path}")
    for path in ("nothing", "notices/1/pieces/9", "notices/7/pieces/0", "nothing/1/pieces/0"):
        ours.call("GET", f"/v1/references/{path}")
    altered = {"hash": "f" * 64}
    assert tell(ours, head | altered | {"Idempotency_Key": new_key()}) == 422
    assert tell(ours, head | head_body(2)) == 409
    assert tell(ours, head | {"lines": 0}) == 400
    assert tell(stranger, head) == 401
    refused = [
        lambda: ours.put_chunk(apart.number, 0, 0, chunks[1]),
        lambda: ours.put_chunk("0" * 14, 0, 0, chunks[0]),
        lambda: ours.put_chunk(apart.number, 0, 0, b"short"),
        lambda: stranger.put_chunk(apart.number, 0, 0, chunks[0]),
        lambda: stranger.missing(apart.number),
        lambda: stranger.eligibility(QUERY),
        lambda: stranger.submit(passed),
        lambda: stranger.progress(NUMBER),
        lambda: stranger.rate(rating),
        stranger.ping,
        lambda: ours.eligibility(EligibilityQuery("9", QUERY.id_type, "9", "", None)),
        lambda: ours.submit(submission_for(peer, "p02", "17")),
        lambda: ours.submit(submission_for(peer, "p02")),
        lambda: ours.submit(Submission(new_key(), "1" * 14, QUERY.item, NOON, "k", *_NOT_OURS)),
        lambda: ours.rate(Rating(rating.key, None, QUERY.item, 1, NOON)),
        lambda: ours.rate(Rating(new_key(), None, QUERY.item, 6, NOON)),
    ]
    for call in refused:
        with pytest.raises(PlatformRefusedError):
            call()
    for exchange in peer.exchanges():
        if exchange.request.method != "GET" and exchange.reply.status in (200, 201, 202):
            assert as_another(peer, exchange) == 403
    told = ours.put_chunk(apart.number, 0, 0, chunks[0])
    assert told == ours.put_chunk(apart.number, 0, 1, chunks[1]) == ours.missing(apart.number)
    headers = {"Idempotency-Key": new_key()}
    path = f"{peer.url}/v1/submissions/{apart.number}/materials/0/chunks/0"
    assert requests.put(path, bytes(MAX_BODY_BYTES + 1), headers=headers, timeout=60).ok is False
    for path in ("eligibility", "submissions", "ratings", "journal-heads"):
        too_large = requests.post(
            f"{peer.url}/v1/{path}", bytes(MAX_BODY_BYTES + 1), headers=headers, timeout=60
        )
        assert too_large.status_code == 413
    requests.get(f"{peer.url}/v1/sealing-key", timeout=60)
    peer.switches.set(fault="status", status=503)
    requests.get(f"{peer.url}/v1/sealing-key", timeout=60)
    tell(ours, head)
    for path in ("", "/notices", "/notices/1/pieces/0"):
        ours.call("GET", f"/v1/references{path}")
    for busy in (
        ours.ping,
        lambda: ours.eligibility(QUERY),
        lambda: ours.submit(passed),
        lambda: ours.progress(NUMBER),
        lambda: ours.missing(NUMBER),
        lambda: ours.put_chunk(apart.number, 0, 0, chunks[0]),
        lambda: ours.rate(rating),
    ):
        with pytest.raises(PlatformError):
            busy()

    given = {judge(exchange) for exchange in peer.exchanges()}
    documented = {
        (operation["operationId"], status)
        for methods in CONTRACT["paths"].values()
        for operation in methods.values()
        if "answers" not in operation["tags"]  # tests/test_answers_contract.py
        for status in operation["responses"]
    }
    assert given == documented


def tell(platform: Platform, head: dict[str, Any]) -> int:
    body = {name: value for name, value in head.items() if name != "Idempotency_Key"}
    body["terminal"] = platform.terminal
    return platform.call("POST", "/v1/journal-heads", body, head["Idempotency_Key"]).status


_NOT_OURS = ("HPKE-X25519-HKDF-SHA256-AES-256-GCM", b"box")


@pytest.mark.parametrize("ref", [p.ref for p in PEOPLE if p.outcome is not None])
def test_every_persons_answers_are_of_the_contract(peer, ref):
    person = BY_REF[ref]
    platform, submission = client(peer), submission_for(peer, ref)
    id_type = IdType(ID_TYPES[person.kind])
    platform.eligibility(
        EligibilityQuery(person.item, id_type, person.number, person.card_name, person.valid_to)
    )
    for _ in range(3 if person.outcome == "UPSTREAM_BUSY" else 1):
        try:
            platform.submit(submission)
        except PlatformError:
            assert person.outcome == "UPSTREAM_BUSY"
    assert platform.progress(NUMBER) is not None


def test_what_the_outbox_seals_the_platform_opens(peer):
    sealer, key = load_sealer(peer.key_file), new_key()
    shut = sealer.seal(json.dumps(packet_for(BY_REF["p01"], key)).encode(), key)
    submission = Submission(key, NUMBER, QUERY.item, NOON, shut.key_id, shut.suite, shut.box)
    assert client(peer).submit(submission).code is Code.PASS


def head_body(lines: int = 1, mark: str = "0") -> dict[str, Any]:
    told = f"village-kiosk journal head v1|{lines}|{mark * 64}|{MOMENT}".encode()
    signature = base64.b64encode(KEY.sign(told)).decode()
    told_by = {"terminal": TERMINAL, "lines": lines, "hash": mark * 64}
    return {**told_by, "at": MOMENT, "signature": signature}
