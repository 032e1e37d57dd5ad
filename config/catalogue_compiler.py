"""Makes one file of a catalogue that has been read: what a terminal opens."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from config.catalogue_models import Bundle, Form, Group, Item
from config.catalogue_pack import FORMAT
from config.catalogue_rules import form_of, whole
from config.catalogue_source import Pack

_TABLES: Final = """
CREATE TABLE about (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE groups (place INTEGER PRIMARY KEY, id TEXT NOT NULL, said TEXT NOT NULL) STRICT;
CREATE TABLE items (
    place INTEGER PRIMARY KEY,  -- in the order of the list
    code TEXT NOT NULL UNIQUE,
    in_group TEXT NOT NULL,
    featured INTEGER NOT NULL,  -- its place among the tiles of the home page; 0 is none
    since TEXT NOT NULL,        -- days, YYYY-MM-DD, both included
    until TEXT NOT NULL,
    said TEXT NOT NULL
) STRICT;
CREATE INDEX items_of_group ON items (in_group, place);
CREATE INDEX items_featured ON items (featured) WHERE featured > 0;
CREATE TABLE forms (id TEXT PRIMARY KEY, said TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE bundles (id TEXT PRIMARY KEY, said TEXT NOT NULL) STRICT, WITHOUT ROWID;
"""
_FOR_EVER: Final = "9999-12-31"


@dataclass(frozen=True, slots=True)
class _Called:
    name: str
    short: str
    plain: str


@dataclass(frozen=True, slots=True)
class NamedBundle:
    """What a bundle is found by: its title and what it is for."""

    bundle: Bundle

    @property
    def code(self) -> str:
        return f"bundle/{self.bundle.id}"

    @property
    def search(self) -> tuple[str, ...]:
        return self.bundle.search

    @property
    def zh(self) -> _Called:
        return self._called("zh")

    @property
    def en(self) -> _Called:
        return self._called("en")

    def _called(self, language: str) -> _Called:
        title = self.bundle.title.said(language)
        return _Called(title, title, self.bundle.plain.said(language))


def write_pack(
    pack: Pack,
    file: Path,
    index: Callable[[sqlite3.Connection, Iterable[Item | NamedBundle]], None] | None = None,
) -> None:
    """Puts the file in place whole; the same pack gives the same bytes.

    index: writes the tables people are helped to find items by, from the items in their order and
        the bundles behind them.

    Raises:
        OSError: it cannot be written.
    """
    draft = file.with_name(f"{file.name}.{os.getpid()}.new")
    draft.unlink(missing_ok=True)
    file.parent.mkdir(parents=True, exist_ok=True)
    db = sqlite3.connect(draft, isolation_level=None)
    try:
        db.executescript(_TABLES)
        db.execute("BEGIN")
        _fill(db, pack)
        db.execute("COMMIT")
        if index is not None:
            index(db, (*pack.items.values(), *map(NamedBundle, pack.bundles)))
        db.execute("VACUUM")
    finally:
        db.close()
    draft.chmod(0o644)
    draft.replace(file)


def _fill(db: sqlite3.Connection, pack: Pack) -> None:
    about = {"format": FORMAT, "version": pack.edition.version, "sources": pack.digest}
    about["made"] = pack.edition.made.isoformat()
    if pack.edition.since is not None:
        about["since"] = pack.edition.since.isoformat()
    db.executemany("INSERT INTO about VALUES (?, ?)", about.items())
    for group in pack.groups:
        row = (group.order, group.id, _said(group))
        db.execute("INSERT INTO groups VALUES (?, ?, ?)", row)
    forms = {name: whole(form, pack.forms) for name, form in pack.forms.items()}
    for place, item in enumerate(pack.items.values()):
        form = form_of(item, pack.forms)
        if form is not None:
            forms[form.id] = form
        kept = item.model_copy(
            update={"form": form.id if form else None, "questions": (), "materials": ()}
        )
        until = item.until.isoformat() if item.until else _FOR_EVER
        db.execute(
            "INSERT INTO items VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                *(place, item.code, item.group, item.featured),
                *(item.since.isoformat(), until, _said(kept)),
            ),
        )
    for name, form in sorted(forms.items()):
        db.execute("INSERT INTO forms VALUES (?, ?)", (name, _said(form)))
    for bundle in pack.bundles:
        db.execute("INSERT INTO bundles VALUES (?, ?)", (bundle.id, _said(bundle)))


def _said(part: Item | Form | Group | Bundle) -> str:
    return part.model_dump_json(exclude_defaults=True)
