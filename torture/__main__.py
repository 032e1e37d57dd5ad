"""`python -m torture [power] [calls] [kills]`: what must never be lost, tried by force.

Each part prints what it found and one line of what it did; the exit status is 1 when anything went
wrong. The seed is printed first: with it a run is had again, as far as two threads and a clock
allow.
"""

from __future__ import annotations

import argparse
import logging
import random
import sys
from collections import Counter
from typing import Final

from torture.call_faults import fail_every_call
from torture.kills import kill
from torture.power_cuts import cut_power
from torture.shim import ShimError, loaded

PARTS: Final = ("power", "calls", "kills")


def main() -> int:
    parser = argparse.ArgumentParser(prog="torture", description=__doc__)
    parser.add_argument("parts", nargs="*", choices=(*PARTS, []), help="all of them by default")
    parser.add_argument("--cuts", type=int, default=6_000, help="of the power")
    parser.add_argument("--every", type=int, default=1, help="only each so many-th call fails")
    parser.add_argument("--kills", type=int, default=2_000)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**9))
    options = parser.parse_args()
    try:
        loaded("torture", [*sys.argv[1:], "--seed", str(options.seed)])
    except ShimError as fault:
        print(fault, file=sys.stderr)
        return 2
    print(f"seed: {options.seed}", flush=True)
    logging.getLogger().addHandler(logging.NullHandler())  # else the faults fill the terminal
    wrong = False
    for part in options.parts or PARTS:
        match part:
            case "power":
                power = cut_power(options.cuts, options.seed)
                _tell(power.faults)
                wrong |= bool(power.faults)
                print(power, flush=True)
            case "calls":
                calls = fail_every_call(options.seed, options.every)
                _tell(calls.faults)
                wrong |= bool(calls.faults)
                print(calls, flush=True)
            case _:
                kills = kill(options.kills, options.seed)
                print("killed after:", ", ".join(f"{a} {n}" for a, n in kills.after.most_common()))
                wrong |= kills.wrong
                print(kills, flush=True)
    return int(wrong)


def _tell(faults: Counter[str]) -> None:
    for fault, times in faults.most_common():
        print(f"  {times} × {fault}")


if __name__ == "__main__":
    sys.exit(main())
