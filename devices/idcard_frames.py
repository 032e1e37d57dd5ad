"""Frames of the resident ID-card reader: bytes in, values out; opens nothing.

GA/T 467 (SAM module interface): frame, commands, status words, management number. The text that a
read reply carries is decoded in `idcard_text`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum, IntEnum, StrEnum
from functools import reduce
from operator import xor
from typing import NamedTuple

from devices.base import GarbledReplyError

PREAMBLE = bytes.fromhex("AAAAAA9669")
# What is searched for in a reply: USB bridges lose the first AA; a longer run of AA ends in this.
_SYNC = PREAMBLE[1:]
_LENGTH_BYTES = 2
SHORTEST, LONGEST = 4, 0x090A  # of the length field: a bare status; two fingerprints
# Length field and body that bridge boards send for "the module did not answer"; it does not add up.
_BRIDGE_SILENT = bytes.fromhex("0005050505")


class SamStatus(IntEnum):
    """SW3, the module's word about the command."""

    CHECKSUM_SEEN_BAD = 0x10
    LENGTH_SEEN_BAD = 0x11
    UNKNOWN_COMMAND = 0x21
    NOT_PERMITTED = 0x23
    UNCLASSIFIED = 0x24
    CARD_REFUSED_SAM = 0x31
    SAM_REFUSED_CARD = 0x32
    DATA_NOT_VERIFIED = 0x33
    NOT_AN_ID_CARD = 0x40
    READ_FAILED = 0x41
    NO_RANDOM_NUMBER = 0x47
    SELF_TEST_FAILED = 0x60
    NOT_AUTHORISED = 0x66
    NO_CARD = 0x80
    SELECT_FAILED = 0x81
    DONE = 0x90
    NO_SUCH_ITEM = 0x91
    FOUND = 0x9F


class Command(Enum):
    """CMD and PARA."""

    RESET = b"\x10\xff"
    STATUS = b"\x11\xff"
    SAM_NUMBER = b"\x12\xff"
    FIND = b"\x20\x01"
    SELECT = b"\x20\x02"
    READ = b"\x30\x01"
    READ_ADDRESS = b"\x30\x03"
    READ_MANAGEMENT = b"\x30\x05"
    READ_WITH_FINGERPRINTS = b"\x30\x10"


def encode(command: bytes) -> bytes:
    """`command` (CMD, PARA, DATA) as it goes on the wire; the length counts it and the checksum."""
    body = (len(command) + 1).to_bytes(_LENGTH_BYTES, "big") + command
    return PREAMBLE + body + bytes([reduce(xor, body)])


@dataclass(frozen=True, slots=True)
class Reply:
    """`card_word` is SW1 SW2, non-zero when the refusal came from the card itself.

    The data are personal and stay out of the repr.
    """

    card_word: int
    status: int
    data: bytes = field(default=b"", repr=False)

    @property
    def succeeded(self) -> bool:
        good = (SamStatus.DONE, SamStatus.FOUND, SamStatus.NO_SUCH_ITEM)
        return self.status in good and self.card_word == 0

    def describe(self) -> str:
        """The status as the technician looks it up, e.g. `status 41 (read failed)`."""
        known = {int(status): status.name for status in SamStatus}
        word = f", card word {self.card_word:04X}" if self.card_word else ""
        name = known.get(self.status, "not in the protocol").replace("_", " ").lower()
        return f"status {self.status:02X} ({name}){word}"


ADDRESS_BYTES = 70

# The data a success can carry. Anything else is the answer to an earlier question that came late.
_SUCCESSES: dict[Command, tuple[SamStatus, Callable[[int], bool]]] = {
    Command.RESET: (SamStatus.DONE, lambda size: size == 0),
    Command.STATUS: (SamStatus.DONE, lambda size: size == 0),
    Command.SAM_NUMBER: (SamStatus.DONE, lambda size: size == 16),
    Command.FIND: (SamStatus.FOUND, lambda size: size in (0, 4)),
    Command.SELECT: (SamStatus.DONE, lambda size: size in (0, 8)),
    Command.READ: (SamStatus.DONE, lambda size: size > 256),
    Command.READ_ADDRESS: (
        SamStatus.DONE,
        lambda size: size >= ADDRESS_BYTES and size % ADDRESS_BYTES == 0,
    ),
    Command.READ_MANAGEMENT: (SamStatus.DONE, lambda size: size == 28),
    Command.READ_WITH_FINGERPRINTS: (SamStatus.DONE, lambda size: size > 256),
}


def longest_reply_bytes(command: Command) -> int:
    """The whole frame of the longest documented reply; what carries no card stays under 300."""
    carries_card = command in (Command.READ, Command.READ_WITH_FINGERPRINTS)
    return len(PREAMBLE) + _LENGTH_BYTES + (LONGEST if carries_card else 4 * ADDRESS_BYTES + 4)


def could_answer(command: Command, reply: Reply) -> bool:
    """Whether `reply` can belong to `command`; a refusal can belong to any."""
    if not reply.succeeded:
        return True
    if reply.status == SamStatus.NO_SUCH_ITEM:
        return command is Command.READ_ADDRESS
    status, fits = _SUCCESSES[command]
    return reply.status == status and fits(len(reply.data))


class Damage(StrEnum):
    """What was wrong with bytes that looked like a reply."""

    CHECKSUM = "checksum"
    LENGTH = "length"
    BRIDGE = "the bridge says that the module did not answer"
    CUT_SHORT = "cut short"


class ReplyParser:
    """Finds replies in whatever arrives; holds never more than one unfinished frame.

    After a damaged frame it goes on with the byte after the preamble that misled it, so a whole
    frame hidden in it is still found. `damage` is the last one met, for the technician's line.
    """

    def __init__(self) -> None:
        self._held = bytearray()
        self.damage: Damage | None = None

    @property
    def held_bytes(self) -> int:
        return len(self._held)

    @property
    def in_doubt(self) -> bool:
        """A frame is unfinished or was damaged: if the line stays quiet now, nothing will come."""
        return self.damage is not None or self._held.startswith(_SYNC)

    def feed(self, arrived: bytes) -> list[Reply]:
        """The replies completed by `arrived`, in their order."""
        self._held += arrived
        replies = []
        while self._at_sync():
            reply = self._take()
            if reply is None:
                break
            if isinstance(reply, Reply):
                self.damage = None
                replies.append(reply)
            else:
                self.damage = reply
                del self._held[:1]
        return replies

    def give_up(self) -> list[Reply]:
        """The line fell silent: what is hidden behind frames that will never be finished."""
        replies = []
        while self._at_sync():
            self.damage = Damage.CUT_SHORT
            del self._held[:1]
            replies += self.feed(b"")
        return replies

    def _at_sync(self) -> bool:
        """Drops what cannot belong to a frame; whether a whole preamble is in front."""
        start = self._held.find(_SYNC)
        if start < 0:
            # A preamble may have begun in the last bytes.
            del self._held[: max(0, len(self._held) - len(_SYNC) + 1)]
            return False
        del self._held[:start]
        return True

    def _take(self) -> Reply | Damage | None:
        """Cuts the frame in front off; None while it is unfinished, a damage leaves it there."""
        body_start = len(_SYNC) + _LENGTH_BYTES
        if len(self._held) < body_start:
            return None
        length = int.from_bytes(self._held[len(_SYNC) : body_start], "big")
        if not SHORTEST <= length <= LONGEST:
            return Damage.LENGTH
        if self._held.startswith(_BRIDGE_SILENT, len(_SYNC)):
            return Damage.BRIDGE
        end = body_start + length
        if len(self._held) < end:
            return None
        counted = self._held[len(_SYNC) : end]
        if reduce(xor, counted):
            return Damage.CHECKSUM
        del self._held[:end]
        answer = bytes(counted[_LENGTH_BYTES:-1])
        return Reply(int.from_bytes(answer[:2], "big"), answer[2], answer[3:])


def sam_number(data: bytes) -> str:
    """The 16 bytes of a management number as makers print it: AA.BB-YYYYMMDD-N(10)-N(10)."""
    kind, kind_2 = (int.from_bytes(data[at : at + 2], "little") for at in (0, 2))
    made, number, number_2 = (int.from_bytes(data[at : at + 4], "little") for at in (4, 8, 12))
    return f"{kind:02d}.{kind_2:02d}-{made:08d}-{number:010d}-{number_2:010d}"


class CardData(NamedTuple):
    """The parts of a read reply: text file (256 bytes), WLT picture, fingerprint records."""

    text: bytes
    photo: bytes
    fingerprints: bytes

    def __repr__(self) -> str:
        return f"CardData({len(self.text)}, {len(self.photo)}, {len(self.fingerprints)} bytes)"


def split_read(data: bytes, *, with_fingerprints: bool = False) -> CardData:
    """The parts of the data of a 30 01 reply (two lengths in front) or a 30 10 reply (three).

    Raises:
        GarbledReplyError: the announced lengths do not add up to the data.
    """
    head = 6 if with_fingerprints else 4
    sizes = [int.from_bytes(data[at : at + 2], "big") for at in range(0, head, 2)]
    if head + sum(sizes) != len(data):
        raise GarbledReplyError(f"announced lengths {sizes} do not add up to {len(data)} bytes")
    photo_at, fingerprints_at = head + sizes[0], head + sizes[0] + sizes[1]
    return CardData(data[head:photo_at], data[photo_at:fingerprints_at], data[fingerprints_at:])
