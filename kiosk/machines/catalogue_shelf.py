"""The catalogue that the platform publishes: fetched, tried at once, and used from the next start
on: a visit never changes its catalogue. One that names a day of its own waits for that day, and the
one before stays meanwhile.

It is a pack as `main.py catalogue build` makes it, gzip (RFC 1952): a quarter of its length goes
over the line. The shelf keeps it as it came and looks at its signature at every start; the one
before goes when this one could be read.
"""

from __future__ import annotations

import logging
import sqlite3
import zlib
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Final

from pydantic import ValidationError

from config.catalogue_pack import Catalogue, PackError, of_bytes
from config.settings import Settings
from kiosk.platform.drivers import SetUpError
from kiosk.platform.platform_set_up import publisher_of
from offline_cache.reference import Reference, Shelf

log = logging.getLogger(__name__)

NAME: Final = "catalogue"  # of the reference
MOST_BYTES: Final = 32_000_000  # unpacked
_GZIP: Final = 31  # window bits: gzip and nothing else


def shelf_of(given: Settings) -> Path:
    return given.state / "references"


def prove(reference: Reference, today: Callable[[], date] = date.today) -> bool:
    """Every row of it can be read. False: it is for a later day. Raises: ValueError."""
    with opened(reference) as catalogue:
        try:
            for code in catalogue.codes():
                catalogue.item(code)
            for form in catalogue.forms():
                catalogue.form(form)
            catalogue.groups(), catalogue.bundles()
            catalogue.everything()
        except (sqlite3.Error, ValidationError) as fault:
            raise ValueError(type(fault).__name__) from None
        return catalogue.since <= today()


def opened(reference: Reference) -> Catalogue:
    """In memory. Raises: ValueError."""
    unpacking = zlib.decompressobj(_GZIP)
    try:
        pack = unpacking.decompress(reference.content, MOST_BYTES)
    except zlib.error:
        raise ValueError("it is not packed with gzip") from None
    if not unpacking.eof:
        raise ValueError("it is cut short or too long")
    try:
        return of_bytes(pack)
    except PackError as fault:
        raise ValueError(str(fault)) from None


def published(
    given: Settings, installed: Catalogue, today: Callable[[], date] = date.today
) -> Catalogue:
    """The one that was published, where it was made no earlier than the installed one; a release
    that came later brings its own.
    """
    try:
        publisher = publisher_of(given)
    except SetUpError:  # it stops the start, where the rest is put together
        publisher = None

    def in_force(reference: Reference) -> Catalogue | None:
        catalogue = opened(reference)
        if catalogue.since <= today():
            return catalogue
        catalogue.close()
        return None

    found = Shelf(shelf_of(given), publisher).use(NAME, in_force) if publisher else None
    if found is None:
        return installed
    if (found.made, found.version) <= (installed.made, installed.version):
        found.close()
        return installed
    installed.close()
    log.info("the catalogue is the published one, version %s", found.version)
    return found
