"""`python -m tests.queries`: asks for everything on the published list, and counts what is found.

The list is `tests/queries.toml`. A query is answered when one of the items named beside it is among
the first five.
"""

from __future__ import annotations

import sqlite3
import sys
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path

from config.catalogue_index import Findable, write_index
from config.catalogue_models import Item
from config.catalogue_source import read
from kiosk.makers.finding import Finder

FILE = Path(__file__).with_suffix(".toml")
FIRST = 5
LEAST_SHARE = 0.95

Asked = Mapping[str, frozenset[str]]


def load(file: Path = FILE) -> Mapping[str, Asked]:
    """`asked` and `held_out`: what is typed → the codes of the items that answer it."""
    told = tomllib.loads(file.read_text("utf-8"))
    return {
        table: {
            text: frozenset(f"{told['list']}/{number}" for number in numbers.split())
            for text, numbers in told[table].items()
        }
        for table in ("asked", "held_out")
    }


def installed() -> list[Item]:
    """The items as they are written, in the order of the list."""
    return list(read().items.values())


def finder(items: Iterable[Findable]) -> Finder:
    db = sqlite3.connect(":memory:")
    write_index(db, items)
    return Finder(db)


def missed(asked: Asked, finder: Finder) -> dict[str, tuple[str, ...]]:
    """What is not answered → what is found instead."""
    found = {text: tuple(one.code for one in finder.find(text, FIRST)) for text in asked}
    return {text: codes for text, codes in found.items() if asked[text].isdisjoint(codes)}


def main() -> int:
    asking = finder(installed())
    tables = load()
    answered = 0
    for table, asked in tables.items():
        wrong = missed(asked, asking)
        for text, codes in wrong.items():
            print(f"{table}: {text}: not {', '.join(sorted(asked[text]))} but {', '.join(codes)}")
        print(f"{table}: {len(asked)} asked, {len(asked) - len(wrong)} in first five")
        answered += len(asked) - len(wrong)
    count = sum(map(len, tables.values()))
    print(f"queries: {count} asked, {answered} in first five")
    return 0 if answered >= LEAST_SHARE * count else 1


if __name__ == "__main__":
    sys.exit(main())
