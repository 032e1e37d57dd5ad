"""What there is to know of a receipt printer model, read from one file a model."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from devices.model_files import (
    SHIPPED,
    Check,
    ProfileError,
    among,
    hexadecimal,
    load_models,
    one_of,
    whole,
    yes_or_no,
)
from devices.printer_status import StatusBit

__all__ = ["CELL_DOTS", "Charset", "PrinterProfile", "ProfileError", "QrBy", "load_profiles"]

_CLEAR_BITS: Final = (0, 7)  # by which an answer to DLE EOT is known; bits 1 and 4 are always 1
_FREE_BITS: Final = (0, 2, 3, 5, 6, 7)
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
    slip_in_mouth: StatusBit | None = None

    def __post_init__(self) -> None:
        if self.columns * CELL_DOTS > self.dots:
            room = self.dots // CELL_DOTS
            raise ProfileError(f"columns = {self.columns}: {self.dots} dots have room for {room}")
        mouth = self.slip_in_mouth
        if mouth and mouth.bit in _CLEAR_BITS and not self.status_ignored >> mouth.bit & 1:
            raise ProfileError(f"slip_in_mouth: bit {mouth.bit} has to be in status_ignored too")


def _status_bit(value: Any) -> StatusBit:
    if type(value) is not dict or value.keys() != {"answer", "bit"}:
        raise ValueError("a table of answer and bit")
    return StatusBit(whole(1, 4)(value["answer"]), among(*_FREE_BITS)(value["bit"]))


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
    "slip_in_mouth": _status_bit,
}


def load_profiles(*directories: Path) -> dict[str, PrinterProfile]:
    """Every shipped model by its name, and those of further `directories`.

    Raises:
        ProfileError: as from `load_models`.
    """
    return load_models(PrinterProfile, _CHECKS, SHIPPED / "receipt_printers", *directories)
