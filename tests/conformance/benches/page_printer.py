"""The A4 printer in the suite, behind a real CUPS; a second cable to it that can be spoilt."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from devices.base import Condition, DeviceError, Remedy
from devices.page_jobs import PagesAborted, PagesPrinted
from devices.page_printer import PagePrinter
from devices.page_printer_faults import (
    DoorOpenError,
    PagePrinterAbsentError,
    PagePrinterGarbledError,
    PagePrinterOfflineError,
    PaperOutError,
    SpoolFullError,
)
from sandbox.cable import Cable
from sandbox.cable_faults import CableFault
from sandbox.page_printer import PagePrinterPeer
from tests.conformance.bench import BORNE, Act, Bench, Fault, Kind, Value
from tests.conformance.cables import Wired, spoilt
from tests.conformance.ports import call
from tests.paper_kit import long_pdf

NO_PRINTER = "page_stopped.offline"
DOCUMENT = long_pdf(64)  # more than what the full disk takes
ABORTED = Value("given up by the queue", lambda value: isinstance(value, PagesAborted))


class Far(Wired):
    def __init__(self, peer: PagePrinterPeer, cable: Cable) -> None:
        self.peer, self.cable = peer, cable
        self.url = peer.url.replace(str(peer.scheduler.port), str(cable.port))

    def do(self, act: Act) -> None:
        act(self.peer)


@contextmanager
def far_end(folder: Path) -> Iterator[Far]:
    with (
        PagePrinterPeer() as peer,
        Cable(("127.0.0.1", peer.scheduler.port)) as cable,
    ):
        yield Far(peer, cable)


def printer(url: str) -> PagePrinter:
    return PagePrinter(url, answer_timeout_s=2.0, send_timeout_s=5.0, retry_s=0.2, settle_s=0.5)


def prints(device: PagePrinter) -> Any:
    return device.wait(device.print_pdf(DOCUMENT, str(uuid.uuid4()), title="conformance"))


def stopped(
    kind: Kind, how: str, ends: type[DeviceError], words: str, act: Act, mend: Act, **row: Any
) -> Fault:
    usual: dict[str, Any] = {"status": Condition.FAULT}
    return Fault(
        kind=kind,
        how=how,
        inject=call("do", act),
        heal=call("do", mend),
        ends=ends,
        remedy=ends.remedy,
        words=words,
        **(usual | row),
    )


def answers(kind: Kind, fault: CableFault, ends: type[DeviceError], status: Condition) -> Fault:
    words = NO_PRINTER if status is Condition.ABSENT else "page_stopped.body"
    return spoilt(kind, fault, ends=ends, remedy=ends.remedy, status=status, words=words)


FAULTS = (
    Fault(
        kind=Kind.UNPLUGGED,
        how="the cable to the queue is out",
        inject=call("unplug"),
        heal=call("plug"),
        ends=PagePrinterAbsentError,
        remedy=Remedy.ATTENDANT,
        status=Condition.ABSENT,
        words=NO_PRINTER,
    ),
    stopped(
        Kind.UNPLUGGED,
        "the printer behind the queue is silent",
        PagePrinterOfflineError,
        NO_PRINTER,
        PagePrinterPeer.fall_silent,
        lambda peer: peer.fall_silent(False),
    ),
    Fault(
        kind=Kind.POWER_LOSS,
        how="the paper path fails, and CUPS gives the job up",
        inject=call("do", PagePrinterPeer.lose_power),
        heal=call("do", lambda peer: peer.lose_power(False)),
        ends=ABORTED,
        remedy=Remedy.ATTENDANT,
        status=None,
        unseen="CUPS calls the queue well again once it has given the job up",
        words="page_stopped.body",
    ),
    stopped(
        Kind.CUPS_STOPPED,
        "the scheduler has ended",
        PagePrinterAbsentError,
        NO_PRINTER,
        lambda peer: peer.scheduler.stop(),
        lambda peer: peer.scheduler.start(),
        status=Condition.ABSENT,
        short=True,
    ),
    stopped(
        Kind.DISK_FULL,
        "no file of the scheduler can grow",
        SpoolFullError,
        "page_stopped.full",
        lambda peer: peer.scheduler.fill_disk(),
        lambda peer: peer.scheduler.fill_disk(False),
        status=None,
        unseen="CUPS tells of it only when it is handed a document",
        short=True,
    ),
    stopped(
        Kind.HANGS,
        "the scheduler takes connections, and nothing else",
        PagePrinterAbsentError,
        NO_PRINTER,
        lambda peer: peer.scheduler.freeze(),
        lambda peer: peer.scheduler.freeze(False),
        status=Condition.ABSENT,
    ),
    stopped(
        Kind.PAPER_END,
        "the tray is empty",
        PaperOutError,
        "page_stopped.paper_out",
        PagePrinterPeer.end_paper,
        PagePrinterPeer.refill,
        short=True,
    ),
    stopped(
        Kind.COVER,
        "a door is open",
        DoorOpenError,
        "page_stopped.door_open",
        PagePrinterPeer.open_door,
        lambda peer: peer.open_door(False),
    ),
    answers(Kind.GARBAGE, CableFault.GARBAGE, PagePrinterGarbledError, Condition.FAULT),
    answers(Kind.HALF, CableFault.HALF, PagePrinterGarbledError, Condition.FAULT),
    spoilt(Kind.LATE, CableFault.LATE, ends=BORNE),
    answers(Kind.DRIP, CableFault.DRIP, PagePrinterAbsentError, Condition.ABSENT),
    answers(Kind.FLOOD, CableFault.FLOOD, PagePrinterGarbledError, Condition.FAULT),
)
OWN = "each question has a connection of its own, and HTTP counts the bytes of its answer"

BENCH = Bench(
    name="page_printer",
    far=far_end,
    driver=lambda far: printer(far.url),
    real=printer,
    port_is="its URL, such as ipp://127.0.0.1/printers/a4",
    operate=prints,
    fits=lambda value: isinstance(value, PagesPrinted),
    faults=FAULTS,
    not_tried={
        Kind.ELSEWHERE: "a queue is found by its URL",
        Kind.DUPLICATE: OWN,
        Kind.STALE: OWN,
        Kind.FORBIDDEN: "who may print is a setting of CUPS; one that refuses says so in IPP",
        Kind.TAKEN: "a queue is for several programs",
    },
)
