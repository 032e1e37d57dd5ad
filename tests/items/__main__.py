"""`python -m tests.items [--only CODE,…] [--short]`: every item, by the resident's hand.

Writes docs/items.md after a whole run. The last line counts; the exit code says whether all came
to their end.
"""

from __future__ import annotations

import argparse
import json
import signal
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

from config.catalogue_models import Ability
from tests.items.errands import TELLING, errands
from tests.items.table import write
from tests.items.tour import Walked, tour
from tests.packs import catalogue


def main() -> int:
    parser = argparse.ArgumentParser(prog="tests.items", description=__doc__)
    parser.add_argument("--only", default="", help="codes or the ends of codes: 1/5,2020-35/1/6")
    parser.add_argument("--short", action="store_true", help="one of each shape")
    parser.add_argument("--one-outcome", action="store_true", help="the good end alone")
    parser.add_argument("--dir", type=Path, help="logs, pictures of failures, and what was walked")
    parser.add_argument("--go-on", action="store_true", help="writes what --dir has as walked, too")
    given = parser.parse_args()
    items = catalogue()
    codes = items.codes()
    only = tuple(filter(None, given.only.split(","))) or (TELLING if given.short else ())
    chosen = [one for one in codes if not only or one in only or one.partition("/")[2] in only]
    walked: dict[str, list[Walked]] = {}
    with tempfile.TemporaryDirectory(prefix="kiosk-items-") as folder:
        directory = given.dir or Path(folder)
        directory.mkdir(parents=True, exist_ok=True)
        record = directory / "walked.jsonl"
        for one in _recorded(record) if given.go_on else ():
            walked.setdefault(one.item, []).append(one)
        with tour(directory, items) as led, record.open("a", encoding="utf-8") as kept:
            for code in (one for one in chosen if one not in walked):
                item = items.item(code)
                assert item is not None
                every = not (given.short or given.one_outcome)
                for errand in errands(item, codes.index(code), every_outcome=every):
                    one = led.walk(errand)
                    walked.setdefault(code, []).append(one)
                    print(json.dumps(asdict(one), ensure_ascii=False), file=kept, flush=True)
                    _tell(one)
    failed = [code for code, tried in walked.items() if any(one.wrong for one in tried)]
    if given.go_on or len(walked) == len(codes):
        write(items, walked)
    here = sum(items.item(one).ability is not Ability.FORWARD for one in codes)  # type: ignore[union-attr]
    print(
        f"items: {len(codes)} listed, {here} finished here, {len(codes) - here} forwarded,"
        f" {len(walked)} walked, {len(failed)} failed"
    )
    return bool(failed)


def _recorded(file: Path) -> Iterator[Walked]:
    """Those alone that came to their end."""
    if not file.exists():
        return
    for line in file.read_text("utf-8").splitlines():
        told = json.loads(line)
        one = Walked(**{**told, "papers": tuple(told["papers"]), "wrong": tuple(told["wrong"])})
        if not one.wrong:
            yield one


def _tell(one: Walked) -> None:
    state = "; ".join(one.wrong) or "as entered"
    print(
        f"{one.item} {one.person} {one.whom or '-'} {one.end}"
        f" {one.touches} touches {one.seconds} s: {state}",
        flush=True,
    )


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    sys.exit(main())
