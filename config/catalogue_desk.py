"""The catalogue for people who look after it. What `main.py catalogue` does."""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from config.catalogue_compiler import write_pack
from config.catalogue_diff import differences
from config.catalogue_index import write_index
from config.catalogue_models import Ability
from config.catalogue_schema import schema
from config.catalogue_signature import SigningKeyError, sign, signature_file
from config.catalogue_source import FOLDER, CatalogueError, Pack, digest, read
from config.guides import check_guides, load_guides
from config.start_error import StartError

USAGE: Final = {
    "check": "check [FOLDER]",
    "build": "build [FOLDER] FILE",
    "sign": "sign FILE --key KEY.pem",
    "diff": "diff OLD NEW",
    "schema": "schema",
}


class CatalogueDeskError(StartError):
    """What is wrong, a line each."""


def catalogue(arguments: argparse.Namespace) -> None:
    """Checks, builds, signs, compares the catalogue of items, or prints its schema."""
    for line in serve(arguments.what, arguments.files, arguments.key):
        print(line)


def serve(what: str, files: list[Path], key: Path | None) -> Iterator[str]:
    """Lines to be printed.

    Raises:
        CatalogueDeskError: it was not asked rightly, or cannot be done.
    """
    try:
        yield from _DESKS[what](files, key)
    except CatalogueError as fault:
        raise CatalogueDeskError("\n".join(fault.lines)) from None
    except SigningKeyError as fault:
        raise CatalogueDeskError(str(fault)) from None
    except OSError as fault:
        raise CatalogueDeskError(f"{fault.filename}: {fault.strerror}") from None


def _check(files: list[Path], _: Path | None) -> Iterator[str]:
    if len(files) > 1:
        raise _asked_wrongly("check")
    pack = read(files[0] if files else FOLDER)
    _check_guides(pack)
    yield _counted(pack)


def _check_guides(pack: Pack) -> None:
    """Those of the installed catalogue; another folder has other items."""
    if pack.digest == digest():
        check_guides(load_guides(), pack.items.get, [group.id for group in pack.groups])


def _build(files: list[Path], _: Path | None) -> Iterator[str]:
    if len(files) not in (1, 2):
        raise _asked_wrongly("build")
    folder, file = (FOLDER, *files)[-2:]
    pack = read(folder)
    _check_guides(pack)
    write_pack(pack, file, write_index)
    signature_file(file).unlink(missing_ok=True)  # it was that of the file before
    yield f"{file}: {_counted(pack)}"


def _sign(files: list[Path], key: Path | None) -> Iterator[str]:
    if len(files) != 1 or key is None:
        raise _asked_wrongly("sign")
    public = sign(files[0], key)
    yield f"{signature_file(files[0])}: signed; the public key is {public.hex()}"


def _diff(files: list[Path], _: Path | None) -> Iterator[str]:
    if len(files) != 2:
        raise _asked_wrongly("diff")
    found = 0
    for line in differences(*files):
        found += 1
        yield line
    yield f"diff: {found} differences"


def _schema(files: list[Path], _: Path | None) -> Iterator[str]:
    if files:
        raise _asked_wrongly("schema")
    yield json.dumps(schema(), ensure_ascii=False, indent=2)


def _counted(pack: Pack) -> str:
    forwarded = sum(item.ability is Ability.FORWARD for item in pack.items.values())
    batches = Counter(code.rsplit("/", 1)[0] for code in pack.items)
    listed = " + ".join(str(count) for _, count in sorted(batches.items()))
    return (
        f"catalogue {pack.edition.version}: {len(pack.items)} items ({listed}),"
        f" {len(pack.items) - forwarded} finished here, {forwarded} forwarded,"
        f" {len(pack.forms)} forms, {len(pack.bundles)} bundles: in order"
    )


def _asked_wrongly(what: str) -> CatalogueDeskError:
    return CatalogueDeskError(f"usage: main.py catalogue {USAGE[what]}")


_DESKS: dict[str, Callable[[list[Path], Path | None], Iterator[str]]] = {
    "check": _check,
    "build": _build,
    "sign": _sign,
    "diff": _diff,
    "schema": _schema,
}
