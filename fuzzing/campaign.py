"""One run over many parsers: each in a process of its own, with limits, some at the same time."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Final

from fuzzing import seeds
from fuzzing.target import Target

BUILD: Final = seeds.ROOT / "build" / "fuzz"
TIMEOUT_S: Final = 10  # of one input; none takes a tenth of a second on an idle machine
MEMORY_MB: Final = 512  # of the whole process, which has 120 before the first input
_START_S: Final = 300.0  # and an input that hangs, and a loaded machine
_TRIED: Final = re.compile(r"^stat::number_of_executed_units:\s*(\d+)", re.MULTILINE)
_STARTED: Final = re.compile(r"^#\d+\s+INITED", re.MULTILINE)
_PEAK: Final = re.compile(r"^stat::peak_rss_mb:\s*(\d+)", re.MULTILINE)
_COVERED: Final = re.compile(r" cov: (\d+) ")


class CannotFuzzError(Exception):
    """The fuzzer itself did not run; what it said last is in the message."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """`found` are files that break the parser; `covered` counts the edges of its code reached."""

    name: str
    inputs: int
    covered: int
    peak_mb: int
    found: tuple[Path, ...]


def seconds_each(targets: int, seconds: int) -> int:
    """What is left for one of so many parsers, with one on each processor at a time."""
    return max(1, round(seconds * (os.cpu_count() or 1) / targets))


def run(targets: Sequence[Target], seconds: int) -> list[Outcome]:
    """`seconds` for all together, on all processors.

    Raises:
        CannotFuzzError: a parser was not fuzzed at all.
    """
    each_s = seconds_each(len(targets), seconds)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return list(pool.map(partial(fuzz, seconds=each_s), targets))


def fuzz(target: Target, seconds: int, build: Path = BUILD, kept: Path = seeds.FOUND) -> Outcome:
    """Goes on from the inputs of earlier runs in `build`. What is found stays there and is put
    into `kept`, where the suite tries it again on every run.

    Raises:
        CannotFuzzError: it did not start, or did not end.
    """
    corpus, artifacts = build / "corpus" / target.name, build / "found" / target.name
    shutil.rmtree(artifacts, ignore_errors=True)
    for folder in (corpus, artifacts):
        folder.mkdir(parents=True, exist_ok=True)
    for seed in target.seeds:
        (corpus / sha256(seed).hexdigest()[:16]).write_bytes(seed)
    said = _run_child(target.name, corpus, artifacts, seconds)
    (build / f"{target.name}.log").write_text(said, "utf-8")
    tried = _TRIED.search(said)
    found = [_keep(file, kept / target.name) for file in sorted(artifacts.iterdir())]
    if tried is None or not (found or _STARTED.search(said)):
        raise CannotFuzzError(f"{target.name}: {said.strip()[-600:]}")
    covered = [int(edges) for edges in _COVERED.findall(said)]
    peak = _PEAK.search(said)
    return Outcome(
        target.name,
        int(tried[1]),
        max(covered, default=0),
        int(peak[1]) if peak else 0,
        tuple(found),
    )


def _run_child(name: str, corpus: Path, artifacts: Path, seconds: int) -> str:
    command = [
        *(sys.executable, "-m", "fuzzing.child", name),
        f"-max_total_time={seconds}",
        f"-timeout={TIMEOUT_S}",
        f"-rss_limit_mb={MEMORY_MB}",
        f"-artifact_prefix={artifacts}/",
        "-print_final_stats=1",
        str(corpus),
    ]
    try:
        done = subprocess.run(
            command,
            cwd=seeds.ROOT,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            timeout=seconds + _START_S,
            check=False,
        )
    except subprocess.TimeoutExpired as fault:
        raise CannotFuzzError(f"{name}: no end after {fault.timeout:.0f} s") from None
    return done.stderr.decode("utf-8", "replace")


def _keep(file: Path, folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return Path(shutil.copy(file, folder / file.name))
