"""A whole machine with a kernel of its own, into which USB devices are plugged (QEMU).

What no pipe can stand for happens there: a keyboard that is taken away from everybody else, a card
reader that the operating system announces.
"""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from queue import Empty, Queue
from time import monotonic, sleep
from typing import IO, Any, Final, Self

from tests.machine.kernel import NoKernelError

_QEMU: Final = "qemu-system-x86_64"
_BOOT_S: Final = 180.0
_KEYS: Final = {"\n": "ret", "-": "minus", "/": "slash", ".": "dot"}


class MachineError(Exception):
    """The machine did not say what was waited for."""


class Machine:
    """Runs `program` (a shell command) from power on to power off. Its lines that begin with `{`
    are JSON and handed out by `said`.
    """

    def __init__(self, kernel: Path, disk: Path, program: str) -> None:
        if shutil.which(_QEMU) is None:
            raise NoKernelError(f"{_QEMU} is missing: deploy/setup.sh machine")
        self._kernel, self._disk, self._program = kernel, disk, program
        self._said: Queue[dict[str, Any]] = Queue()
        self.log: list[str] = []

    def __enter__(self) -> Self:
        self._rooms = tempfile.TemporaryDirectory(prefix="machine-")
        monitor = Path(self._rooms.name) / "monitor"
        self._process = subprocess.Popen(
            [
                # The processor is emulated: a machine that is itself virtual has none to lend.
                *(_QEMU, "-accel", "tcg", "-cpu", "max", "-m", "1024", "-nographic"),
                *("-nodefaults", "-no-reboot", "-serial", "stdio"),
                *("-kernel", str(self._kernel), "-initrd", str(self._disk)),
                "-append",
                # A busy host is late with the ticks that the kernel would test its timer by.
                "console=ttyS0 quiet panic=-1 no_timer_check"
                f" kiosk_says={self._program.replace(' ', '|')}",
                "-virtfs",
                "local,path=/,mount_tag=files,security_model=none,readonly=on,multidevs=remap",
                *("-device", "qemu-xhci,id=usb"),
                *("-qmp", f"unix:{monitor},server=on,wait=off"),
            ],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        assert self._process.stdout is not None
        threading.Thread(
            target=self._listen, args=(self._process.stdout,), name="console", daemon=True
        ).start()
        self._monitor = _connected(monitor)
        self._answers = self._monitor.makefile("r", encoding="utf-8")
        self.order("qmp_capabilities")
        return self

    def __exit__(self, *exc: object) -> None:
        self._monitor.close()
        self._process.kill()
        self._process.wait()
        self._rooms.cleanup()

    def said(self, timeout_s: float = _BOOT_S) -> dict[str, Any]:
        """Raises: MachineError: it says nothing."""
        try:
            return self._said.get(timeout=timeout_s)
        except Empty:
            raise MachineError("the machine is silent: " + "\n".join(self.log[-20:])) from None

    def order(self, command: str, **arguments: Any) -> None:
        """What QEMU's monitor is told (QMP). Raises: MachineError: it refuses."""
        self._monitor.sendall(
            json.dumps({"execute": command, "arguments": arguments}).encode() + b"\n"
        )
        for answer in self._lines():
            if "error" in answer:
                raise MachineError(f"{command}: {answer['error']['desc']}")
            if "return" in answer:
                return

    def plug(self, driver: str, name: str, **properties: Any) -> None:
        self.order("device_add", driver=driver, id=name, **properties)

    def pull(self, name: str) -> None:
        self.order("device_del", id=name)

    def type(self, text: str) -> None:
        """On whatever keyboard was plugged in last; small letters and digits."""
        for character in text:
            key = {"type": "qcode", "data": _KEYS.get(character, character)}
            self.order("send-key", keys=[key], **{"hold-time": 20})
            sleep(0.06)  # the keyboard reports by turns

    def _lines(self) -> Iterator[dict[str, Any]]:
        for line in self._answers:
            yield json.loads(line)

    def _listen(self, console: IO[bytes]) -> None:
        for raw in console:
            line = raw.decode("utf-8", errors="replace").rstrip()
            self.log.append(line)
            start = line.find('{"at"')
            if start >= 0:
                self._said.put(json.loads(line[start:]))


def _connected(path: Path) -> socket.socket:
    deadline_s = monotonic() + 10
    while True:
        line = socket.socket(socket.AF_UNIX)
        try:
            line.connect(str(path))
        except OSError:
            line.close()
            if monotonic() > deadline_s:
                raise
            sleep(0.05)
        else:
            return line
