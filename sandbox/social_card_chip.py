"""A social security card's chip: commands in, answers out (ISO/IEC 7816-4), no reader.

Written from the published tables and recorded answers. What is forbidden on a real card is answered
like a real card would, and counted.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from sandbox.social_cards import EF05, EF06, SocialCardData

SSSE: Final = bytes.fromhex("7378312E73682EC9E7BBE1B1A3D5CF")
PPSE: Final = b"1PAY.SYS.DDF01"
HEALTH: Final = b"DDF1"

# 00 A4, 00 B2 and 00 C0 read; anything else might write, or lower a counter.
_HARMLESS: Final = (b"\x00\xa4", b"\x00\xb2", b"\x00\xc0")

OK: Final = b"\x90\x00"
NOT_FOUND: Final = b"\x6a\x82"
NO_RECORD: Final = b"\x6a\x83"
WRONG_FORM: Final = b"\x6a\x86"
WRONG_LENGTH: Final = b"\x67\x00"
NO_FILE_CHOSEN: Final = b"\x69\x86"
CLOSED: Final = b"\x69\x82"
NO_INSTRUCTION: Final = b"\x6d\x00"
NO_CLASS: Final = b"\x6e\x00"


class Kind(StrEnum):
    SOCIAL = "social security card"
    BANK = "bank card"
    HEALTH = "resident health card"  # EF05 and EF06 too, with other tags
    BLANK = "card without applications"


@dataclass(frozen=True, slots=True)
class Habits:
    """What cards of one standard still do each in its own way.

    Args:
        atr: answer to reset. t1: talks the block protocol, and wants Le where data come back.
        more_data: answers SELECT by name with 61xx, to be fetched (T=0).
        exact_le: wants Le to be the record's length, and says so with 6Cxx.
        le_67: the same, but says only 6700.
        by_tag, by_number: understands P2 = 00, P2 = 04.
        select_p1: of SELECT by file number.
        nameless: does not know its own name (6A82), but has its files at hand.
        algorithm: in the FCI as 9F0C; None leaves it out.
    """

    atr: bytes = bytes.fromhex("3B6D0000 0081 544344 8661 110101000001")
    t1: bool = False
    more_data: bool = False
    exact_le: bool = False
    le_67: bool = False
    by_tag: bool = True
    by_number: bool = True
    select_p1: int = 0x02
    nameless: bool = False
    algorithm: int | None = 3


CONTACT: Final = Habits()
OLD_CONTACT: Final = replace(CONTACT, more_data=True, exact_le=True, algorithm=None)
CONTACTLESS: Final = Habits(atr=bytes.fromhex("3B888001 0153534500000000 4D"), t1=True)


class Chip:
    """One card. `answer` takes a command as it comes from the reader."""

    def __init__(
        self, data: SocialCardData, habits: Habits = CONTACT, kind: Kind = Kind.SOCIAL
    ) -> None:
        self.habits, self._kind, self._data = habits, kind, data
        self._files = data.files()
        self.commands: list[bytes] = []
        self.resets = 0
        self.reset()

    def reset(self) -> None:
        """Forgets what was chosen; also for current that is switched on or off."""
        self.resets += 1
        self._forget()

    def _forget(self) -> None:
        self._inside = self.habits.nameless  # the SSSE
        self._file: int | None = None
        self._waiting = b""

    @property
    def forbidden(self) -> list[bytes]:
        """Commands that must never have come; they can hold a secret, so they are not logged."""
        return [command for command in self.commands if not _harmless(command)]

    def answer(self, command: bytes) -> bytes:
        self.commands.append(command)
        waiting, self._waiting = self._waiting, b""
        if len(command) < 4:
            return WRONG_LENGTH
        if command[0] != 0:
            return NO_CLASS
        if command[1] == 0xA4:
            return self._select(command)
        if command[1] == 0xB2:
            return self._read(command)
        if command[1] == 0xC0:
            return self._more(waiting, command[4:])
        return b"\x63\xc5" if command[1] == 0x20 else NO_INSTRUCTION

    def _more(self, waiting: bytes, wanted: bytes) -> bytes:
        if not waiting:
            return b"\x69\x85"
        if wanted != bytes([len(waiting)]):
            self._waiting = waiting
            return bytes([0x6C, len(waiting)])
        return waiting + OK

    def _select(self, command: bytes) -> bytes:
        if len(command) < 5:
            return WRONG_LENGTH
        size = command[4]
        name, expected = command[5 : 5 + size], command[5 + size :]
        if len(name) != size or len(expected) > 1 or (expected and not self.habits.t1):
            return WRONG_LENGTH
        if command[2] == 0x04:
            return self._select_name(name) if expected or not self.habits.t1 else WRONG_LENGTH
        if command[2] not in (0x00, self.habits.select_p1):
            return WRONG_FORM
        if command[2] == 0x00 and name == b"\x3f\x00":
            self._forget()
            return OK
        if command[2] != self.habits.select_p1 and self.habits.select_p1 == 0x02:
            return WRONG_FORM
        return self._select_file(int.from_bytes(name, "big"))

    def _select_name(self, name: bytes) -> bytes:
        mine = {Kind.SOCIAL: SSSE, Kind.BANK: PPSE, Kind.HEALTH: HEALTH}.get(self._kind)
        if name != mine or self.habits.nameless:
            return NOT_FOUND
        self._inside, self._file = True, None
        fci = self._fci(name)
        if self.habits.more_data:
            self._waiting = fci
            return bytes([0x61, len(fci)])
        return fci + OK

    def _fci(self, name: bytes) -> bytes:
        own = b"\x88\x01\x1e"
        if self.habits.algorithm is not None:
            own += b"\x9f\x0c\x03\x86\x01" + bytes([self.habits.algorithm])
        body = b"\x84" + bytes([len(name)]) + name + b"\xa5" + bytes([len(own)]) + own
        return b"\x6f" + bytes([len(body)]) + body

    def _select_file(self, file: int) -> bytes:
        if self._kind is Kind.HEALTH and file in (EF05, EF06):  # selectable without a name
            self._inside, self._file = True, file
            return OK
        if self._kind is not Kind.SOCIAL or not self._inside or file not in self._files:
            return NOT_FOUND
        self._file = file
        return OK

    def _read(self, command: bytes) -> bytes:
        if self._file is None:
            return NO_FILE_CHOSEN
        if self._kind is Kind.HEALTH:
            return b"\x01\x04\x31\x2e\x30\x30" + OK
        if self._file == EF06 and self._data.generation >= 3:
            return CLOSED
        record = self._record(command[2], command[3])
        if isinstance(record, bytes):
            return record
        tag, value = record
        return self._measured(bytes([tag, len(value)]) + value, command[4:])

    def _record(self, p1: int, p2: int) -> tuple[int, bytes] | bytes:
        records = self._files[self._file or 0]
        if p2 == 0x00 and self.habits.by_tag:
            return next((record for record in records if record[0] == p1), NO_RECORD)
        if p2 == 0x04 and self.habits.by_number:
            return records[p1 - 1] if 0 < p1 <= len(records) else NO_RECORD
        return NO_RECORD if p2 == 0x00 else WRONG_FORM

    def _measured(self, record: bytes, expected: bytes) -> bytes:
        if len(expected) != 1:
            return WRONG_LENGTH
        exact = expected[0] == len(record)
        if self.habits.le_67 and not exact:
            return WRONG_LENGTH
        if (self.habits.exact_le or expected[0] != 0) and not exact:
            return bytes([0x6C, len(record)])
        return record + OK


def _harmless(command: bytes) -> bool:
    if command[:2] not in _HARMLESS:
        return False
    return command[:3] != b"\x00\xa4\x04" or command[5 : 5 + command[4]] == SSSE
