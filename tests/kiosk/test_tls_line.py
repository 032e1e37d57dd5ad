"""The line of an enrolled terminal: TLS with both certificates; and who gets no connection."""

from __future__ import annotations

import socket
import ssl

import pytest
import requests

from devices.base import Remedy
from kiosk.platform.bounded_http import Limits, exchange
from kiosk.platform.gateway import (
    PlatformError,
    PlatformUnreachableError,
    PlatformUntrustedError,
)
from kiosk.platform.tls_line import Papers, PapersError, SecureLine
from sandbox.certificates import Certificates, Paper
from sandbox.platform.server import TERMINAL, PlatformPeer
from tests.kiosk.enrolled import LOOPBACK, QUERY, client, papers
from tests.platform_kit import tcp_server


@pytest.fixture(scope="module")
def certificates(tmp_path_factory):
    return Certificates(tmp_path_factory.mktemp("papers"))


@pytest.fixture
def peer(tmp_path, certificates):
    with PlatformPeer(tmp_path, tls=certificates.server(Paper.RIGHT, clients=True)) as peer:
        yield peer


def test_an_enrolled_terminal_is_answered(peer, certificates):
    client(peer.url, papers(certificates)).ping()
    (exchange,) = peer.exchanges()
    assert exchange.request.certificate == TERMINAL
    assert "authorization" not in exchange.request.headers


def test_a_terminal_without_a_certificate_gets_no_connection(peer, certificates):
    with pytest.raises(PlatformUnreachableError):
        client(peer.url, Papers(certificates.authority)).ping()
    assert peer.exchanges() == []


@pytest.mark.parametrize("paper", [Paper.STRANGER, Paper.EXPIRED])
def test_a_certificate_that_the_platform_does_not_take_gets_no_connection(
    peer, certificates, paper
):
    with pytest.raises(PlatformUnreachableError):
        client(peer.url, papers(certificates, paper)).eligibility(QUERY)
    assert peer.exchanges() == []


def test_what_the_platform_says_against_a_certificate_is_told_to_the_technician(certificates):
    """By TLS 1.3 it comes after the client's handshake; here it is not overtaken by a reset."""
    context = certificates.server(Paper.RIGHT, clients=True)

    def talk(line: socket.socket) -> None:
        told, says = ssl.MemoryBIO(), ssl.MemoryBIO()
        far = context.wrap_bio(told, says, server_side=True)
        fault = ssl.SSLError()
        while not isinstance(fault, ssl.SSLCertVerificationError):
            try:
                far.do_handshake()
            except ssl.SSLError as met:
                fault = met
            line.sendall(says.read())
            told.write(line.recv(65_536))
        while line.recv(65_536):
            pass

    with tcp_server(talk) as port, pytest.raises(PlatformUntrustedError) as fault:
        client(f"https://{LOOPBACK}:{port}", papers(certificates, Paper.EXPIRED)).ping()
    assert "certificate expired" in str(fault.value)
    assert fault.value.remedy is Remedy.TECHNICIAN


@pytest.mark.parametrize(
    ("paper", "said"),
    [
        (Paper.STRANGER, "self-signed certificate"),
        (Paper.ELSEWHERE, "IP address mismatch"),
        (Paper.EXPIRED, "certificate has expired"),
    ],
)
def test_a_server_that_is_not_the_platform_is_told_nothing(tmp_path, certificates, paper, said):
    with PlatformPeer(tmp_path, tls=certificates.server(paper, clients=True)) as peer:
        with pytest.raises(PlatformUntrustedError, match=said):
            client(peer.url, papers(certificates)).eligibility(QUERY)
        assert peer.exchanges() == []


def test_a_server_of_another_authority_is_told_nothing(peer, certificates, tmp_path):
    other = Certificates(tmp_path / "other")
    shown = papers(certificates)
    with pytest.raises(PlatformUntrustedError, match="certificate"):
        client(peer.url, Papers(other.authority, shown.certificate, shown.key)).ping()


def test_the_pinned_authority_stays_the_only_one(peer, certificates):
    line = SecureLine.of(papers(certificates))
    for _ in range(2):
        asked = requests.Request("GET", f"{peer.url}/v1/sealing-key")
        assert exchange(asked, Limits(20, 20, 30, 1 << 20), line).status == 200
    assert len(line.get_ca_certs()) == 1


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of making such a server
def test_an_older_tls_is_not_spoken(certificates):
    context = certificates.server(Paper.RIGHT)
    context.minimum_version = ssl.TLSVersion.TLSv1
    context.maximum_version = ssl.TLSVersion.TLSv1_1
    context.set_ciphers("ALL:@SECLEVEL=0")

    def talk(line: socket.socket) -> None:
        with pytest.raises(ssl.SSLError):
            context.wrap_socket(line, server_side=True)

    with tcp_server(talk) as port, pytest.raises(PlatformUnreachableError):
        client(f"https://{LOOPBACK}:{port}", papers(certificates)).ping()


def test_plain_http_instead_of_tls_is_not_spoken(tmp_path, certificates):
    """Somebody on the way answers without TLS, or sends the terminal to an address without it."""
    with PlatformPeer(tmp_path) as plain:
        with pytest.raises(PlatformUnreachableError):
            client(plain.url.replace("http:", "https:"), papers(certificates)).ping()
        assert plain.exchanges() == []
    with pytest.raises(ValueError, match="https"):
        client("http://platform.example.gov.cn", papers(certificates))


def test_a_redirection_to_http_is_not_followed(peer, certificates):
    peer.switches.set(fault="redirect")
    with pytest.raises(PlatformError):
        client(peer.url, papers(certificates)).ping()


@pytest.mark.parametrize(
    ("tickets", "expected"), [(2, [False, True, True]), (0, [False, False, False])]
)
def test_the_second_exchange_resumes_the_session_of_the_first(
    certificates, monkeypatch, tickets, expected
):
    """And Python, which loses memory with each session it tells, is asked for one once."""
    context, resumed, asked = certificates.server(Paper.RIGHT, clients=True), [], []
    context.num_tickets = tickets
    told = ssl.SSLSocket.session

    def session(line: ssl.SSLSocket) -> ssl.SSLSession | None:
        asked.append(line)
        return told.fget(line)

    monkeypatch.setattr(ssl.SSLSocket, "session", property(session, told.fset))

    def talk(line: socket.socket) -> None:
        with context.wrap_socket(line, server_side=True) as safe:
            safe.recv(65_536)
            resumed.append(safe.session_reused)
            safe.sendall(b"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n")

    with tcp_server(talk) as port:
        platform = client(f"https://{LOOPBACK}:{port}", papers(certificates))
        for _ in range(3):
            with pytest.raises(PlatformUnreachableError):
                platform.ping()
    assert resumed == expected
    assert len(asked) == 1


@pytest.mark.parametrize("which", ["authority", "certificate", "key"])
def test_a_file_that_is_missing_or_no_pem_stops_the_start(certificates, tmp_path, which):
    shown = papers(certificates)
    for text, said in ((None, "No such file"), ("no pem", "not usable")):
        bad = tmp_path / f"{which}.pem"
        if text is not None:
            bad.write_text(text)
        fields = {name: getattr(shown, name) for name in ("authority", "certificate", "key")}
        with pytest.raises(PapersError, match=said) as fault:
            SecureLine.of(Papers(**(fields | {which: bad})))
        assert str(bad) in str(fault.value)


def test_a_key_of_another_certificate_stops_the_start(certificates):
    mine, other = papers(certificates), papers(certificates, terminal="430121-002")
    with pytest.raises(PapersError, match="not usable"):
        SecureLine.of(Papers(mine.authority, mine.certificate, other.key))
