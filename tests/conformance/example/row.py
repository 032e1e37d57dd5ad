"""The ticket dispenser in the suite: all that a new device has to add to it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from devices.base import Condition, DeviceAbsentError, Remedy
from tests.conformance.bench import BORNE, Bench, Fault, Kind, Recovery
from tests.conformance.example.far_end import TicketDispenserPeer, Trouble
from tests.conformance.example.ticket_dispenser import (
    TicketDispenser,
    TicketPaperEndError,
    TicketUnsureError,
)
from tests.conformance.ports import Port, call, port_faults


class Far(Port):
    def __init__(self, link: Path, peer: TicketDispenserPeer) -> None:
        self.link, self.peer = link, peer

    def unplug(self) -> None:
        self.peer.port.unplug()

    def plug(self, name: str = "ttyUSB0") -> None:
        self.peer.port.plug(self.link.with_name(name))

    def trouble(self, trouble: Trouble | None) -> None:
        self.peer.misbehave(trouble)

    def paper(self, there: bool) -> None:
        self.peer.paper = there


@contextmanager
def far_end(folder: Path) -> Iterator[Far]:
    with TicketDispenserPeer(folder / "ttyUSB0") as peer:
        yield Far(folder / "ttyUSB0", peer)


def gone(kind: Kind, how: str, **row: Any) -> Fault:
    return Fault(
        kind=kind,
        how=how,
        heal=call("plug"),
        ends=DeviceAbsentError,
        remedy=Remedy.ATTENDANT,
        status=Condition.ABSENT,
        words="no_tickets.body",
        recovers=Recovery.REOPENED,
        **row,
    )


def unsure(kind: Kind, trouble: Trouble, **row: Any) -> Fault:
    return Fault(
        kind=kind,
        how=trouble,
        inject=call("trouble", trouble),
        heal=call("trouble", None),
        ends=TicketUnsureError,
        remedy=Remedy.RETRY,
        status=Condition.FAULT,
        words="no_tickets.look",
        **row,
    )


def borne(kind: Kind, trouble: Trouble) -> Fault:
    return Fault(
        kind=kind,
        how=trouble,
        inject=call("trouble", trouble),
        heal=call("trouble", None),
        ends=BORNE,
    )


BENCH = Bench(
    name="example",
    far=far_end,
    driver=lambda far: TicketDispenser(str(far.link.with_name("ttyUSB*")), timeout_s=1.0),
    real=TicketDispenser,
    port_is="path of its serial port",
    operate=TicketDispenser.ticket,
    fits=lambda number: isinstance(number, int) and number > 0,
    faults=(
        gone(Kind.UNPLUGGED, "the cable is out", inject=call("unplug"), short=True),
        gone(Kind.ELSEWHERE, "comes back as another port", inject=call("plug", "ttyUSB1")),
        unsure(Kind.GARBAGE, Trouble.NOISE),
        unsure(Kind.HALF, Trouble.HALF),
        unsure(Kind.LATE, Trouble.LATE),
        borne(Kind.DUPLICATE, Trouble.TWICE),
        borne(Kind.DRIP, Trouble.DRIP),
        unsure(Kind.FLOOD, Trouble.FLOOD),
        unsure(Kind.HANGS, Trouble.DEAF),
        *port_faults("no_tickets.body"),
        Fault(
            kind=Kind.PAPER_END,
            how="the roll is used up",
            inject=call("paper", False),
            heal=call("paper", True),
            ends=TicketPaperEndError,
            remedy=Remedy.ATTENDANT,
            status=Condition.FAULT,
            words="no_tickets.paper_end",
            short=True,
        ),
    ),
    not_tried={
        Kind.POWER_LOSS: "it lives from its cable: the row of the pulled cable is the same",
        Kind.STALE: "the row of the late reply is the same",
    },
)
