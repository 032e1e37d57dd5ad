"""What waits goes to the platform on a stick, by line, or both; and counts once."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from kiosk.machines.delivery import sender
from kiosk.machines.key_custody import key_place, own_key
from kiosk.platform.gateway import Platform
from kiosk.visits.packets import Packet, Piece, packet
from kiosk.works.keeping import keep_packet
from offline_cache.courier import write_bundle
from offline_cache.database import begin, connect
from offline_cache.forwarder import Awaiting, BackOff, Forwarder
from offline_cache.outbox import Limits, Outbox
from offline_cache.sealing import load_sealer
from offline_cache.submission import Outcome, State, Submission
from offline_cache.terminal_key import TerminalKey
from sandbox.network import LOOPBACK
from sandbox.platform.courier import BundleRefusedError, Taken, take_in
from sandbox.platform.people import BY_REF
from sandbox.platform.server import PlatformPeer
from tests.kiosk.test_delivery import scan, until
from tests.platform_kit import new_key, packet_for

ROOT = Path(__file__).resolve().parents[2]
SETTINGS = (ROOT / "config" / "kiosk.toml").read_text("utf-8")
TERMINAL = "522401"  # as those settings have it
ITEM = "2020-35/1/2"


@pytest.fixture
def key(tmp_path: Path) -> TerminalKey:
    (tmp_path / "state").mkdir()
    return own_key(key_place(tmp_path / "state"))


@pytest.fixture
def peer(tmp_path: Path, key: TerminalKey) -> Iterator[PlatformPeer]:
    with PlatformPeer(tmp_path / "platform", enrolled={TERMINAL: key.public}) as peer:
        yield peer


@pytest.fixture
def outbox(tmp_path: Path, key: TerminalKey) -> Iterator[Outbox]:
    store = tmp_path / "state" / "store.db"
    begin(store).connection.close()
    with closing(Outbox(connect(store), TERMINAL, Limits(disk_free_bytes=0))) as outbox:
        yield outbox


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    (tmp_path / "stick").mkdir()
    return tmp_path / "stick"


def _packet(key: str, *scans: bytes) -> Packet:
    """An application with these scans; without any, a certification with its face."""
    head: dict[str, Any] = packet_for(BY_REF["p01"], key, terminal=TERMINAL)
    pieces = []
    if scans:
        head |= {"item": ITEM, "kind": "application", "evidence": "card", "certification": None}
        pieces = [Piece("hukou", "户口簿", "scanned", "image/jpeg", one) for one in scans]
    else:
        head |= {"evidence": "staff", "staff": "430121-S01"}
    del head["format"], head["materials"]
    return packet(head, pieces)


def kept(outbox: Outbox, peer: PlatformPeer, *scans: bytes) -> str:
    key, sealer = new_key(), load_sealer(peer.key_file)
    kind, item = ("application", ITEM) if scans else ("certification", BY_REF["p01"].item)
    return keep_packet(outbox, sealer, _packet(key, *scans), kind, key, item).number


def rated(outbox: Outbox, number: str) -> None:
    told = {"number": number, "terminal": TERMINAL, "item": ITEM, "stars": 5}
    told["rated_at"] = "2026-11-20T12:00:00+08:00"
    outbox.keep(Submission(new_key(), "rating", ITEM, json.dumps(told).encode()))


def carried(outbox: Outbox, stick: Path, key: TerminalKey) -> Path:
    bundle = write_bundle(outbox, stick, TERMINAL, key, datetime.now(UTC))
    assert bundle is not None
    return bundle.file


def step(outbox: Outbox, peer: PlatformPeer, key: TerminalKey) -> None:
    """One request over the line."""
    queued = outbox.peek(datetime.now(UTC))
    assert queued is not None
    url = f"http://{LOOPBACK}:{peer.port}"
    result = sender(Platform(url, TERMINAL, key.sign, 20.0, 20.0, 30.0))(queued)
    if isinstance(result, Awaiting):
        outbox.advance(queued.key, result.missing)
    else:
        outbox.acknowledge(queued.key, result.outcome)


def drained(outbox: Outbox, peer: PlatformPeer, key: TerminalKey) -> None:
    while outbox.waiting():
        step(outbox, peer, key)


@pytest.mark.parametrize("stick_first", [True, False])
def test_what_comes_both_ways_counts_once_whichever_is_first(
    tmp_path: Path,
    peer: PlatformPeer,
    outbox: Outbox,
    stick: Path,
    key: TerminalKey,
    stick_first: bool,
) -> None:
    certified, applied = kept(outbox, peer), kept(outbox, peer, scan(3_000), scan(120_000))
    rated(outbox, certified)
    file = carried(outbox, stick, key)
    if stick_first:
        assert take_in(file, tmp_path / "platform") == Taken(packets=3, new=3, pieces=3)
        assert peer.store.applications(applied) == 1
        drained(outbox, peer, key)
    else:
        drained(outbox, peer, key)
        assert take_in(file, tmp_path / "platform") == Taken(packets=3, new=0, pieces=3)
    assert take_in(file, tmp_path / "platform") == Taken(packets=3, new=0, pieces=3)
    assert peer.store.numbers() == [certified, applied]
    assert peer.store.certifications(certified) == peer.store.applications(applied) == 1
    assert peer.store.materials(applied) == {1: scan(120_000)}
    assert [one.number for one in peer.store.ratings()] == [certified]
    states = [outbox.state_of(number).state for number in (certified, applied)]
    assert states == [State.DELIVERED, State.DELIVERED]


def test_a_paper_comes_half_by_line_and_half_by_stick(
    tmp_path: Path, peer: PlatformPeer, outbox: Outbox, stick: Path, key: TerminalKey
) -> None:
    number = kept(outbox, peer, scan(120_000))
    step(outbox, peer, key)  # the manifest
    step(outbox, peer, key)  # its first piece
    assert peer.store.applications(number) == 0
    taken = take_in(carried(outbox, stick, key), tmp_path / "platform")
    assert taken == Taken(packets=1, new=0, pieces=3)
    assert peer.store.applications(number) == 1
    assert peer.store.materials(number) == {0: scan(120_000)}
    drained(outbox, peer, key)
    assert outbox.state_of(number).outcome is Outcome.ACCEPTED
    assert peer.store.applications(number) == 1


def test_a_stick_that_was_pulled_out_too_early_brings_nothing(
    tmp_path: Path, peer: PlatformPeer, outbox: Outbox, stick: Path, key: TerminalKey
) -> None:
    kept(outbox, peer), kept(outbox, peer)
    file = carried(outbox, stick, key)
    whole = file.read_bytes()
    *lines, _ = whole.splitlines(keepends=True)
    cuts = [len(whole) - 1, len(whole) - 20, *(len(b"".join(lines[:n])) for n in range(4)), 1]
    for length in cuts:
        file.write_bytes(whole[:length])
        with pytest.raises(BundleRefusedError):
            take_in(file, tmp_path / "platform")
    assert peer.store.numbers() == []
    file.write_bytes(whole)
    assert take_in(file, tmp_path / "platform").new == 2


def test_a_bundle_that_was_altered_or_comes_from_a_stranger_brings_nothing(
    tmp_path: Path, peer: PlatformPeer, outbox: Outbox, stick: Path, key: TerminalKey
) -> None:
    kept(outbox, peer)
    file = carried(outbox, stick, key)
    whole = file.read_bytes()
    number = outbox.peek(datetime.now(UTC)).number.encode()
    file.write_bytes(whole.replace(number, b"0" * 14))
    with pytest.raises(BundleRefusedError, match="cut short or altered"):
        take_in(file, tmp_path / "platform")
    file.write_bytes(whole.replace(b'"terminal":"522401"', b'"terminal":"522402"', 1))
    with pytest.raises(BundleRefusedError, match="522402 is not enrolled"):
        take_in(file, tmp_path / "platform")
    (tmp_path / "other").mkdir()
    forged = carried(outbox, tmp_path / "other", own_key(key_place(tmp_path / "other")))
    with pytest.raises(BundleRefusedError, match="not signed by terminal 522401"):
        take_in(forged, tmp_path / "platform")
    assert peer.store.numbers() == []


def test_a_packet_that_the_platform_cannot_open_keeps_back_no_other(
    tmp_path: Path, peer: PlatformPeer, outbox: Outbox, stick: Path, key: TerminalKey
) -> None:
    public, spoiled = peer.public_key, new_key()
    outbox.keep(Submission(spoiled, "application", ITEM, b"no box", public.key_id, public.suite))
    number = kept(outbox, peer)
    told: list[tuple[int, str]] = []
    taken = take_in(
        carried(outbox, stick, key),
        tmp_path / "platform",
        refused=lambda line, why: told.append((line, why)),
    )
    assert taken == Taken(packets=2, new=1, refused=1)
    assert told == [(2, "NOT_OPENABLE")]
    assert peer.store.numbers() == [number]


def _run(*words: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, *map(str, words)]
    return subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False
    )


def test_a_terminal_without_a_line_hands_in_by_the_helper_and_its_line_comes_back(
    tmp_path: Path, stick: Path, key: TerminalKey, outbox: Outbox
) -> None:
    config, state = tmp_path / "kiosk.toml", tmp_path / "platform"
    config.write_text(SETTINGS.replace("../var/state", "state"), "utf-8")
    with PlatformPeer(state, enrolled={TERMINAL: key.public}) as peer:
        certified, applied = kept(outbox, peer), kept(outbox, peer, scan(120_000))
    said = _run("main.py", "courier", stick, "--config", config)
    assert "5 lines to carry" in said.stdout, said.stderr
    (file,) = stick.iterdir()
    imported = _run("-m", "sandbox.platform.courier", file, "--state", state)
    assert imported.stdout == "courier: 2 packets, 2 new, 3 pieces, 0 refused\n", imported.stderr
    assert outbox.waiting() == 2

    with PlatformPeer(state, enrolled={TERMINAL: key.public}) as peer:
        platform = Platform(peer.url, TERMINAL, key.sign, 20.0, 20.0, 30.0)
        store = tmp_path / "state" / "store.db"

        def own_outbox() -> Outbox:
            return Outbox(connect(store), TERMINAL, Limits(disk_free_bytes=0))

        forwarder = Forwarder(
            own_outbox, sender(platform), lambda *_: None, back_off=BackOff(0.05, 0.1)
        )
        forwarder.start()
        try:
            until(lambda: outbox.waiting() == 0)
        finally:
            forwarder.stop()
        assert peer.store.numbers() == [certified, applied]
        assert peer.store.certifications(certified) == peer.store.applications(applied) == 1
        puts = [one for one in peer.exchanges() if one.request.method == "PUT"]
        assert puts == []  # the platform has said that it has the pieces
    assert outbox.state_of(applied).outcome is Outcome.ACCEPTED


def test_a_cut_file_is_refused_by_the_command_with_one_line(
    tmp_path: Path, peer: PlatformPeer, outbox: Outbox, stick: Path, key: TerminalKey
) -> None:
    kept(outbox, peer)
    file = carried(outbox, stick, key)
    file.write_bytes(file.read_bytes()[:-50])
    ended = _run("-m", "sandbox.platform.courier", file, "--state", tmp_path / "platform")
    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr.startswith("courier: refused, nothing was taken: its last line")
    assert ended.stderr.count("\n") == 1


def test_one_whose_papers_the_disk_lost_stays_and_the_others_are_carried(
    tmp_path: Path, peer: PlatformPeer, outbox: Outbox, stick: Path, key: TerminalKey
) -> None:
    config = tmp_path / "kiosk.toml"
    config.write_text(SETTINGS.replace("../var/state", "state"), "utf-8")
    lost = kept(outbox, peer, scan(120_000))
    step(outbox, peer, key)  # announced: the next to go would be one of its pieces
    (papers,) = (tmp_path / "state").glob("store.db-material-*")
    papers.write_bytes(papers.read_bytes()[:-1])
    said = _run("main.py", "courier", stick, "--config", config)
    assert said.returncode == 0, said.stderr
    assert said.stdout.startswith("there is nothing to carry; without these")
    assert lost in said.stdout
    number, other = kept(outbox, peer), kept(outbox, peer, scan(120_000))
    said = _run("main.py", "courier", stick, "--config", config)
    assert "5 lines to carry" in said.stdout
    assert said.stdout.endswith(f": {lost}\n"), said.stderr
    (file,) = stick.iterdir()
    assert take_in(file, tmp_path / "platform") == Taken(packets=2, new=2, pieces=3)
    assert peer.store.numbers() == [lost, number, other]
    assert outbox.state_of(lost).state is State.WAITING  # whether it is set aside the line decides


def test_nothing_that_waits_is_said_in_one_line(
    tmp_path: Path, stick: Path, outbox: Outbox
) -> None:
    config = tmp_path / "kiosk.toml"
    config.write_text(SETTINGS.replace("../var/state", "state"), "utf-8")
    assert outbox.waiting() == 0
    said = _run("main.py", "courier", stick, "--config", config)
    assert said.stdout == "nothing waits: there is nothing to carry\n", said.stderr
    assert list(stick.iterdir()) == []
