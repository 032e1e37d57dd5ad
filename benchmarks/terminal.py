"""A stage for measurements: a terminal started to the millisecond and touched without a pause."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep
from typing import Any, Final, Self

import psutil

from benchmarks.machine import ROOT
from benchmarks.measured import CannotMeasureError
from benchmarks.screen import Screen
from sandbox.resident import LOOK_EVERY_S, Control, Eyes, Hands, Sight
from sandbox.stage import Stage
from sandbox.world import toml

PRESS_S: Final = 0.02
APART_S: Final = 0.6  # more than one trembling finger would need
SETTLED_S: Final = 0.5  # after a page was drawn: nothing on it is still to come
_START_TIMEOUT_S: Final = 60.0
_RESTED_S: Final = 15.0
_END_TIMEOUT_S: Final = 15.0
_WAIT_S: Final = 30.0


@contextmanager
def stage(devices: str = "") -> Iterator[Stage]:
    """A screen, a sandbox and a terminal; gone with all their files afterwards. `devices`: beside
    the first four.
    """
    with (
        tempfile.TemporaryDirectory(prefix="kiosk-bench-") as directory,
        Stage(Path(directory), devices=devices) as raised,
    ):
        yield raised


def screen_of(raised: Stage) -> Screen:
    return Screen(raised.directory / "screen" / "Xvfb_screen0")


def display_of(raised: Stage) -> str:
    """What the terminal has as DISPLAY; for other programs on the same screen."""
    return psutil.Process(raised.terminal.process.pid).environ()["DISPLAY"]


class Terminal:
    """A terminal on the screen of a stage whose own has ended. Runs while entered.

    program: what Python is to run. settings: values or sections of `kiosk.toml` that are added to
    the sandbox's. apart_s: between two touches. steady_s: how long a control has to stand still.
    """

    def __init__(
        self,
        raised: Stage,
        display: str,
        program: Sequence[str] = ("main.py",),
        settings: Mapping[str, Any] | None = None,
        apart_s: float = APART_S,
        steady_s: float = 0.0,
    ) -> None:
        self._apart_s, self._steady_s, self._touched_s = apart_s, steady_s, 0.0
        self._directory = raised.directory
        self._page_map = raised.directory / "page-map.json"
        config = raised.directory / "bench.toml"
        values: dict[str, Any] = {}
        sections: dict[str, Any] = {}
        for name, value in (settings or {}).items():
            (sections if isinstance(value, Mapping) else values)[name] = value
        parts = (toml(values), raised.settings.read_text("utf-8"), toml(sections))
        config.write_text("\n".join(parts), encoding="utf-8")
        self._command = [
            *(sys.executable, *program, "run", "--config", str(config)),
            *("--page-map", str(self._page_map)),
        ]
        self._env = {**os.environ, "DISPLAY": display}
        self.eyes = Eyes(self._page_map, self._check)
        self.hands: Hands = raised.resident.hands
        self.bench = raised.bench

    def __enter__(self) -> Self:
        """Returns as soon as the process is there; see `started_s`."""
        self._page_map.unlink(missing_ok=True)
        with (self._directory / "bench.log").open("wb") as log:
            self.started_s = monotonic()
            self.process = psutil.Popen(
                self._command, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                cwd=ROOT, env=self._env,
            )  # fmt: skip
        return self

    def __exit__(self, *exc: object) -> None:
        end(self.process)

    def drawn(self) -> bool:
        """Whether a page has been laid out and drawn."""
        return self._page_map.exists()

    def until(self, *steps: str, timeout_s: float = _WAIT_S) -> Sight:
        """The first of these steps that is on the screen."""
        return self.eyes.until(lambda now: now.step in steps, " or ".join(steps), timeout_s)

    def find(self, control: str) -> Control:
        def there(now: Sight) -> bool:
            found = now.control(control)
            return found is not None and found.enabled

        found = self.eyes.until(there, control, _WAIT_S).control(control)
        assert found is not None
        return found

    def touch(self, control: str) -> None:
        """Not before the terminal takes another touch for a second one and not for a tremor, and
        not while the control is still finding its place: no eye is so quick.
        """
        place = self.find(control).middle
        since_s = monotonic()
        while monotonic() - since_s < self._steady_s:
            sleep(LOOK_EVERY_S)
            if (now := self.find(control).middle) != place:
                place, since_s = now, monotonic()
        sleep(max(0.0, self._touched_s + self._apart_s - monotonic()))
        self.hands.touch(*place, press_s=PRESS_S)
        self._touched_s = monotonic()

    def slide_to(self, x: int, y: int) -> None:
        """Moves the finger that is down."""
        subprocess.run(["xdotool", "mousemove", str(x), str(y)], env=self._env, check=True)

    def rest(self) -> None:
        """As long as a terminal loads what it will need, and longer: nobody comes just then."""
        self.until("lobby/attract", timeout_s=_START_TIMEOUT_S)
        sleep(_RESTED_S)

    def wake(self) -> None:
        """From the resting page to the choice of items."""
        seen = self.until("lobby/attract", timeout_s=_START_TIMEOUT_S)
        self.hands.touch(seen.size[0] // 2, seen.size[1] // 2, press_s=PRESS_S)
        self.until("lobby/home")

    def _check(self) -> None:
        if self.process.poll() is not None:
            raise CannotMeasureError(
                "the terminal has ended: "
                + (self._directory / "bench.log").read_text("utf-8")[-800:]
            )


@contextmanager
def terminal(
    program: Sequence[str] = ("main.py",),
    settings: Mapping[str, Any] | None = None,
    apart_s: float = APART_S,
    steady_s: float = 0.0,
) -> Iterator[tuple[Terminal, Screen]]:
    """A stage with one terminal of our own making, once it shows its first page."""
    with stage() as raised:
        display = display_of(raised)
        raised.end_terminal()
        with Terminal(raised, display, program, settings, apart_s, steady_s) as running:
            running.until("lobby/attract", timeout_s=_START_TIMEOUT_S)
            sleep(SETTLED_S)
            yield running, screen_of(raised)


def end(process: psutil.Popen) -> None:
    """With its children."""
    family = [process, *process.children(recursive=True)] if process.is_running() else []
    for one in family:
        try:
            one.terminate()
        except psutil.NoSuchProcess:
            continue
    for one in psutil.wait_procs(family, _END_TIMEOUT_S)[1]:
        one.kill()
    process.wait(_END_TIMEOUT_S)


def pss_mb(process: psutil.Process) -> float:
    """Proportional memory of a process and all that it started, in MB."""
    family = [process, *process.children(recursive=True)]
    return float(sum(one.memory_full_info().pss for one in family)) / 1e6
