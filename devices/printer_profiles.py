"""What there is to know of a printer model, read from `printer_profiles.toml`."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, fields
from enum import StrEnum
from pathlib import Path
from typing import Any

PROFILES = Path(__file__).with_name("printer_profiles.toml")
CELL_DOTS = 12  # a half-width character is 12 dots wide and 24 high on every 203 dpi model


class Charset(StrEnum):
    """The Chinese characters a built-in font has."""

    GB2312 = "gb2312"
    GBK = "gbk"
    GB18030 = "gb18030"


class QrBy(StrEnum):
    NATIVE = "native"
    RASTER = "raster"


class ProfileError(ValueError):
    """The table of printer models is wrong; the message names the model and the field."""


@dataclass(frozen=True, slots=True)
class PrinterProfile:
    """The fields are explained in `printer_profiles.toml`."""

    name: str
    dots: int
    columns: int
    charset: Charset
    chinese_mode: bytes
    feed_units_per_dot: int
    window_bytes: int
    qr: QrBy
    cutter: bool
    tear_lines: int


def load_profiles(path: Path = PROFILES) -> dict[str, PrinterProfile]:
    """Every model of the file by its name.

    Raises:
        ProfileError: a field is missing, unknown, of the wrong kind or out of its range.
    """
    tables = tomllib.loads(path.read_text(encoding="utf-8"))
    return {name: _profile(name, table) for name, table in tables.items()}


def _profile(name: str, table: dict[str, Any]) -> PrinterProfile:
    expected = {field.name for field in fields(PrinterProfile)} - {"name"}
    if table.keys() != expected:
        odd = ", ".join(sorted(table.keys() ^ expected))
        raise ProfileError(f"{name}: missing or unknown: {odd}")
    whole = ("dots", "columns", "feed_units_per_dot", "window_bytes", "tear_lines")
    if any(type(table[field]) is not int for field in whole) or type(table["cutter"]) is not bool:
        raise ProfileError(f"{name}: {', '.join(whole)} are whole numbers, cutter is true or false")
    try:
        profile = PrinterProfile(
            name,
            charset=Charset(table["charset"]),
            chinese_mode=bytes.fromhex(table["chinese_mode"]),
            qr=QrBy(table["qr"]),
            cutter=table["cutter"],
            **{field: table[field] for field in whole},
        )
    except (TypeError, ValueError) as fault:
        raise ProfileError(f"{name}: {fault}") from fault
    for field, right in (
        ("dots", profile.dots % 8 == 0 and 192 <= profile.dots <= 1152),
        ("columns", profile.columns >= 16 and profile.columns * CELL_DOTS <= profile.dots),
        ("feed_units_per_dot", 1 <= profile.feed_units_per_dot <= 4),
        ("window_bytes", 256 <= profile.window_bytes <= 65536),
        ("tear_lines", 0 <= profile.tear_lines <= 20),
    ):
        if not right:
            raise ProfileError(f"{name}: {field} = {table[field]!r} is out of range")
    return profile
