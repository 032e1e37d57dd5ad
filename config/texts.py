"""The words residents read, by key: all `config/texts/*.<language>.toml` as one table."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path

from config.start_error import StartError

LANGUAGES = ("zh", "en")
TEXTS = Path(__file__).resolve().parent / "texts"


class TextsError(StartError):
    """The files cannot be read, or say the same key twice."""


def load(language: str, folder: Path = TEXTS) -> Mapping[str, str]:
    """Key → text; the tables' names and the keys in them are joined with dots.

    Raises:
        TextsError: no file of this language, damaged, a key twice, or something that is no text.
    """
    words: dict[str, str] = {}
    for file in sorted(folder.glob(f"*.{language}.toml")):
        try:
            tables = tomllib.loads(file.read_text("utf-8"))
        except (OSError, ValueError) as fault:
            raise TextsError(f"{file.name}: {fault}") from fault
        for key, text in _flat(tables, ""):
            if not isinstance(text, str):
                raise TextsError(f"{file.name}: {key} is no text")
            if key in words:
                raise TextsError(f"{file.name}: {key} is said twice")
            words[key] = text
    if not words:
        raise TextsError(f"no texts of language {language!r} in {folder}")
    return words


def _flat(table: Mapping[str, object], before: str) -> Iterator[tuple[str, object]]:
    for name, value in table.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{before}{name}.")
        else:
            yield before + name, value
