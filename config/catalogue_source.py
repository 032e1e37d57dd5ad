"""The catalogue as people write it: a folder of TOML files, read into values and checked.

    pack.toml               its version and its day, and the lists that items are numbered by
    groups.toml             the plain words that items stand behind
    items/BATCH-SERIAL.toml one file an item; DOCUMENT-BATCH-SERIAL.toml of another list than the
                            first of pack.toml
    forms/NAME.toml         questions and materials that several items share
    bundles/NAME.toml       several items at once

Other files of the folder are others' business (what people say instead, guiding questions).
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from config.catalogue_models import Bundle, Edition, Form, Group, Item, Part
from config.catalogue_rules import Broken, rules_of
from config.toml_lines import Lines

FOLDER = Path(__file__).resolve().parent / "catalogue"

Model = TypeVar("Model", bound=Part)


class CatalogueError(Exception):
    """`lines`: file, line and rule of everything that is wrong; as a text, the first of them."""

    def __init__(self, *lines: str) -> None:
        super().__init__(lines[0])
        self.lines = lines


@dataclass(frozen=True, slots=True)
class Source:
    """A file: what it says, and which of its lines says what."""

    file: Path
    raw: Mapping[str, Any]
    lines: Lines

    def wrong(self, path: tuple[str | int, ...], rule: str) -> str:
        key = ".".join(str(part) for part in path)
        return f"{self.file}:{self.lines.of(path)}: {key}: {rule}" if key else self._whole(rule)

    def _whole(self, rule: str) -> str:
        return f"{self.file}:1: {rule}"


@dataclass(frozen=True, slots=True)
class Pack:
    """`items` by code, in the order of the list; `digest`: SHA-256 of the files."""

    edition: Edition
    groups: tuple[Group, ...]
    items: Mapping[str, Item]
    forms: Mapping[str, Form]
    bundles: tuple[Bundle, ...]
    digest: str


def read(folder: Path = FOLDER) -> Pack:
    """Everything in the folder.

    Raises:
        CatalogueError: a file cannot be read or breaks a rule; it names all of them.
    """
    return _Reading(folder).pack()


def digest(folder: Path = FOLDER) -> str:
    """SHA-256 over names and contents of the files, so that a pack can be told from an old one."""
    sums = hashlib.sha256()
    for file in sorted(folder.rglob("*.toml")):
        sums.update(f"{file.relative_to(folder).as_posix()}\0".encode())
        sums.update(hashlib.sha256(file.read_bytes()).digest())
    return sums.hexdigest()


class _Reading:
    """Collects what is wrong, and goes on as long as that makes sense."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._wrong: list[str] = []
        self._sources: dict[str, Source] = {}  # "item 2020-35/1/13" → its file

    def pack(self) -> Pack:
        edition = self._one("pack.toml", Edition)
        groups = self._groups()
        items = self._many("items", Item, lambda item: item.code, self._item_file(edition))
        forms = self._many("forms", Form, lambda form: form.id, lambda form: f"{form.id}.toml")
        bundles = self._many("bundles", Bundle, lambda one: one.id, lambda one: f"{one.id}.toml")
        if not self._wrong and edition is not None:
            self._tell(rules_of(edition, groups, items, forms, bundles))
        if self._wrong or edition is None:
            raise CatalogueError(*self._wrong)
        return Pack(
            edition,
            tuple(sorted(groups.values(), key=lambda group: group.order)),
            dict(sorted(items.items(), key=lambda pair: place_of(pair[0]))),
            forms,
            tuple(bundles.values()),
            digest(self._folder),
        )

    def _item_file(self, edition: Edition | None) -> Callable[[Item], str]:
        first = edition.lists[0].document if edition else ""

        def named(item: Item) -> str:
            document, batch, serial = item.code.split("/")
            before = "" if document == first else f"{document}-"
            return f"{before}{batch}-{serial}.toml"

        return named

    def _one(self, name: str, model: type[Model]) -> Model | None:
        source = self._source(self._folder / name)
        return self._checked(source, model, source.raw, ()) if source else None

    def _groups(self) -> dict[str, Group]:
        source = self._source(self._folder / "groups.toml")
        found: dict[str, Group] = {}
        for number, raw in enumerate(source.raw.get("groups", ()) if source else ()):
            assert source is not None  # noqa: S101 (it gave this one)
            group = self._checked(source, Group, raw, ("groups", number))
            if group is not None and group.id in found:
                self._wrong.append(source.wrong(("groups", number), f"{group.id} is there already"))
            elif group is not None:
                found[group.id] = group
                self._sources[f"group {group.id}"] = source
        if source is not None and not found and not self._wrong:
            self._wrong.append(source.wrong((), "there is no group"))
        return found

    def _many(
        self,
        folder: str,
        model: type[Model],
        key: Callable[[Model], str],
        named: Callable[[Model], str],
    ) -> dict[str, Model]:
        found: dict[str, Model] = {}
        for file in sorted((self._folder / folder).glob("*.toml")):
            source = self._source(file)
            one = self._checked(source, model, source.raw, ()) if source else None
            if source is None or one is None:
                continue
            id_key = "code" if "code" in source.raw else "id"
            if key(one) in found:
                rule = f"{key(one)} stands in another file already"
                self._wrong.append(source.wrong((id_key,), rule))
            elif file.name != named(one):
                self._wrong.append(source.wrong((id_key,), f"the file has to be {named(one)}"))
            else:
                found[key(one)] = one
                self._sources[f"{model.__name__.lower()} {key(one)}"] = source
        return found

    def _source(self, file: Path) -> Source | None:
        try:
            text = file.read_text("utf-8")
            return Source(file, tomllib.loads(text), Lines(text))
        except tomllib.TOMLDecodeError as fault:
            rule, _, place = str(fault).partition(" (at line ")
            line = place.split(",")[0] if place[:1].isdigit() else "1"
            self._wrong.append(f"{file}:{line}: {rule}")
        except UnicodeDecodeError:
            self._wrong.append(f"{file}:1: is not written in UTF-8")
        except OSError as fault:
            self._wrong.append(f"{file}:1: {fault.strerror}")
        return None

    def _checked(
        self, source: Source, model: type[Model], raw: Any, at: tuple[str | int, ...]
    ) -> Model | None:
        try:
            return model.model_validate(raw)
        except ValidationError as fault:
            for error in fault.errors():
                self._wrong.append(source.wrong((*at, *error["loc"]), _rule(error)))
        return None

    def _tell(self, broken: Iterable[Broken]) -> None:
        for one in broken:
            self._wrong.append(self._sources[one.thing].wrong(one.path, one.rule))


def place_of(code: str) -> tuple[str, int, int]:
    """Where an item stands in the list, to sort by."""
    document, batch, serial = code.split("/")
    return document, int(batch), int(serial)


def _rule(error: Any) -> str:
    given, context = error["type"], error.get("ctx", {})
    if given == "missing":
        return "is missing"
    if given == "extra_forbidden":
        return "there is no such key"
    if "pattern" in context:
        return f"must look like {context['pattern']}"
    if given == "greater_than_equal":
        return f"must be at least {context['ge']}"
    if given == "less_than_equal":
        return f"must be at most {context['le']}"
    if given == "enum":
        return f"must be {context['expected']}"
    return str(error["msg"]).replace("should", "must")
