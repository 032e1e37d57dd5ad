"""The catalogue that the office publishes: proved when it comes, in use from the next start.

A pack is in force from a day of its own, if it names one. Until then, and where the one that came
does not open, the one before goes on, and behind them all the installed one.
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Final

from config.catalogue_pack import Catalogue, PackError, open_pack
from offline_cache.packs import PackRoom
from offline_cache.reference import Reference

log = logging.getLogger(__name__)

NAME: Final = "catalogue"  # of the reference, and of its directory in the state


def room_of(state: Path, publisher: bytes) -> PackRoom:
    return PackRoom(state / NAME, NAME, publisher)


def taker(room: PackRoom) -> Callable[[Reference], None]:
    """For the fetcher: reads all of a pack before it counts."""

    def take(reference: Reference) -> None:
        room.lay_down(reference, prove)
        log.info("catalogue %d came; it is used from the next start", reference.version)

    return take


def prove(file: Path) -> None:
    """Raises: ValueError: it is no pack, or something in it cannot be read."""
    try:
        with open_pack(file, lambda: date.max) as pack:
            if (found := pack.db.execute("PRAGMA integrity_check").fetchone()) != ("ok",):
                raise ValueError(f"the pack is damaged: {found}")
            pack.groups()
            for name in pack.forms():
                pack.form(name)
            _items(pack)
    except (PackError, LookupError, sqlite3.Error) as fault:
        raise ValueError(f"the pack cannot be used: {fault}") from None


def _items(pack: Catalogue) -> None:
    """Whatever the day. Raises: ValueError, LookupError, sqlite3.Error."""
    if not pack.every_item():
        raise ValueError("the pack has no items")
    for item in pack.every_item():
        if item.form is not None:
            pack.form(item.form)


def in_force(
    room: PackRoom, installed: Catalogue, today: Callable[[], date] = date.today
) -> Catalogue:
    """The newest that came and is in force; the installed one where none is newer."""

    def read(file: Path) -> Catalogue | None:
        try:
            pack = open_pack(file, today)
        except PackError as fault:
            raise ValueError(str(fault)) from None
        if pack.since > today() or pack.made < installed.made:
            pack.close()
            return None
        return pack

    found = room.newest(read)
    if found is None:
        return installed
    installed.close()
    return found
