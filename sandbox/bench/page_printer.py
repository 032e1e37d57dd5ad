"""The A4 printer on the bench, with the queue that the terminal meets."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any, Final, Self

import pypdfium2

from sandbox.page_printer import PagePrinterPeer

State = dict[str, Any]

_SHEET_S: Final = 1.0  # quicker than an office printer, and slow enough to be seen
_PICTURE_DPI: Final = 96
_POINTS_PER_INCH: Final = 72
_SWITCHES: Final = ("paper_end", "low", "jammed", "door_open", "toner_low", "toner_end", "off")


class PagePrinterAtBench:
    """CUPS, run privately. `sheet_s` is the time for a sheet."""

    def __init__(self, _directory: Path, sheet_s: float = _SHEET_S) -> None:
        self._peer = PagePrinterPeer(sheet_s=sheet_s)
        self._switched: State = dict.fromkeys(_SWITCHES, False)
        self._running = self._enabled = True
        self._pictures: dict[int, bytes] = {}

    def __enter__(self) -> Self:
        self._peer.__enter__()
        return self

    def __exit__(self, *exc: object) -> None:
        self._peer.__exit__(None, None, None)

    def end_paper(self, after_sheets: int = 0) -> None:
        self._peer.end_paper(after_sheets)
        self._switched["paper_end"] = True

    def run_low(self) -> None:
        self._peer.run_low()
        self._switched["low"] = True

    def refill(self) -> None:
        self._peer.refill()
        self._switched |= {"paper_end": False, "low": False}

    def jam(self, jammed: bool) -> None:
        self._peer.jam(jammed)
        self._switched["jammed"] = jammed

    def door(self, opened: bool) -> None:
        self._peer.open_door(opened)
        self._switched["door_open"] = opened

    def toner_low(self, low: bool) -> None:
        self._peer.toner_low(low)
        self._switched["toner_low"] = low

    def end_toner(self, ended: bool) -> None:
        self._peer.end_toner(ended)
        self._switched["toner_end"] = ended

    def power(self, off: bool) -> None:
        self._peer.fall_silent(off)
        self._switched["off"] = off

    def scheduler(self, running: bool) -> None:
        """CUPS itself, which the technician may have stopped; it remembers its jobs."""
        if running != self._running:
            (self._peer.scheduler.start if running else self._peer.scheduler.stop)()
            self._running = running

    def queue(self, enabled: bool) -> None:
        """As its administrator does at a shell. Raises: ValueError: CUPS does not run."""
        if not self._running:
            raise ValueError("CUPS is stopped")
        # Only a queue of CUPS has an administrator, and this is one.
        self._peer.scheduler.administer(  # type: ignore[union-attr]
            "cupsenable" if enabled else "cupsdisable"
        )
        self._enabled = enabled

    def pdf(self, number: int) -> bytes | None:
        """One side; the first that came out is 1."""
        sheets = self._peer.sheets
        return self._peer.pdf(sheets[number - 1]) if 0 < number <= len(sheets) else None

    def picture(self, number: int) -> bytes | None:
        """The same as PNG."""
        if number not in self._pictures:
            if (drawn := self.pdf(number)) is None:
                return None
            self._pictures[number] = _png(drawn)
        return self._pictures[number]

    def settings(self) -> State:
        return {"page_printer": {"url": self._peer.url, "socket": str(self._peer.socket)}}

    def environment(self) -> dict[str, str]:
        return {}

    def state(self) -> State:
        return {
            **self._switched,
            "running": self._running,
            "enabled": self._enabled,
            "sheets": [
                {"number": place, "page": sheet.page, "copy": sheet.copy, "job": sheet.job}
                for place, sheet in enumerate(self._peer.sheets, 1)
            ],
        }


def _png(pdf: bytes) -> bytes:
    with pypdfium2.PdfDocument(pdf) as document:
        picture = document[0].render(scale=_PICTURE_DPI / _POINTS_PER_INCH).to_pil()
    kept = io.BytesIO()
    picture.save(kept, "PNG")
    return kept.getvalue()
