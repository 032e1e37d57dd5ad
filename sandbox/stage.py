"""A terminal and its world without a screen: Xvfb, the sandbox and the terminal, each a process."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from time import monotonic, sleep
from typing import Any, Final, Self

from PIL import Image

from sandbox import framebuffer
from sandbox.bench.client import BenchClient
from sandbox.resident import Eyes, Hands, Resident
from sandbox.world import toml

ROOT: Final = Path(__file__).resolve().parent.parent
UPRIGHT_PX: Final = (1080, 1920)
_START_TIMEOUT_S: Final = 180.0  # on a machine that is busy with other things
_END_TIMEOUT_S: Final = 15.0
_TAIL_LINES: Final = 25


class StageError(Exception):
    """A process did not come up, or ended when nobody had asked it to; with the end of its log."""


class Actor:
    """A process whose words go to `log`."""

    def __init__(
        self, name: str, command: list[str], log: Path, env: Mapping[str, str], passed_fd: int = -1
    ) -> None:
        self.name, self._log = name, log
        with log.open("ab") as words:
            self.process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=words,
                stderr=words,
                cwd=ROOT,
                env={**os.environ, **env},
                pass_fds=(passed_fd,) if passed_fd >= 0 else (),
            )

    def check(self) -> None:
        """Raises: StageError: it has ended."""
        if self.process.poll() is not None:
            raise StageError(f"{self.name} ended with {self.process.returncode}{self.tail()}")

    def end(self) -> int:
        """Asks it to end, and makes it when it does not. Returns its exit code."""
        self.process.terminate()
        try:
            return self.process.wait(_END_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            return self.process.wait()

    def kill(self) -> None:
        """As a power cut would: no time for last words."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def tail(self) -> str:
        lines = self._log.read_text("utf-8", "replace").splitlines()[-_TAIL_LINES:]
        return "".join(f"\n  {self.name}| {line}" for line in lines) or " without a word"


class Stage:
    """Everything is up when `with` is entered, and gone when it is left; logs stay in `directory`.

    Args:
        directory: made when it is not there; the terminal's state stays in it from visit to visit.
        size_px: width and height of the screen.
        env: added to the environment of the terminal.
        devices: beside the first four, as `python -m sandbox --devices` takes them.
        program: what Python is to run as the terminal.
        settings: sections of `kiosk.toml` that are added to the sandbox's.
    """

    def __init__(
        self,
        directory: Path,
        size_px: tuple[int, int] = UPRIGHT_PX,
        env: Mapping[str, str] | None = None,
        devices: str = "",
        program: Sequence[str] = ("main.py",),
        settings: Mapping[str, Any] | None = None,
    ) -> None:
        self._devices, self._program, self._settings = devices, program, settings or {}
        self.directory, self.size_px = directory.resolve(), size_px
        self.settings = self.directory / "kiosk.toml"
        self._page_map = self.directory / "page-map.json"
        self._env = dict(env or {})
        self._actors: list[Actor] = []

    def __enter__(self) -> Self:
        self.directory.mkdir(parents=True, exist_ok=True)
        for log in self.directory.glob("*.log"):
            log.unlink()
        with ExitStack() as held:
            display = self._raise_screen(held)
            self._env["DISPLAY"] = display
            self._open_sandbox(held)
            self.bench = BenchClient.of(self.directory / "sandbox.json")
            self.eyes = Eyes(self._page_map, self.check)
            hands = held.enter_context(Hands(display))
            self.resident = Resident(hands, self.eyes, self.bench)
            held.callback(self.end_terminal)
            self.start_terminal()
            self._held = held.pop_all()
        return self

    def __exit__(self, *exc: object) -> None:
        self._held.close()

    def start_terminal(self) -> None:
        """Returns when the terminal shows a page. Raises: StageError."""
        self._page_map.unlink(missing_ok=True)
        options = ["--config", str(self.settings), "--page-map", str(self._page_map)]
        self.terminal = self._cast("terminal", [sys.executable, *self._program, "run", *options])
        self._wait(self._page_map.exists, "the terminal shows nothing")

    def end_terminal(self) -> int:
        """As the service manager does; the exit code."""
        return self._dismiss(self.terminal)

    def kill_terminal(self) -> None:
        """As a power cut does."""
        if self.terminal in self._actors:
            self._actors.remove(self.terminal)
        self.terminal.kill()

    def picture(self) -> Image.Image:
        """What the screen shows now."""
        return framebuffer.picture(self.directory / "screen" / "Xvfb_screen0")

    def check(self) -> None:
        """Raises: StageError: one of the processes has ended by itself."""
        for actor in self._actors:
            actor.check()

    def _raise_screen(self, held: ExitStack) -> str:
        pixels = self.directory / "screen"
        pixels.mkdir(exist_ok=True)
        told, tells = os.pipe()
        held.callback(os.close, told)
        try:
            width, height = self.size_px
            xvfb = self._cast(
                "Xvfb",
                [
                    *("Xvfb", "-displayfd", str(tells), "-fbdir", str(pixels)),
                    *("-nolisten", "tcp", "-noreset", "-screen", "0", f"{width}x{height}x24"),
                ],
                tells,
            )
        except FileNotFoundError:
            raise StageError("Xvfb is not installed (Debian package xvfb)") from None
        finally:
            os.close(tells)
        held.callback(self._dismiss, xvfb)
        if not select.select([told], [], [], _START_TIMEOUT_S)[0]:
            raise StageError(f"Xvfb does not come up{xvfb.tail()}")
        number = os.read(told, 16).decode("ascii").strip()
        if not number:
            raise StageError(f"Xvfb found no free display{xvfb.tail()}")
        return f":{number}"

    def _open_sandbox(self, held: ExitStack) -> None:
        ready = self.directory / "sandbox.json"
        ready.unlink(missing_ok=True)
        width, height = self.size_px
        command = [sys.executable, "-m", "sandbox", "--dir", str(self.directory)]
        options = ["--size", f"{width}x{height}", "--devices", self._devices]
        sandbox = self._cast("sandbox", [*command, *options])
        held.callback(self._dismiss, sandbox)
        self._wait(ready.exists, "the sandbox does not listen")
        self._env |= json.loads(ready.read_text("utf-8"))["environment"]
        with self.settings.open("a", encoding="utf-8") as file:
            file.write(toml(self._settings))

    def _cast(self, name: str, command: list[str], passed_fd: int = -1) -> Actor:
        log = self.directory / f"{name.lower()}.log"
        actor = Actor(name, command, log, self._env, passed_fd)
        self._actors.append(actor)
        return actor

    def _dismiss(self, actor: Actor) -> int:
        if actor in self._actors:
            self._actors.remove(actor)
        return actor.end()

    def _wait(self, done: Callable[[], bool], otherwise: str) -> None:
        end_s = monotonic() + _START_TIMEOUT_S
        while not done():
            self.check()
            if monotonic() >= end_s:
                raise StageError(otherwise + "".join(actor.tail() for actor in self._actors))
            sleep(0.05)
