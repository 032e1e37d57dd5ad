"""The catalogue for tests: the pack of what is installed, built once."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from functools import cache
from pathlib import Path

from config.catalogue_compiler import write_pack
from config.catalogue_index import write_index
from config.catalogue_models import Item
from config.catalogue_pack import Catalogue, open_pack
from config.catalogue_source import Pack, read

PENSION = "2020-35/1/13"


@cache
def installed() -> Pack:
    return read()


@cache
def pack_file() -> Path:
    """To be read, and not to be changed."""
    folder = tempfile.mkdtemp(prefix="kiosk-catalogue-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    write_pack(installed(), Path(folder) / "catalogue.pack", write_index)
    return Path(folder) / "catalogue.pack"


def catalogue() -> Catalogue:
    """For the thread that asks."""
    return open_pack(pack_file())


def pension() -> Item:
    return installed().items[PENSION]
