"""A PC/SC service of one's own: the real pcscd, with readers that can fall silent.

It listens on a socket in its own directory, handed over the way systemd does (sd_listen_fds), so it
needs no rights and leaves the machine's own service alone. A program meets it when the environment
variable PCSCLITE_CSOCK_NAME has the path of the socket before the program first uses PC/SC.

Each reader is a vpcd (vsmartcard): a card connects to its TCP port, and that is inserting it.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from time import monotonic
from typing import Final, Self

SOCKET_VARIABLE: Final = "PCSCLITE_CSOCK_NAME"
VPCD: Final = Path("/usr/lib/pcsc/drivers/serial/libifdvpcd.so")

_PLUG, _DOOR = "vpcd_plug", "vpcd_door"  # C sources beside this file
_HEADERS: Final = Path("/usr/include/PCSC")
_SLOTS: Final = 2  # of one vpcd, each with a port
_START_TIMEOUT_S: Final = 30.0
_END_TIMEOUT_S: Final = 10.0
_LOOK_S: Final = 0.02
_INSTALL: Final = "apt-get install pcscd libpcsclite-dev vsmartcard-vpcd gcc"
# Socket activation wants the listening socket as descriptor 3 and its own process number; the
# service goes when whoever started it does, however that ends.
_START: Final = (
    "export LISTEN_FDS=1 LISTEN_PID=$$; "
    'exec env LD_PRELOAD="$2" setpriv --pdeathsig TERM pcscd --foreground --config "$1" '
    "3<&0 </dev/null"
)


class PcscdError(Exception):
    """The service does not start here; the message says what to do."""


class Pcscd:
    """Runs while `with` is entered. Its files, log and socket are in `directory`.

    Args:
        readers: their names, which `start` takes anew; PC/SC adds ` 00 00` to the first, ` 01 00`
            to the next.
    """

    def __init__(self, directory: Path, readers: Sequence[str] = ("Sandbox Reader",)) -> None:
        self._directory = directory.resolve()
        self.readers = tuple(readers)
        self.socket = self._directory / "pcscd.comm"
        self.ports: dict[str, int] = {}
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        """Raises: PcscdError."""
        missing = [path for path in (VPCD, _HEADERS / "ifdhandler.h") if not path.exists()]
        if missing or not (shutil.which("gcc") and shutil.which("pcscd")):
            raise PcscdError(f"the virtual card reader is not installed: {_INSTALL}")
        self._directory.mkdir(parents=True, exist_ok=True)
        for name in (_PLUG, _DOOR):
            _compile(name, self._built(name))
        self.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self.stop()

    def start(self) -> None:
        """The service and its readers, as after booting. Returns when it listens.

        Raises:
            PcscdError: it does not come up.
        """
        with _free_ports(len(self.readers)) as ports:
            self.ports = dict(zip(self.readers, ports, strict=True))
            self._write_settings()
            listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            with listening, (self._directory / "pcscd.log").open("ab") as told:
                self.socket.unlink(missing_ok=True)
                listening.bind(str(self.socket))
                self.socket.chmod(0o666)
                listening.listen(16)
                self._process = subprocess.Popen(
                    ["sh", "-c", _START, "sh", str(self._settings), str(self._built(_DOOR))],
                    stdin=listening.fileno(),
                    stdout=told,
                    stderr=told,
                )
            for port in ports:
                self._until(partial(_listens, port), "no reader appears")

    def stop(self, *, killed: bool = False) -> None:
        """As when the service is stopped, or `killed`. Stopping twice is stopping once."""
        process, self._process = self._process, None
        if process is None:
            return
        process.send_signal(signal.SIGKILL if killed else signal.SIGTERM)
        try:
            process.wait(_END_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        self.socket.unlink(missing_ok=True)

    def unplug(self, reader: str) -> None:
        """The reader does not answer any more; a card in it is lost to the host.

        pcscd keeps such a reader in its list, as it does in the first moments after a cable is
        pulled. A list without it takes `stop`, `readers` and `start`.
        """
        (self._home(reader) / "address").unlink(missing_ok=True)

    def plug(self, reader: str) -> None:
        self._write_address(reader)

    def _built(self, name: str) -> Path:
        return self._directory / f"{name}.so"

    @property
    def _settings(self) -> Path:
        return self._directory / "reader.conf.d"

    def _home(self, name: str) -> Path:
        return self._directory / name.replace(" ", "-").lower()

    def _write_settings(self) -> None:
        self._settings.mkdir(exist_ok=True)
        blocks = []
        for channel, name in enumerate(self.readers):
            home = self._home(name)
            home.mkdir(exist_ok=True)
            shutil.copyfile(VPCD, home / "libifdvpcd.so")
            self._write_address(name)
            blocks.append(
                f'FRIENDLYNAME "{name}"\nDEVICENAME {home}\n'
                f"LIBPATH {self._built(_PLUG)}\nCHANNELID {channel:#x}\n"
            )
        (self._settings / "sandbox").write_text("\n".join(blocks))

    def _write_address(self, name: str) -> None:
        (self._home(name) / "address").write_text(f"/dev/null:{self.ports[name]:#x}\n")

    def _until(self, done: Callable[[], bool], complaint: str) -> None:
        deadline_s, pause = monotonic() + _START_TIMEOUT_S, threading.Event()
        while not done():
            ended = self._process is None or self._process.poll() is not None
            if ended or monotonic() > deadline_s:
                self.stop()
                log = self._directory / "pcscd.log"
                last = log.read_text(errors="replace").splitlines()[-1:]
                raise PcscdError(f"{complaint}; {log} ends: {' '.join(last)}")
            pause.wait(_LOOK_S)


def _compile(name: str, built: Path) -> None:
    if built.exists():
        return
    source = Path(__file__).with_name(f"{name}.c")
    command = ["gcc", "-shared", "-fPIC", "-O1", f"-I{_HEADERS}", "-o", str(built)]
    done = subprocess.run(
        [*command, str(source), "-ldl"], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise PcscdError(f"the reader cannot be compiled: {done.stderr.strip()}")


@contextmanager
def _free_ports(count: int) -> Iterator[list[int]]:
    """The first of as many free ports as a vpcd has slots, `count` times.

    Nobody else who asks this way gets them before the `with` is left.
    """
    with (Path(tempfile.gettempdir()) / f"sandbox-pcscd-{os.getuid()}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        ports: list[int] = []
        while len(ports) < count:
            with socket.socket() as first, socket.socket() as second:
                first.bind(("", 0))
                port = first.getsockname()[1]
                taken = any(abs(port - other) < _SLOTS for other in ports)
                try:
                    second.bind(("", port + 1))
                except (OSError, OverflowError):
                    continue
                if not taken:
                    ports.append(port)
        yield ports


def _listens(port: int) -> bool:
    """Whether a vpcd listens there, without connecting: that would insert a card."""
    wanted, listening = f"{port:04X}", "0A"
    for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
        _, local, _, state, *_ = line.split()
        if local.endswith(f":{wanted}") and state == listening:
            return True
    return False
