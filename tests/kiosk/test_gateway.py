from __future__ import annotations

import json
import socket
import threading
from dataclasses import replace
from datetime import date

import pytest

from devices.base import Remedy
from kiosk.platform.gateway import (
    PlatformGarbledError,
    PlatformRefusedError,
    PlatformUnreachableError,
    Rating,
    Scheme,
    Submission,
)
from kiosk.platform.results import Code
from sandbox.platform.people import BY_REF
from sandbox.platform.server import TERMINAL, PlatformPeer
from tests.kiosk.gateway_calls import (
    HINTS,
    NUMBER,
    QUERY,
    client,
    nothing_is_left_running,
    query_for,
)
from tests.platform_kit import (
    KEY,
    NOON,
    STRANGER,
    answering,
    http,
    new_key,
    packet_for,
    sealed,
    tcp_server,
)

HURRIED = HINTS | {"total_timeout_s": 0.5}


@pytest.fixture
def peer(tmp_path):
    with PlatformPeer(tmp_path) as peer:
        yield peer


@pytest.fixture(autouse=True)
def _nothing_is_left_running():
    yield
    nothing_is_left_running()


def submission_for(peer: PlatformPeer, ref: str = "p01", number: str = NUMBER) -> Submission:
    person, key = BY_REF[ref], new_key()
    box = sealed(peer.public_key, json.dumps(packet_for(person, key)).encode(), key)
    public = peer.public_key
    return Submission(key, number, person.item, NOON, public.key_id, public.suite, box)


# What the platform says


def test_the_records_of_a_person_come_before_the_face(peer):
    told = client(peer.url).eligibility(query_for(BY_REF["p02"]))
    assert told.code is Code.ELIGIBLE
    assert [record.scheme for record in told.records] == [Scheme.ENTERPRISE, Scheme.RESIDENTS]
    assert told.records[0].valid_to is not None
    assert told.records[1].valid_to is None


def test_whoever_is_certified_already_hears_until_when(peer):
    told = client(peer.url).eligibility(query_for(BY_REF["p03"]))
    assert told.code is Code.NOT_DUE
    assert told.valid_to is not None
    assert told.valid_to > date.today()


def test_a_submission_is_decided_on_the_spot(peer):
    answer = client(peer.url).submit(submission_for(peer))
    assert (answer.number, answer.code) == (NUMBER, Code.PASS)
    assert answer.record_ids == ("R-p01-1",)
    assert answer.valid_to is not None
    assert answer.decided_at is not None


def test_a_submission_sent_twice_has_one_effect_and_one_answer(peer):
    platform, submission = client(peer.url), submission_for(peer)
    assert platform.submit(submission) == platform.submit(submission)
    assert peer.store.certifications(NUMBER) == 1


def test_a_submission_to_be_looked_at_is_accepted_and_found_again_under_its_number(peer):
    platform = client(peer.url)
    assert platform.submit(submission_for(peer, "p18")).code is Code.ACCEPTED
    waiting = platform.progress(NUMBER)
    assert waiting is not None
    assert waiting.code is Code.ACCEPTED
    peer.decide()
    decided = platform.progress(NUMBER)
    assert decided is not None
    assert decided.code is Code.PASS


def test_a_number_that_the_platform_does_not_know_is_an_answer(peer):
    assert client(peer.url).progress("99999999999999") is None


def test_a_rating_given_twice_counts_once(peer):
    platform = client(peer.url)
    rating = Rating(new_key(), None, BY_REF["p01"].item, 5, NOON)
    platform.rate(rating)
    platform.rate(rating)
    assert [rated.stars for rated in peer.store.ratings()] == [5]


def test_a_receipt_for_another_rating_is_garbled_and_not_taken_for_this_one():
    with tcp_server(answering(http("201 Created", b'{"key": "%s"}' % new_key().encode()))) as port:
        platform = client(f"http://127.0.0.1:{port}")
        with pytest.raises(PlatformGarbledError):
            platform.rate(Rating(new_key(), None, BY_REF["p01"].item, 5, NOON))


def test_a_platform_in_good_health_answers_a_ping(peer):
    assert client(peer.url).ping() is None


def test_calls_from_several_threads_do_not_disturb_each_other(peer):
    platform = client(peer.url)
    refs = ["p01", "p02", "p03", "p04", "p07", "p08", "p09", "p10"]
    codes: dict[str, str] = {}

    def ask(ref: str) -> None:
        codes[ref] = platform.eligibility(query_for(BY_REF[ref])).code

    threads = [threading.Thread(target=ask, args=(ref,)) for ref in refs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert codes == {
        ref: {"PASS": "ELIGIBLE"}.get(BY_REF[ref].outcome or "", BY_REF[ref].outcome)
        for ref in refs
    }


# What the platform refuses


@pytest.mark.parametrize(
    ("key", "terminal", "reason"),
    [(STRANGER, TERMINAL, "SIGNATURE_INVALID"), (KEY, "430121-002", "UNAUTHORIZED")],
)
def test_a_key_that_is_not_enrolled_is_for_the_technician_and_the_submission_is_not_to_blame(
    peer, key, terminal, reason
):
    with pytest.raises(PlatformRefusedError) as refused:
        client(peer.url, key, terminal).submit(submission_for(peer))
    assert (refused.value.status, refused.value.reason) == (401, reason)
    assert refused.value.remedy is Remedy.TECHNICIAN
    assert not refused.value.poison


def test_a_request_the_platform_cannot_understand_is_poison(peer):
    with pytest.raises(PlatformRefusedError) as refused:
        client(peer.url).submit(replace(submission_for(peer), number="17"))
    assert (refused.value.reason, refused.value.poison) == ("BAD_REQUEST", True)


def test_a_number_that_is_taken_is_poison(peer):
    platform = client(peer.url)
    platform.submit(submission_for(peer))
    with pytest.raises(PlatformRefusedError) as refused:
        platform.submit(submission_for(peer))
    assert (refused.value.reason, refused.value.poison) == ("NUMBER_TAKEN", True)


def test_a_packet_that_does_not_open_is_poison(peer):
    with pytest.raises(PlatformRefusedError) as refused:
        client(peer.url).submit(replace(submission_for(peer), sealed=b"\0" * 2000))
    assert (refused.value.reason, refused.value.poison) == ("NOT_OPENABLE", True)


# What goes wrong on the way


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_a_server_in_trouble_is_tried_again(peer, status):
    peer.switches.set(fault="status", status=status, times=1)
    with pytest.raises(PlatformUnreachableError) as fault:
        client(peer.url).eligibility(QUERY)
    assert fault.value.remedy is Remedy.RETRY
    assert client(peer.url).eligibility(QUERY).code is Code.ELIGIBLE


def test_a_busy_platform_says_when_to_come_back(peer):
    peer.switches.set(fault="status", status=503)
    with pytest.raises(PlatformUnreachableError) as fault:
        client(peer.url).eligibility(QUERY)
    assert fault.value.retry_after_s == 2


@pytest.mark.parametrize("fault", ["silence", "drip_head", "drip_body"])
def test_a_server_that_takes_for_ever_is_not_waited_for(peer, fault):
    peer.switches.set(fault=fault, drip_s=0.2)  # a minute and more for the whole answer
    with pytest.raises(PlatformUnreachableError):
        client(peer.url, **HURRIED).eligibility(QUERY)
    nothing_is_left_running()


def test_a_server_that_is_slow_within_reason_is_waited_for(peer):
    peer.switches.set(delay_s=0.3)
    assert client(peer.url).eligibility(QUERY).code is Code.ELIGIBLE


def test_the_read_time_out_ends_a_silence_before_the_total(peer):
    peer.switches.set(fault="silence")
    with pytest.raises(PlatformUnreachableError, match="Timeout"):
        client(peer.url, read_timeout_s=0.2).eligibility(QUERY)


def test_a_refused_connection_is_a_platform_out_of_reach(peer):
    peer.switches.set(listening=False)
    with pytest.raises(PlatformUnreachableError, match="NewConnectionError"):
        client(peer.url).eligibility(QUERY)
    peer.switches.set(listening=True)
    assert client(peer.url).eligibility(QUERY).code is Code.ELIGIBLE


def test_a_server_that_hangs_up_is_a_platform_out_of_reach(peer):
    peer.switches.set(fault="dead")
    with pytest.raises(PlatformUnreachableError):
        client(peer.url).eligibility(QUERY)


def test_a_lost_answer_is_asked_for_again_and_nothing_is_done_twice(peer):
    platform, submission = client(peer.url), submission_for(peer)
    peer.switches.set(fault="lost_answer", times=1)
    with pytest.raises(PlatformUnreachableError):
        platform.submit(submission)
    assert peer.store.certifications(NUMBER) == 1
    assert platform.submit(submission).code is Code.PASS
    assert peer.store.certifications(NUMBER) == 1


@pytest.mark.parametrize(
    "fault", ["half", "portal", "redirect", "not_json", "wrong_json", "wrong_type", "huge"]
)
def test_what_is_no_answer_of_the_platform_is_garbled(peer, fault):
    peer.switches.set(fault=fault)
    for call in (
        lambda: client(peer.url).eligibility(QUERY),
        lambda: client(peer.url).submit(submission_for(peer)),
        lambda: client(peer.url).progress(NUMBER),
        lambda: client(peer.url).rate(Rating(new_key(), NUMBER, QUERY.item, 3, NOON)),
    ):
        with pytest.raises(PlatformGarbledError) as garbled:
            call()
        assert garbled.value.remedy is Remedy.RETRY


def test_a_name_look_up_that_hangs_is_not_waited_for(monkeypatch):
    answered = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: answered.wait(60) and [])
    try:
        with pytest.raises(PlatformUnreachableError):
            client("https://platform.invalid", **HURRIED).ping()
    finally:
        answered.set()


def test_a_name_that_nobody_knows_is_told_apart_from_a_server_that_is_down(monkeypatch):
    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with pytest.raises(PlatformUnreachableError, match="NameResolutionError"):
        client("https://platform.invalid").ping()


def test_a_tls_handshake_that_hangs_is_not_waited_for():
    held = threading.Event()
    with tcp_server(lambda _: held.wait(60) and None) as port:
        try:
            with pytest.raises(PlatformUnreachableError):
                client(f"https://127.0.0.1:{port}", **HURRIED).ping()
            nothing_is_left_running()
        finally:
            held.set()


def test_a_server_that_reads_nothing_is_not_waited_for():
    held = threading.Event()
    big = Submission(new_key(), NUMBER, QUERY.item, NOON, "k", "s", bytes(8_000_000))
    with tcp_server(lambda _: held.wait(60) and None) as port:
        try:
            with pytest.raises(PlatformUnreachableError):
                client(f"http://127.0.0.1:{port}", **HURRIED).submit(big)
            nothing_is_left_running()
        finally:
            held.set()
