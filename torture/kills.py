"""The terminal is killed with -9, again and again, while it hands in to the platform over HTTP.

Half of the kills come at a moment drawn by lot, half at a call drawn by lot: of the disk, or of the
line to the platform. After each the terminal starts again over what is there. At the end, what
residents were told is compared with what the platform has. The platform now and then does what it
was asked and loses the answer.
"""

from __future__ import annotations

import json
import logging
import os
import random
import select
import signal
import subprocess
import sys
import tempfile
import urllib.request
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from config.catalogue_source import read
from offline_cache.sealing import load_sealer
from sandbox.platform.people import BY_REF
from sandbox.platform.server import SEED
from sandbox.platform.store import Store
from sandbox.traces import traces
from torture.shim import MEMORY, ON_DISK, Calls, Shim
from torture.terminal import PLACE, Terminal, Town, with_paper

# They are certified whenever they come, and no name of theirs is so short that chance writes it.
PEOPLE: Final = ("p01", "p02", "p19")
_ITEM: Final = "2020-35/1/13"

_LONGEST_LIFE_S: Final = 0.15
_MOST_CALLS: Final = 1_500
_LOST_ANSWERS: Final = 0.25  # of the lives
_STUCK_S: Final = 60.0  # a life that should have met its call long ago
_END_S: Final = 120.0


@dataclass(slots=True)
class Tally:
    """What residents were told, as it came out of the terminal."""

    asked: set[str] = field(default_factory=set)  # keys
    numbers: dict[str, str] = field(default_factory=dict)  # key → number
    slips: Counter[str] = field(default_factory=Counter)
    rating: Counter[str] = field(default_factory=Counter)
    rated: Counter[str] = field(default_factory=Counter)
    doubled: int = 0
    idle: bool = False

    def take(self, line: str) -> None:
        match line.split():
            case ["keeping", key]:
                self.asked.add(key)
            case ["kept", key, number]:
                self.doubled += self.numbers.setdefault(key, number) != number
            case ["slip", number]:
                self.slips[number] += 1
            case ["rating", number]:
                self.rating[number] += 1
            case ["rated", number]:
                self.rated[number] += 1
            case ["idle"]:
                self.idle = True
            case _:
                raise ValueError("a line of another form")


@dataclass(frozen=True, slots=True)
class Kills:
    """`after`: the last thing said before each kill."""

    kills: int
    submissions: int
    lost: int
    duplicated: int
    readable: int
    after: Counter[str]

    @property
    def wrong(self) -> bool:
        return bool(self.lost or self.duplicated or self.readable)

    def __str__(self) -> str:
        return (
            f"torture: {self.kills} kills, {self.submissions} submissions, {self.lost} lost,"
            f" {self.duplicated} duplicated, {self.readable} readable"
        )


def kill(kills: int, seed: int) -> Kills:
    shim, lots = Shim(), random.Random(seed)
    tally, after, readable = Tally(), Counter[str](), set[str]()
    with tempfile.TemporaryDirectory(prefix="kiosk-kills-", dir=MEMORY) as folder:
        root = Path(folder).resolve()
        state = root / "state"
        state.mkdir(mode=0o700)
        with _platform(root / "platform") as platform, _log_in(state / "terminal.log"):
            town = Town(
                state,
                platform["url"],
                Ed25519PrivateKey.from_private_bytes(SEED).sign,
                load_sealer(Path(platform["key_file"])),
                read().items[_ITEM],
                tuple(BY_REF[ref] for ref in PEOPLE),
            )
            shim.watch(state)
            for turn in range(kills):
                if lots.random() < _LOST_ANSWERS:
                    _lose_an_answer(platform["control_url"])
                after[_life(shim, town, lots, tally, by_call=turn % 2 == 1)] += 1
                readable.update(_traces(state))
            _life(shim, town, lots, tally, by_call=False, residents=3)
            readable.update(_traces(state))
        with closing(Store(root / "platform" / "platform.db")) as kept:
            lost, duplicated = compare(tally, kept)
    return Kills(kills, len(tally.numbers), lost, duplicated, len(readable), after)


def compare(tally: Tally, kept: Store) -> tuple[int, int]:
    """How many of what was told are lost, and how many came to more than was asked for."""
    numbers = Counter(kept.numbers())
    stars = Counter(rated.number or "" for rated in kept.ratings())
    lost = [number for number in tally.numbers.values() if number not in numbers]
    lost += [number for number, times in tally.rated.items() if stars[number] < times]
    lost += [number for number in tally.numbers.values() if kept.certifications(number) == 0]
    duplicated = [number for number in numbers if kept.certifications(number) > 1]
    duplicated += [number for number, times in numbers.items() if times > 1]
    duplicated += [number for number, times in stars.items() if times > tally.rating[number]]
    duplicated += [number for number, slips in tally.slips.items() if slips > 1]
    more = max(0, len(numbers) - len(tally.asked)) + tally.doubled
    return len(set(lost)) + (not tally.idle), len(duplicated) + more


def _life(
    shim: Shim,
    town: Town,
    lots: random.Random,
    tally: Tally,
    by_call: bool,
    residents: int | None = None,
) -> str:
    """The last thing that was said in it."""
    seed, call = lots.random(), lots.randint(1, _MOST_CALLS) if by_call else 0
    moment_s = lots.uniform(0.0, _LONGEST_LIFE_S)
    near, far = os.pipe()
    child = os.fork()
    if child == 0:
        status = 1
        try:
            os.close(near)
            shim.refuse(call, 0, ON_DISK | Calls.SENDING)
            town = with_paper(town, frozenset(tally.slips))
            terminal = Terminal(
                town, random.Random(seed), lambda line: _write(far, f"{line}\n".encode())
            )
            terminal.run(residents)
            status = 0
        except BaseException:
            logging.getLogger("torture").exception("the terminal ended")
            raise
        finally:
            os._exit(status)
    os.close(far)
    limit_s = _END_S if residents is not None else _STUCK_S if by_call else moment_s
    told = _hear(near, limit_s)
    os.kill(child, signal.SIGKILL)  # not yet waited for: the number is still the child's
    told += _hear(near, _END_S)
    os.close(near)
    _, ended = os.waitpid(child, 0)
    if os.WIFEXITED(ended) and os.WEXITSTATUS(ended):
        log = (town.state / "terminal.log").read_text(encoding="utf-8")
        raise AssertionError(f"the terminal ended by itself:\n{log}")
    lines = told.decode().split("\n")[:-1]
    for line in lines:
        tally.take(line)
    return lines[-1].split()[0] if lines else "starting"


def _write(far: int, line: bytes) -> None:
    """One write: a line that was begun is whole."""
    os.write(far, line)


def _hear(near: int, limit_s: float) -> bytes:
    """What is said until the other end is closed, or the time is up."""
    until_s, heard = monotonic() + limit_s, bytearray()
    while select.select([near], [], [], max(0.0, until_s - monotonic()))[0]:
        piece = os.read(near, 65_536)
        if not piece:
            break
        heard += piece
    return bytes(heard)


def _traces(state: Path) -> list[str]:
    found = traces(list(state.iterdir()), PEOPLE)
    log = state / "terminal.log"
    os.truncate(log, 0)
    return found


@contextmanager
def _log_in(file: Path) -> Iterator[None]:
    """The terminal's words go where they are looked through; each life inherits this."""
    handler = logging.FileHandler(file, encoding="utf-8")
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    try:
        yield
    finally:
        root.setLevel(level)
        root.removeHandler(handler)
        handler.close()


@contextmanager
def _platform(state: Path) -> Iterator[dict[str, Any]]:
    """The sandbox's platform in a process of its own; what it tells of itself."""
    command = [sys.executable, "-m", "sandbox.platform", "--plain", "--state", str(state)]
    peer = subprocess.Popen([*command, "--terminal", PLACE.terminal], stdout=subprocess.PIPE)
    try:
        assert peer.stdout is not None  # asked for above
        yield json.loads(peer.stdout.readline())
    finally:
        peer.terminate()
        peer.communicate()


def _lose_an_answer(control_url: str) -> None:
    switches = json.dumps({"fault": "lost_answer", "times": 1}).encode()
    asked = urllib.request.Request(  # noqa: S310 (a control port on the loopback interface)
        control_url, switches, {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(asked, timeout=_STUCK_S) as answer:  # noqa: S310
        answer.read()
