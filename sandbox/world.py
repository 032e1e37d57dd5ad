"""The world outside the terminal: each far end in a process of its own, and the bench."""

from __future__ import annotations

import hashlib
import json
import logging
import secrets
from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Self

from sandbox.bench.devices import CameraAtBench, PlatformAtBench, PrinterAtBench, ReaderAtBench
from sandbox.bench.server import BenchServer, FarEnd
from sandbox.bench.shelf import SHELF, Absent, take
from sandbox.hosted import Hosted, HostedError
from sandbox.platform.people import HELPERS, STAFF
from sandbox.platform.person import Person
from sandbox.platform.server import public_key_of

log = logging.getLogger(__name__)

ROOT: Final = Path(__file__).resolve().parent.parent
FONT: Final = ROOT / "build" / "fonts" / "NotoSansSC-Regular.otf"
TERMINAL: Final = "522401"


class WorldError(Exception):
    """The sandbox cannot be set up here; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Ports:
    """Of the loopback interface; 0 takes a free one."""

    bench: int = 0
    platform: int = 0
    camera: int = 0
    printer: int = 0


DOCUMENTED_PORTS: Final = Ports(bench=8800, platform=8801, camera=8802, printer=9100)


class World:
    """Everything listens once `with` is entered. By then `directory` has these, each whole:

    kiosk.toml: settings of a terminal that meets these far ends.
    sandbox.json: the addresses of the far ends and of the bench, and what the environment of the
        terminal has to have.
    dev/: the serial ports. platform/, state/: what outlives a run.

    Args:
        devices: of `SHELF`, beside the first four. One that cannot be raised here is absent, and
            says why; the rest of the world does without it.
    """

    def __init__(
        self,
        directory: Path,
        ports: Ports = Ports(),
        size_px: tuple[int, int] = (1080, 1920),
        devices: Iterable[str] = (),
    ) -> None:
        self._directory, self._ports, self._size_px = directory.resolve(), ports, size_px
        self._wanted = tuple(devices)
        self.settings = self._directory / "kiosk.toml"
        self.told = self._directory / "sandbox.json"

    def __enter__(self) -> Self:
        """Raises: WorldError, HostedError."""
        if not FONT.exists():
            raise WorldError(f"{FONT} is missing: run deploy/setup.sh")
        if unknown := set(self._wanted) - set(SHELF):
            raise WorldError(f"no {', '.join(sorted(unknown))}; there are: {', '.join(SHELF)}")
        serial_ports = self._directory / "dev"
        serial_ports.mkdir(parents=True, exist_ok=True)
        self.told.unlink(missing_ok=True)
        ports = self._ports
        with ExitStack() as held:
            started = {
                "reader": Hosted("reader", ReaderAtBench, serial_ports),
                "camera": Hosted("camera", CameraAtBench, ports.camera),
                "printer": Hosted("printer", PrinterAtBench, FONT, ports.printer),
                "platform": Hosted(
                    "platform",
                    PlatformAtBench,
                    self._directory / "platform",
                    ports.platform,
                    TERMINAL,
                    _enrolled(self._directory / "state"),
                ),
            }
            more = {name: take(name, self._directory) for name in self._wanted}
            self.devices: Mapping[str, FarEnd] = {
                **{name: held.enter_context(hosted) for name, hosted in started.items()},
                **{name: _entered(held, taken) for name, taken in more.items()},
            }
            self.bench = held.enter_context(BenchServer(self.devices, ports.bench))
            self._tell(serial_ports)
            self._held = held.pop_all()
        return self

    def __exit__(self, *exc: object) -> None:
        self.told.unlink(missing_ok=True)
        self._held.close()

    def _tell(self, serial_ports: Path) -> None:
        camera, printer, platform = (
            self.devices[name].call("state") for name in ("camera", "printer", "platform")
        )
        width_px, height_px = self._size_px
        settings: dict[str, Any] = {
            "state": str(self._directory / "state"),
            "terminal": {
                "id": TERMINAL,
                "place": "石桥镇便民服务中心",
                "division": "520502100011",
                "attendant": "李主任",
                "phone": "0857-8220000",
                "status_url": f"{self.bench.url}/status",
            },
            "display": {"width_px": width_px, "height_px": height_px, "fullscreen": False},
            "idcard_reader": {"port": str(serial_ports / "ttyUSB*")},
            "camera": {"source": camera["url"]},
            "receipt_printer": {"link": f"tcp://127.0.0.1:{printer['port']}"},
            "platform": {
                "url": platform["url"],
                "sealing_key_file": platform["key_file"],
                "seal_roots_file": platform["seal_roots_file"],
                "publisher_key_file": platform["publisher_key_file"],
                **platform["papers"],
            },
        }
        environment: dict[str, str] = {}
        for name in self._wanted:
            settings = self.devices[name].call("settings") | settings
            environment |= self.devices[name].call("environment")
        known = _known("staff", STAFF[0]) + _known("helpers", HELPERS[0])
        _write(self.settings, toml(settings) + known)
        told = {
            "bench": self.bench.url,
            "platform": platform["url"],
            "camera": camera["url"],
            "printer": settings["receipt_printer"]["link"],
            "reader": settings["idcard_reader"]["port"],
            "settings": str(self.settings),
            "environment": environment,
        }
        _write(self.told, json.dumps(told, indent=2) + "\n")


def _enrolled(state: Path) -> bytes:
    """The public key of the terminal that will run over `state`: what a technician does, who makes
    its key and has it registered. On a disk that takes no key it is a key of nobody's.
    """
    file, key = state / "terminal.key", secrets.token_bytes(32)
    try:
        if file.exists():
            key = file.read_bytes()
        else:
            state.mkdir(mode=0o700, parents=True, exist_ok=True)
            file.touch(mode=0o600)
            file.write_bytes(key)
    except OSError as fault:
        log.warning("the terminal is not enrolled: %s: %s", state, fault.strerror)
    return public_key_of(key)


def _entered(held: ExitStack, taken: Hosted | Absent) -> FarEnd:
    if isinstance(taken, Absent):
        return taken
    try:
        return held.enter_context(taken)
    except HostedError as fault:
        return Absent(str(fault))


def toml(settings: Mapping[str, Any], within: str = "") -> str:
    """`settings` as TOML: plain values first, then a table for each mapping in it."""
    # A JSON string, number or truth value is the TOML one too, but for a lone surrogate or DEL.
    plain = {key: value for key, value in settings.items() if not isinstance(value, Mapping)}
    lines = [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in plain.items()]
    for name in (key for key in settings if key not in plain):
        lines += ["", f"[{within}{name}]", toml(settings[name], f"{within}{name}.").rstrip()]
    return "\n".join(lines) + "\n"


def _known(role: str, member: Person) -> str:
    """One of the `staff` or `helpers`, known to the terminal by the digest of the card's number
    (RFC 7914).
    """
    salt = secrets.token_bytes(16)
    digest = hashlib.scrypt(
        member.number.encode("ascii"), salt=salt, n=2**15, r=8, p=1, maxmem=64 * 2**20, dklen=32
    )
    entry = {
        "id": member.staff_id,
        "card": f"scrypt${salt.hex()}${digest.hex()}",
    }
    return f"\n[[terminal.{role}]]\n" + toml(entry)


def _write(file: Path, text: str) -> None:
    """Whoever sees the file sees all of it."""
    draft = file.with_name(file.name + ".new")
    draft.write_text(text, encoding="utf-8")
    draft.replace(file)
