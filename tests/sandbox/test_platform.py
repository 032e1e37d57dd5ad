from __future__ import annotations

import base64
import json
import socket
import sqlite3
import stat
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sandbox.platform.faults import Fault, Switches
from sandbox.platform.keys import (
    CLASSIC,
    HYBRID,
    NATIONAL,
    NotOpenableError,
    SealingKeys,
    UnknownKeyError,
)
from sandbox.platform.outcomes import deadline_after
from sandbox.platform.people import BY_REF, PEOPLE, STAFF
from sandbox.platform.people_table import table
from sandbox.platform.person import ID_TYPES, ITEMS, Kind, Person, has_valid_check_digit
from sandbox.platform.server import CHINA, TERMINAL, PlatformPeer
from tests.platform_kit import (
    KEY,
    STRANGER,
    certified,
    face,
    jpeg,
    new_key,
    packet_for,
    sealed,
    signed_headers,
    submission_body,
)
from tests.platform_kit import STAFF as BY_STAFF

ROOT = Path(__file__).parents[2]
NUMBER = "20261120000017"
ALIVE = {"kind": "blink", "passed": True}
FACE = face()["materials"][0]
READABLE = [person for person in PEOPLE if person.outcome is not None]


@dataclass(frozen=True)
class Told:
    status: int
    headers: Mapping[str, str]
    body: Any


def call(
    url: str,
    body: object = None,
    key: str | None = None,
    signer: Ed25519PrivateKey = KEY,
    method: str | None = None,
) -> Told:
    named = {} if key is None else {"Idempotency_Key": key}
    data = None if body is None else json.dumps(body).encode()
    usual = "GET" if body is None else "POST"
    headers = signed_headers(method or usual, url, data, signer, **named)
    request = urllib.request.Request(url, data, headers, method=method)  # noqa: S310
    try:
        with urllib.request.urlopen(request, timeout=60) as reply:  # noqa: S310
            return Told(reply.status, reply.headers, json.loads(reply.read()))
    except urllib.error.HTTPError as reply:
        with reply:
            return Told(reply.code, reply.headers, json.loads(reply.read()))


@pytest.fixture
def peer(tmp_path):
    with PlatformPeer(tmp_path / "state") as peer:
        yield peer


def ask(peer: PlatformPeer, person: Person, **changes: Any) -> Any:
    query = {
        "terminal": TERMINAL,
        "item": person.item,
        "id_type": ID_TYPES[person.kind],
        "id_number": person.number,
        "name": person.card_name,
        "valid_to": person.valid_to.isoformat() if person.valid_to else None,
    }
    return call(f"{peer.url}/v1/eligibility", query | changes).body


def hand_in(
    peer: PlatformPeer, person: Person, number: str = NUMBER, key: str = "", **changes: Any
) -> Told:
    """`changes` are made inside the packet."""
    key = key or new_key()
    body = submission_body(peer.public_key, person, key, number, **changes)
    return call(f"{peer.url}/v1/submissions", body, key)


def of(record_id: str) -> dict[str, Any]:
    return certified(record_ids=[record_id], liveness=ALIVE)


# The people


def test_the_people_are_a_few_dozen_and_told_apart():
    assert len(PEOPLE) >= 36
    assert len({person.ref for person in PEOPLE}) == len(PEOPLE)
    assert len({person.number for person in PEOPLE}) == len(PEOPLE)


@pytest.mark.parametrize("person", PEOPLE, ids=lambda person: person.ref)
def test_a_persons_card_is_one_that_could_be_issued(person):
    assert person.birth < person.valid_from < (person.valid_to or date.max)
    assert len(person.address) <= 35
    assert len(person.issuer) <= 15
    assert len(person.english_name) <= 60
    if person.kind is Kind.FOREIGNER_2017:
        return
    assert has_valid_check_digit(person.number)
    if person.kind is not Kind.FOREIGNER_2023:
        assert int(person.number[16]) % 2 == int(person.sex) % 2
    assert person.number.startswith({Kind.HMT: "8", Kind.FOREIGNER_2023: "9"}.get(person.kind, ""))
    assert bool(person.nation) == (person.kind is Kind.RESIDENT)


def test_the_names_are_as_varied_as_in_a_county():
    names = [person.name for person in PEOPLE]
    for needle in "䶮㛃𠀋·":
        assert any(needle in name for name in names)
    assert any(person.card_name != person.name for person in PEOPLE if person.name)
    assert {person.kind for person in PEOPLE} == set(Kind)
    assert len(STAFF) == 2


def test_every_item_has_somebody_who_comes_for_it():
    items = {"2020-35/1/13", "2020-35/1/14", "2020-35/2/17", "2020-35/2/18"}
    assert {person.item for person in PEOPLE} == items


def test_the_table_in_the_documents_is_the_table_in_use():
    assert (ROOT / "docs" / "sandbox-people.md").read_text("utf-8") == table()


# What is decided


@pytest.mark.parametrize("person", READABLE, ids=lambda person: f"{person.ref}-{person.outcome}")
def test_everybody_ends_as_documented(peer, person):
    before = ask(peer, person)["code"]
    shown_with_the_face = {
        "PASS",
        "ACCEPTED",
        "BASE_PHOTO_POOR",
        "FACE_QUALITY",
        "LIVENESS_FAIL",
        "FACE_MISMATCH",
    }
    assert before == ("ELIGIBLE" if person.outcome in shown_with_the_face else person.outcome)

    key = new_key()
    body = submission_body(peer.public_key, person, key, NUMBER)
    told = call(f"{peer.url}/v1/submissions", body, key)
    if person.outcome == "UPSTREAM_BUSY":
        assert told.status == 503
        assert told.headers["Retry-After"] == "2"
        assert call(f"{peer.url}/v1/submissions", body, key).status == 503
        told = call(f"{peer.url}/v1/submissions", body, key)
    passes = {"NOT_DUE": "PASS", "UPSTREAM_BUSY": "PASS"}
    if person.outcome == "ACCEPTED":
        assert (told.status, told.body["state"]) == (202, "accepted")
        assert peer.store.certifications(NUMBER) == 0
        assert peer.decide() == 1
        told = call(f"{peer.url}/v1/submissions/{NUMBER}")
        passes = {"ACCEPTED": "PASS"}
    code = passes.get(person.outcome, person.outcome)
    assert told.body["code"] == code
    assert peer.store.certifications(NUMBER) == (1 if code == "PASS" else 0)
    if code == "PASS":
        assert ask(peer, person)["code"] in ("NOT_DUE", "UPSTREAM_BUSY", "ACCEPTED")
        certified = [record for record in person.records if ITEMS[record.scheme] == person.item]
        assert len(told.body["record_ids"]) == len(certified)


def test_every_outcome_of_the_contract_has_its_person():
    codes = {person.outcome for person in READABLE}
    assert len(codes) == 17  # sixteen results and ACCEPTED


@pytest.mark.parametrize("ref", ["p10", "p11", "p12", "p13", "p14", "p31"])
def test_somebody_whose_face_does_not_help_passes_when_the_staff_vouch(peer, ref):
    told = hand_in(peer, BY_REF[ref], **BY_STAFF)
    assert told.body["code"] == "PASS"


def test_the_staff_cannot_vouch_away_what_is_not_about_the_face(peer):
    told = hand_in(peer, BY_REF["p08"], **BY_STAFF)
    assert told.body["code"] == "PAY_ABNORMAL"


def test_a_staff_member_whom_nobody_knows_cannot_vouch(peer):
    told = hand_in(peer, BY_REF["p01"], **BY_STAFF | {"staff": "X-1"})
    assert (told.status, told.body["reason"]) == (422, "PACKET_INVALID")


HELPED = {
    "id": "430121-S02",
    "since": "2026-11-20T11:55:00+08:00",
    "reason": "sight",
    "confirmed": ["person", "face_consent", "face"],
}


def test_a_visit_that_a_helper_led_through_counts_as_any_other(peer):
    assert hand_in(peer, BY_REF["p01"], helper=HELPED).body["code"] == "PASS"


@pytest.mark.parametrize(
    "packet",
    [
        pytest.param({"helper": HELPED | {"id": "430121-S01"}}, id="no helper"),
        pytest.param({"helper": HELPED, **BY_STAFF, "staff": "430121-S02"}, id="vouches as well"),
        pytest.param({"helper": {"id": "430121-S02"}}, id="nobody knows what was confirmed"),
    ],
)
def test_a_helper_is_known_and_does_not_vouch_as_well(peer, packet):
    told = hand_in(peer, BY_REF["p01"], **packet)
    assert (told.status, told.body["reason"]) == (422, "PACKET_INVALID")


@pytest.mark.parametrize(
    "picture",
    [
        pytest.param(b"x", id="nothing"),
        pytest.param(b"\x89PNG\r\n\x1a\n" + bytes(64), id="another format"),
        pytest.param(jpeg()[:400], id="cut off"),
        pytest.param(jpeg(100, 120), id="tiny"),
        pytest.param(jpeg(5000, 300), id="huge"),
    ],
)
def test_a_picture_that_shows_nothing_is_not_compared(peer, picture):
    told = hand_in(peer, BY_REF["p01"], **face(picture))
    assert told.body["code"] == "FACE_QUALITY"


def test_a_picture_of_a_picture_does_not_pass(peer):
    told = hand_in(peer, BY_REF["p01"], **face(alive=False))
    assert told.body["code"] == "LIVENESS_FAIL"


def test_a_number_that_nobody_could_have_is_a_bad_card(peer):
    number = BY_REF["p01"].number
    wrong = number[:-1] + ("1" if number[-1] != "1" else "2")
    assert ask(peer, BY_REF["p01"], id_number=wrong)["code"] == "CARD_INVALID"


def test_a_card_that_ran_out_yesterday_is_a_bad_card(tmp_path):
    day = datetime(2027, 1, 1, 9, tzinfo=CHINA)
    with PlatformPeer(tmp_path, now=lambda: day) as peer:
        assert ask(peer, BY_REF["p01"], valid_to="2026-12-31")["code"] == "CARD_INVALID"
        assert ask(peer, BY_REF["p01"], valid_to="2027-01-01")["code"] == "ELIGIBLE"


@pytest.mark.parametrize("changes", [{"name": "张桂花"}, {"id_type": "HMT"}])
def test_a_number_under_another_name_is_nobodys(peer, changes):
    assert ask(peer, BY_REF["p01"], **changes)["code"] == "NO_RECORD"


def test_a_name_cut_by_the_card_is_still_recognised(peer):
    person = BY_REF["p24"]
    assert ask(peer, person, name=person.name)["code"] == "ELIGIBLE"
    assert ask(peer, person, name=person.card_name)["code"] == "ELIGIBLE"


def test_a_pensioner_has_no_record_under_another_item(peer):
    assert ask(peer, BY_REF["p01"], item="2020-35/2/18")["code"] == "NO_RECORD"


def test_only_the_records_asked_for_are_certified(peer):
    told = hand_in(peer, BY_REF["p02"], certification=of("R-p02-2"))
    assert told.body["record_ids"] == ["R-p02-2"]
    assert ask(peer, BY_REF["p02"])["code"] == "ELIGIBLE"


def test_a_record_of_somebody_else_is_not_certified(peer):
    told = hand_in(peer, BY_REF["p01"], certification=of("R-p02-1"))
    assert told.body["code"] == "NO_RECORD"


@pytest.mark.parametrize(
    ("passed", "deadline"),
    [
        (date(2023, 6, 1), date(2024, 6, 30)),
        (date(2023, 2, 28), date(2024, 2, 29)),
        (date(2026, 12, 31), date(2027, 12, 31)),
    ],
)
def test_a_certification_lasts_to_the_end_of_the_month_a_year_on(passed, deadline):
    assert deadline_after(passed) == deadline


# Once in effect


def test_the_same_key_again_gets_the_same_answer_and_nothing_is_done_twice(peer):
    key = new_key()
    body = submission_body(peer.public_key, BY_REF["p01"], key, NUMBER)
    first = call(f"{peer.url}/v1/submissions", body, key)
    again = call(f"{peer.url}/v1/submissions", dict(reversed(body.items())), key)
    assert (first.status, again.status) == (201, 200)
    assert first.body == again.body
    assert peer.store.certifications(NUMBER) == 1


def test_an_accepted_submission_is_still_answered_as_it_was_after_its_decision(peer):
    key = new_key()
    body = submission_body(peer.public_key, BY_REF["p18"], key, NUMBER)
    first = call(f"{peer.url}/v1/submissions", body, key)
    assert first.status == 202
    assert peer.decide() == 1
    assert peer.decide() == 0
    again = call(f"{peer.url}/v1/submissions", body, key)
    assert (again.status, again.body) == (200, first.body)
    assert peer.store.certifications(NUMBER) == 1


def test_many_at_once_with_one_key_have_one_effect(peer):
    key = new_key()
    body = submission_body(peer.public_key, BY_REF["p01"], key, NUMBER)
    together = threading.Barrier(8)
    told: list[Told] = []

    def send() -> None:
        together.wait(30)
        told.append(call(f"{peer.url}/v1/submissions", body, key))

    threads = [threading.Thread(target=send) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(each.status for each in told) == [200] * 7 + [201]
    assert len({json.dumps(each.body) for each in told}) == 1
    assert peer.store.certifications(NUMBER) == 1


def test_a_key_is_remembered_when_the_platform_starts_again(tmp_path):
    key = new_key()
    with PlatformPeer(tmp_path) as peer:
        body = submission_body(peer.public_key, BY_REF["p01"], key, NUMBER)
        first = call(f"{peer.url}/v1/submissions", body, key)
    with PlatformPeer(tmp_path) as peer:
        again = call(f"{peer.url}/v1/submissions", body, key)
        assert (again.status, again.body) == (200, first.body)
        assert peer.store.certifications(NUMBER) == 1
        assert peer.store.numbers() == [NUMBER]


def test_a_key_with_another_body_is_a_conflict(peer):
    key = new_key()
    assert hand_in(peer, BY_REF["p01"], key=key).status == 201
    told = hand_in(peer, BY_REF["p01"], key=key)  # sealed anew: other bytes
    assert (told.status, told.body["reason"]) == (409, "KEY_REUSED")


def test_a_number_with_another_key_is_a_conflict(peer):
    assert hand_in(peer, BY_REF["p01"]).status == 201
    told = hand_in(peer, BY_REF["p02"])
    assert (told.status, told.body["reason"]) == (409, "NUMBER_TAKEN")


def test_what_is_refused_leaves_the_key_and_the_number_free(peer):
    key = new_key()
    told = hand_in(peer, BY_REF["p01"], key=key, certification=certified(promise=False))
    assert told.status == 422
    assert hand_in(peer, BY_REF["p01"], key=key).status == 201


def test_a_rating_under_a_used_key_is_a_conflict(peer):
    key, rating = new_key(), {"number": None, "terminal": TERMINAL, "item": "2020-35/1/13"}
    rating |= {"stars": 4, "rated_at": "2026-11-20T12:00:00+08:00"}
    assert call(f"{peer.url}/v1/ratings", rating, key).status == 201
    assert call(f"{peer.url}/v1/ratings", rating, key).status == 200
    assert call(f"{peer.url}/v1/ratings", rating | {"stars": 1}, key).status == 409
    assert [rated.stars for rated in peer.store.ratings()] == [4]


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


# Switches


def test_a_fault_for_the_next_two_requests_ends_by_itself(peer):
    peer.switches.set(fault="status", status=500, times=2)
    assert [call(f"{peer.url}/v1/health").status for _ in range(3)] == [500, 500, 200]


def test_a_fault_set_anew_forgets_how_long_the_last_one_was_to_stay(peer):
    peer.switches.set(fault="status", times=1)
    peer.switches.set(fault="status")
    assert [call(f"{peer.url}/v1/health").status for _ in range(3)] == [503, 503, 503]


def test_a_held_back_request_is_let_go_when_all_is_well_again(peer):
    peer.switches.set(delay_s=600)
    told: list[Told] = []
    waiting = threading.Thread(target=lambda: told.append(call(f"{peer.url}/v1/health")))
    waiting.start()
    assert peer.wait_for_connection(30)
    peer.switches.clear()
    waiting.join(30)
    assert [each.status for each in told] == [200]


def test_a_platform_that_refuses_comes_back_on_the_same_port(peer):
    url = peer.url
    for _ in range(3):
        peer.switches.set(listening=False)
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", peer.port), 10)
        peer.switches.set(listening=True)
        assert call(f"{url}/v1/health").status == 200


def test_a_platform_told_to_decide_later_accepts(peer):
    peer.switches.set(decide_later=True)
    assert hand_in(peer, BY_REF["p01"]).status == 202
    assert peer.store.certifications(NUMBER) == 0
    assert peer.decide() == 1
    assert peer.store.certifications(NUMBER) == 1


@pytest.mark.parametrize("fault", ["status", "dead", "portal", "redirect"])
def test_a_fault_on_the_way_in_leaves_nothing_behind(peer, fault):
    peer.switches.set(fault=fault)
    try:
        hand_in(peer, BY_REF["p01"])
    except (OSError, ValueError):  # hung up, or a page
        assert fault != "status"
    assert peer.store.numbers() == []


def test_the_switches_are_turned_from_outside_even_while_the_platform_refuses(peer):
    told = call(peer.control_url, {"listening": False, "fault": "half", "times": 3})
    assert told.body["switches"]["fault"] == "half"
    assert set(told.body["faults"]) == {fault.value for fault in Fault}
    with pytest.raises(urllib.error.URLError):
        call(f"{peer.url}/v1/health")
    call(peer.control_url, {"listening": True, "fault": "none"})
    assert call(f"{peer.url}/v1/health").status == 200
    assert call(peer.control_url).body["switches"]["listening"] is True


def test_what_was_accepted_is_decided_from_outside(peer):
    hand_in(peer, BY_REF["p18"])
    assert call(f"{peer.control_url}/decide", {}).body == {"decided": 1}


@pytest.mark.parametrize(
    "wrong",
    [{"fault": "magic"}, {"delay_s": -1}, {"times": 0}, {"status": 200}, {"colour": 1}, [1]],
)
def test_a_switch_that_does_not_exist_is_refused_and_nothing_changes(peer, wrong):
    assert call(peer.control_url, wrong).status == 400
    assert peer.switches.now == Switches()


def test_stopping_ends_requests_that_are_held_back(tmp_path):
    peer = PlatformPeer(tmp_path)
    peer.switches.set(fault="silence")
    with socket.create_connection(("127.0.0.1", peer.port), 30) as line:
        line.sendall(b"GET /v1/health HTTP/1.1\r\nHost: x\r\n\r\n")
        assert peer.wait_for_connection(30)
        peer.stop()
        assert line.recv(1) == b""


def test_the_platform_runs_as_a_program_of_its_own(tmp_path):
    with subprocess.Popen(
        [sys.executable, "-m", "sandbox.platform", "--plain", "--state", str(tmp_path)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    ) as program:
        assert program.stdout is not None
        told = json.loads(program.stdout.readline())
        assert call(f"{told['url']}/v1/health").status == 200
        assert json.loads(Path(told["key_file"]).read_text())["suite"] == HYBRID
        program.terminate()
        assert program.wait(30) == 0
