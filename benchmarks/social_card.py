"""Reading a social security card, beside what the reader itself takes."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median
from time import monotonic
from typing import Final

from benchmarks.measured import CannotMeasureError, Goal, Measured, spread
from devices.apdu import SELECT, SSSE, Command
from devices.pcsc import CardLine, Readers
from devices.social_card import SAM_SLOTS, SocialCardReader
from sandbox.pcscd import SOCKET_VARIABLE, Pcscd
from sandbox.social_card import SocialCardPeer
from sandbox.social_card_chip import Chip
from sandbox.social_cards import ZHANG_SAN

ROUNDS: Final = 15
ROUND_TRIPS: Final = 30
DELAY_S: Final = 0.04  # about thirty bytes there and back at 9600 bit/s
TIMES: Final = 1.15
_PRESENT_S: Final = 20.0


def measure() -> list[Measured]:
    """From asking the driver until the card of the second generation is there, name and all:
    driver, pyscard, pcscd, virtual reader, a card that takes 40 ms for each command. Connecting and
    the reset afterwards are counted. The median of 15. The limit is 1.15 times the commands that
    the card counted, at the round trip of one command through the same pcscd, the median of 30 in
    the same run.
    """
    with _card() as slot:
        round_trip_s = median(_round_trips())
        with SocialCardReader() as reader:
            before = len(slot.commands)
            samples = [_read_ms(reader) for _ in range(ROUNDS)]
        commands = (len(slot.commands) - before) / ROUNDS
    return [
        Measured(
            "social_card_read",
            median(samples),
            "ms",
            spread(samples),
            f"1.15 × {commands:.0f} commands of {round_trip_s * 1000:.1f} ms",
            limit=TIMES * commands * round_trip_s * 1000,
            goal=Goal(),
        )
    ]


@contextmanager
def _card() -> Iterator[SocialCardPeer]:
    with ExitStack() as held:
        directory = held.enter_context(tempfile.TemporaryDirectory(prefix="kiosk-bench-"))
        service = held.enter_context(Pcscd(Path(directory)))
        os.environ[SOCKET_VARIABLE] = str(service.socket)  # before PC/SC is first used
        (port,) = service.ports.values()
        slot = held.enter_context(SocialCardPeer(port, delay_s=DELAY_S))
        slot.insert(Chip(ZHANG_SAN))
        with SocialCardReader() as reader:
            if not reader.wait_for_card(_PRESENT_S):
                raise CannotMeasureError("the reader does not see the card")
        yield slot


def _round_trips() -> list[float]:
    with Readers(SAM_SLOTS) as readers:
        (reader,) = readers.states()
        with readers.connect(reader) as card:
            return [_round_trip_s(card) for _ in range(ROUND_TRIPS)]


def _round_trip_s(card: CardLine) -> float:
    began_s = monotonic()
    card.send(Command(SELECT, 0x04, 0x00, SSSE))
    return monotonic() - began_s


def _read_ms(reader: SocialCardReader) -> float:
    began_s = monotonic()
    card = reader.read()
    took_s = monotonic() - began_s
    if card is None or not card.holder_known:
        raise CannotMeasureError("the card was not read whole")
    return took_s * 1000
