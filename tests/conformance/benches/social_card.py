"""The reader of social security cards in the suite, behind a real card service."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from smartcard import scard

from devices.base import Condition, DeviceAbsentError, DeviceError, GarbledReplyError, Remedy
from devices.pcsc import CardRemovedError, ReaderBusyError
from devices.social_card import SocialCardReader
from sandbox.pcscd import Pcscd
from sandbox.social_card import SocialCardPeer
from sandbox.social_card_chip import Chip
from sandbox.social_card_faults import CardFault
from sandbox.social_cards import SOCIAL_CARDS, ZHANG_SAN
from tests.conformance.bench import BORNE, Act, Bench, Fault, Kind, Recovery
from tests.conformance.hands import comes_true
from tests.conformance.ports import call
from tests.social_card_kit import DIRECTORY

READER, OTHER_READER = "Sandbox Reader", "Other Reader"
CARD_S = 20.0
LI_SI = SOCIAL_CARDS["li_si"]
NO_READER = "no_reader.body"
PUT_IN_AGAIN = "trouble.social_card_removed"


class Far:
    """The service, and the slot of its reader; a card lies there until it is taken."""

    def __init__(self, service: Pcscd) -> None:
        self.service = service
        self._held = ExitStack()
        self.slot_in(READER)

    def slot_in(self, reader: str) -> None:
        self._held.close()
        port = self.service.ports[reader]
        self.slot = self._held.enter_context(SocialCardPeer(port, patience_s=0.2))
        self._lies = False

    def prepare(self) -> None:
        self.slot.behave()
        if not self._lies:
            self.slot.insert(Chip(ZHANG_SAN))
            self._lies = True

    def unplug(self) -> None:
        """Empty: of a card that is in it, the service first says that it is mute."""
        self.taken_out()
        with SocialCardReader() as empty:
            assert empty.wait_for_removal(CARD_S)
        for reader in (READER, OTHER_READER):
            self.service.unplug(reader)

    def plug(self) -> None:
        for reader in (READER, OTHER_READER):
            self.service.plug(reader)
        self.slot_in(READER)

    def use_readers(self, *readers: str) -> None:
        self._held.close()
        self.service.stop()
        self.service.readers = readers
        self.service.start()
        self.slot_in(readers[0])

    def service_dies_amid(self) -> None:
        comes_true(lambda: bool(self.slot.commands))
        self.service.stop(killed=True)

    def slow(self) -> None:
        self.slot.delay_s = 0.05
        for chip in self.slot.seen:
            chip.commands.clear()

    def trouble(self, fault: CardFault, times: int | None, **more: Any) -> None:
        self.slot.misbehave(fault, times, **more)

    def taken_out(self) -> None:
        """What the fault left in the slot, if anything."""
        self.slot.behave()
        self.slot.remove()
        self._lies = False

    def behave(self) -> None:
        self.slot.behave()

    def take(self) -> None:
        """Another program has the card for itself."""
        _, self._context = scard.SCardEstablishContext(scard.SCARD_SCOPE_USER)
        code, self._card, _ = scard.SCardConnect(
            self._context,
            f"{READER} 00 00",
            scard.SCARD_SHARE_EXCLUSIVE,
            scard.SCARD_PROTOCOL_T0 | scard.SCARD_PROTOCOL_T1,
        )
        assert code == scard.SCARD_S_SUCCESS

    def give_back(self) -> None:
        scard.SCardDisconnect(self._card, scard.SCARD_LEAVE_CARD)
        scard.SCardReleaseContext(self._context)

    def two_cards(self) -> None:
        self.second = SocialCardPeer(self.service.ports[OTHER_READER], patience_s=0.2)
        self.second.insert(Chip(LI_SI))

    def one_card(self) -> None:
        self.second.remove()

    def close(self) -> None:
        self._held.close()


@contextmanager
def far_end(folder: Path) -> Iterator[Far]:
    with Pcscd(DIRECTORY, (READER, OTHER_READER)) as service:
        far = Far(service)
        yield far
        far.close()


def reads(device: SocialCardReader) -> Any:
    """As soon as a card is there; a service that has just begun has none yet."""
    return device.read() if device.wait_for_card(CARD_S) else None


def whole(card: Any) -> bool:
    return card is not None and any(
        (card.name, card.number) == (each.name, each.number) for each in (ZHANG_SAN, LI_SI)
    )


def trouble(
    kind: Kind,
    fault: CardFault,
    ends: type[DeviceError],
    remedy: Remedy,
    words: str,
    times: int | None = None,
    heal: Act | None = None,
    short: bool = False,
    **more: Any,
) -> Fault:
    return Fault(
        kind=kind,
        how=fault,
        inject=call("trouble", fault, times, **more),
        heal=heal or call("taken_out"),
        ends=ends,
        remedy=remedy,
        words=words,
        short=short,
    )


FAULTS = (
    trouble(
        Kind.LIFTED,
        CardFault.REMOVED,
        CardRemovedError,
        Remedy.RESIDENT,
        PUT_IN_AGAIN,
        short=True,
    ),
    trouble(
        Kind.SWAPPED,
        CardFault.SWAPPED,
        CardRemovedError,
        Remedy.RESIDENT,
        PUT_IN_AGAIN,
        times=1,
        other=Chip(LI_SI),
    ),
    Fault(
        kind=Kind.TWO_CARDS,
        how="a card in each of two readers: one is read, whole",
        inject=call("two_cards"),
        heal=call("one_card"),
        ends=BORNE,
    ),
    trouble(
        Kind.GARBAGE,
        CardFault.GARBAGE,
        GarbledReplyError,
        Remedy.RETRY,
        "trouble.social_card_unread",
        heal=call("behave"),
        short=True,
    ),
    trouble(Kind.HALF, CardFault.HALF, CardRemovedError, Remedy.RESIDENT, PUT_IN_AGAIN),
    Fault(
        kind=Kind.LATE,
        how=CardFault.SLOW,
        inject=call("trouble", CardFault.SLOW, None),
        heal=call("behave"),
        ends=BORNE,
    ),
    trouble(Kind.HANGS, CardFault.SILENCE, CardRemovedError, Remedy.RESIDENT, PUT_IN_AGAIN),
    Fault(
        kind=Kind.TAKEN,
        how="another program has the card for itself",
        inject=call("take"),
        heal=call("give_back"),
        ends=ReaderBusyError,
        remedy=Remedy.RETRY,
        words="trouble.social_card_unread",
    ),
    Fault(
        kind=Kind.UNPLUGGED,
        how="both readers fall silent",
        inject=call("unplug"),
        heal=call("plug"),
        unprepared=True,
        within=5,
        ends=DeviceAbsentError,
        remedy=Remedy.ATTENDANT,
        status=Condition.ABSENT,
        words=NO_READER,
    ),
    Fault(
        kind=Kind.ELSEWHERE,
        how="another reader in place of it, and a service started anew",
        inject=call("use_readers", OTHER_READER),
        heal=call("use_readers", READER, OTHER_READER),
        ends=DeviceAbsentError,
        remedy=Remedy.ATTENDANT,
        status=Condition.ABSENT,
        words=NO_READER,
        recovers=Recovery.REOPENED,
    ),
    Fault(
        kind=Kind.POWER_LOSS,
        how="the card service is killed while a card is read",
        inject=call("slow"),
        meanwhile=call("service_dies_amid"),
        heal=call("use_readers", READER, OTHER_READER),
        ends=DeviceAbsentError,
        remedy=Remedy.ATTENDANT,
        status=Condition.ABSENT,
        words=NO_READER,
        recovers=Recovery.REOPENED,
    ),
)
BETWEEN = "the reader's own firmware and the card service lie between, and hand on whole answers"

BENCH = Bench(
    name="social_card",
    far=far_end,
    driver=lambda far: SocialCardReader(),
    real=lambda ignored: SocialCardReader(ignored),
    port_is="a regular expression of reader names to leave alone; the card service knows the rest",
    prepare=Far.prepare,
    operate=reads,
    fits=whole,
    secrets=(ZHANG_SAN.name, ZHANG_SAN.number, ZHANG_SAN.citizen_number, LI_SI.name, LI_SI.number),
    faults=FAULTS,
    not_tried={
        Kind.DUPLICATE: BETWEEN,
        Kind.STALE: BETWEEN,
        Kind.DRIP: BETWEEN,
        Kind.FLOOD: BETWEEN,
        Kind.FORBIDDEN: "who may use a card service is the machine's polkit, not the sandbox's",
    },
)
