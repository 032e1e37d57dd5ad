"""The UPS in the suite: a true server of Network UPS Tools at the end of a cable."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from devices.base import Condition, DeviceAbsentError, GarbledReplyError, Remedy
from devices.ups import PORT, Ups
from devices.ups_protocol import Power
from sandbox.cable import Cable
from sandbox.cable_faults import CableFault
from sandbox.ups import UpsServer
from tests.conformance.bench import BORNE, Bench, Fault, Kind
from tests.conformance.cables import Wired, spoilt
from tests.conformance.hands import comes_true
from tests.conformance.ports import call

WORDS = "no_ups.body"


class Far(Wired):
    def __init__(self, server: UpsServer, cable: Cable) -> None:
        self.server, self.cable = server, cable

    def freeze(self) -> None:
        self.server.freeze()

    def thaw(self) -> None:
        self.server.thaw()

    def lose(self) -> None:
        """Its cable; the server notices after some seconds."""
        self.server.unplug()

    def find(self) -> None:
        self.server.plug()


@contextmanager
def far_end(folder: Path) -> Iterator[Far]:
    with UpsServer(folder) as server, Cable(("127.0.0.1", server.port)) as cable:
        yield Far(server, cable)


def real(where: str) -> Ups:
    name, _, host = where.partition("@")
    address, _, port = host.partition(":")
    return Ups(name, address or "127.0.0.1", int(port or PORT))


def asks(ups: Ups) -> Any:
    return ups.read()


def lost(far: Far) -> Any:
    far.lose()

    def silent() -> bool:
        try:
            Ups("ups", port=far.cable.port, timeout_s=5.0).read()
        except DeviceAbsentError:
            return True
        return False

    comes_true(silent)


GONE: dict[str, Any] = {
    "ends": DeviceAbsentError,
    "remedy": Remedy.ATTENDANT,
    "status": Condition.ABSENT,
    "words": WORDS,
}
GARBLED: dict[str, Any] = {
    "ends": GarbledReplyError,
    "remedy": Remedy.RETRY,
    "status": Condition.FAULT,
    "words": WORDS,
}

BENCH = Bench(
    name="ups",
    far=far_end,
    driver=lambda far: Ups("ups", port=far.cable.port, timeout_s=2.0),
    real=real,
    port_is="its name at its server, such as ups@127.0.0.1:3493",
    operate=asks,
    fits=lambda power: isinstance(power, Power) and power.on_battery is False,
    faults=(
        Fault(
            kind=Kind.UNPLUGGED,
            how="the network cable is out",
            inject=call("unplug"),
            heal=call("plug"),
            short=True,
            **GONE,
        ),
        Fault(
            kind=Kind.POWER_LOSS,
            how="the server has lost the UPS",
            inject=lost,
            heal=call("find"),
            **GONE,
        ),
        Fault(
            kind=Kind.HANGS,
            how="the server takes connections, and says nothing",
            inject=call("freeze"),
            heal=call("thaw"),
            **GONE,
        ),
        spoilt(Kind.GARBAGE, CableFault.GARBAGE, **GARBLED),
        spoilt(Kind.HALF, CableFault.HALF, short=True, **GARBLED),
        spoilt(Kind.LATE, CableFault.LATE, ends=BORNE),
        spoilt(Kind.DUPLICATE, CableFault.DUPLICATE, **GARBLED),
        spoilt(Kind.DRIP, CableFault.DRIP, **GARBLED),
        spoilt(Kind.FLOOD, CableFault.FLOOD, **GARBLED),
    ),
    not_tried={
        Kind.ELSEWHERE: "the server knows the cable of the UPS, the driver only the server",
        Kind.STALE: "each question has a connection of its own",
        Kind.FORBIDDEN: "the server of the sandbox tells everybody",
        Kind.TAKEN: "a server is for several programs",
    },
)
