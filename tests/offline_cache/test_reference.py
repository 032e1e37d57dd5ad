"""What the platform published: whole, signed, never older; the old one stays until then."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from offline_cache.errors import StoreIoError
from offline_cache.reference import Shelf, Taken

ROOT = Path(__file__).resolve().parents[2]
PUBLISHER = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = PUBLISHER.public_key().public_bytes_raw()


def published(content, version=1, name="notices", key=PUBLISHER, **changed):
    """As a publisher makes it, written from the format's description."""
    label = {
        "name": name,
        "version": version,
        "issued_at": "2026-11-21T08:00:00+08:00",
        "bytes": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
        **changed,
    }
    told = json.dumps(label, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    signature = key.sign(b"village-kiosk reference v1|" + told)
    signed = {**label, "signature": base64.b64encode(signature).decode()}
    return json.dumps(signed, ensure_ascii=False).encode() + b"\n" + content


def text(reference):
    return reference.content.decode()


@pytest.fixture
def shelf(tmp_path):
    return Shelf(tmp_path / "reference", PUBLIC)


def test_what_was_published_is_read_with_its_date(shelf):
    assert shelf.take("notices", published("镇上周六也办公".encode())) is Taken.NEW
    told = shelf.use("notices", lambda reference: reference)
    assert (told.content.decode(), told.version) == ("镇上周六也办公", 1)
    assert told.issued_at.isoformat() == "2026-11-21T08:00:00+08:00"


def test_nothing_published_is_an_answer(shelf):
    assert shelf.use("notices", text) is None


def test_an_older_one_is_not_taken_back(shelf):
    shelf.take("notices", published(b"new", 2))
    assert shelf.take("notices", published(b"old", 1)) is Taken.KNOWN
    assert shelf.take("notices", published(b"other", 2)) is Taken.KNOWN
    assert shelf.use("notices", text) == "new"


@pytest.mark.parametrize(
    ("offered", "because"),
    [
        (published(b"x", key=Ed25519PrivateKey.generate()), Taken.NOT_SIGNED),
        (published(b"x").replace(b"\nx", b"\ny"), Taken.WRONG),
        (published(b"x").replace(b'"version": 1', b'"version": 9'), Taken.NOT_SIGNED),
        (published(b"x", name="guides"), Taken.WRONG),
        (published(b"x", version=0), Taken.WRONG),
        (published(b"x", version=True), Taken.WRONG),
        (published(b"x", issued_at="2026-11-21T08:00:00"), Taken.WRONG),
        (b"{}\n", Taken.WRONG),
        (b"[" * 4000 + b"\n", Taken.WRONG),
        (b"", Taken.WRONG),
    ],
)
def test_what_nobody_trusted_published_changes_nothing(shelf, offered, because):
    shelf.take("notices", published(b"first"))
    assert shelf.take("notices", offered) is because
    assert shelf.use("notices", text) == "first"


def test_the_old_one_goes_on_when_the_new_one_cannot_be_understood(shelf, tmp_path):
    shelf.take("notices", published(b"old", 1))
    assert shelf.use("notices", text) == "old"
    shelf.take("notices", published(b"\xff\xfe", 2))
    assert shelf.use("notices", text) == "old"
    assert shelf.use("notices", text) == "old"
    assert [path.name[:18] for path in tmp_path.rglob("*damaged*")] == ["notices.2.damaged-"]


def test_the_old_one_goes_on_when_the_disk_damaged_the_new_one(shelf, tmp_path):
    shelf.take("notices", published(b"old", 1))
    shelf.take("notices", published(b"new", 2))
    path = tmp_path / "reference" / "notices.2"
    path.write_bytes(path.read_bytes()[:-1] + b"?")
    assert shelf.use("notices", text) == "old"


def test_the_old_one_goes_only_when_the_new_one_was_read(shelf, tmp_path):
    shelf.take("notices", published(b"old", 1))
    shelf.take("notices", published(b"new", 2))
    assert sorted(path.name for path in (tmp_path / "reference").iterdir()) == [
        "notices.1",
        "notices.2",
    ]
    assert shelf.use("notices", text) == "new"
    assert [path.name for path in (tmp_path / "reference").iterdir()] == ["notices.2"]


def test_a_version_that_was_put_aside_may_be_published_again(shelf):
    shelf.take("notices", published(b"\xff", 1))
    assert shelf.use("notices", text) is None
    assert shelf.take("notices", published(b"mended", 1)) is Taken.NEW
    assert shelf.use("notices", text) == "mended"


def test_a_disk_that_cannot_be_written_says_so(tmp_path):
    blocked = tmp_path / "file"
    blocked.write_bytes(b"")
    with pytest.raises(StoreIoError):
        Shelf(blocked / "reference", PUBLIC).take("notices", published(b"x"))


@pytest.mark.parametrize(("call", "times"), [("fsync", 2), ("rename", 1), ("write", 1)])
def test_killed_at_any_call_that_lays_it_down_there_is_a_whole_one(tmp_path, call, times):
    place, offered = tmp_path / "reference", tmp_path / "offered"
    assert Shelf(place, PUBLIC).take("notices", published(b"old", 1)) is Taken.NEW
    offered.write_bytes(published(b"new" * 50_000, 2))
    program = (
        "import sys; from pathlib import Path; from offline_cache.reference import Shelf\n"
        "Shelf(Path(sys.argv[1]), bytes.fromhex(sys.argv[2]))"
        ".take('notices', Path(sys.argv[3]).read_bytes())"
    )
    command = [sys.executable, "-c", program, str(place), PUBLIC.hex(), str(offered)]
    for nth in range(1, times + 1):
        killed = subprocess.run(
            [
                *("strace", "-f", "-qq", "-o", os.devnull, "-e", f"trace={call}"),
                *("-e", f"inject={call}:signal=KILL:when={nth}", *command),
            ],
            cwd=ROOT,
            check=False,
            timeout=60,
        )
        assert killed.returncode == -signal.SIGKILL
        assert Shelf(place, PUBLIC).use("notices", text)[:3] in ("old", "new")
    assert Shelf(place, PUBLIC).take("notices", published(b"last", 3)) is Taken.NEW
    assert Shelf(place, PUBLIC).use("notices", text) == "last"
    assert [path.name for path in place.iterdir()] == ["notices.3"]


@given(st.binary(max_size=300), st.integers(0, 300))
def test_no_bytes_break_it(noise, at):
    shelf = Shelf(Path("/nowhere"), PUBLIC)  # nothing of this is ever laid down
    good = published(b"content")
    broken = good[:at] + noise + good[at + len(noise) :]
    if broken != good:
        assert shelf._opened("notices", broken) in (Taken.WRONG, Taken.NOT_SIGNED)
