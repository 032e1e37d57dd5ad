"""The items a terminal offers: one file each under `config/items/`, checked when loaded."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError


class CatalogueError(Exception):
    """One line: the file, the key, the rule."""


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Words(_Part):
    """`name` is the official one; `short` stands on a button; `plain` says what it is for."""

    name: str = Field(min_length=2, max_length=60)
    short: str = Field(min_length=2, max_length=24)
    plain: str = Field(min_length=4, max_length=60)
    bring: tuple[str, ...] = Field(min_length=1, max_length=5)
    fee: str
    result: str


class Item(_Part):
    code: str = Field(pattern=r"^2020-35/[123]/\d{1,2}$")
    service: str
    minutes: int = Field(ge=1, le=60)
    devices: tuple[str, ...]
    devices_wanted: tuple[str, ...]
    hotline: str = Field(pattern=r"^[0-9-]{3,20}$")
    zh: Words
    en: Words

    @property
    def ability(self) -> str:
        return self.service

    def words(self, language: str) -> Words:
        return self.en if language == "en" else self.zh


INSTALLED = Path(__file__).resolve().parent / "items"


def load_installed() -> Mapping[str, Item]:
    return load(INSTALLED)


def load(folder: Path) -> Mapping[str, Item]:
    """Items by code, in the order of the list.

    Raises:
        CatalogueError: a file cannot be read or breaks a rule.
    """
    items: dict[str, Item] = {}
    for file in sorted(folder.glob("*.toml")):
        try:
            item = Item.model_validate(tomllib.loads(file.read_text("utf-8")))
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as fault:
            raise CatalogueError(f"{file}: {fault}") from None
        except ValidationError as fault:
            first = fault.errors()[0]
            key = ".".join(str(part) for part in first["loc"])
            raise CatalogueError(f"{file}: {key}: {first['msg']}") from None
        if item.code in items:
            raise CatalogueError(f"{file}: {item.code} stands in another file already")
        items[item.code] = item
    return items
