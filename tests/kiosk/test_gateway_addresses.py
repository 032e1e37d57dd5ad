"""TLS, and the addresses that keep personal data covered."""

from __future__ import annotations

import socket
import ssl
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from kiosk.platform.gateway import PlatformUnreachableError
from kiosk.platform.tls_line import Papers
from tests.kiosk.gateway_calls import WELL, client, nothing_is_left_running
from tests.platform_kit import http, read_request, tcp_server


@pytest.fixture(autouse=True)
def _nothing_is_left_running():
    yield
    nothing_is_left_running()


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
