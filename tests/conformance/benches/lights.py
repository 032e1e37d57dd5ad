"""The light board in the suite, one that confirms what it is told."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from devices.base import Condition, DeviceAbsentError, GarbledReplyError, Remedy
from devices.light_profiles import Mode, load_profiles
from devices.lights import Light, Lights
from sandbox.lights import Fault as Trouble
from sandbox.lights import LightBoardPeer
from tests.conformance.bench import BORNE, Bench, Fault, Kind, Recovery
from tests.conformance.ports import Port, call, port_faults

PROFILE = load_profiles()["letters-8"]
WIRED = {Light.CARD: 1, Light.FAULT: 4}
MANY = 10_000
WORDS = "no_lights.body"


class Far(Port):
    def __init__(self, link: Path, board: LightBoardPeer) -> None:
        self.link, self.board = link, board

    def unplug(self) -> None:
        self.board.port.unplug()

    def plug(self) -> None:
        self.board.port.plug(self.link)

    def move(self) -> None:
        self.board.port.plug(self.link.with_name("ttyUSB7"))

    def trouble(self, fault: Trouble) -> None:
        self.board.misbehave(fault, MANY)

    def behave(self) -> None:
        self.board.behave()

    def lose_power(self) -> None:
        self.board.lose_power()


@contextmanager
def far_end(folder: Path) -> Iterator[Far]:
    with LightBoardPeer(folder / "ttyUSB0") as board:
        yield Far(folder / "ttyUSB0", board)


def switches(lights: Lights) -> bool:
    lights.set(Light.CARD, Mode.ON)
    lights.set(Light.CARD, Mode.BLINK)
    return True


def lights(port: str) -> Lights:
    return Lights(port, PROFILE, WIRED, timeout_s=0.5)


def gone(kind: Kind, how: str, **row: Any) -> Fault:
    return Fault(
        kind=kind,
        how=how,
        ends=DeviceAbsentError,
        remedy=Remedy.ATTENDANT,
        status=Condition.ABSENT,
        words=WORDS,
        recovers=Recovery.REOPENED,
        heal=call("plug"),
        **row,
    )


def says(kind: Kind, fault: Trouble, how: str, **row: Any) -> Fault:
    return Fault(
        kind=kind,
        how=how,
        inject=call("trouble", fault),
        heal=call("behave"),
        ends=GarbledReplyError,
        remedy=Remedy.RETRY,
        status=Condition.FAULT,
        words=WORDS,
        **row,
    )


def bears(kind: Kind, fault: Trouble, how: str) -> Fault:
    return Fault(kind=kind, how=how, inject=call("trouble", fault), heal=call("behave"), ends=BORNE)


FAULTS = (
    gone(Kind.UNPLUGGED, "the cable is out", inject=call("unplug"), short=True),
    gone(Kind.ELSEWHERE, "comes back as another port", inject=call("move")),
    Fault(
        kind=Kind.POWER_LOSS,
        how="all lights go out for a moment, and nobody is told",
        inject=call("lose_power"),
        ends=BORNE,
    ),
    says(Kind.GARBAGE, Trouble.GARBLED, "its answers are noise"),
    says(Kind.HALF, Trouble.HALF, "half of every answer"),
    bears(Kind.DUPLICATE, Trouble.TWICE, "every answer comes twice"),
    bears(Kind.DRIP, Trouble.DRIP, "a byte every 20 ms"),
    bears(Kind.LATE, Trouble.LATE, "every answer comes with the next command"),
    says(Kind.FLOOD, Trouble.FLOOD, "pages of noise in place of its answers", short=True),
    *port_faults(WORDS),
    says(Kind.HANGS, Trouble.DEAF, "does nothing and says nothing"),
)

BENCH = Bench(
    name="lights",
    far=far_end,
    driver=lambda far: lights(str(far.link.with_name("ttyUSB*"))),
    real=lights,
    port_is="path of its serial port",
    operate=switches,
    fits=bool,
    faults=FAULTS,
    not_tried={
        Kind.STALE: "an answer is the echo of its command: the row of the late reply is the same",
    },
)
