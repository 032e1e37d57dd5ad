"""The power is cut, on paper: after calls that the store makes of its disk, and after words said.

A life of the store (`torture.desk`) is recorded call by call: it ends by a kill in the middle, a
second life begins over what the first has left, a third over the second. Then the disk is rebuilt
as each cut could have left it (`torture.disk`, which says what that does not model), the store is
opened there as at every start, and held against what had been said aloud by then.
"""

from __future__ import annotations

import os
import random
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from torture.audit import Said, faults_of
from torture.desk import live
from torture.disk import Disk, Fate, What, lay_out, read_record
from torture.shim import MEMORY, Calls, Shim

_RESIDENTS: Final = 12  # in a life
_EMPTY_S: Final = 20.0
_HOME: Final = "home"  # there before the terminal was
_STORE: Final = f"{_HOME}/state/store.db"


@dataclass(frozen=True, slots=True)
class PowerCuts:
    """`faults`: how often each was found; empty is what everybody wants."""

    lives: int
    calls: int
    cuts: int
    faults: Counter[str]

    def __str__(self) -> str:
        return (
            f"power: {self.cuts} cuts among {self.calls} calls of {self.lives} lives,"
            f" {self.faults.total()} wrong"
        )


def cut_power(cuts: int, seed: int) -> PowerCuts:
    """At least `cuts`, in as many recorded lives as it takes."""
    shim, lots = Shim(), random.Random(seed)
    done = PowerCuts(0, 0, 0, Counter())
    while done.cuts < cuts:
        with tempfile.TemporaryDirectory(prefix="kiosk-power-", dir=MEMORY) as folder:
            root = Path(folder).resolve()
            lives = _record(shim, root, lots)
            wanted = min(cuts - done.cuts, max(cuts // 4, 100))
            done = _replay(root, lots, wanted, done, lives)
    return done


def _record(shim: Shim, root: Path, lots: random.Random) -> int:
    """Leaves `root/record`; how many lives it has."""
    watched = root / "watched"
    (watched / _HOME).mkdir(parents=True)
    record = os.open(root / "record", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    # Killed while it is young, killed later, left to its end.
    ends = (lots.randint(20, 200), lots.randint(200, 800), 0)
    for end in ends:
        seed = lots.random()
        child = os.fork()
        if child == 0:
            shim.watch(watched, record)
            shim.refuse(end, 0, Calls.ALLOCATING | Calls.SYNCING | Calls.NAMING)
            status = 1
            try:
                live(watched / _STORE, random.Random(seed), _RESIDENTS, shim.mark, _EMPTY_S)
                status = 0
            finally:
                os._exit(status)
        _, ended = os.waitpid(child, 0)
        if ended and not os.WIFSIGNALED(ended):
            raise AssertionError(f"a life ended badly: {ended}")
    os.close(record)
    return len(ends)


def _replay(root: Path, lots: random.Random, wanted: int, done: PowerCuts, lives: int) -> PowerCuts:
    records = list(read_record(root / "record"))
    calls = sum(record.what is not What.MARK for record in records)
    share = wanted / (len(records) * len(Fate))
    disk, promised, cuts, faults = Disk(_HOME), Said(), 0, Counter(done.faults)
    for record in records:
        disk.take(record)
        if record.what is What.MARK:
            promised.take(record.data.decode())
        for fate in Fate:
            if lots.random() < share:
                cuts += 1
                faults.update(_after(disk, fate, lots, promised))
    return PowerCuts(done.lives + lives, done.calls + calls, done.cuts + cuts, faults)


def _after(disk: Disk, fate: Fate, lots: random.Random, promised: Said) -> list[str]:
    with tempfile.TemporaryDirectory(prefix="kiosk-power-", dir=MEMORY) as folder:
        lay_out(disk.after(fate, lots), Path(folder))
        return [f"{fate}: {fault}" for fault in faults_of(Path(folder) / _STORE, promised)]
