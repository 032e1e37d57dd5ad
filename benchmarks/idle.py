"""What the terminal takes while nobody is there."""

from __future__ import annotations

from time import monotonic, sleep
from typing import Final

import psutil

from benchmarks.measured import Goal, Measured, spread
from benchmarks.terminal import terminal

PARTS: Final = 6
PART_S: Final = 5.0
FIRST_S: Final = 10.0  # until every device has been met
LIMIT_PERCENT: Final = 3.0


def measure() -> list[Measured]:
    """Processor time of the terminal's process over half a minute on the resting page, as a share
    of one core. Every worker runs: the reader and the printer are asked every two seconds, the
    camera is looked for, the platform every fifteen.
    """
    with terminal() as (running, _):
        sleep(FIRST_S)
        shares = [_share(running.process) for _ in range(PARTS)]
    return [
        Measured(
            "idle_attract_cpu",
            sum(shares) / PARTS,
            "% of a core",
            spread(shares),
            "promised",
            limit=LIMIT_PERCENT,
            goal=Goal(),
        )
    ]


def _share(process: psutil.Process) -> float:
    began_s, before_s = monotonic(), _cpu_s(process)
    sleep(PART_S)
    return 100 * (_cpu_s(process) - before_s) / (monotonic() - began_s)


def _cpu_s(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)
