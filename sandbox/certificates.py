"""Certificates for servers on the loopback interface: one that is right, and some that are not."""

from __future__ import annotations

import ssl
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


class Paper(StrEnum):
    RIGHT = "right"
    STRANGER = "stranger"  # issued by nobody whom the client trusts
    ELSEWHERE = "elsewhere"  # for another name
    EXPIRED = "expired"


class Certificates:
    """Made when asked for; `authority` is the PEM file that a client is to trust."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._issuer = _name("sandbox authority")
        root = self._certificate(self._issuer, self._key, 1, None)
        self.authority = directory / "authority.pem"
        self.authority.write_bytes(root.public_bytes(serialization.Encoding.PEM))

    def server(self, paper: Paper) -> ssl.SSLContext:
        """For the far end of a connection to 127.0.0.1."""
        key = ec.generate_private_key(ec.SECP256R1())
        host = "192.0.2.1" if paper is Paper.ELSEWHERE else "127.0.0.1"
        days = -1 if paper is Paper.EXPIRED else 1
        made = self._certificate(
            _name("sandbox"), key, days, host, by_itself=paper is Paper.STRANGER
        )
        chain, private = self._directory / f"{paper}.pem", self._directory / f"{paper}.key"
        chain.write_bytes(made.public_bytes(serialization.Encoding.PEM))
        private.touch(mode=0o600)
        private.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(chain, private)
        return context

    def _certificate(
        self,
        subject: x509.Name,
        key: ec.EllipticCurvePrivateKey,
        days: int,
        host: str | None,
        by_itself: bool = False,
    ) -> x509.Certificate:
        """Until `days` from now; `host` None is an authority."""
        until = datetime.now(UTC) + timedelta(days=days)
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(subject if by_itself else self._issuer)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(until - timedelta(days=30))
            .not_valid_after(until)
            .add_extension(x509.BasicConstraints(host is None, None), critical=True)
        )
        if host is not None:
            names = x509.SubjectAlternativeName([x509.IPAddress(ip_address(host))])
            builder = builder.add_extension(names, critical=False)
        return builder.sign(key if by_itself else self._key, hashes.SHA256())


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])
