"""The outbox beside its peers, beside the bare disk, and beside a line of known width."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any, Final
from uuid import uuid4

from benchmarks import outbox_peers
from benchmarks.machine import ROOT
from benchmarks.measured import CannotMeasureError, Goal, Measured, spread
from benchmarks.outbox_peers import LIMITS, Peer
from offline_cache.database import begin, connect
from offline_cache.materials import new_content_key, seal_material
from offline_cache.outbox import Outbox
from offline_cache.submission import Outcome, Submission

PACKETS: Final = 1_000
SLICE: Final = 100  # of them, before the next has its turn
ROUNDS: Final = 7
BODY_BYTES: Final = 2_048
LARGE_BYTES: Final = 5_000_000
WAITING: Final = 100_000

_DURABLE: Final[dict[str, Callable[[Path], Peer]]] = {
    "litequeue (FULL)": outbox_peers.lite_queue,
    "persist-queue AckQueue": outbox_peers.ack_queue,
}
_ALL: Final = {"outbox": outbox_peers.outbox, **_DURABLE, "bare": outbox_peers.bare}
_SYNC: Final = re.compile(r"^ *\S+ +\S+ +\S+ +(\d+) .*(?:fsync|fdatasync)$", re.MULTILINE)


def queues(packets: int = PACKETS, rounds: int = ROUNDS) -> list[Measured]:
    """1,000 packets of 2 kB kept, then handed over, by the outbox, litequeue with
    synchronous=FULL, persist-queue's AckQueue and a bare INSERT and COMMIT, a hundred in turn on
    one disk; seven rounds, medians, in packets a second. Each is given what it takes, ready made: a
    submission, text, bytes. Keeping gives a number, a journal line and the place in the line;
    handing over reads, acknowledges with a journal line, and overwrites in the
    file. That the log is emptied afterwards, once for a line, is not in it, nor what waits on the
    network. Syncs are counted by strace, over 1,000 packets kept.
    """
    puts, drains = ({name: list[float]() for name in _ALL} for _ in range(2))
    with _on_disk() as folder:
        peers = {}
        for at, (name, make) in enumerate(_ALL.items()):
            (folder / str(at)).mkdir()
            peers[name] = make(folder / str(at))
        for _ in range(rounds):
            for do, rates in ((_put, puts), (_drain, drains)):
                for name, took_s in _in_turn(peers, do, packets).items():
                    rates[name].append(packets / took_s)
        for peer in peers.values():
            peer.close()
    best_put, best_drain = (
        max(_DURABLE, key=lambda name: median(of[name])) for of in (puts, drains)
    )
    syncs = _syncs_a_put(packets)
    return [
        _beside("outbox_put", puts, best_put, 0.9),
        _beside("outbox_drain", drains, best_drain, 1.7),
        _beside("outbox_put_to_bare", puts, "bare", 0.8),
        Measured(
            "outbox_syncs_a_put",
            syncs,
            "",
            spread([syncs]),
            "1.1 calls of fsync or fdatasync",
            limit=1.1,
            goal=Goal(),
        ),
    ]


def large(rounds: int = ROUNDS) -> list[Measured]:
    """A packet of 5 MB sealed in chunks and kept, beside a file of the same bytes written and
    synced; in turn, seven times. Between two rounds the packet is handed over, and both files are
    removed and their room freed, outside the time.
    """
    ours, theirs = list[float](), list[float]()
    content = os.urandom(LARGE_BYTES)
    with _on_disk() as folder:
        begin(folder / "store.db").connection.close()
        with closing(Outbox(connect(folder / "store.db"), "430121", LIMITS)) as outbox:
            for turn in range(rounds):
                file = folder / f"{turn}.bin"
                theirs.append(_took_ms(_write, file, content))
                file.unlink()
                _sync(folder)
                key = str(uuid4())
                ours.append(_took_ms(_keep_large, outbox, key, content))
                outbox.acknowledge(key, Outcome.ACCEPTED)
                outbox.tidy()
    return [
        Measured(
            "outbox_seal_and_keep_5mb",
            median(ours),
            "ms",
            spread(ours),
            "write and fsync of the same bytes",
            peer=median(theirs),
            goal=Goal(1.3),
        )
    ]


def waiting(count: int = WAITING, rounds: int = 3) -> list[Measured]:
    """The store opened and checked as at every start, the line counted and its head read, with
    100,000 packets of 2 kB waiting; what that takes more than with none. The terminal does this in
    a thread while its first page is up, so that all of it is an upper bound of what a touch waits.
    """
    more = list[float]()
    with _on_disk() as folder:
        for name, rows in (("none", 0), ("many", count)):
            begin(folder / name).connection.close()
            with closing(connect(folder / name)) as db:
                db.execute("PRAGMA synchronous = OFF")  # only to be there soon
                with closing(Outbox(db, "430121", LIMITS)) as outbox, db:
                    for _ in range(rows):
                        outbox.keep(_submission(os.urandom(BODY_BYTES)))
        for _ in range(rounds):
            none_s, many_s = (_took_ms(_start, folder / at) / 1000 for at in ("none", "many"))
            more.append(many_s - none_s)
    return [
        Measured(
            "outbox_start_100k",
            median(more),
            "s",
            spread(more),
            "1 s more than with none",
            limit=1.0,
            goal=Goal(),
        )
    ]


def _in_turn(
    peers: dict[str, Peer], do: Callable[[Peer, int], float], packets: int
) -> dict[str, float]:
    """What each took in seconds, a slice at a time: a slow moment of the disk is everybody's."""
    took_s = dict.fromkeys(peers, 0.0)
    for done in range(0, packets, SLICE):
        for name, peer in peers.items():
            took_s[name] += do(peer, min(SLICE, packets - done))
    return took_s


def _put(peer: Peer, packets: int) -> float:
    all_packed = [peer.packed(os.urandom(BODY_BYTES)) for _ in range(packets)]
    began_s = perf_counter()
    for packed in all_packed:
        peer.put(packed)
    return perf_counter() - began_s


def _drain(peer: Peer, packets: int) -> float:
    began_s = perf_counter()
    for _ in range(packets):
        peer.drain()
    return perf_counter() - began_s


def _beside(name: str, rates: dict[str, list[float]], peer: str, ratio: float) -> Measured:
    ours, theirs = rates["outbox"], median(rates[peer])
    goal = Goal(ratio, at_least=True)
    return Measured(name, median(ours), "/s", spread(ours), peer, peer=theirs, goal=goal)


def _syncs_a_put(packets: int) -> float:
    """Raises: CannotMeasureError: strace is not installed."""
    strace = shutil.which("strace")
    if strace is None:
        raise CannotMeasureError("strace is not installed (make setup-bench)")
    with _on_disk() as folder:
        counts = []
        for several in (0, packets):
            (folder / str(several)).mkdir()
            told = subprocess.run(
                [
                    *(strace, "-f", "-c", "-e", "trace=fsync,fdatasync"),
                    *(sys.executable, "-m", "benchmarks.outbox"),
                    *(str(folder / str(several)), str(several)),
                ],
                cwd=ROOT,
                capture_output=True,
                text=True,
                check=True,
            )
            counts.append(sum(int(count) for count in _SYNC.findall(told.stderr)))
    return (counts[1] - counts[0]) / packets


def _keep_large(outbox: Outbox, key: str, content: bytes) -> None:
    material = seal_material(content, new_content_key(), key, 0)
    outbox.keep(_submission(b"manifest", key), [material])


def _submission(body: bytes, key: str = "") -> Submission:
    return Submission(key or str(uuid4()), "application", "2020-35/1/13", body, "k1", "suite")


def _start(store: Path) -> None:
    begin(store).connection.close()
    with closing(Outbox(connect(store), "430121", LIMITS)) as outbox:
        outbox.waiting()
        outbox.require_room()
        outbox.peek(datetime.now(UTC))


def _write(file: Path, content: bytes) -> None:
    with file.open("wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())


def _sync(folder: Path) -> None:
    """What was unlinked is freed now, and not within what is measured next."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _took_ms(do: Callable[..., None], *given: Any) -> float:
    began_s = perf_counter()
    do(*given)
    return (perf_counter() - began_s) * 1000


@contextmanager
def _on_disk() -> Iterator[Path]:
    """Where the project lies, not in memory: a sync is to cost what it costs."""
    with tempfile.TemporaryDirectory(prefix=".bench-", dir=ROOT) as folder:
        yield Path(folder)


def _put_alone(arguments: Sequence[str]) -> None:
    """What strace looks at."""
    peer = outbox_peers.outbox(Path(arguments[0]))
    for _ in range(int(arguments[1])):
        peer.put(peer.packed(bytes(BODY_BYTES)))


if __name__ == "__main__":
    _put_alone(sys.argv[1:])
