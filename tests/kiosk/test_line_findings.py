"""What the doctor makes of keys and certificates."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from kiosk.desks.findings import Level
from kiosk.desks.line_findings import Shown, key_room, own_certificate, refused, sealing_keys
from kiosk.machines.key_custody import Custody, KeyPlace
from kiosk.platform.gateway_errors import PlatformRefusedError
from offline_cache.sealing import Sealer
from offline_cache.sealing_keys import DatedKey

NOW = datetime(2027, 6, 1, 9, tzinfo=UTC)
FILE = Path("/state/terminal.key")


@pytest.mark.parametrize(
    ("custody", "has_tpm", "level", "said"),
    [
        (Custody.FILE, False, Level.ATTENTION, "in a file, readable by user 7 alone; no TPM 2.0"),
        (Custody.FILE, True, Level.ATTENTION, "in a file, readable by user 7 alone; there is a"),
        (Custody.HOST, False, Level.ATTENTION, "a secret on this machine's own disk; no TPM"),
        (Custody.TPM, True, Level.OK, "encrypted with the TPM 2.0"),
        (Custody.UNKNOWN, False, Level.ATTENTION, "encrypted who knows how"),
    ],
)
def test_where_the_key_lies_is_said_plainly(custody, has_tpm, level, said):
    finding = key_room(KeyPlace(FILE, custody), "user 7 alone", has_tpm)
    assert finding.level is level
    assert said in finding.what
    assert bool(finding.remedy) == (level is not Level.OK)


def test_a_key_in_the_clear_beside_the_encrypted_one_is_wrong():
    finding = key_room(KeyPlace(Path("/run/x"), Custody.TPM, FILE), "nobody", True)
    assert (finding.level, finding.remedy) == (Level.WRONG, f"shred -u {FILE}")


@pytest.mark.parametrize(
    ("name", "days", "level", "said"),
    [
        ("522401", 200, Level.OK, "valid until 2027-12-18"),
        ("522401", 20, Level.ATTENTION, "ends on 2027-06-21"),
        ("522401", -1, Level.WRONG, "ended on 2027-05-31"),
        ("522402", 200, Level.WRONG, "that of 522402, not 522401"),
    ],
)
def test_a_certificate_is_told_by_its_name_and_end(name, days, level, said):
    finding = own_certificate(Shown(name, NOW + timedelta(days=days)), "522401", NOW)
    assert finding.level is level
    assert said in finding.what


def dated(name, begins_days=-1000, ends_days=None):
    raw = X25519PrivateKey.generate().public_key().public_bytes_raw()
    sealer = Sealer(raw, name, "HPKE-X25519-HKDF-SHA256-AES-256-GCM")
    end = datetime.max.replace(tzinfo=UTC) if ends_days is None else NOW + timedelta(ends_days)
    return DatedKey(sealer, NOW + timedelta(begins_days), end)


@pytest.mark.parametrize(
    ("keys", "level"),
    [
        ([dated("a")], Level.OK),
        ([dated("a", ends_days=5), dated("b", 4, 400)], Level.OK),
        ([dated("a", ends_days=5)], Level.ATTENTION),
        ([dated("a", ends_days=-5)], Level.WRONG),
        ([dated("a", begins_days=5)], Level.WRONG),
    ],
    ids=["for ever", "the next is there", "the last ends", "ended", "not yet"],
)
def test_sealing_keys_are_told_before_the_last_ends(keys, level):
    finding = sealing_keys(keys, keys[0], NOW)
    assert finding.level is level
    assert "key a" in finding.what


def test_a_refusal_says_how_to_be_enrolled():
    assert "main.py enrol" in refused(PlatformRefusedError(401, "UNAUTHORIZED")).remedy
    assert refused(PlatformRefusedError(404, "NOT_FOUND")).remedy != ""
