"""The receipt printer in the suite, on a network cable."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from devices.base import Condition, DeviceError, Remedy
from devices.printer_links import TcpLink
from devices.printer_status import (
    CoverOpenError,
    CutterError,
    PaperEndError,
    PrinterAbsentError,
    PrinterGarbledError,
    PrinterOfflineError,
)
from devices.printer_urls import link_from_url
from devices.receipt_printer import Printed, PrintUnsure, ReceiptPrinter
from sandbox.cable import Cable
from sandbox.cable_faults import CableFault
from sandbox.printer import ReceiptPrinterPeer
from tests.conformance.bench import BORNE, Act, Bench, Fault, Kind, Recovery, Value
from tests.conformance.cables import Wired, spoilt
from tests.conformance.ports import call
from tests.printer_kit import PROFILES, certification, font, glyphs

PROFILE = PROFILES["generic-80"]
NO_PRINTER = "print_stopped.offline"
LOOK = "is_slip_whole.body"
UNSURE = Value("unsure whether the slip came out", lambda value: isinstance(value, PrintUnsure))


class Far(Wired):
    def __init__(self, peer: ReceiptPrinterPeer, cable: Cable) -> None:
        self.peer, self.cable = peer, cable

    def amid(self, act: Act) -> None:
        """When some lines of the slip are out."""
        lines = self.peer.lines_printed
        self.peer.wait_until(lambda: self.peer.lines_printed > lines + 2)
        act(self.peer)

    def end_paper(self) -> None:
        self.peer.end_paper(after_lines=3)

    def do(self, act: Act) -> None:
        act(self.peer)

    def reset(self) -> None:
        self.peer.power_cycle()


@contextmanager
def far_end(folder: Path) -> Iterator[Far]:
    with ReceiptPrinterPeer(font(), mm_per_s=200) as peer, Cable(peer.address) as cable:
        yield Far(peer, cable)


def printer(link: Any) -> ReceiptPrinter:
    return ReceiptPrinter(link, PROFILE, glyphs(), answer_timeout_s=1.5, stall_timeout_s=5.0)


def prints(device: ReceiptPrinter) -> Any:
    return device.print(certification())


def stuck(
    kind: Kind, how: str, error: type[DeviceError], words: str, act: Act, mend: Act, **row: Any
) -> Fault:
    return Fault(
        kind=kind,
        how=how,
        inject=call("do", act),
        heal=call("do", mend),
        ends=error,
        remedy=Remedy.ATTENDANT,
        status=Condition.FAULT,
        words=words,
        **row,
    )


FAULTS = (
    Fault(
        kind=Kind.UNPLUGGED,
        how="the cable is out",
        inject=call("unplug"),
        heal=call("plug"),
        ends=PrinterAbsentError,
        remedy=Remedy.ATTENDANT,
        status=Condition.ABSENT,
        words=NO_PRINTER,
        recovers=Recovery.REOPENED,
        short=True,
    ),
    Fault(
        kind=Kind.POWER_LOSS,
        how="off and on within a slip",
        meanwhile=call("amid", ReceiptPrinterPeer.power_cycle),
        ends=UNSURE,
        remedy=Remedy.RESIDENT,
        status=Condition.ABSENT,
        words=LOOK,
        recovers=Recovery.REOPENED,
        short=True,
    ),
    Fault(
        kind=Kind.GARBAGE,
        how="its answers are noise",
        inject=call("do", ReceiptPrinterPeer.talk_garbage),
        heal=call("do", lambda peer: peer.talk_garbage(False)),
        ends=PrinterGarbledError,
        remedy=Remedy.RETRY,
        status=Condition.FAULT,
        words="print_stopped.body",
    ),
    spoilt(Kind.LATE, CableFault.LATE, ends=BORNE),
    spoilt(
        Kind.DUPLICATE,
        CableFault.DUPLICATE,
        ends=UNSURE,
        remedy=Remedy.RESIDENT,
        words=LOOK,
    ),
    spoilt(
        Kind.FLOOD,
        CableFault.FLOOD,
        ends=PrinterGarbledError,
        remedy=Remedy.RETRY,
        status=Condition.FAULT,
        words="print_stopped.body",
        recovers=Recovery.REOPENED,
    ),
    Fault(
        kind=Kind.HANGS,
        how="prints, and answers nothing until it is switched off and on",
        inject=call("do", ReceiptPrinterPeer.fall_silent),
        heal=call("reset"),
        ends=PrinterOfflineError,
        remedy=Remedy.ATTENDANT,
        status=Condition.FAULT,
        words=NO_PRINTER,
        recovers=Recovery.REOPENED,
    ),
    Fault(
        kind=Kind.PAPER_END,
        how="the roll ends after three lines",
        inject=call("end_paper"),
        heal=call("do", ReceiptPrinterPeer.refill),
        ends=PaperEndError,
        remedy=Remedy.ATTENDANT,
        status=Condition.FAULT,
        words="print_stopped.paper_end",
        short=True,
    ),
    stuck(
        Kind.COVER,
        "open before the slip",
        CoverOpenError,
        "print_stopped.cover_open",
        ReceiptPrinterPeer.open_cover,
        ReceiptPrinterPeer.close_cover,
    ),
    stuck(
        Kind.CUTTER,
        "the knife sticks at the end of the slip",
        CutterError,
        "print_stopped.cutter_error",
        ReceiptPrinterPeer.jam_cutter,
        ReceiptPrinterPeer.clear_jam,
        short=True,
    ),
)
SINGLE = "its answers are single bytes"

BENCH = Bench(
    name="receipt_printer",
    far=far_end,
    driver=lambda far: printer(TcpLink("127.0.0.1", far.cable.port)),
    real=lambda url: printer(link_from_url(url)),
    port_is="its URL, such as tcp://192.168.1.50:9100, serial:///dev/ttyUSB0 or usb://0416:5011",
    operate=prints,
    fits=lambda value: isinstance(value, Printed),
    secrets=("张", "522401", "0038120"),
    faults=FAULTS,
    not_tried={
        Kind.ELSEWHERE: "a network printer is found by its address",
        Kind.HALF: SINGLE,
        Kind.DRIP: SINGLE,
        Kind.STALE: "its answers carry no numbers, so which of them is old cannot be arranged",
        Kind.FORBIDDEN: "a network printer has no port here",
        Kind.TAKEN: "a network printer has no port here",
    },
)
