"""Certificates for both ends of a connection on the loopback interface: right ones, and others."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from ipaddress import ip_address
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

LOOPBACK: Final = "127.0.0.1"
DAYS: Final = 365


class Paper(StrEnum):
    RIGHT = "right"
    STRANGER = "stranger"  # issued by nobody whom the other side trusts
    ELSEWHERE = "elsewhere"  # for another name
    EXPIRED = "expired"
    ENDING = "ending"  # in ten days


_DAYS: Final = {Paper.EXPIRED: -1, Paper.ENDING: 10}


@dataclass(frozen=True, slots=True)
class Files:
    """PEM."""

    certificate: Path
    key: Path


class Certificates:
    """Made when asked for; `authority` is the PEM file that both sides are to trust."""

    def __init__(self, directory: Path) -> None:
        directory.mkdir(parents=True, exist_ok=True)
        self._directory = directory
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._issuer = _name("sandbox authority")
        root = self._certificate(self._issuer, self._key, DAYS, None)
        self.authority = directory / "authority.pem"
        self.authority.write_bytes(root.public_bytes(serialization.Encoding.PEM))

    def server(self, paper: Paper, *, clients: bool = False) -> ssl.SSLContext:
        """For the far end of a connection to 127.0.0.1. `clients`: they show a certificate of the
        authority, or get no connection.
        """
        host = "192.0.2.1" if paper is Paper.ELSEWHERE else LOOPBACK
        names = x509.SubjectAlternativeName([x509.IPAddress(ip_address(host))])
        files = self._issued(f"server-{paper}", _name("sandbox"), paper, names)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.load_cert_chain(files.certificate, files.key)
        if clients:
            context.load_verify_locations(self.authority)
            context.verify_mode = ssl.CERT_REQUIRED
        return context

    def terminal(self, terminal: str, paper: Paper = Paper.RIGHT) -> Files:
        """The certificate that it shows, with its name as the subject's."""
        use = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH])
        return self._issued(f"terminal-{terminal}-{paper}", _name(terminal), paper, use)

    def _issued(
        self, file: str, subject: x509.Name, paper: Paper, extension: x509.ExtensionType
    ) -> Files:
        key = ec.generate_private_key(ec.SECP256R1())
        made = self._certificate(
            subject, key, _DAYS.get(paper, DAYS), extension, by_itself=paper is Paper.STRANGER
        )
        files = Files(self._directory / f"{file}.pem", self._directory / f"{file}.key")
        files.certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
        files.key.touch(mode=0o600)
        files.key.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )
        return files

    def _certificate(
        self,
        subject: x509.Name,
        key: ec.EllipticCurvePrivateKey,
        days: int,
        extension: x509.ExtensionType | None,
        by_itself: bool = False,
    ) -> x509.Certificate:
        """Until `days` from now; `extension` None is an authority."""
        until = datetime.now(UTC) + timedelta(days=days)
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(subject if by_itself else self._issuer)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(until - timedelta(days=DAYS + 30))
            .not_valid_after(until)
            .add_extension(x509.BasicConstraints(extension is None, None), critical=True)
        )
        if extension is not None:
            builder = builder.add_extension(extension, critical=False)
        return builder.sign(key if by_itself else self._key, hashes.SHA256())


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])
