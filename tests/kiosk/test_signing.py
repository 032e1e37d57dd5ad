"""Signed requests: against the examples of the RFCs, and what is covered of ours."""

from __future__ import annotations

import base64
from datetime import UTC, datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kiosk.platform.signing import content_digest, parameters, signature_base, signed

NOON = datetime(2026, 11, 20, 12, 0, 0, 999_000, tzinfo=UTC)
URL = "https://platform.example.gov.cn/v1/submissions"

# RFC 9421, B.1.4 and B.2.6; RFC 9530, B.2.
RFC_KEY = Ed25519PrivateKey.from_private_bytes(
    base64.urlsafe_b64decode("n4Ni-HpISpVObnQMW0wOhCKROaIKqKtW_2ZYb2p9KcU=")
)
RFC_COVERED = {
    "date": "Tue, 20 Apr 2021 02:07:55 GMT",
    "@method": "POST",
    "@path": "/foo",
    "@authority": "example.com",
    "content-type": "application/json",
    "content-length": "18",
}
RFC_SIGNATURE = (
    "wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw=="
)
RFC_DIGEST = "sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:"


def test_the_example_of_rfc_9421_is_signed_as_it_is_there():
    params = parameters(list(RFC_COVERED), created=1618884473, keyid="test-key-ed25519")
    assert params == (
        '("date" "@method" "@path" "@authority" "content-type" "content-length")'
        ';created=1618884473;keyid="test-key-ed25519"'
    )
    base = signature_base(RFC_COVERED, params)
    assert base64.b64encode(RFC_KEY.sign(base)).decode() == RFC_SIGNATURE


def test_the_example_of_rfc_9530_has_the_digest_it_has_there():
    assert content_digest(b'{"hello": "world"}') == RFC_DIGEST


def test_all_that_matters_of_a_request_is_covered():
    headers = {"Accept": "application/json", "Content-Type": "application/json"}
    headers["Idempotency-Key"] = "k"
    bases: list[bytes] = []

    def sign(base: bytes) -> bytes:
        bases.append(base)
        return b"s"

    added = signed("POST", URL, headers, b"{}", "522401", NOON, "n-1", sign)
    params = (
        '("@method" "@target-uri" "content-digest" "content-type" "idempotency-key")'
        ';created=1795176000;nonce="n-1";keyid="522401";alg="ed25519";tag="village-kiosk"'
    )
    assert added == {
        "Content-Digest": content_digest(b"{}"),
        "Signature-Input": f"terminal={params}",
        "Signature": "terminal=:cw==:",
    }
    assert bases == [
        (
            '"@method": POST\n'
            f'"@target-uri": {URL}\n'
            f'"content-digest": {content_digest(b"{}")}\n'
            '"content-type": application/json\n'
            '"idempotency-key": k\n'
            f'"@signature-params": {params}'
        ).encode()
    ]


def test_a_request_without_a_body_has_no_digest():
    added = signed("GET", URL, {"Accept": "*/*"}, None, "522401", NOON, "n", lambda _: b"s")
    assert set(added) == {"Signature-Input", "Signature"}
    assert '("@method" "@target-uri")' in added["Signature-Input"]


def test_without_a_key_a_request_goes_unsigned():
    assert signed("GET", URL, {}, None, "522401", NOON, "n", lambda _: None) == {}
