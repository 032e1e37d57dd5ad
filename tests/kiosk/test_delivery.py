"""What was kept with its materials reaches the platform, whatever the line does."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic, sleep
from typing import Any
from uuid import uuid4

import pytest

from kiosk.machines.delivery import sender
from kiosk.platform.gateway import Awaited, Platform
from kiosk.visits.packets import Packet, Piece, packet
from kiosk.works.keeping import keep_packet
from offline_cache.database import begin, connect
from offline_cache.forwarder import Awaiting, BackOff, Forwarder, Poison, PutOff
from offline_cache.outbox import Limits, Outbox
from offline_cache.sealing import load_sealer
from offline_cache.submission import Problem, Queued, State
from sandbox.network import LOOPBACK, Network
from sandbox.network_thin import ThinLine
from sandbox.platform.keys import SealingKeys
from sandbox.platform.people import BY_REF
from sandbox.platform.server import TERMINAL, PlatformPeer
from tests.platform_kit import KEY, new_key, packet_for

ITEM = "2020-35/1/2"
PATIENCE_S = 60.0
LIMITS = Limits(disk_free_bytes=0)


@pytest.fixture
def store(tmp_path: Path) -> Path:
    begin(tmp_path / "store.db").connection.close()
    return tmp_path / "store.db"


@contextmanager
def platform_at(folder: Path) -> Iterator[PlatformPeer]:
    with PlatformPeer(folder / "platform") as peer:
        yield peer


@pytest.fixture
def peer(tmp_path: Path) -> Iterator[PlatformPeer]:
    with platform_at(tmp_path) as peer:
        yield peer


def outbox_of(store: Path) -> Outbox:
    return Outbox(connect(store), "430121", LIMITS)


def client(peer: PlatformPeer, port: int | None = None) -> Platform:
    url = f"http://{LOOPBACK}:{port or peer.port}"
    return Platform(url, TERMINAL, KEY.sign, 20.0, 20.0, 30.0)


def application(*scans: bytes, key: str = "") -> tuple[str, Packet]:
    key = key or new_key()
    head: dict[str, Any] = packet_for(BY_REF["p01"], key) | {"item": ITEM, "kind": "application"}
    head |= {"evidence": "card", "certification": None}
    for name in ("format", "materials"):
        del head[name]
    pieces = [Piece("hukou", "户口簿", "scanned", "image/jpeg", scan) for scan in scans]
    return key, packet(head, pieces)


def kept(outbox: Outbox, peer: PlatformPeer, *scans: bytes) -> str:
    key, whole = application(*scans)
    sealer = load_sealer(peer.key_file)
    return keep_packet(outbox, sealer, whole, "application", key, ITEM).number


def scan(length: int) -> bytes:
    return bytes(at * at % 253 for at in range(length))


def until(seen: Callable[[], object]) -> None:
    end_s = monotonic() + PATIENCE_S
    while not seen():
        assert monotonic() < end_s
        sleep(0.02)


def step(outbox: Outbox, platform: Platform) -> Queued:
    """One request, and what it means for the line."""
    queued = outbox.peek(datetime.now(UTC))
    assert queued is not None
    result = sender(platform)(queued)
    match result:
        case Awaiting(missing):
            outbox.advance(queued.key, missing)
        case PutOff(problem, _, unannounced):
            now = datetime.now(UTC)
            outbox.put_off(queued.key, problem, now, unannounced=unannounced)
        case Poison(reason):
            outbox.set_aside(queued.key, reason)
        case _:
            outbox.acknowledge(queued.key, result.outcome)
    return queued


def test_papers_under_the_national_algorithms_arrive_as_they_were(
    store: Path, peer: PlatformPeer, tmp_path: Path
) -> None:
    keys = SealingKeys(tmp_path / "platform").public
    (national,) = (one for one in keys if one.suite == "GM-SM2-SM3-SM4-GCM")
    key_file = tmp_path / "national.json"
    key_file.write_text(json.dumps(asdict(national)), encoding="ascii")
    key, whole = application(scan(120_000))
    with closing(outbox_of(store)) as outbox:
        sealer = load_sealer(key_file)
        number = keep_packet(outbox, sealer, whole, "application", key, ITEM).number
        while outbox.waiting():
            step(outbox, client(peer))
    assert peer.store.materials(number) == {0: scan(120_000)}


def test_small_papers_travel_in_the_manifest_and_large_ones_in_chunks(
    store: Path, peer: PlatformPeer
) -> None:
    small, large = scan(3_000), scan(120_000)
    with closing(outbox_of(store)) as outbox:
        number = kept(outbox, peer, small, large)
        while outbox.waiting():
            step(outbox, client(peer))
    requests = [each.request.method for each in peer.exchanges()]
    assert requests == ["POST", "PUT", "PUT", "PUT"]
    assert peer.store.materials(number) == {1: large}
    assert peer.store.applications(number) == 1


def test_a_chunk_whose_answer_was_lost_does_not_go_twice(store: Path, peer: PlatformPeer) -> None:
    with closing(outbox_of(store)) as outbox:
        number = kept(outbox, peer, scan(120_000))
        step(outbox, client(peer))
        peer.switches.set(fault="lost_answer", times=1)
        while outbox.waiting():
            step(outbox, client(peer))
    requests = [each.request.method for each in peer.exchanges()]
    assert requests == ["POST", "PUT", "GET", "PUT", "PUT"]
    assert peer.store.applications(number) == 1


def test_a_platform_that_starts_again_in_the_middle_loses_nothing(
    store: Path, tmp_path: Path
) -> None:
    content = scan(200_000)
    with closing(outbox_of(store)) as outbox:
        with platform_at(tmp_path) as peer:
            number = kept(outbox, peer, content)
            for _ in range(3):
                step(outbox, client(peer))
        with platform_at(tmp_path) as peer:
            while outbox.waiting():
                step(outbox, client(peer))
            assert len(peer.exchanges()) == 3
            assert peer.store.materials(number) == {0: content}
            assert peer.store.applications(number) == 1


def test_a_platform_that_lost_all_it_had_is_handed_it_again(store: Path, tmp_path: Path) -> None:
    with closing(outbox_of(store)) as outbox:
        with PlatformPeer(tmp_path / "one") as peer:
            number = kept(outbox, peer, scan(120_000))
            for _ in range(2):
                step(outbox, client(peer))
        for part in (tmp_path / "one").glob("platform.db*"):
            part.unlink()
        with PlatformPeer(tmp_path / "one") as peer:
            while outbox.waiting():
                step(outbox, client(peer))
            assert peer.store.applications(number) == 1


def test_the_same_packet_by_two_ways_counts_once(store: Path, peer: PlatformPeer) -> None:
    with closing(outbox_of(store)) as outbox:
        number = kept(outbox, peer, scan(120_000))
        first = outbox.peek(datetime.now(UTC))
        assert first is not None
        while outbox.waiting():
            step(outbox, client(peer))
    again = sender(client(peer))(first)  # the platform answers as it did
    assert not isinstance(again, Awaiting | PutOff | Poison)
    assert peer.store.applications(number) == 1


def test_a_chunk_that_does_not_open_sets_the_packet_aside(store: Path, peer: PlatformPeer) -> None:
    with closing(outbox_of(store)) as outbox:
        number = kept(outbox, peer, scan(120_000))
        step(outbox, client(peer))
        waiting = outbox.peek(datetime.now(UTC))
        assert waiting is not None
        assert waiting.chunk is not None
        (file,) = store.parent.glob(f"{store.name}-material-*")
        box = waiting.chunk.box
        file.write_bytes(file.read_bytes().replace(box, bytes(len(box))))
        step(outbox, client(peer))
        standing = outbox.state_of(number)
        assert standing is not None
        assert standing.state is State.POISON
        assert [row.reason for row in outbox.poison()] == [Problem.REJECTED]
    assert peer.store.applications(number) == 0


def test_a_platform_that_asks_for_chunks_there_are_not_is_not_believed(
    store: Path, peer: PlatformPeer
) -> None:
    class Odd(Platform):
        def missing(self, number: str) -> Awaited:
            return Awaited(number, {0: 17})

    odd = Odd(f"http://{LOOPBACK}:{peer.port}", TERMINAL, KEY.sign)
    with closing(outbox_of(store)) as outbox:
        kept(outbox, peer, scan(120_000))
        queued = step(outbox, client(peer))
        outbox.put_off(queued.key, Problem.TIMEOUT, datetime.now(UTC))
        asking = outbox.peek(datetime.now(UTC))
        assert asking is not None
        assert sender(odd)(asking) == PutOff(Problem.GARBLED_ANSWER)


def test_a_thin_line_that_drops_again_and_again_finishes(store: Path, peer: PlatformPeer) -> None:
    """64 kbit/s that drop every 30 s, forty times as fast: a chunk is a fifth of what goes between
    two drops, as there.
    """
    content = scan(1_200_000)
    thin = ThinLine(bytes_per_s=320_000, drop_every_s=0.75)
    with closing(outbox_of(store)) as outbox, Network((LOOPBACK, peer.port)) as network:
        number = kept(outbox, peer, content)
        network.fail(thin.play)
        forwarder = Forwarder(
            lambda: outbox_of(store),
            sender(client(peer, network.port)),
            lambda *_: None,
            back_off=BackOff(first_s=0.05, longest_s=7.5),
        )
        forwarder.start()
        until(lambda: forwarder.health.chunks == 25 and forwarder.health.sent > 3)
        until(lambda: outbox.waiting() == 0)
        network.mend()
        assert forwarder.stop(PATIENCE_S)
    assert thin.drops >= 3
    assert peer.store.materials(number) == {0: content}
    assert peer.store.applications(number) == 1
    put = sum(each.request.method == "PUT" for each in peer.exchanges())
    assert put <= 25 + thin.drops


def test_the_words_of_a_later_visit_pass_the_pictures_of_an_earlier_one(
    store: Path, peer: PlatformPeer
) -> None:
    with closing(outbox_of(store)) as outbox:
        first = kept(outbox, peer, scan(400_000))
        step(outbox, client(peer))
        second = kept(outbox, peer, scan(2_000))
        step(outbox, client(peer))
        assert peer.store.applications(second) == 1
        assert peer.store.applications(first) == 0
        while outbox.waiting():
            step(outbox, client(peer))
    assert peer.store.applications(first) == 1


def test_a_key_is_one_and_the_same_packet(store: Path, peer: PlatformPeer) -> None:
    key = str(uuid4())
    sealer = load_sealer(peer.key_file)
    with closing(outbox_of(store)) as outbox:
        (_, one), (_, other) = application(scan(10), key=key), application(scan(20), key=key)
        first = keep_packet(outbox, sealer, one, "application", key, ITEM)
        again = keep_packet(outbox, sealer, other, "application", key, ITEM)
    assert (again.number, again.new, again.digest) == (first.number, False, one.digest)
