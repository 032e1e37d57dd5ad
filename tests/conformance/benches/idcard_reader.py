"""The ID-card reader in the suite."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from devices.base import Condition, DeviceAbsentError, DeviceError, Remedy
from devices.idcard_reader import CardLiftedError, IdCardReader
from sandbox.id_cards import PEOPLE, ZHANG_SAN
from sandbox.idcard_faults import Fault as Trouble
from sandbox.idcard_reader import IdCardReaderPeer
from tests.conformance.bench import BORNE, Act, Bench, Borne, Fault, Kind, Recovery
from tests.conformance.hands import comes_true
from tests.conformance.ports import Port, call, port_faults

SELECT, READ = b"\x20\x02", b"\x30\x01"
TIMEOUT_S = 0.4
OTHER = PEOPLE["li_si"]
NO_READER = "no_reader.body"


class Far(Port):
    def __init__(self, folder: Path, peer: IdCardReaderPeer) -> None:
        self.link, self.elsewhere = folder / "ttyUSB0", folder / "ttyUSB1"
        self.peer = peer

    def prepare(self) -> None:
        self.peer.lay(ZHANG_SAN)

    def unplug(self) -> None:
        self.peer.unplug()

    def plug(self) -> None:
        self.peer.behave()
        self.peer.plug(self.link)

    def move(self) -> None:
        self.peer.plug(self.elsewhere)

    def trouble(self, fault: Trouble, times: int | None = None, *commands: bytes) -> None:
        self.peer.misbehave(fault, times, commands or None)

    def behave(self) -> None:
        self.peer.behave()

    def once_asked_more(self, act: Act) -> None:
        """When the reader has been asked to find and to select, and is waited for."""
        before = self.peer.wire.received_bytes
        comes_true(lambda: self.peer.wire.received_bytes >= before + 20)
        act(self)

    def swap(self) -> None:
        self.peer.lay(OTHER)


@contextmanager
def far_end(folder: Path) -> Iterator[Far]:
    with IdCardReaderPeer(folder / "ttyUSB0") as peer:
        far = Far(folder, peer)
        far.link.readlink().chmod(0o666)
        yield far


def driver(far: Far) -> IdCardReader:
    return IdCardReader(str(far.link.with_name("ttyUSB*")), 115_200, TIMEOUT_S)


def whole(card: Any) -> bool:
    """One person's card, all of it."""
    return card is not None and any(
        (card.name, card.number) == (each.name, each.number) for each in (ZHANG_SAN, OTHER)
    )


def lasting(kind: Kind, fault: Trouble, **row: Any) -> Fault:
    usual: dict[str, Any] = {
        "ends": DeviceAbsentError,
        "remedy": Remedy.ATTENDANT,
        "status": Condition.FAULT,
        "words": NO_READER,
    }
    return Fault(
        kind=kind,
        how=f"{fault}, always",
        inject=call("trouble", fault),
        heal=call("behave"),
        **(usual | row),
    )


def borne(kind: Kind, fault: Trouble, how: str, times: int | None) -> Fault:
    return Fault(
        kind=kind,
        how=how,
        inject=call("trouble", fault, times),
        heal=call("behave"),
        ends=BORNE,
    )


def gone(kind: Kind, how: str, **row: Any) -> Fault:
    return Fault(
        kind=kind,
        how=how,
        ends=DeviceAbsentError,
        remedy=Remedy.ATTENDANT,
        status=Condition.ABSENT,
        words=NO_READER,
        recovers=Recovery.REOPENED,
        **row,
    )


def resident(
    kind: Kind, how: str, fault: Trouble, ends: type[DeviceError] | Borne, words: str, **row: Any
) -> Fault:
    return Fault(
        kind=kind,
        how=how,
        inject=call("trouble", fault),
        heal=call("behave"),
        ends=ends,
        remedy=Remedy.RESIDENT,
        words=words,
        **row,
    )


FAULTS = (
    gone(Kind.UNPLUGGED, "the cable is out", inject=call("unplug"), heal=call("plug"), short=True),
    gone(Kind.ELSEWHERE, "comes back as another port", inject=call("move"), heal=call("plug")),
    gone(
        Kind.POWER_LOSS,
        "the port goes while a card is read",
        inject=call("trouble", Trouble.SILENCE, None, READ),
        meanwhile=call("once_asked_more", Far.unplug),
        heal=call("plug"),
    ),
    lasting(Kind.GARBAGE, Trouble.BAD_CHECKSUM),
    lasting(Kind.HALF, Trouble.TRUNCATED),
    borne(Kind.LATE, Trouble.LATE, "a reply comes with the next request", 1),
    borne(Kind.DUPLICATE, Trouble.DUPLICATE, "every reply comes twice", None),
    borne(Kind.STALE, Trouble.LATE, "every reply is that to the request before", None),
    lasting(Kind.DRIP, Trouble.DRIP),
    lasting(Kind.FLOOD, Trouble.FLOOD, short=True),
    *port_faults(NO_READER),
    Fault(
        kind=Kind.HANGS,
        how="silent until it is plugged out and in",
        inject=call("trouble", Trouble.SILENCE),
        heal=call("plug"),
        ends=DeviceAbsentError,
        remedy=Remedy.ATTENDANT,
        status=Condition.FAULT,
        words=NO_READER,
        recovers=Recovery.REOPENED,
    ),
    resident(
        Kind.LIFTED,
        "lifted while it is read",
        Trouble.LIFTED_MID_READ,
        CardLiftedError,
        "trouble.card_lifted",
        short=True,
    ),
    Fault(
        kind=Kind.SWAPPED,
        how="another card lies there when the first has been found",
        inject=call("trouble", Trouble.SILENCE, 1, SELECT),
        meanwhile=call("once_asked_more", Far.swap),
        heal=call("behave"),
        ends=BORNE,
        short=True,
    ),
    resident(
        Kind.TWO_CARDS,
        "the module's word for it: no card can be selected",
        Trouble.STATUS_81,
        CardLiftedError,
        "trouble.card_lifted",
    ),
)

BENCH = Bench(
    name="idcard_reader",
    far=far_end,
    driver=driver,
    real=IdCardReader,
    port_is="path of its serial port",
    prepare=Far.prepare,
    operate=IdCardReader.read,
    fits=whole,
    secrets=(ZHANG_SAN.name, ZHANG_SAN.number, OTHER.name, OTHER.number),
    faults=FAULTS,
)
