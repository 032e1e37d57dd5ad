"""Requests signed by the terminal: HTTP Message Signatures, RFC 9421, with Ed25519.

What is covered and why: `terminalSignature` of docs/api/platform.yaml. Pure: the clock, the lot and
the key are handed in.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Final

LABEL: Final = "terminal"
TAG: Final = "village-kiosk"

# Covered where the request has them; all else in its head is the line's business.
_FIELDS: Final = ("content-digest", "content-type", "idempotency-key")


def content_digest(body: bytes) -> str:
    """RFC 9530, section 2."""
    return f"sha-256=:{_base64(hashlib.sha256(body).digest())}:"


def parameters(covered: Sequence[str], **values: int | str) -> str:
    """`@signature-params`, RFC 9421, 2.3: the covered components, and what is said of the signature
    in the order given. Texts hold no quotation mark and no backslash.
    """
    listed = " ".join(f'"{name}"' for name in covered)
    said = [f";{name}={_bare_item(value)}" for name, value in values.items()]
    return f"({listed}){''.join(said)}"


def signature_base(covered: Mapping[str, str], params: str) -> bytes:
    """RFC 9421, 2.5: what is signed. `covered`: component → value, in the order of `params`."""
    lines = [f'"{name}": {value}' for name, value in covered.items()]
    return "\n".join([*lines, f'"@signature-params": {params}']).encode("ascii")


def signed(
    method: str,
    url: str,
    headers: Mapping[str, str],
    body: bytes | None,
    terminal: str,
    created: datetime,
    nonce: str,
    sign: Callable[[bytes], bytes | None],
) -> dict[str, str]:
    """The fields that are added to a request.

    `url` is the whole of it, without the port where it is the scheme's own; `headers` are those
    that will be sent; `nonce` is never the same twice. `sign` gives None when there is no key: the
    request then goes as it is, for the platform to refuse.
    """
    added = {} if body is None else {"Content-Digest": content_digest(body)}
    there = {name.lower(): value for name, value in (dict(headers) | added).items()}
    covered = {"@method": method, "@target-uri": url}
    covered |= {name: there[name] for name in _FIELDS if name in there}
    params = parameters(
        list(covered),
        created=int(created.timestamp()),
        nonce=nonce,
        keyid=terminal,
        alg="ed25519",
        tag=TAG,
    )
    signature = sign(signature_base(covered, params))
    if signature is None:
        return added
    return added | {
        "Signature-Input": f"{LABEL}={params}",
        "Signature": f"{LABEL}=:{_base64(signature)}:",
    }


def _bare_item(value: int | str) -> str:
    """RFC 8941, 3.3."""
    return str(value) if isinstance(value, int) else f'"{value}"'


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")
