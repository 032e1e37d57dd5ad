"""What there is to know of a serial code reader, read from `code_reader_profiles.toml`."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

PROFILES = Path(__file__).with_name("code_reader_profiles.toml")


class CodeReaderProfileError(ValueError):
    """The table of code readers is wrong; the message names the model and the field."""


@dataclass(frozen=True, slots=True)
class CodeReaderProfile:
    """The fields are explained in `code_reader_profiles.toml`."""

    name: str
    baud: int
    terminators: bytes
    gap_s: float
    trigger_on: bytes
    trigger_off: bytes


def load_profiles(path: Path = PROFILES) -> dict[str, CodeReaderProfile]:
    """Every model of the file by its name.

    Raises:
        CodeReaderProfileError: a field is missing, unknown, of the wrong kind or out of its range.
    """
    tables = tomllib.loads(path.read_text(encoding="utf-8"))
    return {name: _profile(name, table) for name, table in tables.items()}


def _profile(name: str, table: dict[str, Any]) -> CodeReaderProfile:
    expected = {field.name for field in fields(CodeReaderProfile)} - {"name"}
    if table.keys() != expected:
        odd = ", ".join(sorted(table.keys() ^ expected))
        raise CodeReaderProfileError(f"{name}: missing or unknown: {odd}")
    baud, gap_s = table["baud"], table["gap_s"]
    if type(baud) is not int or not 1200 <= baud <= 921_600:
        raise CodeReaderProfileError(f"{name}: baud = {baud!r} is out of range")
    if type(gap_s) is not float or not 0.02 <= gap_s <= 2.0:
        raise CodeReaderProfileError(f"{name}: gap_s = {gap_s!r} is out of range")
    try:
        sent = {
            field: bytes.fromhex(table[field])
            for field in ("terminators", "trigger_on", "trigger_off")
        }
    except (TypeError, ValueError) as fault:
        raise CodeReaderProfileError(f"{name}: {fault}") from fault
    return CodeReaderProfile(name, baud, gap_s=gap_s, **sent)
