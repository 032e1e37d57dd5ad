"""Digital signatures on the platform's documents (电子印章), by an invented authority.

PAdES (ETSI EN 319 142) by pyHanko. The authority and its keys are made when the state directory is
new; `seal-roots.pem` there is what a terminal is to trust. Everything it signs is a sample.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path

from asn1crypto import keys as asn1_keys
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers
from pyhanko_certvalidator.registry import SimpleCertificateStore

AUTHORITY = "样张签章根（演示，不具效力）"
DAY = timedelta(days=1)


class SealFault(StrEnum):
    """What is wrong with a seal. `CHANGED`: the paper was altered afterwards."""

    RIGHT = ""
    CHANGED = "changed"
    STRANGER = "stranger"  # by an authority that the terminal does not know
    EXPIRED = "expired"  # the certificate of the seal
    NONE = "none"


@dataclass(frozen=True, slots=True)
class _Authority:
    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey


class Seals:
    """Signs in the name of an office. `roots_file` is PEM."""

    def __init__(self, directory: Path) -> None:
        kept, self.roots_file = directory / "seal-authority.pem", directory / "seal-roots.pem"
        if not kept.exists():
            kept.touch(mode=0o600)
            kept.write_bytes(_pem(_new_authority()))
        self._trusted, self._stranger = _loaded(kept.read_bytes()), _new_authority()
        self.roots_file.write_bytes(
            self._trusted.certificate.public_bytes(serialization.Encoding.PEM)
        )

    def seal(self, pdf: bytes, office: str, at: datetime, fault: SealFault) -> bytes:
        """The same pages with a signature of `office` over all of them."""
        if fault is SealFault.NONE:
            return pdf
        authority = self._stranger if fault is SealFault.STRANGER else self._trusted
        until = at - DAY if fault is SealFault.EXPIRED else at + 365 * DAY
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = _certificate(office, key, authority, until)
        signer = signers.SimpleSigner(
            signing_cert=_asn1(certificate),
            signing_key=asn1_keys.PrivateKeyInfo.load(
                key.private_bytes(
                    serialization.Encoding.DER,
                    serialization.PrivateFormat.PKCS8,
                    serialization.NoEncryption(),
                )
            ),
            cert_registry=SimpleCertificateStore.from_certs(  # type: ignore[no-untyped-call]
                [_asn1(authority.certificate)]
            ),
        )
        signature = signers.PdfSignatureMetadata(
            field_name="Seal",
            md_algorithm="sha256",
            subfilter=fields.SigSeedSubFilter.PADES,
            reason="样张",
        )
        out = io.BytesIO()
        signers.sign_pdf(
            IncrementalPdfFileWriter(io.BytesIO(pdf)), signature, signer=signer, output=out
        )
        return _changed(out.getvalue()) if fault is SealFault.CHANGED else out.getvalue()


def _changed(pdf: bytes) -> bytes:
    """One bit of the first page's picture is another."""
    at = pdf.index(b"stream\n") + 200
    return pdf[:at] + bytes([pdf[at] ^ 1]) + pdf[at + 1 :]


def _new_authority() -> _Authority:
    key = ec.generate_private_key(ec.SECP256R1())
    return _Authority(_certificate(AUTHORITY, key, None, datetime.now(UTC) + 3650 * DAY), key)


def _certificate(
    name: str,
    key: ec.EllipticCurvePrivateKey,
    issuer: _Authority | None,
    until: datetime,
) -> x509.Certificate:
    """Without an `issuer` it is an authority of its own. Valid for two years up to `until`, an
    authority for twenty.
    """
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    begins = until - (730 if issuer else 7300) * DAY
    usage = dict.fromkeys(
        (
            *("digital_signature", "content_commitment", "key_encipherment", "data_encipherment"),
            *("key_agreement", "key_cert_sign", "crl_sign", "encipher_only", "decipher_only"),
        ),
        False,
    )
    usage |= (
        {"digital_signature": True, "content_commitment": True}
        if issuer
        else {"key_cert_sign": True, "crl_sign": True}
    )
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.certificate.subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(until)
        .add_extension(x509.BasicConstraints(issuer is None, None), critical=True)
        .add_extension(x509.KeyUsage(**usage), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(
                (issuer.key if issuer else key).public_key()
            ),
            critical=False,
        )
        .sign(issuer.key if issuer else key, hashes.SHA256())
    )


def _pem(authority: _Authority) -> bytes:
    return authority.certificate.public_bytes(
        serialization.Encoding.PEM
    ) + authority.key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def _loaded(pem: bytes) -> _Authority:
    key = serialization.load_pem_private_key(pem, None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise TypeError("the authority's key is of another kind")
    return _Authority(x509.load_pem_x509_certificate(pem), key)


def _asn1(certificate: x509.Certificate) -> asn1_x509.Certificate:
    return asn1_x509.Certificate.load(certificate.public_bytes(serialization.Encoding.DER))
