"""`python -m tests.queries`: asks for everything on the published list, and counts what is found.

The list is `tests/queries.toml`. A query is answered when one of the items named beside it is among
the first five.
"""

from __future__ import annotations

import sqlite3
import tomllib
from collections.abc import Mapping
from pathlib import Path

from config.catalogue_index import write_index
from kiosk.finding import Finder

FILE = Path(__file__).with_suffix(".toml")
FIRST = 5

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


def finder(items) -> Finder:
    db = sqlite3.connect(":memory:")
    write_index(db, items)
    return Finder(db)


def missed(asked: Asked, finder: Finder) -> dict[str, tuple[str, ...]]:
    """What is not answered → what is found instead."""
    found = {text: tuple(one.code for one in finder.find(text, FIRST)) for text in asked}
    return {text: codes for text, codes in found.items() if asked[text].isdisjoint(codes)}
