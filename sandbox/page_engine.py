"""The paper path of the simulated page printer: a program that CUPS starts for each job.

It runs as a CUPS backend (backend(7): job user title copies options file) and as the print command
of ippeveprinter(1) (file). Both read what it says on standard error: STATE, PAGE, ATTR. What may
happen stands in `state.json` of its directory; each side that comes out is a line in `sheets`.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import pikepdf

DONE, FAILED, STOP = 0, 1, 4  # exit codes of backend(7)
POLL_S: Final = 0.05

# What stops the paper, and how the printer says it; the first is said first.
STOPS: Final[Mapping[str, str]] = {
    "silent": "connecting-to-device offline-report",
    "door": "door-open-error",
    "jam": "media-jam-error",
    "empty": "media-empty-error",
    "toner_empty": "toner-empty-error",
}
REMARKS: Final[Mapping[str, str]] = {"toner_low": "toner-low-warning", "low": "media-low-warning"}


class Engine:
    def __init__(self, directory: Path, *, cups: bool) -> None:
        self._directory, self._cups = directory, cups
        self._said: set[str] = set()

    def print(self, file: Path, job: str, copies: int) -> int:
        kept = self._directory / f"{time.time_ns()}.pdf"
        shutil.copyfile(file, kept)
        with pikepdf.open(kept) as document:
            pages = len(document.pages)
        out = 0
        # What the queue still says from the job before is taken back first.
        self._said = {*" ".join(STOPS.values()).split(), *REMARKS.values()}
        self._report(set())
        for copy in range(copies):
            for page in range(1, pages + 1):
                if (code := self._wait_for_paper()) != DONE:
                    return code
                with (self._directory / "sheets").open("a") as sheets:
                    print(kept.name, page, copy + 1, job, file=sheets)
                out += 1
                self._say(
                    f"PAGE: {out} 1" if self._cups else f"ATTR: job-impressions-completed={out}"
                )
        self._report(set())
        return DONE

    def _wait_for_paper(self) -> int:
        """The code to end with when the printer stops instead of waiting; DONE to go on."""
        begun_s = time.monotonic()
        while True:
            state = self._state()
            why = next((words for name, words in STOPS.items() if self._holds(name, state)), "")
            remarks = {word for name, word in REMARKS.items() if state.get(name)}
            self._report(set(why.split()) | remarks)
            if state["fails"]:
                self._say("ERROR: the printer lost its power")
                return FAILED
            if why and state["stops"]:
                return STOP
            if not why and time.monotonic() >= begun_s + state["sheet_s"]:
                return DONE
            time.sleep(POLL_S)

    def _holds(self, name: str, state: Mapping[str, Any]) -> bool:
        if name == "empty":
            return state["sheets"] is not None and count(self._directory) >= state["sheets"]
        return bool(state.get(name))

    def _report(self, reasons: set[str]) -> None:
        for sign, changed in (("-", self._said - reasons), ("+", reasons - self._said)):
            if changed:
                self._say(f"STATE: {sign}{','.join(sorted(changed))}")
        self._said = reasons

    def _state(self) -> Any:
        return json.loads((self._directory / "state.json").read_text())

    def _say(self, words: str) -> None:
        print(words, file=sys.stderr, flush=True)


def count(directory: Path) -> int:
    """Sheets that came out."""
    sheets = directory / "sheets"
    return len(sheets.read_text().splitlines()) if sheets.exists() else 0


def main() -> int:
    directory, given = Path(sys.argv[1]), sys.argv[2:]
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(FAILED))  # the job is canceled
    if len(given) == 1:
        copies = int(os.environ.get("IPP_COPIES", "1"))
        return Engine(directory, cups=False).print(
            Path(given[0]), os.environ.get("IPP_JOB_ID", "?"), copies
        )
    if len(given) == 6:
        return Engine(directory, cups=True).print(Path(given[5]), given[0], int(given[3]))
    return DONE  # CUPS asks which devices there are: none


if __name__ == "__main__":
    sys.exit(main())
