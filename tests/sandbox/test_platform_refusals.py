"""What the sandbox's platform refuses, and what of a person it keeps."""

from __future__ import annotations

import base64
import json
import sqlite3
import stat

import pytest

from sandbox.platform.keys import (
    CLASSIC,
    HYBRID,
    NATIONAL,
    NotOpenableError,
    SealingKeys,
    UnknownKeyError,
)
from sandbox.platform.people import BY_REF
from sandbox.platform.server import PlatformPeer
from tests.platform_kit import (
    STRANGER,
    certified,
    face,
    new_key,
    packet_for,
    sealed,
    submission_body,
)
from tests.sandbox.platform_calls import ALIVE, NUMBER, call, hand_in

FACE = face()["materials"][0]


@pytest.fixture
def peer(tmp_path):
    with PlatformPeer(tmp_path / "state") as peer:
        yield peer


# What is refused


@pytest.mark.parametrize("which", [0, 1, 2])
def test_each_published_key_opens_what_was_sealed_to_it(peer, which):
    published = call(f"{peer.url}/v1/sealing-key").body["keys"]
    assert [each["suite"] for each in published] == [HYBRID, CLASSIC, NATIONAL]
    public = type(peer.public_key)(**published[which])
    key = new_key()
    body = submission_body(public, BY_REF["p01"], key, NUMBER)
    assert call(f"{peer.url}/v1/submissions", body, key).status == 201


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"key_id": "another"}, "UNKNOWN_SEALING_KEY"),
        ({"suite": "HPKE-X25519-HKDF-SHA256-AES-256-GCM"}, "UNKNOWN_SEALING_KEY"),
        ({"sealed": base64.b64encode(bytes(3000)).decode()}, "NOT_OPENABLE"),
        ({"sealed": "AAAA"}, "NOT_OPENABLE"),
        ({"item": "2020-35/1/14"}, "PACKET_INVALID"),
    ],
)
def test_a_packet_that_is_not_what_it_says_outside_is_refused(peer, changes, reason):
    key = new_key()
    body = submission_body(peer.public_key, BY_REF["p01"], key, NUMBER) | changes
    told = call(f"{peer.url}/v1/submissions", body, key)
    assert (told.status, told.body["reason"]) == (422, reason)
    assert peer.store.numbers() == []


def test_a_packet_moved_to_another_key_does_not_open(peer):
    body = submission_body(peer.public_key, BY_REF["p01"], new_key(), NUMBER)
    told = call(f"{peer.url}/v1/submissions", body, new_key())
    assert (told.status, told.body["reason"]) == (422, "NOT_OPENABLE")


@pytest.mark.parametrize(
    "changes",
    [
        {"format": 1},
        {"certification": certified(promise=False, liveness=ALIVE)},
        {"certification": certified(record_ids="R-p01-1", liveness=ALIVE)},
        {"certification": certified(elsewhere=None, liveness=ALIVE)},
        {"certification": certified(liveness=None)},
        {"certification": None},
        {"kind": "application"},
        {"terminal": "430121-002"},
        {"mode": "MAGIC"},
        {"identity": {}},
        {"evidence": "word of honour"},
        {"materials": []},
        {"materials": [FACE | {"inline": "not base64!"}]},
        {"materials": [FACE | {"sha256": "0" * 64}]},
        {"materials": [FACE | {"bytes": 17}]},
        {"materials": [FACE, FACE]},
        {"commitment": {"text": "x", "text_sha256": "0" * 64, "signature": 1}},
        {"confirmed_at": "2026-11-20 noon"},
    ],
)
def test_a_packet_without_what_it_needs_is_refused(peer, changes):
    told = hand_in(peer, BY_REF["p01"], **changes)
    assert (told.status, told.body["reason"]) == (422, "PACKET_INVALID")


@pytest.mark.parametrize("packet", [b"\xff\x00", json.dumps(packet_for(BY_REF["p01"], NUMBER))])
def test_a_packet_of_another_submission_or_of_none_is_refused(peer, packet):
    key = new_key()
    body = submission_body(peer.public_key, BY_REF["p01"], key, NUMBER)
    plain = packet if isinstance(packet, bytes) else packet.replace(NUMBER, new_key()).encode()
    box = sealed(peer.public_key, plain, key)
    told = call(
        f"{peer.url}/v1/submissions", body | {"sealed": base64.b64encode(box).decode()}, key
    )
    assert (told.status, told.body["reason"]) == (422, "PACKET_INVALID")


@pytest.mark.parametrize(
    "changes",
    [
        {"number": "123"},
        {"number": 20261120000017},
        {"number": "２０２６１１２０００００１７"},
        {"item": "2020-35 9"},
        {"submitted_at": "2026-11-20T12:00:00"},
        {"suite": "ROT13"},
        {"sealed": "§§§"},
        {"sealed": ""},
        {"surprise": 1},
    ],
)
def test_a_request_of_another_form_is_refused(peer, changes):
    key = new_key()
    body = submission_body(peer.public_key, BY_REF["p01"], key, NUMBER) | changes
    told = call(f"{peer.url}/v1/submissions", body, key)
    assert (told.status, told.body["reason"]) == (400, "BAD_REQUEST")


@pytest.mark.parametrize("key", [None, "", "17", "F" * 36, str(new_key()).upper()])
def test_a_submission_needs_a_proper_key(peer, key):
    body = submission_body(peer.public_key, BY_REF["p01"], new_key(), NUMBER)
    assert call(f"{peer.url}/v1/submissions", body, key).status == 400


def test_nobody_whose_key_is_unknown_learns_anything(peer):
    for path, body in [("eligibility", {}), ("submissions", {}), ("ratings", {})]:
        told = call(f"{peer.url}/v1/{path}", body, new_key(), STRANGER)
        assert (told.status, told.headers["WWW-Authenticate"]) == (
            401,
            'Signature realm="platform"',
        )
    assert call(f"{peer.url}/v1/submissions/{NUMBER}", signer=STRANGER).status == 401


def test_a_terminal_cannot_speak_for_another(peer):
    assert (
        call(
            f"{peer.url}/v1/ratings",
            {
                "number": None,
                "terminal": "430121-002",
                "item": "2020-35/1/13",
                "stars": 5,
                "rated_at": "2026-11-20T12:00:00+08:00",
            },
            new_key(),
        ).status
        == 403
    )


def test_a_body_beyond_reason_is_refused_in_words(peer):
    told = call(f"{peer.url}/v1/ratings", {"stars": "5" * 9_000_000}, new_key())
    assert (told.status, told.body["reason"]) == (413, "TOO_LARGE")


def test_there_is_nothing_elsewhere(peer):
    assert call(f"{peer.url}/v2/health").status == 404
    assert call(f"{peer.url}/v1/submissions/").status == 404


# Keys and files


def test_the_secret_keys_are_kept_from_other_users_and_made_once(tmp_path):
    first, second = SealingKeys(tmp_path), SealingKeys(tmp_path)
    assert first.public == second.public
    secrets = [each for each in tmp_path.iterdir() if each != first.file]
    assert [stat.S_IMODE(each.stat().st_mode) for each in secrets] == [0o600]
    assert set(json.loads(first.file.read_text())) == {"key_id", "suite", "public_key"}


def test_a_key_opens_only_its_own(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    ours, theirs = SealingKeys(tmp_path / "a"), SealingKeys(tmp_path / "b")
    key, public = new_key(), ours.public[0]
    box = sealed(public, b"hello", key)
    assert ours.open(public.key_id, public.suite, box, key) == b"hello"
    with pytest.raises(UnknownKeyError):
        theirs.open(public.key_id, public.suite, box, key)
    with pytest.raises(NotOpenableError):
        theirs.open(theirs.public[0].key_id, public.suite, box, key)


def test_no_name_and_no_number_of_a_person_stays_on_the_platforms_disk(tmp_path):
    with PlatformPeer(tmp_path) as peer:
        hand_in(peer, BY_REF["p01"])
    with sqlite3.connect(tmp_path / "platform.db") as db:
        dump = "\n".join(db.iterdump())
    db.close()
    assert BY_REF["p01"].number not in dump
    assert BY_REF["p01"].name not in dump
