"""`python -m tests.items [--short] [--only 1/5] [--part 2/4]`: every item, by the resident's hand.

To all its ends; `--short`: once, to its good one. Writes docs/items.md after a whole run. The last
line counts; the exit code says whether all came to their end.
"""

from __future__ import annotations

import argparse
import json
import queue
import signal
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from pathlib import Path

from config.catalogue_models import Ability
from config.catalogue_pack import Catalogue
from tests.items.errand import Errand, Way
from tests.items.errands import errands
from tests.items.table import write
from tests.items.tour import Walked, tour
from tests.packs import catalogue

Told = dict[tuple[str, int], Walked]  # by item and errand


def main() -> int:
    given = _arguments()
    items = catalogue()
    codes = items.codes()
    only = tuple(filter(None, given.only.split(",")))
    wanted = {
        (code, place): errand
        for at, code in enumerate(codes)
        if (not only or code in only or code.partition("/")[2] in only)
        and at % given.part[1] == given.part[0] % given.part[1]
        for place, errand in enumerate(_errands(items, code, at, given))
    }
    with tempfile.TemporaryDirectory(prefix="kiosk-items-") as folder:
        directory = given.dir or Path(folder)
        directory.mkdir(parents=True, exist_ok=True)
        record = directory / "walked.jsonl"
        told: Told = dict(_recorded(record, items) if given.go_on else ())
        left = {
            key: errand
            for key, errand in wanted.items()
            if key not in told or told[key].person != errand.person  # who goes has changed since
        }
        with record.open("a", encoding="utf-8") as kept:
            for one in _walk(left, directory, given.terminals):
                told[one.item, one.errand] = one
                print(json.dumps(asdict(one), ensure_ascii=False), file=kept, flush=True)
                _tell(one)
    return _sum_up(items, told, whole=given.go_on or not (only or given.short or given.part[1] > 1))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="tests.items", description=__doc__)
    parser.add_argument("--only", default="", help="codes or the ends of codes: 1/5,2020-35/1/6")
    parser.add_argument("--part", type=_part, default=(0, 1), help="2/4: the second of every four")
    parser.add_argument("--short", action="store_true", help="each item once, to its good end")
    parser.add_argument("--terminals", type=int, default=2, help="side by side")
    parser.add_argument("--dir", type=Path, help="logs, pictures of failures, and what was walked")
    parser.add_argument("--go-on", action="store_true", help="leaves out what --dir has as walked")
    return parser.parse_args()


def _part(said: str) -> tuple[int, int]:
    number, _, parts = said.partition("/")
    return int(number), int(parts)


def _errands(items: Catalogue, code: str, at: int, given: argparse.Namespace) -> tuple[Errand, ...]:
    item = items.item(code)
    assert item is not None
    return errands(item, at, every_end=not given.short)


def _walk(
    wanted: dict[tuple[str, int], Errand], directory: Path, terminals: int
) -> Iterator[Walked]:
    """As they come to their end. Each terminal has a screen and a world of its own, and takes the
    next errand when it is done with one.
    """
    waiting: queue.SimpleQueue[tuple[int, Errand]] = queue.SimpleQueue()
    # Those who come to an end first, and then those who go away.
    for (_, place), errand in sorted(wanted.items(), key=lambda each: Way.LAPSE in each[1].ways):
        waiting.put((place, errand))
    done: queue.SimpleQueue[Walked | None] = queue.SimpleQueue()
    over = threading.Event()

    def lead(number: int) -> None:
        try:
            with tour(directory / f"terminal-{number}", catalogue()) as led:
                while not over.is_set():
                    place, errand = waiting.get_nowait()
                    done.put(led.walk(errand, place))
        except queue.Empty:
            return
        finally:
            done.put(None)

    with ThreadPoolExecutor(terminals) as pool:
        leading = [pool.submit(lead, number) for number in range(terminals if wanted else 0)]
        try:
            for _ in leading:
                yield from iter(done.get, None)
        finally:
            over.set()
        for one in leading:
            one.result()


def _recorded(file: Path, items: Catalogue) -> Iterator[tuple[tuple[str, int], Walked]]:
    """Those alone that came to their end, of items that are still listed."""
    if not file.exists():
        return
    for line in file.read_text("utf-8").splitlines():
        told = json.loads(line)
        lists = {name: tuple(told[name]) for name in ("ways", "papers", "wrong")}
        one = Walked(**{**told, **lists})
        if not one.wrong and one.item in items.codes():
            yield (one.item, one.errand), one


def _tell(one: Walked) -> None:
    state = "; ".join(one.wrong) or "as it should"
    print(
        f"{one.item} {one.person} {one.whom or '-'} {','.join(one.ways) or '-'} {one.end}"
        f" {one.touches} touches {one.seconds} s: {state}",
        flush=True,
    )


def _sum_up(items: Catalogue, told: Told, *, whole: bool) -> int:
    codes = items.codes()
    walked: dict[str, Sequence[Walked]] = {
        code: [one for key, one in sorted(told.items()) if key[0] == code] for code in codes
    }
    if whole:
        write(items, walked)
    here = sum(items.item(one).ability is not Ability.FORWARD for one in codes)  # type: ignore[union-attr]
    failed = sum(any(one.wrong for one in tried) for tried in walked.values())
    print(
        f"items: {len(codes)} listed, {here} finished here, {len(codes) - here} forwarded,"
        f" {sum(map(bool, walked.values()))} walked, {failed} failed"
    )
    return int(failed > 0)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    sys.exit(main())
