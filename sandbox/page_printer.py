"""An A4 printer at the far end: real IPP, real queues; only the paper is simulated."""

from __future__ import annotations

import io
import json
import shlex
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pikepdf

from sandbox import page_engine
from sandbox.page_scheduler import EverywherePrinter, Scheduler, free_port


@dataclass(frozen=True, slots=True)
class Sheet:
    """One side that came out. `document` tells apart what was sent twice."""

    document: str
    page: int
    copy: int
    job: str


class PagePrinterPeer:
    """Switched on by `with`; every method may be called from any thread.

    `url` is what the terminal is told; `socket` is that of CUPS, None for a printer by itself.
    """

    def __init__(
        self,
        *,
        cups: bool = True,
        stops: bool = False,
        sheet_s: float = 0.0,
        policy: str = "abort-job",
        port: int = 0,
    ) -> None:
        """`stops`: on a fault the backend ends and CUPS stops the queue; otherwise it waits.

        `sheet_s` is the time for a sheet; `policy` the printer-error-policy of the queue.
        """
        self._cups, self._policy, self._port = cups, policy, port
        self._state: dict[str, Any] = {
            "sheets": None, "sheet_s": sheet_s, "stops": stops, "fails": False
        }  # fmt: skip

    def __enter__(self) -> Self:
        """Raises: ProgramMissingError, OSError."""
        port = free_port(self._port)
        self._held = tempfile.TemporaryDirectory(prefix="a4-", ignore_cleanup_errors=True)
        home = Path(self._held.name)
        home.chmod(0o755)
        self._tray = home / "tray"
        self._tray.mkdir()
        self._set()
        script = (
            "#!/bin/sh\n"
            # -I: the modules beside the program must not stand in for those of Python.
            f"exec {shlex.quote(sys.executable)} -I {shlex.quote(page_engine.__file__)}"
            f' {shlex.quote(str(self._tray))} "$@"\n'
        )
        self.scheduler: Scheduler | EverywherePrinter = (
            Scheduler(home, script, self._policy, port)
            if self._cups
            else EverywherePrinter(home, script, port)
        )
        self.url = self.scheduler.url
        self.socket = getattr(self.scheduler, "socket", None)
        try:
            self.scheduler.start()
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._set(stops=True, fails=True)  # a paper path that still waits ends
        self.scheduler.stop()
        self._held.cleanup()

    # --- what a person sees

    @property
    def sheets(self) -> list[Sheet]:
        """What came out, in order."""
        file = self._tray / "sheets"
        lines = file.read_text().splitlines() if file.exists() else []
        words = [line.split() for line in lines]
        return [Sheet(name, int(page), int(copy), job) for name, page, copy, job in words]

    def pdf(self, sheet: Sheet) -> bytes:
        """One side as a PDF of one page."""
        with pikepdf.open(self._tray / sheet.document) as document, pikepdf.new() as single:
            single.pages.append(document.pages[sheet.page - 1])
            drawn = io.BytesIO()
            single.save(drawn)
        return drawn.getvalue()

    def wait_until(self, seen: Callable[[], bool], timeout_s: float = 30.0) -> bool:
        """Waits until `seen()`; false when the time is over."""
        end = time.monotonic() + timeout_s
        while not seen():
            if time.monotonic() > end:
                return False
            time.sleep(0.02)
        return True

    # --- what a person or an accident does

    def end_paper(self, after_sheets: int = 0) -> None:
        """The tray is empty now, or when so many more sheets came out."""
        self._set(sheets=len(self.sheets) + after_sheets)

    def refill(self) -> None:
        self._set(sheets=None, low=False)

    def run_low(self) -> None:
        self._set(low=True)

    def jam(self, jammed: bool = True) -> None:
        self._set(jam=jammed)

    def open_door(self, is_open: bool = True) -> None:
        self._set(door=is_open)

    def toner_low(self, low: bool = True) -> None:
        self._set(toner_low=low)

    def end_toner(self, ended: bool = True) -> None:
        self._set(toner_empty=ended)

    def fall_silent(self, silent: bool = True) -> None:
        """Off, or its cable is out: CUPS looks for it."""
        self._set(silent=silent)

    def lose_power(self, lost: bool = True) -> None:
        """The paper path fails: CUPS does with the job what its policy says."""
        self._set(fails=lost)

    def slow_down(self, sheet_s: float) -> None:
        self._set(sheet_s=sheet_s)

    # --- inside

    def _set(self, **changes: Any) -> None:
        self._state |= changes
        fresh = self._tray / "state.new"
        fresh.write_text(json.dumps(self._state))
        fresh.replace(self._tray / "state.json")  # whole for whoever reads it just now
