"""The tables of `records/`: what the agencies have on file about the invented people."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

RECORDS = Path(__file__).with_name("records")


def rows(file: str, name: str) -> tuple[dict[str, Any], ...]:
    """The rows `[[name]]` of `records/file.toml`, in their order."""
    with (RECORDS / f"{file}.toml").open("rb") as opened:
        return tuple(tomllib.load(opened)[name])


def of_person(table: tuple[dict[str, Any], ...], ref: str) -> list[dict[str, Any]]:
    return [row for row in table if row["person"] == ref]
