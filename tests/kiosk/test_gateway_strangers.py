"""Another server is never taken for the platform, and nothing personal leaks on the way."""

from __future__ import annotations

import gzip
import json
import socket
import traceback
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from kiosk.platform.gateway import (
    PlatformError,
    PlatformGarbledError,
    PlatformRefusedError,
    PlatformUnreachableError,
    Submission,
)
from kiosk.platform.results import Code
from sandbox.platform.server import PlatformPeer
from tests.kiosk.gateway_calls import (
    ELIGIBLE,
    NUMBER,
    QUERY,
    WELL,
    answered,
    client,
    nothing_is_left_running,
)
from tests.platform_kit import NOON, answering, http, new_key, read_request, tcp_server


@pytest.fixture
def peer(tmp_path):
    with PlatformPeer(tmp_path) as peer:
        yield peer


@pytest.fixture(autouse=True)
def _nothing_is_left_running():
    yield
    nothing_is_left_running()


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
