"""The slot for social security cards on the bench, and the cards that fit into it."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final, Self

from sandbox.pcscd import SOCKET_VARIABLE, Pcscd
from sandbox.platform.people import PEOPLE
from sandbox.platform.person import Kind as IdKind
from sandbox.platform.person import Person
from sandbox.social_card import SocialCardPeer
from sandbox.social_card_chip import CONTACT, CONTACTLESS, OLD_CONTACT, Chip, Kind
from sandbox.social_card_faults import CardFault
from sandbox.social_cards import ZHANG_SAN, SocialCardData

State = dict[str, Any]

HOLDERS: Final = {person.ref: person for person in PEOPLE if person.kind is IdKind.RESIDENT}
GENERATIONS: Final = {1: OLD_CONTACT, 2: CONTACT, 3: CONTACTLESS}
OTHER_CARDS: Final = {"bank": Kind.BANK, "health": Kind.HEALTH, "blank": Kind.BLANK}
_VALID: Final = {1: ("20080601", "00000000"), 2: ("20150601", "20250601"), 3: ("20200601", "")}
_READER: Final = "Sandbox Reader"


def social_card_of(person: Person, generation: int) -> SocialCardData:
    """What the chip of this person's card holds."""
    issued, expires = _VALID[generation]
    return SocialCardData(
        version=f"{generation}.00",
        number=f"{'ABC'[generation - 1]}{person.number[9:17]}",
        region=person.number[:6],
        issued=issued,
        expires=expires or "20300601",
        citizen_number=person.number,
        name=person.name,
        sex=person.sex,
        nation=person.nation,
        birth=f"{person.birth:%Y%m%d}",
    )


class CardSlotAtBench:
    """A card service of its own with one reader; its files are in `directory`/social_card."""

    def __init__(self, directory: Path) -> None:
        self._pcscd = Pcscd(directory / "social_card", (_READER,))
        self._cards: dict[Chip, State] = {}
        self._fault: str | None = None
        self._plugged = self._running = True

    def __enter__(self) -> Self:
        self._pcscd.__enter__()
        self._peer = self._slot()
        return self

    def __exit__(self, *exc: object) -> None:
        self._peer.remove()
        self._pcscd.stop()

    def lay(self, person: str, generation: int) -> None:
        """The card that was in the slot is pulled out."""
        self._insert(self._chip(person, generation))

    def lay_other(self, kind: str) -> None:
        """Some other card of somebody's purse."""
        chip = Chip(ZHANG_SAN, kind=OTHER_CARDS[kind])
        self._cards[chip] = {"person": None, "generation": None, "kind": kind}
        self._insert(chip)

    def lift(self) -> None:
        self._peer.remove()

    def swap(self, person: str, generation: int) -> None:
        """In the middle of the next reading."""
        self._peer.misbehave(CardFault.SWAPPED, other=self._chip(person, generation))

    def misbehave(self, fault: str, times: int | None = 1) -> None:
        """`times` None: every record from now on, until `behave`."""
        self._peer.misbehave(CardFault(fault), times)
        if times is None:
            self._fault = fault

    def behave(self) -> None:
        self._peer.behave()
        self._fault = None

    def plug(self) -> None:
        if self._running:
            self._pcscd.plug(_READER)
        self._plugged = True

    def unplug(self) -> None:
        self._peer.remove()
        if self._running:
            self._pcscd.unplug(_READER)
        self._plugged = False

    def service(self, running: bool) -> None:
        """The machine's card service, which the technician may have stopped. Starting it again
        plugs the reader in.
        """
        if running and not self._running:
            self._pcscd.start()
            self._peer, self._plugged = self._slot(), True
        elif not running:
            self._peer.remove()
            self._pcscd.stop()
        self._fault, self._running = None, running

    def settings(self) -> State:
        return {"social_card": {}}

    def environment(self) -> dict[str, str]:
        return {SOCKET_VARIABLE: str(self._pcscd.socket)}

    def state(self) -> State:
        chip = self._peer.chip
        return {
            "card": None if chip is None else self._cards[chip],
            "plugged": self._plugged,
            "running": self._running,
            "fault": self._fault,  # a lasting one
            "commands": len(self._peer.commands),
            "forbidden": len(self._peer.forbidden),
        }

    def _slot(self) -> SocialCardPeer:
        return SocialCardPeer(self._pcscd.ports[_READER])

    def _chip(self, person: str, generation: int) -> Chip:
        chip = Chip(social_card_of(HOLDERS[person], generation), GENERATIONS[generation])
        self._cards[chip] = {"person": person, "generation": generation, "kind": "social"}
        return chip

    def _insert(self, chip: Chip) -> None:
        """Raises: ValueError: nothing would notice it."""
        if not self._running:
            raise ValueError("the card service is stopped")
        if not self._plugged:
            raise ValueError("the card reader is unplugged")
        self._peer.insert(chip)
