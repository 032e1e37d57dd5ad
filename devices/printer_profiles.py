"""What there is to know of a receipt printer model, read from one file a model."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

from devices.model_files import (
    SHIPPED,
    Check,
    ProfileError,
    hexadecimal,
    load_models,
    one_of,
    whole,
    yes_or_no,
)

__all__ = ["CELL_DOTS", "Charset", "PrinterProfile", "ProfileError", "QrBy", "load_profiles"]

CELL_DOTS = 12  # a half-width character of font A is 12 dots wide and 24 high on every model


class Charset(StrEnum):
    """The Chinese characters a built-in font has."""

    GB2312 = "gb2312"
    GBK = "gbk"
    GB18030 = "gb18030"


class QrBy(StrEnum):
    NATIVE = "native"
    RASTER = "raster"


@dataclass(frozen=True, slots=True)
class PrinterProfile:
    """The fields are explained in `profiles/README.md`."""

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
    status_ignored: int = 0

    def __post_init__(self) -> None:
        if self.columns * CELL_DOTS > self.dots:
            room = self.dots // CELL_DOTS
            raise ProfileError(f"columns = {self.columns}: {self.dots} dots have room for {room}")


_CHECKS: Final[dict[str, Check]] = {
    "dots": whole(192, 1152, step=8),
    "columns": whole(16, 96),
    "charset": one_of(Charset),
    "chinese_mode": hexadecimal,
    "feed_units_per_dot": whole(1, 4),
    "window_bytes": whole(256, 65536),
    "qr": one_of(QrBy),
    "cutter": yes_or_no,
    "tear_lines": whole(0, 20),
    "status_ignored": whole(0, 0xFF),
}


def load_profiles(*directories: Path) -> dict[str, PrinterProfile]:
    """Every shipped model by its name, and those of further `directories`.

    Raises:
        ProfileError: as from `load_models`.
    """
    return load_models(PrinterProfile, _CHECKS, SHIPPED / "receipt_printers", *directories)
