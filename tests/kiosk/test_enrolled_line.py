"""Signed requests over TLS: altered, repeated, dated wrongly, or by nobody who is enrolled."""

from __future__ import annotations

import http.client
import socket
import ssl
import threading
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import pytest

from kiosk.machines.delivery import sender
from kiosk.platform.gateway import (
    Platform,
    PlatformRefusedError,
    PlatformUnreachableError,
    Rating,
)
from offline_cache.forwarder import PutOff
from offline_cache.steady_clock import SteadyClock
from offline_cache.submission import Problem, Queued
from sandbox.certificates import Certificates, Paper
from sandbox.network import Network
from sandbox.network_wire import Wire
from sandbox.platform.server import SEED, TERMINAL, PlatformPeer, public_key_of
from tests.kiosk.enrolled import LOOPBACK, PERSON, client, papers
from tests.platform_kit import NOON, new_key, signed_headers, tcp_server


@pytest.fixture(scope="module")
def certificates(tmp_path_factory):
    return Certificates(tmp_path_factory.mktemp("papers"))


@pytest.fixture
def peer(tmp_path, certificates):
    with PlatformPeer(tmp_path, tls=certificates.server(Paper.RIGHT, clients=True)) as peer:
        yield peer


def rating():
    return Rating(new_key(), None, PERSON.item, 5, NOON)


# Signatures


def ask(peer, certificates, method, path, body, headers):
    """Any request, by an enrolled certificate: (status, reason)."""
    shown = papers(certificates)
    context = ssl.create_default_context(cafile=str(shown.authority))
    context.load_cert_chain(shown.certificate, shown.key)
    line = http.client.HTTPSConnection(LOOPBACK, peer.port, timeout=30, context=context)
    try:
        line.request(method, path, body, headers)
        reply = line.getresponse()
        return reply.status, (reply.read() or b"").decode()
    finally:
        line.close()


RATING = "/v1/ratings"


def rating_request(peer):
    body = (
        f'{{"number": null, "terminal": "{TERMINAL}", "item": "{PERSON.item}",'
        ' "stars": 5, "rated_at": "2026-11-20T12:00:00+08:00"}'
    ).encode()
    headers = signed_headers("POST", peer.url + RATING, body, Idempotency_Key=new_key())
    return body, headers


def test_a_request_replayed_byte_for_byte_is_refused(peer, certificates):
    body, headers = rating_request(peer)
    assert ask(peer, certificates, "POST", RATING, body, headers)[0] == 201
    status, told = ask(peer, certificates, "POST", RATING, body, headers)
    assert (status, "REPLAYED" in told) == (401, True)
    assert len(peer.store.ratings()) == 1


def test_a_replay_is_refused_after_a_restart_of_the_platform_as_well(tmp_path, certificates):
    tls = certificates.server(Paper.RIGHT, clients=True)
    with PlatformPeer(tmp_path, tls=tls) as peer:
        body, headers = rating_request(peer)
        assert ask(peer, certificates, "POST", RATING, body, headers)[0] == 201
        port = peer.port
    with PlatformPeer(tmp_path, port, tls=tls) as peer:
        assert ask(peer, certificates, "POST", RATING, body, headers)[0] == 401


@pytest.mark.parametrize(
    "alter",
    [
        lambda body, headers: (body.replace(b'"stars": 5', b'"stars": 1'), headers),
        lambda body, headers: (body, headers | {"Idempotency-Key": new_key()}),
        lambda body, headers: (body, headers | {"Content-Type": "text/plain"}),
        lambda body, headers: (
            body.replace(b'"stars": 5', b'"stars": 1'),
            headers | {"Content-Digest": headers["Content-Digest"].replace("=:", "=:", 1)},
        ),
        lambda body, headers: (
            body,
            headers
            | {"Signature-Input": headers["Signature-Input"].replace('nonce="', 'nonce="0')},
        ),
        lambda body, headers: (
            body,
            headers
            | {"Signature-Input": headers["Signature-Input"].replace(' "content-digest"', "")},
        ),
        lambda body, headers: (
            body,
            headers | {"Signature": headers["Signature"].replace("=:", "=:A", 1)[:-4] + "==:"},
        ),
        lambda body, headers: (
            body,
            {name: text for name, text in headers.items() if not name.startswith("Signature")},
        ),
    ],
    ids=["body", "key", "type", "digest", "nonce", "cover", "signature", "unsigned"],
)
def test_an_altered_request_has_no_effect(peer, certificates, alter):
    body, headers = rating_request(peer)
    status, _ = ask(peer, certificates, "POST", RATING, *alter(body, headers))
    assert status == 401
    assert peer.store.ratings() == []
    assert ask(peer, certificates, "POST", RATING, body, headers)[0] == 201


def test_a_signature_for_one_address_is_none_for_another(peer, certificates):
    headers = signed_headers("GET", f"{peer.url}/v1/submissions/11111111111111")
    status, told = ask(peer, certificates, "GET", "/v1/submissions/22222222222222", None, headers)
    assert (status, "SIGNATURE_INVALID" in told) == (401, True)


def test_the_certificate_of_one_terminal_does_not_speak_for_another(peer, certificates):
    shown = papers(certificates, terminal="430121-002")
    with pytest.raises(PlatformRefusedError) as refused:
        client(peer.url, shown).ping()
    assert (refused.value.status, refused.value.poison) == (403, False)


def test_a_terminal_without_its_key_is_refused_and_loses_nothing(peer, certificates):
    platform = client(peer.url, papers(certificates), sign=lambda _: None)
    with pytest.raises(PlatformRefusedError) as refused:
        platform.rate(rating())
    assert (refused.value.reason, refused.value.poison) == ("UNAUTHORIZED", False)


# Clocks


@pytest.mark.parametrize("days", [-20_000, -1, 1, 4000])
def test_a_clock_that_jumped_is_put_right_by_the_platform_and_the_request_arrives(
    peer, certificates, days
):
    wrong = SteadyClock(
        wall=lambda: datetime.now(UTC) + timedelta(days=max(days, -200)),
        synchronised=lambda: False,
    )
    platform = client(peer.url, papers(certificates), clock=wrong, dated=wrong.confirm)
    platform.rate(rating())
    assert abs(wrong() - datetime.now(UTC)) < timedelta(minutes=5)
    platform.rate(rating())
    assert len(peer.store.ratings()) == 2
    assert len(peer.exchanges()) == 3, "only the first was asked for twice"


def test_a_clock_that_nothing_can_put_right_does_not_keep_a_request_from_arriving(
    peer, certificates
):
    """A time server that is wrong is believed before the platform is."""
    wrong = SteadyClock(
        wall=lambda: datetime.now(UTC) + timedelta(days=3), synchronised=lambda: True
    )
    platform = client(peer.url, papers(certificates), clock=wrong, dated=wrong.confirm)
    platform.rate(rating())
    platform.rate(rating())
    assert len(peer.store.ratings()) == 2


def test_a_platform_that_says_no_time_is_not_asked_for_ever(certificates):
    asked: list[bytes] = []
    problem = b'{"type": "x", "title": "x", "status": 401, "reason": "CLOCK_SKEW"}'
    context = certificates.server(Paper.RIGHT, clients=True)

    def talk(line: socket.socket) -> None:
        with context.wrap_socket(line, server_side=True) as safe:
            asked.append(safe.recv(65_536))
            head = b"HTTP/1.1 401 No\r\nContent-Type: application/problem+json\r\n"
            safe.sendall(head + b"Content-Length: %d\r\n\r\n" % len(problem) + problem)

    with tcp_server(talk) as port:
        platform = client(f"https://{LOOPBACK}:{port}", papers(certificates))
        with pytest.raises(PlatformRefusedError, match="CLOCK_SKEW"):
            platform.ping()
    assert len(asked) == 1


# Networks


@contextmanager
def gateway(certificates, tmp_path):
    """TLS ends before the platform, as it does in a data centre: (network, platform, client)."""
    enrolled = {TERMINAL: public_key_of(SEED)}
    with PlatformPeer(tmp_path, enrolled=enrolled, scheme="https") as peer:
        tls = certificates.server(Paper.RIGHT, clients=True)
        with Network((LOOPBACK, peer.port), tls) as network:
            yield network, peer, client(f"https://{LOOPBACK}:{network.port}", papers(certificates))


def test_a_gateway_that_sends_a_request_twice_is_answered_with_a_new_signature(
    certificates, tmp_path
):
    twice = threading.Event()

    def once_more(wire: Wire) -> None:
        request = wire.request()
        if not twice.is_set():
            twice.set()
            wire.forward(request)  # its answer got lost inside
        wire.send(wire.forward(request))

    with gateway(certificates, tmp_path) as (network, peer, platform):
        network.fail(once_more)
        platform.rate(rating())
        heard = [exchange.reply.status for exchange in peer.exchanges()]
        assert heard == [201, 401, 200]
        assert len(peer.store.ratings()) == 1


def test_what_is_refused_for_its_signature_waits_and_is_never_set_aside(certificates, tmp_path):
    def meddle(wire: Wire) -> None:
        request = wire.request()
        changed = request.whole.replace(b'"stars": 5', b'"stars": 1')
        wire.send(wire.forward(type(request)(request.method, request.path, changed)))

    body = b'{"number": null, "stars": 5, "rated_at": "2026-11-20T12:00:00+08:00"}'
    queued = Queued(
        key=new_key(), kind="rating", item=PERSON.item, number="", body=body, kept_at=NOON
    )
    with gateway(certificates, tmp_path) as (network, peer, platform):
        network.fail(meddle)
        assert sender(platform)(queued) == PutOff(Problem.REFUSED)
        assert peer.store.ratings() == []


def test_an_address_with_the_usual_port_is_signed_as_the_platform_sees_it():
    signed: list[bytes] = []

    def sign(base: bytes) -> None:
        signed.append(base)

    platform = Platform(
        "https://127.0.0.1:443/kiosk/", TERMINAL, sign, 0.1, 0.1, 0.1
    )  # nobody listens there
    with pytest.raises(PlatformUnreachableError):
        platform.ping()
    assert (
        urlsplit(signed[0].decode().split('"@target-uri": ')[1].split("\n")[0]).netloc == LOOPBACK
    )
    assert b'"@target-uri": https://127.0.0.1/kiosk/v1/health\n' in signed[0]
