from __future__ import annotations

import json
import threading
from datetime import date, datetime
from typing import Any

import pytest

from sandbox.platform.outcomes import deadline_after
from sandbox.platform.people import BY_REF, PEOPLE
from sandbox.platform.person import ID_TYPES, ITEMS, Person
from sandbox.platform.server import CHINA, TERMINAL, PlatformPeer
from tests.platform_kit import STAFF as BY_STAFF
from tests.platform_kit import certified, face, jpeg, new_key, submission_body
from tests.sandbox.platform_calls import ALIVE, NUMBER, Told, call, hand_in

READABLE = [person for person in PEOPLE if person.outcome is not None]


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


def of(record_id: str) -> dict[str, Any]:
    return certified(record_ids=[record_id], liveness=ALIVE)


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
