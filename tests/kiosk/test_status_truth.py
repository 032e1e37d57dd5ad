"""The guard: whatever breaks at the far end, nobody is told that the device is ready.

One row a way to break a device; a new device is a far end and its rows. The pace is a fifth of the
real one; how fast the real one is, `python -m benchmarks --only device_lost_p99` measures.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from threading import Condition as Signal
from types import SimpleNamespace
from typing import Any

import pytest

from devices.base import Status
from devices.camera import Camera
from devices.camera_presence import presence
from devices.idcard_reader import IdCardReader
from devices.nodes import nodes
from devices.printer_links import SerialLink, TcpLink
from devices.receipt_printer import ReceiptPrinter
from kiosk.visits.backoff import Backoff
from kiosk.visits.events import Event, StatusChanged
from kiosk.visits.visit import Visit
from kiosk.visits.worker import Worker
from kiosk.works.cards import read_card
from sandbox.cable import Cable
from sandbox.camera import CameraPeer
from sandbox.idcard_faults import Fault
from sandbox.idcard_reader import IdCardReaderPeer
from sandbox.printer import ReceiptPrinterPeer
from tests.printer_kit import PROFILES, font, glyphs

WAIT_S = 30
SETTLED_S = 0.5  # longer than the longest gap between two tries
PACE: dict[str, Any] = {"check_every_s": 0.1, "fresh_s": 0.5, "after_fault_s": 0.3}


class Published:
    """What a worker has told of its device, last word first."""

    def __init__(self) -> None:
        self._news = Signal()
        self._status: Status | None = None
        self.words: list[str] = []

    def post(self, event: Event) -> None:
        if isinstance(event, StatusChanged):
            with self._news:
                self._status = event.status
                self.words.append(f"{event.status.condition}: {event.status.detail}")
                self._news.notify_all()

    def _is(self, usable: bool) -> bool:
        return self._status is not None and self._status.usable is usable

    def becomes(self, usable: bool) -> bool:
        with self._news:
            return self._news.wait_for(lambda: self._is(usable), WAIT_S)

    def stays_unusable(self) -> bool:
        """Once nobody is told any more what was heard before."""
        with self._news:
            for _ in range(20):
                if not self._news.wait_for(lambda: self._is(False), WAIT_S):
                    return False
                if not self._news.wait_for(lambda: self._is(True), SETTLED_S):
                    return True
        return False


# The far ends, each with the worker that has it


@contextmanager
def idcard_reader(tmp_path, post):
    link = tmp_path / "ttyUSB0"
    with IdCardReaderPeer(link) as peer:

        def opened() -> IdCardReader:
            return IdCardReader(str(link), 115_200, timeout_s=1.6)

        far = SimpleNamespace(peer=peer, link=link)
        pace: dict[str, Any] = {"backoff": quick(), "nodes": lambda: nodes(str(link)), **PACE}
        yield far, Worker("reader", opened, IdCardReader.status, post, **pace)


def printer(link, post):
    def opened() -> ReceiptPrinter:
        return ReceiptPrinter(link, PROFILES["generic-80"], glyphs(), answer_timeout_s=0.5)

    return Worker("printer", opened, ReceiptPrinter.status, post, backoff=quick(), **PACE)


@contextmanager
def tcp_printer(tmp_path, post):
    with ReceiptPrinterPeer(font()) as peer, Cable(peer.address) as cable:
        far = SimpleNamespace(peer=peer, cable=cable)
        yield far, printer(TcpLink("127.0.0.1", cable.port), post)


@contextmanager
def serial_printer(tmp_path, post):
    with ReceiptPrinterPeer(font(), serial=True) as peer:
        yield SimpleNamespace(peer=peer), printer(SerialLink(peer.address), post)


@contextmanager
def camera(tmp_path, post):
    with CameraPeer() as peer:
        url = peer.url

        def opened() -> Camera:
            return Camera(url, timeout_s=2.0, dark_after_s=0.2)

        pace: dict[str, Any] = {"look": lambda: presence(url), "backoff": quick(), **PACE}
        yield SimpleNamespace(peer=peer), Worker("camera", opened, Camera.status, post, **pace)


def quick() -> Backoff:
    return Backoff(first_s=0.05, longest_s=0.3)


# The ways to break them

Act = Callable[[Any], object]


@dataclass(frozen=True)
class Row:
    """`use`: a task that is under way when it happens."""

    far_end: Callable[..., Any]
    what: str
    breaks: Act
    mends: Act
    use: Callable[..., Any] | None = None

    def __str__(self) -> str:
        used = ", in use" if self.use else ""
        return f"{self.far_end.__name__}: {self.what}{used}".replace("_", " ")


def waiting_for_a_card(reader, job):
    return read_card(date.today)(Visit(1))(reader, job)


def looking(camera, job):
    while not job.stopped.is_set():
        camera.frame()
        job.answered()


def misbehaves(fault: Fault, use: Any = None) -> Row:
    return Row(
        idcard_reader,
        fault,
        lambda far: far.peer.misbehave(fault, None),
        lambda far: far.peer.behave(),
        use,
    )


def unplugged(use: Any = None) -> Row:
    return Row(
        idcard_reader,
        "unplugged",
        lambda far: far.peer.unplug(),
        lambda far: far.peer.plug(far.link),
        use,
    )


def switched(far_end: Any, what: str, breaks: str, mends: str, *off: object) -> Row:
    return Row(
        far_end,
        what,
        lambda far: getattr(far.peer, breaks)(),
        lambda far: getattr(far.peer, mends)(*off),
    )


ROWS = [
    unplugged(),
    unplugged(waiting_for_a_card),
    misbehaves(Fault.SILENCE),
    misbehaves(Fault.SILENCE, waiting_for_a_card),
    misbehaves(Fault.BAD_CHECKSUM),
    misbehaves(Fault.TRUNCATED),
    misbehaves(Fault.BRIDGE_SILENT),
    misbehaves(Fault.FLOOD, waiting_for_a_card),
    misbehaves(Fault.DRIP),
    misbehaves(Fault.STATUS_60),
    misbehaves(Fault.STATUS_66, waiting_for_a_card),
    Row(tcp_printer, "cable out", lambda far: far.cable.unplug(), lambda far: far.cable.plug()),
    *(
        switched(printer, *words)
        for printer in (tcp_printer, serial_printer)
        for words in (
            ("silent", "fall_silent", "fall_silent", False),
            ("garbage", "talk_garbage", "talk_garbage", False),
            ("paper end", "end_paper", "refill"),
            ("cover open", "open_cover", "close_cover"),
            ("off line", "go_off_line", "go_off_line", False),
        )
    ),
    Row(tcp_printer, "broken", lambda far: far.peer.fail(), lambda far: None),
    switched(camera, "cable out", "unplug", "plug"),
    Row(camera, "cable out", lambda far: far.peer.unplug(), lambda far: far.peer.plug(), looking),
    Row(camera, "covered", lambda far: far.peer.show("black"), lambda far: None, looking),
]
ENDS_BY_REPAIR = ("broken", "covered")


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_a_device_that_is_broken_is_never_called_usable(row, tmp_path):
    published = Published()
    with row.far_end(tmp_path, published.post) as (far, worker):
        call_off = None
        worker.start()
        try:
            assert published.becomes(usable=True), published.words
            if row.use:
                call_off = worker.ask(row.use, visit=1)
                assert published.becomes(usable=True), published.words
            row.breaks(far)
            assert published.stays_unusable(), published.words
            row.mends(far)
            if row.what not in ENDS_BY_REPAIR:
                assert published.becomes(usable=True), published.words
        finally:
            if call_off:
                call_off()
            worker.stop(WAIT_S)
        assert not worker.is_alive()
