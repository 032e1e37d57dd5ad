"""Code readers in the suite: one on a serial line, one that types as a keyboard."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from devices.base import (
    Condition,
    DeviceAbsentError,
    GarbledReplyError,
    Remedy,
)
from devices.code_framing import NOT_TEXT
from devices.code_reader import CodeReader, InputSystem, SerialCodeReader, WedgeCodeReader
from devices.code_reader_profiles import load_profiles
from sandbox.code_reader import SerialCodeReaderPeer, WedgePeer
from tests.conformance.bench import BORNE, Bench, Fault, Kind, Recovery, Value
from tests.conformance.ports import NOBODY, Port, call, port_faults

CODE = "52240100000017"
WAIT_S = 5.0
GAP_S = 0.5
USB = "1eab:0022"
LEFT_ALT = 56  # linux/input-event-codes.h
PROFILE = replace(load_profiles()["generic-cr"], gap_s=GAP_S)
NO_CODES = "no_code_reader.body"
AGAIN = "code_again.body"
NOISE = Value("a code that nobody understands", lambda code: code is not None and NOT_TEXT in code)
NOTHING = Value("no code", lambda code: code is None)


class Far(Port):
    def __init__(self, link: Path, peer: SerialCodeReaderPeer) -> None:
        self.link, self.peer = link, peer

    def prepare(self) -> None:
        self.peer.scan(CODE)

    def unplug(self) -> None:
        self.peer.port.unplug()

    def plug(self) -> None:
        self.peer.port.plug(self.link)

    def move(self) -> None:
        self.peer.port.plug(self.link.with_name("ttyACM7"))

    def flood(self) -> None:
        self._flood = self.peer.port.flooding(b"8" * 4096)
        self._flood.__enter__()

    def dry(self) -> None:
        self._flood.__exit__(None, None, None)

    def noise(self) -> None:
        self.peer.scan(bytes(range(128, 256)))

    def half(self) -> None:
        self.peer.port.send(CODE[:7].encode())

    def drip(self) -> None:
        self.peer.scan(CODE, gap_s=0.02)

    def half_and_gone(self) -> None:
        self.half()
        self.unplug()


@contextmanager
def far_end(folder: Path) -> Iterator[Far]:
    with SerialCodeReaderPeer(folder / "ttyACM0") as peer:
        yield Far(folder / "ttyACM0", peer)


def reads(reader: CodeReader) -> Any:
    return reader.read(WAIT_S)


def gone(kind: Kind, how: str, **row: Any) -> Fault:
    return Fault(
        kind=kind,
        how=how,
        heal=call("plug"),
        ends=DeviceAbsentError,
        remedy=Remedy.ATTENDANT,
        status=Condition.ABSENT,
        words=NO_CODES,
        within=2,  # a code that had come before is still given
        recovers=Recovery.REOPENED,
        **row,
    )


def sent(kind: Kind, how: str, ends: Any, **row: Any) -> Fault:
    """In the place of a code."""
    words = "" if ends is BORNE else AGAIN
    remedy = None if ends is BORNE else Remedy.RESIDENT
    return Fault(kind=kind, how=how, unprepared=True, ends=ends, remedy=remedy, words=words, **row)


FLOODED: dict[str, Any] = {
    "kind": Kind.FLOOD,
    "inject": call("flood"),
    "heal": call("dry"),
    "ends": GarbledReplyError,
    "remedy": Remedy.RETRY,
    "status": None,
    "unseen": "a status looks at the port alone: most readers answer no question",
    "words": AGAIN,
    "within": 3,
    "short": True,
}
SILENT = "a reader that is silent is not to be told from nobody with a code"
UNASKED = "a reader is asked nothing; what the former resident scanned is cleared"

SERIAL = Bench(
    name="code_reader",
    far=far_end,
    driver=lambda far: SerialCodeReader(str(far.link.with_name("ttyACM*")), PROFILE),
    real=lambda port: SerialCodeReader(port, PROFILE),
    port_is="path of its serial port",
    prepare=Far.prepare,
    operate=reads,
    fits=lambda code: code == CODE,
    secrets=(CODE,),
    faults=(
        gone(Kind.UNPLUGGED, "the cable is out", inject=call("unplug"), short=True),
        gone(Kind.ELSEWHERE, "comes back as another port", inject=call("move")),
        gone(
            Kind.POWER_LOSS,
            "half a code, and the port goes",
            unprepared=True,
            meanwhile=call("half_and_gone"),
        ),
        sent(Kind.GARBAGE, "a code of bytes that are no text", NOISE, inject=call("noise")),
        sent(Kind.HALF, "half a code, and nothing after it", NOTHING, inject=call("half")),
        sent(Kind.LATE, "the code comes while it is waited for", BORNE, meanwhile=call("prepare")),
        Fault(
            kind=Kind.DUPLICATE,
            how="the code is sent twice: it is given twice",
            inject=call("prepare"),
            ends=BORNE,
        ),
        sent(Kind.DRIP, "a byte every 20 ms", BORNE, meanwhile=call("drip")),
        Fault(how="digits without end", **FLOODED),
        *port_faults(NO_CODES),
    ),
    not_tried={Kind.STALE: UNASKED, Kind.HANGS: SILENT},
)


class WedgeFar:
    def __init__(self, peer: WedgePeer) -> None:
        self.peer = peer
        self.system = InputSystem(peer.table, peer.nodes, peer.grab)

    def prepare(self) -> None:
        self.peer.scan(CODE)

    def unplug(self) -> None:
        self.peer.unplug()

    def plug(self) -> None:
        self.peer.plug("event3")
        self._node().chmod(0o666)

    def move(self) -> None:
        self.peer.plug("event9")

    def noise(self) -> None:
        self.peer.scan(CODE[:4], enter=False)
        self.peer.press(LEFT_ALT)
        self.peer.scan(CODE[4:])

    def half(self) -> None:
        self.peer.scan(CODE[:7], enter=False)

    def half_and_gone(self) -> None:
        self.half()
        self.unplug()

    def flood(self) -> None:
        self._flood = self.peer.flooding()
        self._flood.__enter__()

    def dry(self) -> None:
        """And plugged in anew: a pipe that ran over is in the middle of a key."""
        self._flood.__exit__(None, None, None)
        self.plug()

    def forbid(self) -> None:
        self._node().chmod(0o000)
        if os.geteuid() == 0:
            os.seteuid(NOBODY)

    def allow(self) -> None:
        if os.getuid() == 0:
            os.seteuid(0)
        self._node().chmod(0o666)

    def take(self) -> None:
        self.peer.taken = True

    def give_back(self) -> None:
        self.peer.taken = False

    def _node(self) -> Path:
        return self.peer.nodes / "event3"


@contextmanager
def wedge_end(folder: Path) -> Iterator[WedgeFar]:
    with WedgePeer(folder, USB) as peer:
        yield WedgeFar(peer)


WHOLE = "the kernel hands on whole records of a keyboard that sends"
WEDGE = Bench(
    name="wedge_code_reader",
    far=wedge_end,
    driver=lambda far: WedgeCodeReader(USB, gap_s=GAP_S, system=far.system),
    real=WedgeCodeReader,
    port_is="vendor and product as lsusb writes them, such as 1eab:0022",
    prepare=WedgeFar.prepare,
    operate=reads,
    fits=lambda code: code == CODE,
    secrets=(CODE,),
    faults=(
        gone(Kind.UNPLUGGED, "the cable is out", inject=call("unplug"), short=True),
        gone(Kind.ELSEWHERE, "comes back as another event node", inject=call("move")),
        gone(
            Kind.POWER_LOSS,
            "half a code, and the keyboard goes",
            unprepared=True,
            meanwhile=call("half_and_gone"),
        ),
        sent(Kind.GARBAGE, "a key that no code has", NOISE, inject=call("noise")),
        sent(Kind.HALF, "half a code, and no Enter", NOTHING, inject=call("half")),
        sent(Kind.LATE, "the code comes while it is waited for", BORNE, meanwhile=call("prepare")),
        Fault(
            kind=Kind.DUPLICATE,
            how="the code is typed twice: it is given twice",
            inject=call("prepare"),
            ends=BORNE,
        ),
        Fault(how="a key is hammered without end", recovers=Recovery.REOPENED, **FLOODED),
        *port_faults(NO_CODES),
    ),
    not_tried={Kind.STALE: UNASKED, Kind.HANGS: SILENT, Kind.DRIP: WHOLE},
)
