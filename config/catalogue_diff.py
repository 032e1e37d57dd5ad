"""What has changed between two catalogues, one line each."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from config.catalogue_compiler import write_pack
from config.catalogue_pack import open_pack
from config.catalogue_source import read

_NOTHING = object()
_LONGEST = 60


def differences(old: Path, new: Path) -> Iterator[str]:
    """Each a folder or a pack: `+` added, `-` removed, `~` changed, with both values.

    Raises:
        CatalogueError: a folder breaks a rule.
        PackError: a file is no pack.
    """
    before, after = _everything(old), _everything(new)
    for thing in sorted({*before, *after}, key=_by_place):
        if thing not in after:
            yield f"- {thing}"
        elif thing not in before:
            yield f"+ {thing}"
        else:
            yield from _changed(thing, before[thing], after[thing])


def _everything(place: Path) -> Mapping[str, Mapping[str, object]]:
    if not place.is_dir():
        with open_pack(place) as catalogue:
            return catalogue.everything()
    with tempfile.TemporaryDirectory() as scratch:
        made = Path(scratch) / "catalogue.pack"
        write_pack(read(place), made)
        with open_pack(made) as catalogue:
            return catalogue.everything()


def _changed(thing: str, old: object, new: object) -> Iterator[str]:
    before, after = dict(_fields(old)), dict(_fields(new))
    for field in sorted({*before, *after}):
        one, other = before.get(field, _NOTHING), after.get(field, _NOTHING)
        if one != other:
            yield f"~ {thing}: {field}: {_shown(one)} → {_shown(other)}"


def _fields(value: object, at: str = "") -> Iterator[tuple[str, object]]:
    """What has an id is named by it, so that a question put in between changes nothing else."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _fields(inner, f"{at}.{key}" if at else key)
    elif isinstance(value, list) and value and all(isinstance(one, dict) for one in value):
        for number, inner in enumerate(value):
            yield from _fields(inner, f"{at}.{inner.get('id', inner.get('value', number))}")
    else:
        yield at, value


def _shown(value: object) -> str:
    if value is _NOTHING:
        return "nothing"
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def _by_place(thing: str) -> tuple[str, list[tuple[int, str]]]:
    kind, _, name = thing.partition(" ")
    parts = name.split("/")
    return kind, [(int(part), "") if part.isdigit() else (0, part) for part in parts]
