"""`python -m fuzzing [--seconds N] [--only NAME,…]`: tries to break every parser, prints what came
of it, and keeps the numbers. The exit code is 1 when something was found, 2 when nothing was tried.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Final

from fuzzing import report, seeds
from fuzzing.campaign import CannotFuzzError, run, seconds_each
from fuzzing.targets import TARGETS

LATEST: Final = Path(__file__).with_name("latest.json")
DOCUMENT: Final = seeds.ROOT / "docs" / "fuzzing.md"


def main() -> int:
    parser = argparse.ArgumentParser(prog="fuzzing", description=__doc__)
    parser.add_argument("--seconds", type=int, default=300, help="for all parsers together (300)")
    parser.add_argument("--only", default="", help="names of parsers, with commas between")
    given = parser.parse_args()
    names = [target.name for target in TARGETS]
    wanted = given.only.split(",") if given.only else names
    if unknown := set(wanted) - set(names):
        parser.error(f"no such parser: {', '.join(sorted(unknown))}; there are {', '.join(names)}")
    targets = [target for target in TARGETS if target.name in wanted]
    try:
        outcomes = run(targets, given.seconds)
    except CannotFuzzError as fault:
        print(fault, file=sys.stderr)
        return 2
    seconds = seconds_each(len(targets), given.seconds)
    latest = report.merged(report.read(LATEST), outcomes, seconds, names)
    report.write(LATEST, latest)
    DOCUMENT.write_text(report.document(latest), encoding="utf-8")
    for each in outcomes:
        print(f"{each.name:24} {each.inputs:>12,} inputs  {len(each.found)} findings")
        for file in each.found:
            print(f"    {file.relative_to(seeds.ROOT)}")
    print(report.last_line(outcomes))
    return int(any(each.found for each in outcomes))


if __name__ == "__main__":
    sys.exit(main())
