"""Looks whether the digital signatures on a PDF are good, and by whom.

A program of its own, `python seal_check.py [ROOTS]`: the PDF comes in on its standard input, one
line of JSON goes out, a `Finding`. Apart, because the library takes most of a second and 32 MB,
which the terminal is not to hold, and because a file from outside is read here: what it does to
this process, within the limits below, it does to nobody else.

Signatures: ISO 32000-2, 12.8, and PAdES, ETSI EN 319 142. ROOTS is a PEM file of the authorities to
trust; without it nobody is. Nothing is fetched: whether a certificate was revoked is not asked.
"""

from __future__ import annotations

import io
import json
import logging
import resource
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from asn1crypto import pem, x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

MEMORY_BYTES = 1 << 30
PROCESSOR_S = 20


@dataclass(frozen=True, slots=True)
class Finding:
    """verdict: good, broken, unknown_signer, expired or none, the worst of all signatures.
    at: when it was signed, ISO 8601, by the clock of whoever signed.
    """

    verdict: str
    by: str = ""
    at: str = ""


def main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (PROCESSOR_S, PROCESSOR_S))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    logging.disable(logging.CRITICAL)  # the library quotes what it reads
    roots = _certificates(Path(sys.argv[1])) if len(sys.argv) > 1 else []
    print(json.dumps(asdict(check(sys.stdin.buffer.read(), roots))))


def check(pdf: bytes, roots: Sequence[x509.Certificate]) -> Finding:
    try:
        signatures = PdfFileReader(io.BytesIO(pdf)).embedded_regular_signatures
    except Exception:  # noqa: BLE001 (all: whatever a damaged file does to the reader)
        return Finding("broken")
    findings = [_one(signature, roots) for signature in signatures]
    for verdict in ("broken", "unknown_signer", "expired", "good"):
        for finding in findings:
            if finding.verdict == verdict:
                return finding
    return Finding("none")


def _one(signature: Any, roots: Sequence[x509.Certificate]) -> Finding:
    try:
        status = _validated(signature, roots, None)
        certificate = status.signing_cert
        by = str(certificate.subject.native.get("common_name", ""))
        at = status.signer_reported_dt
        told = (by, at.isoformat() if at else "")
        if not (status.intact and status.valid and status.docmdp_ok is not False):
            return Finding("broken", *told)
        if status.bottom_line:
            return Finding("good", *told)
        ends = certificate.not_valid_after
        if ends < datetime.now(UTC) and _validated(signature, roots, ends).trusted:
            return Finding("expired", *told)
    except Exception:  # noqa: BLE001 (all: see above)
        return Finding("broken")
    return Finding("broken" if status.trusted else "unknown_signer", *told)


def _validated(signature: Any, roots: Sequence[x509.Certificate], at: datetime | None) -> Any:
    context = ValidationContext(
        trust_roots=list(roots), allow_fetching=False, moment=at, revocation_mode="soft-fail"
    )
    return validate_pdf_signature(signature, context)


def _certificates(file: Path) -> list[x509.Certificate]:
    found = pem.unarmor(file.read_bytes(), multiple=True)
    return [x509.Certificate.load(der) for kind, _, der in found if kind == "CERTIFICATE"]


if __name__ == "__main__":
    main()
