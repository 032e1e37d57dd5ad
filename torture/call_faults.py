"""A fault at every call that the store makes of its disk, one after the other.

For each kind of fault, the first call fails, then in another life the second, and so on until the
work passes without having met its fault. Whatever is hit, a resident is told a number that holds
or that it could not be kept; the program ends in no other way, and the store opens again.

A refused submission may be found kept afterwards: SQLite cannot take back a commit of which the
disk says only that it may have failed. It is then delivered, once; nobody loses by it.
"""

from __future__ import annotations

import errno
import os
import random
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from offline_cache.errors import StoreError
from torture.audit import Said, faults_of, said
from torture.desk import live
from torture.shim import MEMORY, ON_DISK, Calls, Shim

_RESIDENTS: Final = 3
_EMPTY_S: Final = 20.0
_EMPTY_LASTING_S: Final = 0.05
_NOT_TOLD: Final = "not told: "
_TOO_MANY: Final = 20_000
_WELL, _TYPED, _WRONG = 0, 3, 1


@dataclass(frozen=True, slots=True)
class Fault:
    """`error`: errno; 0 is a kill. `lasting`: every later call fails as well."""

    name: str
    error: int
    calls: Calls
    lasting: bool = False


FAULTS: Final = (
    Fault("full disk", errno.ENOSPC, Calls.ALLOCATING | Calls.SYNCING),
    Fault("full disk from then on", errno.ENOSPC, Calls.ALLOCATING | Calls.SYNCING, lasting=True),
    Fault("bad disk", errno.EIO, ON_DISK),
    Fault("bad disk from then on", errno.EIO, ON_DISK, lasting=True),
    Fault("kill", 0, ON_DISK),
)


@dataclass(frozen=True, slots=True)
class CallFaults:
    points: Counter[str]  # by the name of the fault
    told: int
    refused: int
    faults: Counter[str]

    def __str__(self) -> str:
        kinds = ", ".join(f"{name} {points}" for name, points in self.points.items())
        return (
            f"calls: {self.points.total()} faults ({kinds}), {self.told} submissions kept,"
            f" {self.refused} refused, {self.faults.total()} wrong"
        )


def fail_every_call(seed: int, every: int = 1) -> CallFaults:
    """With `every` more than 1, only each so many-th call, from a first one drawn by lot."""
    shim, lots = Shim(), random.Random(seed)
    points, faults = Counter[str](), Counter[str]()
    told = refused = 0
    for fault in FAULTS:
        for at in range(1 + lots.randrange(every), _TOO_MANY, every):
            promised, wrong, met = _life(shim, fault, at, seed)
            faults.update(f"{fault.name}: {each}" for each in wrong)
            if not met:
                break
            points[fault.name] += 1
            told, refused = told + len(promised.told), refused + len(promised.refused)
    return CallFaults(points, told, refused, faults)


def _life(shim: Shim, fault: Fault, at: int, seed: int) -> tuple[Said, list[str], bool]:
    """What was promised, what is wrong, and whether the fault was met."""
    with tempfile.TemporaryDirectory(prefix="kiosk-calls-", dir=MEMORY) as folder:
        root = Path(folder).resolve()
        near, far = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(near)
            os._exit(_run(shim, root, far, fault, at, seed))
        os.close(far)
        with os.fdopen(near, "rb") as heard:
            lines = heard.read().decode().split("\n")
        _, ended = os.waitpid(child, 0)
        marks = [line for line in lines[:-1] if not line.startswith(_NOT_TOLD)]
        last = "".join(line for line in lines if line.startswith(_NOT_TOLD))
        met = "met" in marks or os.WIFSIGNALED(ended)
        promised = said(mark for mark in marks if mark != "met")
        wrong = [] if _ended_well(ended, fault) and not last else [f"ended with {ended}: {last}"]
        return promised, wrong + faults_of(root / "state" / "store.db", promised), met


def _run(shim: Shim, root: Path, far: int, fault: Fault, at: int, seed: int) -> int:
    """In the child; its exit status."""

    def mark(text: str) -> None:
        os.write(far, f"{text}\n".encode())

    shim.watch(root)
    shim.refuse(at, fault.error, fault.calls, lasting=fault.lasting)
    status, words = _WELL, b""
    try:
        empty_s = _EMPTY_LASTING_S if fault.lasting else _EMPTY_S
        live(root / "state" / "store.db", random.Random(seed), _RESIDENTS, mark, empty_s)
    except StoreError:
        status = _TYPED
    except BaseException as wrong:  # noqa: BLE001 (all: a fault that nobody told of is the finding)
        # A line of its own: the forwarder may still speak.
        status, words = _WRONG, f"{_NOT_TOLD}{type(wrong).__name__}\n".encode()
    os.write(far, (b"met\n" if shim.calls() >= at else b"") + words)
    return status


def _ended_well(ended: int, fault: Fault) -> bool:
    if os.WIFSIGNALED(ended):
        return not fault.error
    return os.WEXITSTATUS(ended) in (_WELL, _TYPED)
