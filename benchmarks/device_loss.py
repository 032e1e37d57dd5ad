"""From a device that breaks to a status that says so, and from its return to one that says that."""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field
from itertools import cycle, islice
from pathlib import Path
from random import uniform
from time import monotonic, sleep
from typing import Any, Final

from benchmarks.machine import ROOT
from benchmarks.measured import CannotMeasureError, Goal, Measured, percentile, spread
from devices.camera import Camera
from devices.camera_presence import presence
from devices.glyphs import Glyphs
from devices.idcard_reader import IdCardReader
from devices.nodes import nodes
from devices.printer_links import TcpLink
from devices.printer_profiles import load_profiles
from devices.receipt_printer import ReceiptPrinter
from kiosk.visits.events import Event, StatusChanged
from kiosk.visits.worker import Worker
from sandbox.bench.devices import CameraAtBench, PrinterAtBench, ReaderAtBench
from sandbox.hosted import Hosted

FONT: Final = ROOT / "build" / "fonts" / "NotoSansSC-Regular.otf"
FAULTS: Final = 200
LIMIT_S: Final = 3.0
_GIVEN_UP_S: Final = 60.0
_WELL_FOR_S: Final = (0.5, 2.0)  # between two faults: they meet every phase of the checks
_BROKEN_FOR_S: Final = (0.5, 6.0)  # after it was noticed: short and long gaps between the tries


def measure(faults: int = FAULTS) -> list[Measured]:
    """Faults injected at the far ends, each in a process of its own, while the terminal's workers
    supervise their devices at the terminal's own pace. Lost: from the moment before the far end is
    told to break until the published status is no longer usable. Back: from the moment it is told
    to be well again, after half a second to six, until the status is usable. The reader is pulled
    and plugged in, falls silent, sends garbage, says that it is broken; the printer's
    cable is pulled, its paper ends, its cover opens, it goes off line, it falls silent; the camera
    is unplugged. The value is the slowest but one in a hundred of all, three seconds
    are the limit of each. `--faults` takes another number than 200.
    """
    with tempfile.TemporaryDirectory(prefix="kiosk-bench-") as directory, ExitStack() as held:
        lanes = [held.enter_context(lane(Path(directory))) for lane in (_reader, _printer, _camera)]
        shares = [len(range(start, faults, len(lanes))) for start in range(len(lanes))]
        with ThreadPoolExecutor(len(lanes)) as pool:
            runs = list(pool.map(_lane, lanes, shares))
    return [
        _measured("device_lost_p99", [times[0] for run in runs for times in run]),
        _measured("device_back_p99", [times[1] for run in runs for times in run]),
    ]


def _measured(name: str, samples: Sequence[float]) -> Measured:
    return Measured(
        name,
        percentile(samples, 0.99),
        f"s of {len(samples)} faults",
        spread(samples),
        "promised",
        limit=LIMIT_S,
        goal=Goal(),
    )


class _Published:
    """What the worker told last."""

    def __init__(self) -> None:
        self._news = threading.Condition()
        self._usable, self._since_s = False, monotonic()

    def post(self, event: Event) -> None:
        if isinstance(event, StatusChanged) and event.status.usable is not self._usable:
            with self._news:
                self._usable, self._since_s = event.status.usable, monotonic()
                self._news.notify_all()

    def when(self, usable: bool) -> float:
        """The moment at which that became so; it may be long ago."""
        with self._news:
            if not self._news.wait_for(lambda: self._usable is usable, _GIVEN_UP_S):
                raise CannotMeasureError(f"for {_GIVEN_UP_S:g} s nobody said usable: {usable}")
            return self._since_s


@dataclass(frozen=True, slots=True)
class _Fault:
    """What the far end is asked to do, and what ends it."""

    breaks: tuple[Any, ...]
    mends: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class _Lane:
    name: str
    far: Hosted
    faults: Sequence[_Fault]
    worker: Callable[[Callable[[Event], None]], Worker[Any]]
    published: _Published = field(default_factory=_Published)


def _lane(lane: _Lane, faults: int) -> list[tuple[float, float]]:
    """Seconds until it was known to be lost and to be back, for each fault."""
    worker = lane.worker(lane.published.post)
    worker.start()
    try:
        return [_once(lane, fault) for fault in islice(cycle(lane.faults), faults)]
    finally:
        worker.stop()


def _once(lane: _Lane, fault: _Fault) -> tuple[float, float]:
    lane.published.when(usable=True)
    sleep(uniform(*_WELL_FOR_S))
    broken_s = monotonic()
    lane.far.call(*fault.breaks)
    lost_s = lane.published.when(usable=False) - broken_s
    sleep(uniform(*_BROKEN_FOR_S))
    mended_s = monotonic()
    lane.far.call(*fault.mends)
    return lost_s, lane.published.when(usable=True) - mended_s


@contextmanager
def _reader(directory: Path) -> Iterator[_Lane]:
    port = str(directory / "ttyUSB*")

    def opened() -> AbstractContextManager[IdCardReader]:
        return IdCardReader(port, 115_200)

    def worker(post: Callable[[Event], None]) -> Worker[Any]:
        return Worker("reader", opened, IdCardReader.status, post, nodes=lambda: nodes(port))

    words = ("no reply", "reply with a bad checksum", "self-test failed")
    faults = (
        _Fault(("unplug",), ("plug", "ttyUSB1")),
        *(_Fault(("misbehave", word, None), ("behave",)) for word in words),
        _Fault(("unplug",), ("plug", "ttyUSB0")),
    )
    with Hosted("reader", ReaderAtBench, directory) as far:
        yield _Lane("reader", far, faults, worker)


@contextmanager
def _printer(_: Path) -> Iterator[_Lane]:
    profile = load_profiles()["generic-80"]
    with Hosted("printer", PrinterAtBench, FONT, 0) as far:
        link = TcpLink("127.0.0.1", far.call("state")["port"])

        def opened() -> AbstractContextManager[ReceiptPrinter]:
            return ReceiptPrinter(link, profile, Glyphs((FONT,)))

        def worker(post: Callable[[Event], None]) -> Worker[Any]:
            return Worker("printer", opened, ReceiptPrinter.status, post)

        faults = (
            _Fault(("unplug",), ("plug",)),
            _Fault(("end_paper",), ("refill",)),
            _Fault(("cover", True), ("cover", False)),
            _Fault(("off_line", True), ("off_line", False)),
            _Fault(("silence", True), ("silence", False)),
        )
        yield _Lane("printer", far, faults, worker)


@contextmanager
def _camera(_: Path) -> Iterator[_Lane]:
    with Hosted("camera", CameraAtBench, 0) as far:
        url = far.call("state")["url"]

        def worker(post: Callable[[Event], None]) -> Worker[Any]:
            return Worker("camera", lambda: Camera(url), Camera.status, post, lambda: presence(url))

        yield _Lane("camera", far, (_Fault(("unplug",), ("plug",)),), worker)
