"""The far end of a UPS: the true server of Network UPS Tools with a UPS that is a file, and a
server that lies.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import threading
from collections.abc import Mapping
from pathlib import Path
from time import monotonic
from typing import Self

NUT = Path("/lib/nut")  # where Debian's nut-server puts its programs
_PATIENCE_S = 30.0
_LOOK_EVERY_S = 0.02
_ON_MAINS = {"ups.status": "OL", "battery.charge": "100", "battery.runtime": "1800"}


class UpsServer:
    """upsd and the driver dummy-ups, in `directory`, on a port of their own."""

    def __init__(self, directory: Path, name: str = "ups") -> None:
        if not (NUT / "dummy-ups").exists():
            raise RuntimeError("there is no UPS server: apt-get install nut-server")
        self._directory, self._name = directory, name
        self._device = directory / "ups.dev"
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port: int = free.getsockname()[1]
        self._written_s = 1_700_000_000  # the driver reads the file again when its time changed
        self._driver: subprocess.Popen[bytes] | None = None
        self._server: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self._directory.chmod(0o700)
        (self._directory / "ups.conf").write_text(
            f"[{self._name}]\n driver = dummy-ups\n port = {self._device}\n"
            " mode = dummy-once\n pollinterval = 1\n"
        )
        (self._directory / "upsd.conf").write_text(f"LISTEN 127.0.0.1 {self.port}\nMAXAGE 3\n")
        (self._directory / "upsd.users").touch()
        self._write(_ON_MAINS)
        self.plug()
        self._server = self._run("upsd", "-F")
        self._wait_for(_ON_MAINS)
        return self

    def __exit__(self, *exc: object) -> None:
        self.unplug()
        self.stop()

    def say(self, variables: Mapping[str, str]) -> None:
        """The UPS says these, and no others of its own; returns once the server knows them."""
        self._write(variables)
        self._wait_for(variables)

    def plug(self) -> None:
        self._driver = self._run("dummy-ups", "-a", self._name, "-F")

    def unplug(self) -> None:
        """The server runs on without its UPS."""
        _end(self._driver)
        self._driver = None

    def stop(self) -> None:
        """Nobody answers at the port any more."""
        _end(self._server)
        self._server = None

    def freeze(self) -> None:
        """Connections are taken, and nothing is said, until `thaw`."""
        if self._server:
            self._server.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        if self._server:
            self._server.send_signal(signal.SIGCONT)

    def _write(self, variables: Mapping[str, str]) -> None:
        self._device.write_text("".join(f"{name}: {said}\n" for name, said in variables.items()))
        self._written_s += 10
        os.utime(self._device, (self._written_s, self._written_s))

    def _run(self, program: str, *words: str) -> subprocess.Popen[bytes]:
        here = str(self._directory)
        paths = ("NUT_CONFPATH", "NUT_STATEPATH", "NUT_ALTPIDPATH", "NUT_PIDPATH")
        user = ["-u", "root"] if os.geteuid() == 0 else []
        return subprocess.Popen(
            [str(NUT / program), *words, *user],
            env={**os.environ, **dict.fromkeys(paths, here)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def _wait_for(self, variables: Mapping[str, str]) -> None:
        wanted = [f'VAR {self._name} {name} "{said}"'.encode() for name, said in variables.items()]
        end_s = monotonic() + _PATIENCE_S
        while monotonic() < end_s:
            said = self._asked()
            if all(line in said for line in wanted):
                return
            threading.Event().wait(_LOOK_EVERY_S)
        raise TimeoutError("the UPS server does not say what the UPS was told to say")

    def _asked(self) -> bytes:
        said = b""
        with (
            contextlib.suppress(OSError),
            socket.create_connection(("127.0.0.1", self.port), 1.0) as line,
        ):
            line.sendall(f"LIST VAR {self._name}\nLOGOUT\n".encode())
            while piece := line.recv(4096):
                said += piece
        return said


class LyingUpsServer:
    """Says `answer` to whoever connects: a byte every `gap_s`, and again without end if `flood`."""

    def __init__(self, answer: bytes, gap_s: float = 0.0, *, flood: bool = False) -> None:
        self._answer, self._gap_s, self._flood = answer, gap_s, flood
        self._ending = threading.Event()

    def __enter__(self) -> Self:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, name="lying UPS server", daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self._ending.set()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(_PATIENCE_S)

    def _serve(self) -> None:
        while not self._ending.is_set():
            try:
                line, _ = self._listener.accept()
            except OSError:
                return
            with line, contextlib.suppress(OSError):
                line.settimeout(5)
                line.recv(4096)
                self._say(line)

    def _say(self, line: socket.socket) -> None:
        size = 1 if self._gap_s else 4096
        while not self._ending.is_set():
            for at in range(0, len(self._answer), size):
                line.sendall(self._answer[at : at + size])
                if self._ending.wait(self._gap_s):
                    return
            if not self._flood:
                return


def _end(program: subprocess.Popen[bytes] | None) -> None:
    if program is not None:
        program.send_signal(signal.SIGCONT)
        program.terminate()
        try:
            program.wait(5)
        except subprocess.TimeoutExpired:
            program.kill()
            program.wait()
