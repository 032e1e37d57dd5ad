"""Finding an item among five thousand, keystroke by keystroke."""

from __future__ import annotations

import sqlite3
import tempfile
import tomllib
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from random import Random
from time import perf_counter
from typing import Final

from benchmarks.machine import ROOT
from benchmarks.measured import Goal, Measured, percentile, spread
from config.catalogue_index import write_index
from config.catalogue_models import Item
from config.catalogue_source import read
from kiosk.makers.finding import Finder

ITEMS: Final = 5_000
LIMIT_MS: Final = 10.0
ROUNDS: Final = 3
LISTED: Final = 140
QUERIES: Final = ROOT / "tests" / "queries.toml"


def measure() -> list[Measured]:
    """The call of the search for every keystroke of all queries of the published list, typed letter
    by letter, in a pack with 5,000 items on the disk, opened as the terminal opens it. The items
    beyond those of the catalogue have the first half of the name of one and the second of another,
    and their search words. p99 of three rounds after one that is not counted.
    """
    with tempfile.TemporaryDirectory(prefix="finding-") as folder:
        pack = Path(folder) / "pack.db"
        with closing(sqlite3.connect(pack)) as db:
            write_index(db, many_items())
        with closing(sqlite3.connect(f"file:{pack}?mode=ro&immutable=1", uri=True)) as db:
            finder = Finder(db)
            samples = [list(_spent_ms(finder)) for _ in range(1 + ROUNDS)][1:]
    all_ms = [one for round_ms in samples for one in round_ms]
    return [
        Measured(
            "search_keystroke",
            percentile(all_ms, 0.99),
            "ms",
            spread([percentile(round_ms, 0.99) for round_ms in samples]),
            "promised",
            limit=LIMIT_MS,
            goal=Goal(),
        )
    ]


def _spent_ms(finder: Finder) -> Iterator[float]:
    told = tomllib.loads(QUERIES.read_text("utf-8"))
    for query in (*told["asked"], *told["held_out"]):
        for end in range(1, len(query) + 1):
            began_s = perf_counter()
            finder.find(query[:end])
            yield (perf_counter() - began_s) * 1000


def many_items() -> list[Item]:
    """Those of the catalogue, and made-up ones with forms of theirs."""
    items = list(read().items.values())
    chance = Random(1)
    while len(items) < ITEMS:
        one, other = chance.sample(items[:LISTED], 2)
        items.append(_mixed(one, other, len(items)))
    return items


def _mixed(one: Item, other: Item, number: int) -> Item:
    name = one.zh.name[: len(one.zh.name) // 2 + 1] + other.zh.name[len(other.zh.name) // 2 :]
    words = one.zh.model_copy(update={"name": name, "short": name[:16]})
    search = (*one.search[:3], *other.search[:3])
    return one.model_copy(update={"code": f"2020-35/9/{number}", "zh": words, "search": search})
