"""Document scanners in the suite: SANE's own test backend, and one with a closed, ill backend."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from devices.base import Condition, DeviceAbsentError, DeviceError, GarbledReplyError, Remedy
from devices.sane_scanner import SaneScanner
from devices.scanner_faults import (
    DoubleFeedError,
    ScanFailedError,
    ScannerBusyError,
    ScannerCoverOpenError,
    ScannerForbiddenError,
    ScannerHungError,
)
from devices.scanner_options import Mode, Source
from sandbox import scanimage
from sandbox.sane_scanner import SaneTestScanner
from tests.conformance.bench import Bench, Fault, Kind
from tests.conformance.ports import call

DPI = 50
CLOSED_DPI = 150
PAGE_S = 2.0
NO_SCANNER = "no_scanner.body"
AGAIN = "scan_again.body"
UNSEEN = "SANE tells of it only while it scans"


class Far:
    def __init__(self, folder: Path, peer: SaneTestScanner) -> None:
        self.pipes, self.peer = folder / "pipes", peer
        self.pipes.mkdir()

    def fail(self, status: str) -> None:
        self.peer.fail(status)

    def behave(self) -> None:
        self.peer.fail()
        self.peer.plug()

    def unplug(self) -> None:
        self.peer.unplug()

    def crash(self) -> None:
        self.peer.crash()


@contextmanager
def far_end(folder: Path) -> Iterator[Far]:
    assert shutil.which("scanimage"), "apt-get install sane-utils libsane1"
    yield Far(folder, SaneTestScanner(folder / "sane.d"))


def driver(far: Far) -> SaneScanner:
    return SaneScanner(
        "test:1", resolution_dpi=DPI, config_dir=far.peer.config_dir, pipes_dir=far.pipes
    )


def from_the_glass(scanner: SaneScanner) -> Any:
    return [page.shape for page in scanner.scan(Source.FLATBED)]


def fails(
    kind: Kind, status: str, how: str, ends: type[DeviceError], words: str, **row: Any
) -> Fault:
    return Fault(
        kind=kind,
        how=how,
        inject=call("fail", f"SANE_STATUS_{status}"),
        heal=call("behave"),
        ends=ends,
        remedy=ends.remedy,
        status=None,
        unseen=UNSEEN,
        words=words,
        **row,
    )


BEHIND = "the backend and `scanimage` lie between, and hand on whole answers: see closed_scanner"
SCANNER = Bench(
    name="scanner",
    far=far_end,
    driver=driver,
    real=SaneScanner,
    port_is="SANE's name of it, as `scanimage -L` says it",
    operate=from_the_glass,
    fits=lambda shapes: shapes == [(584, 413, 3)],
    faults=(
        Fault(
            kind=Kind.UNPLUGGED,
            how="SANE finds it no more",
            inject=call("unplug"),
            heal=call("behave"),
            ends=DeviceAbsentError,
            remedy=Remedy.ATTENDANT,
            status=Condition.ABSENT,
            words=NO_SCANNER,
            short=True,
        ),
        Fault(
            kind=Kind.HANGS,
            how="its backend crashes whenever it is asked",
            inject=call("crash"),
            heal=call("behave"),
            ends=ScanFailedError,
            remedy=Remedy.RETRY,
            status=Condition.FAULT,
            words=AGAIN,
        ),
        fails(Kind.POWER_LOSS, "IO_ERROR", "an I/O error amid a page", ScanFailedError, AGAIN),
        fails(
            Kind.COVER,
            "COVER_OPEN",
            "the cover is opened amid a page",
            ScannerCoverOpenError,
            "scanner_cover.body",
            short=True,
        ),
    ),
    not_tried={
        Kind.ELSEWHERE: "its name holds the USB address; a pattern in the settings finds it again",
        Kind.GARBAGE: BEHIND,
        Kind.HALF: BEHIND,
        Kind.LATE: BEHIND,
        Kind.DUPLICATE: BEHIND,
        Kind.STALE: BEHIND,
        Kind.DRIP: BEHIND,
        Kind.FLOOD: BEHIND,
        Kind.FORBIDDEN: BEHIND,
        Kind.TAKEN: BEHIND,
    },
)


class ClosedFar:
    """`program` looks into a file each time it is started, to learn what ails it."""

    def __init__(self, folder: Path) -> None:
        self.pipes, self._ails = folder / "pipes", folder / "ails"
        self.pipes.mkdir()
        self.program = folder / "scanimage"
        self.program.write_text(
            f'#!/bin/sh\nexec {sys.executable} {scanimage.__file__} "$(cat {self._ails})" "$@"\n'
        )
        self.program.chmod(0o755)
        self.behave()

    def ail(self, fault: str) -> None:
        self._ails.write_text(fault)

    def behave(self) -> None:
        self._ails.write_text("none")


@contextmanager
def closed_end(folder: Path) -> Iterator[ClosedFar]:
    yield ClosedFar(folder)


def through_the_feeder(scanner: SaneScanner) -> Any:
    return [page.shape for page in scanner.scan(Source.FEEDER, Mode.GREY)]


def ails(kind: Kind, fault: str, ends: type[DeviceError], words: str, **row: Any) -> Fault:
    usual: dict[str, Any] = {} if "status" in row else {"status": None, "unseen": UNSEEN}
    return Fault(
        kind=kind,
        how=scanimage.FAULTS[fault],
        inject=call("ail", fault),
        heal=call("behave"),
        ends=ends,
        remedy=ends.remedy,
        words=words,
        **(usual | row),
    )


PROGRAM = "each page has a program and a pipe of its own: nothing of an earlier one can arrive"
CLOSED_SCANNER = Bench(
    name="closed_scanner",
    far=closed_end,
    driver=lambda far: SaneScanner(
        resolution_dpi=CLOSED_DPI,
        page_timeout_s=PAGE_S,
        answer_timeout_s=10.0,
        program=(str(far.program),),
        pipes_dir=far.pipes,
    ),
    real=SaneScanner,
    port_is=SCANNER.port_is,
    operate=through_the_feeder,
    fits=lambda shapes: len(shapes) == scanimage.SHEETS,
    faults=(
        ails(Kind.GARBAGE, "garbage", GarbledReplyError, AGAIN),
        ails(Kind.HALF, "half", GarbledReplyError, AGAIN),
        ails(Kind.FLOOD, "flood", GarbledReplyError, AGAIN),
        ails(Kind.DRIP, "stall", ScannerHungError, NO_SCANNER),
        ails(Kind.HANGS, "hang", ScannerHungError, NO_SCANNER),
        ails(Kind.POWER_LOSS, "crash", ScanFailedError, AGAIN),
        ails(Kind.TAKEN, "busy", ScannerBusyError, AGAIN, status=Condition.BUSY),
        ails(
            Kind.FORBIDDEN, "forbidden", ScannerForbiddenError, NO_SCANNER, status=Condition.FAULT
        ),
        ails(Kind.DOUBLE_FEED, "double_feed", DoubleFeedError, "double_feed.body", short=True),
        ails(Kind.DOUBLE_FEED, "double_feed_words", DoubleFeedError, "double_feed.body"),
    ),
    not_tried={
        Kind.UNPLUGGED: "see scanner, with SANE's own words for it",
        Kind.ELSEWHERE: SCANNER.not_tried[Kind.ELSEWHERE],
        Kind.LATE: PROGRAM,
        Kind.DUPLICATE: PROGRAM,
        Kind.STALE: PROGRAM,
    },
)
