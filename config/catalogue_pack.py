"""The catalogue as a terminal reads it: one SQLite file that is opened, not read.

A row is an item, a form, a group or a bundle as JSON, made into a value when it is asked for: what
the compiler wrote has been checked. See docs/adr/0008.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Final, Self

from config.catalogue_models import Bundle, Form, Group, Item
from config.start_error import StartError

FORMAT: Final = "2"
_IN_FORCE: Final = "since <= :today AND :today <= until"


class PackError(StartError):
    """One line: the file, and why it is not used."""


def open_pack(file: Path, today: Callable[[], date] = date.today) -> Catalogue:
    """Costs no more for many items than for few. See catalogue_signature for one that is signed.

    Raises:
        PackError: there is no such file, or it is no pack.
    """
    if not file.is_file():
        raise PackError(f"{file}: there is no catalogue; make it with: main.py catalogue build")
    try:
        db = sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro&immutable=1", uri=True)
        return Catalogue(db, today)
    except (sqlite3.Error, KeyError, ValueError, TypeError):  # also text in it that is none
        raise PackError(f"{file}: is no catalogue; make it with: main.py catalogue build") from None


def of_bytes(pack: bytes, today: Callable[[], date] = date.today) -> Catalogue:
    """As `open_pack`, of one that came otherwise than as a file. Raises: PackError."""
    db = sqlite3.connect(":memory:")
    try:
        db.deserialize(pack)
        return Catalogue(db, today)
    except (sqlite3.Error, KeyError, ValueError):
        db.close()
        raise PackError("is no catalogue of this release") from None


class Catalogue:
    """A pack, used by the thread that opened it. Only items in force that day are there.

    `db`: for what stands in tables of its own, as the words people search by.
    """

    def __init__(self, db: sqlite3.Connection, today: Callable[[], date]) -> None:
        self.db, self._today = db, today
        about = dict(db.execute("SELECT name, value FROM about"))
        if about["format"] != FORMAT:
            raise KeyError(about["format"])
        self.version: str = about["version"]
        self.made = date.fromisoformat(about["made"])
        self.since = date.fromisoformat(about.get("since", "0001-01-01"))  # in force from
        self.sources: str = about["sources"]  # SHA-256 of the files it was made from
        self._tiles: tuple[date, tuple[Item, ...]] | None = None  # asked for with every refresh

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def close(self) -> None:
        self.db.close()

    def item(self, code: str) -> Item | None:
        return next(iter(self._items("code = :asked", code)), None)

    def featured(self) -> tuple[Item, ...]:
        """What has a tile of its own on the home page, in the order of the tiles."""
        today = self._today()
        if self._tiles is None or self._tiles[0] != today:
            self._tiles = (today, self._items("featured > 0", order="featured, place"))
        return self._tiles[1]

    def groups(self) -> tuple[Group, ...]:
        rows = self.db.execute("SELECT said FROM groups ORDER BY place")
        return tuple(Group.model_validate_json(said) for (said,) in rows)

    def in_group(self, group: str) -> tuple[Item, ...]:
        return self._items("in_group = :asked", group)

    def codes(self) -> tuple[str, ...]:
        """In the order of the list."""
        rows = self.db.execute(
            f"SELECT code FROM items WHERE {_IN_FORCE} ORDER BY place",  # noqa: S608
            {"today": self._today().isoformat()},
        )
        return tuple(code for (code,) in rows)

    def form(self, name: str) -> Form:
        """With the questions and materials of its blocks, in the order in which they are asked.

        Raises:
            LookupError: there is none.
        """
        row = self.db.execute("SELECT said FROM forms WHERE id = ?", (name,)).fetchone()
        if row is None:
            raise LookupError(f"there is no form {name!r}")
        return Form.model_validate_json(row[0])

    def forms(self) -> tuple[str, ...]:
        """Names of the forms: those of the folder, and item_… of items with questions of their
        own.
        """
        return tuple(name for (name,) in self.db.execute("SELECT id FROM forms ORDER BY id"))

    def bundle(self, name: str) -> Bundle | None:
        """None as well while one of its items is not in force."""
        return next((one for one in self.bundles() if one.id == name), None)

    def bundles(self) -> tuple[Bundle, ...]:
        rows = self.db.execute("SELECT said FROM bundles ORDER BY id").fetchall()
        every = (Bundle.model_validate_json(said) for (said,) in rows)
        codes = set(self.codes())
        return tuple(bundle for bundle in every if codes.issuperset(bundle.items))

    def everything(self) -> dict[str, dict[str, object]]:
        """Whatever the day: "item CODE", "form ID" … → what is said of it. To compare packs."""
        tables = (
            *(("item", "code", "items"), ("form", "id", "forms")),
            *(("group", "id", "groups"), ("bundle", "id", "bundles")),
        )
        return {
            f"{kind} {name}": json.loads(said)
            for kind, key, table in tables
            for name, said in self.db.execute(f"SELECT {key}, said FROM {table}")  # noqa: S608
        }

    def _items(self, rule: str, asked: str = "", order: str = "place") -> tuple[Item, ...]:
        rows = self.db.execute(
            f"SELECT said FROM items WHERE {rule} AND {_IN_FORCE} ORDER BY {order}",  # noqa: S608
            {"asked": asked, "today": self._today().isoformat()},
        )
        return tuple(Item.model_validate_json(said) for (said,) in rows)
