"""Several keys of the platform, and which of them it is sealed to."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from offline_cache.sealing import SealingKeyError
from offline_cache.sealing_keys import load_ring

SUITE = "HPKE-X25519-HKDF-SHA256-AES-256-GCM"
KEY = "0197a1b2-0000-7000-8000-00000000cafe"
JUNE = datetime(2027, 6, 1, tzinfo=UTC)
MONTH = timedelta(days=30)


def key(name, **dates):
    raw = X25519PrivateKey.generate().public_key().public_bytes_raw()
    public = base64.b64encode(raw).decode()
    return {"key_id": name, "suite": SUITE, "public_key": public} | {
        at: moment.isoformat() for at, moment in dates.items()
    }


def ring(tmp_path, *keys, clock=lambda: JUNE):
    file = tmp_path / "keys.json"
    file.write_text(json.dumps({"keys": list(keys)}))
    return load_ring(file, clock)


def test_the_newest_key_whose_time_has_come_is_sealed_to(tmp_path):
    now = JUNE
    keys = ring(
        tmp_path,
        key("first", not_before=JUNE - MONTH, not_after=JUNE + MONTH),
        key("always"),
        key("next", not_before=JUNE + timedelta(days=1)),
        clock=lambda: now,
    )
    assert keys.seal(b"x", KEY).key_id == "first"
    now = JUNE + timedelta(days=1)
    assert keys.seal(b"x", KEY).key_id == "next"


def test_a_date_alone_never_sends_a_resident_away(tmp_path):
    over = ring(
        tmp_path,
        key("older", not_after=JUNE - 2 * MONTH),
        key("old", not_after=JUNE - MONTH),
        key("far", not_before=JUNE + MONTH),
    )
    assert over.seal(b"x", KEY).key_id == "old"
    early = ring(
        tmp_path,
        key("soon", not_before=JUNE + MONTH),
        key("late", not_before=JUNE + 2 * MONTH),
    )
    assert early.seal(b"x", KEY).key_id == "soon"


def test_a_directory_is_read_file_by_file(tmp_path):
    for name, fields in (
        ("a.json", key("a", not_before=JUNE - MONTH)),
        ("b.json", {"keys": [key("b", not_before=JUNE - timedelta(days=1))]}),
        ("notes.txt", "not a key"),
    ):
        (tmp_path / name).write_text(json.dumps(fields))
    keys = load_ring(tmp_path, lambda: JUNE)
    assert [each.key_id for each in keys.keys] == ["a", "b"]
    assert keys.seal(b"x", KEY).key_id == "b"


def test_a_file_with_one_key_is_a_ring_of_one(tmp_path):
    (tmp_path / "key.json").write_text(json.dumps(key("only")))
    keys = load_ring(tmp_path / "key.json")
    assert keys.seal(b"x", KEY).key_id == "only"
    assert not keys.keys[0].ends


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ({"keys": []}, "no key"),
        ({"keys": {}}, "keys is a list"),
        ({"keys": ["x"]}, "every key is an object"),
        ({"keys": [key("a"), key("a")]}, "two keys a"),
        (key("a") | {"not_before": "some day"}, "not_before is a moment"),
        (key("a") | {"not_after": "2027-06-01T00:00:00"}, "not_after is a moment"),
        (key("a") | {"not_after": 7}, "not_after is a moment"),
        (key("a", not_before=JUNE, not_after=JUNE - MONTH), "before not_before"),
        (key("a") | {"public_key": "AAAA"}, "32 bytes"),
        ({"key": []}, "exactly the fields"),
    ],
)
def test_what_is_wrong_with_the_keys_is_said_at_the_start(tmp_path, told, said):
    (tmp_path / "keys.json").write_text(json.dumps(told))
    with pytest.raises(SealingKeyError, match=said):
        load_ring(tmp_path / "keys.json")


def test_an_empty_directory_and_a_missing_file_say_so(tmp_path):
    with pytest.raises(SealingKeyError, match="no key"):
        load_ring(tmp_path)
    with pytest.raises(SealingKeyError, match="No such file"):
        load_ring(tmp_path / "none.json")
