from __future__ import annotations

import gzip
import json
import socket
import ssl
import threading
import traceback
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from email.utils import format_datetime
from ipaddress import ip_address

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from devices.base import Remedy
from kiosk.gateway import (
    EligibilityQuery,
    IdType,
    Platform,
    PlatformError,
    PlatformGarbledError,
    PlatformRefusedError,
    PlatformUnreachableError,
    Rating,
    Scheme,
    Submission,
)
from kiosk.results import Code
from kiosk.tls_line import Papers
from sandbox.platform.people import BY_REF
from sandbox.platform.person import ID_TYPES, Person
from sandbox.platform.server import TERMINAL, PlatformPeer
from tests.platform_kit import (
    KEY,
    NOON,
    STRANGER,
    answering,
    http,
    new_key,
    packet_for,
    read_request,
    sealed,
    tcp_server,
)

NUMBER = "20261120000017"
HINTS = {"connect_timeout_s": 20.0, "read_timeout_s": 20.0, "total_timeout_s": 30.0}
HURRIED = HINTS | {"total_timeout_s": 0.5}


@pytest.fixture
def peer(tmp_path):
    with PlatformPeer(tmp_path) as peer:
        yield peer


def nothing_is_left_running() -> None:
    for thread in threading.enumerate():
        if thread.name == "platform exchange":
            thread.join(10)
            assert not thread.is_alive()


@pytest.fixture(autouse=True)
def _nothing_is_left_running():
    yield
    nothing_is_left_running()


def client(url: str, key=KEY, terminal: str = TERMINAL, **options) -> Platform:
    return Platform(url, terminal, key.sign, **(HINTS | options))


def query_for(person: Person) -> EligibilityQuery:
    id_type = IdType(ID_TYPES[person.kind])
    return EligibilityQuery(person.item, id_type, person.number, person.card_name, person.valid_to)


def submission_for(peer: PlatformPeer, ref: str = "p01", number: str = NUMBER) -> Submission:
    person, key = BY_REF[ref], new_key()
    box = sealed(peer.public_key, json.dumps(packet_for(person, key)).encode(), key)
    public = peer.public_key
    return Submission(key, number, person.item, NOON, public.key_id, public.suite, box)


QUERY = query_for(BY_REF["p01"])
WELL = b'{"status": "ok"}'


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


# Other servers


ELIGIBLE = {
    "code": "ELIGIBLE",
    "records": [
        {
            "record_id": "R1",
            "scheme": "PUBLIC",
            "scheme_name": "x",
            "pay_agency": "y",
            "pay_area": "430121",
            "valid_to": None,
        }
    ],
}


def answered(told: object) -> bytes:
    return http("200 OK", json.dumps(told).encode())


@pytest.mark.parametrize(
    "reply",
    [
        pytest.param(answered(ELIGIBLE | {"code": "MARVELLOUS"}), id="unknown code"),
        pytest.param(answered(ELIGIBLE | {"code": "PASS"}), id="code of another answer"),
        pytest.param(answered(ELIGIBLE | {"records": []}), id="eligible for nothing"),
        pytest.param(answered(ELIGIBLE | {"code": "NOT_DUE"}), id="not due, but until when"),
        pytest.param(answered([ELIGIBLE]), id="a list"),
        pytest.param(http("200 OK", b"\xff\xfe{}"), id="not UTF-8"),
        pytest.param(http("200 OK", b""), id="empty"),
        pytest.param(http("204 No Content", b""), id="no content"),
        pytest.param(http("200 OK", b"{" * 100_000), id="very deep"),
        pytest.param(http("201 Created", json.dumps(ELIGIBLE).encode()), id="wrong status"),
        pytest.param(http("401 Unauthorized", b"<html>", "text/html"), id="proxy wants a name"),
        pytest.param(http("403 Forbidden", b"<html>", "text/html"), id="firewall page"),
        pytest.param(http("400 Bad Request", b"<html>", "text/html"), id="proxy's own 400"),
        pytest.param(
            http("400 Bad Request", b"{}", "application/problem+json"), id="problem without reason"
        ),
        pytest.param(
            http(
                "400 Bad Request",
                json.dumps(
                    {"type": "t", "title": "t", "status": 400, "reason": "张桂兰 " * 9}
                ).encode(),
                "application/problem+json",
            ),
            id="problem with prose for a reason",
        ),
        pytest.param(
            http(
                "409 Conflict",
                b'{"type": "t", "title": "t", "status": 400, "reason": "BAD_REQUEST"}',
                "application/problem+json",
            ),
            id="problem with another status than its own",
        ),
        pytest.param(b"SSH-2.0-OpenSSH_9.2\r\n", id="no HTTP at all"),
        pytest.param(
            http("200 OK", gzip.compress(bytes(50_000_000)), "application/json").replace(
                b"Content-Type", b"Content-Encoding: gzip\r\nContent-Type"
            ),
            id="a bomb of zeros",
        ),
        pytest.param(
            b"HTTP/1.1 302 Found\r\nLocation: http://portal.invalid/\r\n\r\n" + bytes(4_000_000),
            id="a redirect with a large page",
        ),
    ],
)
def test_another_server_is_never_taken_for_the_platform(reply):
    with tcp_server(answering(reply)) as port, pytest.raises(PlatformError) as fault:
        client(f"http://127.0.0.1:{port}", max_body_bytes=1_000_000).eligibility(QUERY)
    assert not isinstance(fault.value, PlatformRefusedError)


def test_a_page_that_calls_itself_json_is_no_ping():
    with (
        tcp_server(answering(http("200 OK", b'{"login": "please"}'))) as port,
        pytest.raises(PlatformGarbledError),
    ):
        client(f"http://127.0.0.1:{port}").ping()


def test_fields_the_terminal_does_not_know_are_passed_over():
    with tcp_server(answering(answered(ELIGIBLE | {"mood": "good"}))) as port:
        told = client(f"http://127.0.0.1:{port}").eligibility(QUERY)
    assert told.code is Code.ELIGIBLE


@pytest.mark.parametrize("status", ["302 Found", "200 OK", "404 Not Found"])
def test_a_page_without_an_end_is_not_read_to_its_end(status):
    def talk(line: socket.socket) -> None:
        read_request(line)
        line.sendall(f"HTTP/1.1 {status}\r\nLocation: /\r\n\r\n".encode())
        while True:
            line.sendall(bytes(65_536))

    with tcp_server(talk) as port, pytest.raises(PlatformGarbledError, match="too large"):
        client(f"http://127.0.0.1:{port}").eligibility(QUERY)


def test_an_answer_about_another_number_is_garbled():
    reply = http("202 Accepted", b'{"number": "20261120000018", "state": "accepted"}')
    submission = Submission(new_key(), NUMBER, QUERY.item, NOON, "k", "s", b"box")
    with tcp_server(answering(reply)) as port, pytest.raises(PlatformGarbledError):
        client(f"http://127.0.0.1:{port}").submit(submission)


def test_not_found_from_another_server_is_no_word_about_the_number():
    with (
        tcp_server(answering(http("404 Not Found", b"<html>", "text/html"))) as port,
        pytest.raises(PlatformGarbledError),
    ):
        client(f"http://127.0.0.1:{port}").progress(NUMBER)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("120", 120),
        ("0", 0),
        ("99999999", 86_400),
        ("-5", None),
        ("soon", None),
        ("Sun, 01 Mar 2026 08:31:00 +99999999999999999999", None),
        ("", None),
        (format_datetime(datetime.now(UTC) - timedelta(days=1), usegmt=True), 0),
        (format_datetime(datetime.now(UTC) + timedelta(days=9), usegmt=True), 86_400),
    ],
)
def test_retry_after_is_read_in_both_its_forms(header, seconds):
    reply = http("503 Busy", b"", "text/plain", f"Retry-After: {header}")
    with tcp_server(answering(reply)) as port, pytest.raises(PlatformUnreachableError) as fault:
        client(f"http://127.0.0.1:{port}").ping()
    assert fault.value.retry_after_s == seconds


def test_retry_after_is_counted_by_the_clock_of_whoever_wrote_it():
    """Ours may be years away."""
    lines = ("Date: Sun, 08 Mar 2099 08:30:00 GMT", "Retry-After: Sun, 08 Mar 2099 08:32:00 GMT")
    reply = http("503 Busy", b"", "text/plain", *lines)
    with tcp_server(answering(reply)) as port, pytest.raises(PlatformUnreachableError) as fault:
        client(f"http://127.0.0.1:{port}").ping()
    assert fault.value.retry_after_s == 120


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("Date: Sun, 08 Mar 2026 08:30:00 GMT", [datetime(2026, 3, 8, 8, 30, tzinfo=UTC)]),
        ("Date: some day", []),
        ("Server: none of your business", []),
    ],
)
def test_a_ping_tells_what_time_the_platform_has(line, told):
    heard: list[datetime] = []
    reply = http("200 OK", WELL, "application/json", line)
    with tcp_server(answering(reply)) as port:
        client(f"http://127.0.0.1:{port}", dated=heard.append).ping()
    assert heard == told


def test_what_is_not_the_platform_tells_no_time():
    heard: list[datetime] = []
    portal = http("200 OK", b"<html>", "text/html", "Date: Sun, 08 Mar 2099 08:30:00 GMT")
    with tcp_server(answering(portal)) as port, pytest.raises(PlatformGarbledError):
        client(f"http://127.0.0.1:{port}", dated=heard.append).ping()
    assert heard == []


def test_a_cookie_of_one_resident_is_not_sent_with_the_next():
    requests: list[bytes] = []

    def talk(line: socket.socket) -> None:
        requests.append(read_request(line))
        line.sendall(http("200 OK", WELL, "application/json", "Set-Cookie: who=p01; Path=/"))

    with tcp_server(talk) as port:
        platform = client(f"http://127.0.0.1:{port}")
        platform.ping()
        platform.ping()
    assert not any(b"cookie" in request.lower() for request in requests)


def test_a_proxy_in_the_environment_is_not_used(peer, monkeypatch, tmp_path):
    for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login x password y\n")
    monkeypatch.setenv("NETRC", str(netrc))
    assert client(peer.url).eligibility(QUERY).code is Code.ELIGIBLE


# TLS and addresses


@pytest.fixture
def secure_platform(tmp_path):
    """A port that answers a ping over TLS, and the file of the authority that vouches for it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "sandbox")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False
        )
        .sign(key, hashes.SHA256())
    )
    chain, private = tmp_path / "ca.pem", tmp_path / "key.pem"
    chain.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain, private)

    def talk(line: socket.socket) -> None:
        with context.wrap_socket(line, server_side=True) as secure:
            read_request(secure)
            secure.sendall(http("200 OK", WELL))

    with tcp_server(talk) as port:
        yield f"https://127.0.0.1:{port}", chain


def test_the_authority_in_the_settings_is_trusted(secure_platform):
    url, chain = secure_platform
    client(url, papers=Papers(chain)).ping()


def test_a_certificate_that_nobody_vouches_for_is_not_talked_to(secure_platform, monkeypatch):
    url, chain = secure_platform
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(chain))
    with pytest.raises(PlatformUnreachableError):
        client(url).ping()


@pytest.mark.parametrize(
    "url",
    [
        "http://platform.example.gov.cn",
        "http://10.0.0.1:8080",
        "http://localhost.example.cn",
        "ftp://127.0.0.1",
        "127.0.0.1:8080",
        "https://",
        "https://user:secret@platform.example.gov.cn",
        "https://platform.example.gov.cn/?x=1",
        "\x05https://platform.example.gov.cn",
        " https://platform.example.gov.cn",
    ],
)
def test_an_address_where_personal_data_would_travel_in_the_open_is_not_accepted(url):
    with pytest.raises(ValueError, match="address"):
        client(url)


@pytest.mark.parametrize(
    "url",
    ["http://127.0.0.1:1", "http://[::1]:1", "http://localhost:1", "https://a.example/kiosk/"],
)
def test_an_address_that_keeps_personal_data_covered_is_accepted(url):
    client(url)


# Nothing personal leaks


@pytest.mark.parametrize(
    "fault",
    [
        "status",
        "dead",
        "silence",
        "portal",
        "lost_answer",
        "half",
        "drip_body",
        "wrong_json",
        "huge",
    ],
)
def test_no_fault_carries_what_was_sent_or_answered(peer, fault):
    peer.switches.set(fault=fault, drip_s=0.2)
    total_timeout_s = 0.5 if fault in ("silence", "drip_body") else 30.0
    with pytest.raises(PlatformError) as caught:
        client(peer.url, total_timeout_s=total_timeout_s).eligibility(QUERY)
    told = "".join(traceback.format_exception(caught.value))
    assert QUERY.id_number not in told
    assert QUERY.name not in told
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None


def test_what_is_asked_and_handed_in_does_not_show_in_a_log():
    submission = Submission(new_key(), NUMBER, QUERY.item, NOON, "k", "s", b"sealed")
    assert QUERY.id_number not in repr(QUERY)
    assert QUERY.name not in repr(QUERY)
    assert "sealed" not in repr(submission).replace("sealed=", "")
