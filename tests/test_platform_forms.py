"""The forms of docs/api/platform.yaml: the schema and the side that reads agree on what is
well formed.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError

from kiosk.platform.gateway import Rating, Submission
from kiosk.platform.platform_messages import parse_answer, parse_eligibility, parse_problem
from kiosk.platform.results import Code
from offline_cache.sealing import SUITES
from sandbox.platform import journal_heads, messages
from sandbox.platform.manifest import Manifest
from sandbox.platform.people import BY_REF
from sandbox.platform.server import TERMINAL, PlatformPeer
from tests.contract_kit import MOMENT, NUMBER, QUERY, changed, fits, judged, named
from tests.platform_kit import KEY, NOON, STAFF, certified, new_key, packet_for, submission_body


@pytest.fixture
def peer(tmp_path) -> Iterator[PlatformPeer]:
    with judged(tmp_path) as peer:
        yield peer


PUBLIC_KEY_ID = "sandbox-00000000"


def query_body() -> dict[str, Any]:
    return QUERY.body(TERMINAL)


def rating_body() -> dict[str, Any]:
    return Rating(new_key(), NUMBER, QUERY.item, 5, NOON).body(TERMINAL)


def plain_submission() -> dict[str, Any]:
    return Submission(
        new_key(), NUMBER, QUERY.item, NOON, PUBLIC_KEY_ID, next(iter(sorted(SUITES))), b"box"
    ).body(TERMINAL)


def head_body(lines: int = 1, mark: str = "0") -> dict[str, Any]:
    told = f"village-kiosk journal head v1|{lines}|{mark * 64}|{MOMENT}".encode()
    signature = base64.b64encode(KEY.sign(told)).decode()
    told_by = {"terminal": TERMINAL, "lines": lines, "hash": mark * 64}
    return {**told_by, "at": MOMENT, "signature": signature}


def face_packet() -> dict[str, Any]:
    certification = certified(record_ids=["R-p01-1"], liveness={"kind": "blink", "passed": True})
    packet = packet_for(BY_REF["p01"], new_key(), certification=certification)
    packet["materials"] = [packet["materials"][0] | {"inline": "AAAA"}]
    return packet


def staff_packet() -> dict[str, Any]:
    return packet_for(BY_REF["p16"], new_key(), **STAFF)


def application_packet() -> dict[str, Any]:
    """With everything that there may be in one."""
    scanned = {"slot": "hukou", "name": "户口簿", "how": "scanned", "media_type": "image/jpeg"}
    apart = {"bytes": 60_000, "sha256": "0" * 64, "chunks": 2, "content_key": "AAAA"}
    return packet_for(
        BY_REF["p01"],
        new_key(),
        kind="application",
        on_behalf={"kind": "family"},
        helper={
            "id": "430121-S02",
            "since": "2026-11-20T11:55:00+08:00",
            "reason": "reading",
            "confirmed": ["person", "summary", "signature"],
        },
        answers={"why": "a text", "where": ["a", "list"]},
        consent=[{"text_sha256": "0" * 64, "at": "2026-11-20T12:00:00+08:00"}],
        commitment={"text": "本人承诺", "text_sha256": "0" * 64, "signature": 0},
        evidence="card",
        staff=None,
        certification=None,
        materials=[scanned | apart],
    )


@pytest.mark.parametrize(
    ("schema", "model", "example"),
    [
        ("EligibilityQuery", messages.EligibilityQuery, query_body()),
        ("Submission", messages.Submission, plain_submission()),
        ("Rating", messages.Rating, rating_body()),
        ("JournalHead", journal_heads.Message, head_body()),
        ("Manifest", Manifest, face_packet()),
        ("Manifest", Manifest, staff_packet()),
        ("Manifest", Manifest, application_packet()),
    ],
)
def test_the_platform_reads_exactly_what_the_contract_allows(schema, model, example):
    assert fits(named(schema), example)
    for what, value in changed(example):
        try:
            model.model_validate_json(json.dumps(value))
            read = True
        except ValidationError:
            read = False
        assert read == fits(named(schema), value), what


RECORD = {
    "record_id": "R-1",
    "scheme": "PUBLIC",
    "scheme_name": "机关事业单位基本养老保险",
    "pay_agency": "大理市社会保险中心",
    "pay_area": "532901",
    "valid_to": "2026-11-30",
}
DECIDED = {
    "number": NUMBER,
    "state": "decided",
    "code": "PASS",
    "valid_to": "2027-11-30",
    "record_ids": ["R-1"],
    "decided_at": "2026-11-20T12:00:00+08:00",
}


@pytest.mark.parametrize(
    ("schema", "parse", "example"),
    [
        ("Eligibility", parse_eligibility, {"code": "ELIGIBLE", "records": [RECORD]}),
        (
            "Eligibility",
            parse_eligibility,
            {"code": "NOT_DUE", "valid_to": "2026-11-30", "records": [RECORD], "message": "x"},
        ),
        ("Answer", parse_answer, DECIDED),
        ("Answer", parse_answer, {"number": NUMBER, "state": "accepted"}),
        (
            "Answer",
            parse_answer,
            {"number": NUMBER, "state": "awaiting", "missing": [{"material": 0, "next": 3}]},
        ),
        (
            "Problem",
            parse_problem,
            {"type": "urn:x", "title": "x", "status": 409, "reason": "KEY_REUSED", "detail": "x"},
        ),
    ],
)
def test_the_terminal_reads_whatever_the_contract_allows(schema, parse, example):
    assert fits(named(schema), example)
    for what, value in changed(example):
        if fits(named(schema), value):
            try:
                parse(json.dumps(value).encode())
            except ValidationError:
                pytest.fail(what)


@pytest.mark.parametrize("code", [code.value for code in Code])
@pytest.mark.parametrize("dated", [True, False])
def test_the_terminal_takes_a_code_only_where_the_contract_has_it(code, dated):
    date_too = {"valid_to": date(2026, 11, 30).isoformat()} if dated else {}
    eligibility = {"code": code, "records": [RECORD]} | date_too
    decision = {name: DECIDED[name] for name in ("number", "state", "decided_at")}
    decision |= {"code": code} | date_too
    for schema, parse, value in (
        ("Eligibility", parse_eligibility, eligibility),
        ("Answer", parse_answer, decision),
    ):
        try:
            parse(json.dumps(value).encode())
            read = True
        except ValidationError:
            read = False
        assert read == fits(named(schema), value)


def test_no_helper_here_makes_a_body_that_the_contract_does_not_allow(peer):
    body = submission_body(peer.public_key, BY_REF["p01"], new_key(), NUMBER)
    assert fits(named("Submission"), body)
