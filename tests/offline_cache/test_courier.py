"""What waits, on a stick: whole or not there, signed, and nothing of it gone from the store."""

from __future__ import annotations

import base64
import hashlib
import json

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from offline_cache.courier import CourierError, write_bundle
from offline_cache.submission import Outcome, Problem, Submission
from offline_cache.terminal_key import load_or_make
from tests.offline_cache.helpers import (
    MORNING,
    TERMINAL,
    Clock,
    a_submission,
    an_outbox,
    some_materials,
)


@pytest.fixture
def stick(tmp_path):
    place = tmp_path / "stick"
    place.mkdir()
    return place


@pytest.fixture
def store(tmp_path):
    return tmp_path / "store.db"


@pytest.fixture
def key(tmp_path):
    return load_or_make(tmp_path / "terminal.key")


@pytest.fixture
def outbox(store):
    held = an_outbox(store, Clock())
    yield held
    held.close()


def lines_of(file, public):
    """The lines of a bundle that holds; read by the format's description."""
    raw = file.read_bytes()
    *lines, last = raw.splitlines(keepends=True)
    seal = json.loads(last)
    digest = hashlib.sha256(b"".join(lines)).hexdigest()
    assert (seal["lines"], seal["sha256"]) == (len(lines), digest)
    assert base64.b64decode(seal["public_key"]) == public
    told = [json.loads(line) for line in lines]
    signed = f"village-kiosk courier v1|{told[0]['terminal']}|{digest}".encode()
    signature = base64.b64decode(seal["signature"])
    Ed25519PublicKey.from_public_bytes(public).verify(signature, signed)
    return told


def test_everything_that_waits_is_carried_in_its_order(outbox, stick, key):
    first, second = a_submission(b"one"), a_submission(b"two", kind="application")
    rating = Submission(
        "00000000-0000-4000-8000-000000000001", "rating", "2020-35/1/13", b'{"stars": 5}'
    )
    numbers = [outbox.keep(one).number for one in (first, rating)]
    numbers.append(outbox.keep(second, some_materials(2, 1)).number)
    carried = write_bundle(outbox, stick, TERMINAL, key, MORNING)
    head, *told = lines_of(carried.file, key.public)
    assert head == {"courier": 1, "terminal": TERMINAL, "made_at": "2026-03-08T08:30:00+00:00"}
    assert [line.get("key") for line in told] == [first.key, rating.key, second.key, *[None] * 3]
    assert base64.b64decode(told[0]["submission"]["sealed"]) == b"one"
    assert told[0]["submission"]["number"] == numbers[0]
    assert told[1]["rating"] == {"stars": 5}
    pieces = [line["chunk"] for line in told[3:]]
    assert [(one["number"], one["material"], one["chunk"]) for one in pieces] == [
        (numbers[2], 0, 0),
        (numbers[2], 0, 1),
        (numbers[2], 1, 0),
    ]
    assert base64.b64decode(pieces[0]["box"]) == b"chunk 0 0."


def test_what_was_carried_still_waits_for_the_line(outbox, stick, key):
    outbox.keep(a_submission())
    write_bundle(outbox, stick, TERMINAL, key, MORNING)
    assert outbox.waiting() == 1
    assert outbox.peek(MORNING) is not None


def test_what_was_delivered_or_set_aside_is_not_carried(outbox, stick, key):
    gone, spoiled, waiting = (a_submission() for _ in range(3))
    for one in (gone, spoiled, waiting):
        outbox.keep(one)
    outbox.acknowledge(gone.key, Outcome.ACCEPTED)
    outbox.set_aside(spoiled.key, Problem.REJECTED)
    carried = write_bundle(outbox, stick, TERMINAL, key, MORNING)
    assert [line["key"] for line in lines_of(carried.file, key.public)[1:]] == [waiting.key]


def test_nothing_that_waits_leaves_nothing_on_the_stick(outbox, stick, key):
    assert write_bundle(outbox, stick, TERMINAL, key, MORNING) is None
    assert list(stick.iterdir()) == []


def test_a_line_that_was_altered_is_noticed(outbox, stick, key):
    outbox.keep(a_submission(b"one"))
    file = write_bundle(outbox, stick, TERMINAL, key, MORNING).file
    good = file.read_bytes()
    file.write_bytes(good.replace(b"2026-03-08T08:30:00+00:00", b"2026-03-09T08:30:00+00:00"))
    with pytest.raises(AssertionError):
        lines_of(file, key.public)
    other = good.replace(f'"terminal":"{TERMINAL}"'.encode(), b'"terminal":"370113"')
    *lines, last = other.splitlines(keepends=True)
    seal = json.loads(last) | {"sha256": hashlib.sha256(b"".join(lines)).hexdigest()}
    file.write_bytes(b"".join(lines) + json.dumps(seal).encode())
    with pytest.raises(InvalidSignature):
        lines_of(file, key.public)


def test_a_stick_that_is_not_there_says_so(outbox, stick, key):
    outbox.keep(a_submission())
    with pytest.raises(CourierError, match="No such file"):
        write_bundle(outbox, stick / "out", TERMINAL, key, MORNING)


def test_writing_a_bundle_changes_nothing_in_the_store(outbox, stick, store, key):
    outbox.keep(a_submission(), some_materials(3))
    kept = (store, store.with_name(store.name + "-wal"))  # the third holds who is reading
    before = [part.read_bytes() for part in kept]
    write_bundle(outbox, stick, TERMINAL, key, MORNING)
    assert [part.read_bytes() for part in kept] == before
