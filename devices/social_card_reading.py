"""What is said to a social security card, in which order, and what its answers lead to; opens
nothing.

Cards of one standard differ: in the forms of SELECT and READ RECORD they know, in the length they
want to be told, in fetching what waits (ISO/IEC 7816-4; T=0 after ISO/IEC 7816-3). What a card was
seen to want is kept for the rest of its reading.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from enum import Enum
from typing import Final

from devices.apdu import (
    GET_RESPONSE,
    READ_RECORD,
    SELECT,
    SSSE,
    Answer,
    Command,
    ForbiddenCommandError,
    Handling,
    TlvError,
    parse_tlv,
)
from devices.base import DeviceError, GarbledReplyError, Remedy
from devices.social_card_text import (
    BIRTH,
    CARD_ID,
    CITIZEN_NUMBER,
    EF05,
    EF06,
    EXPIRES,
    ISSUED,
    NAME,
    NAME_EXTENSION,
    NUMBER,
    SEX,
    SIZES,
    VERSION,
    RecordError,
    SocialCard,
    generation,
    parse_record,
    parse_social_card,
    parse_version,
)

_PIECES: Final = 8  # of one answer
_NAME_IN_FCI: Final = 0x84
_APPLICATION_ABSENT: Final = 0x6A81

_TAGS: Final = frozenset({*range(0x01, 0x0E), NAME_EXTENSION})
# Which records are read, in order, and their numbers for cards that know no tags.
_CARD: Final = {VERSION: 3, NUMBER: 7, CARD_ID: 1, ISSUED: 5, EXPIRES: 6}
_HOLDER: Final[Mapping[int, Mapping[int, int]]] = {
    1: {CITIZEN_NUMBER: 1, NAME: 2, SEX: 3, BIRTH: 6},
    2: {CITIZEN_NUMBER: 1, NAME: 2, NAME_EXTENSION: 3, SEX: 4, BIRTH: 7},
}


class NotASocialCardError(DeviceError):
    """What is in the reader is some other card."""

    remedy = Remedy.RESIDENT


class CardBlockedError(DeviceError):
    """The card, or its application, was blocked by its issuer: only the counter can help."""

    remedy = Remedy.RESIDENT


class CardDefectiveError(DeviceError):
    """The card says that its memory fails: only the counter can help."""

    remedy = Remedy.RESIDENT


_RAISED: Final[Mapping[Handling, type[Exception]]] = {
    Handling.BLOCKED: CardBlockedError,
    Handling.DEFECTIVE: CardDefectiveError,
    Handling.NEVER: ForbiddenCommandError,
    Handling.NOT_THIS_CARD: NotASocialCardError,
}


class _Form(Enum):
    """Of READ RECORD; the value is P2."""

    BY_TAG = 0x00
    BY_NUMBER = 0x04


class Reading:
    """One reading of one card.

    Args:
        send: gives the card's answer, or raises.
        block_protocol: T=1 or contactless, where SELECT says that data are awaited.
    """

    def __init__(self, send: Callable[[Command], Answer], *, block_protocol: bool) -> None:
        self._send = send
        self._select_le = 0 if block_protocol else None
        self._select_p1: tuple[int, ...] = (0x02, 0x00)
        self._forms: tuple[_Form, ...] = (_Form.BY_TAG, _Form.BY_NUMBER)
        self._exact = False  # whether the card wants to be told the length of a record
        self._nameless = False
        self._chose_again = False

    def read(self) -> SocialCard:
        """What the card gives without a key.

        Raises:
            NotASocialCardError, CardBlockedError, CardDefectiveError, UnreadableSocialCardError.
            GarbledReplyError: an answer that fits no rule; another try may help.
            ForbiddenCommandError: the card says that a counter was lowered.
            DeviceError: as from `send`.
        """
        self._choose_environment()
        records = self._read_file(EF05, _CARD)
        # Without its name the file could be anybody's: a health card has an EF05, too.
        if self._nameless and len(records.get(CARD_ID, b"")) != SIZES[CARD_ID]:
            raise NotASocialCardError("neither the name nor the records of a social security card")
        if not records.keys() & {CARD_ID, NUMBER}:
            raise NotASocialCardError("a card without number and identification")
        holder = _HOLDER.get(generation(parse_version(records)) or 0)
        if holder is not None:
            records |= self._read_file(EF06, holder)
        return parse_social_card(records)

    def _choose_environment(self) -> None:
        command = Command(SELECT, 0x04, 0x00, SSSE, self._select_le)
        answer = self._ask(command)
        if answer.handling is Handling.OTHER_LENGTH:
            self._select_le = None if self._select_le == 0 else 0
            answer = self._ask(replace(command, expected=self._select_le))
        if answer.handling is Handling.ITEM_ABSENT:
            # One city's cards do not know the name, but have the files at hand.
            self._nameless = True
            if not self._choose_file(EF05):
                raise NotASocialCardError(f"SELECT SSSE: {answer.describe()}")
            return
        if answer.status == _APPLICATION_ABSENT or answer.handling is Handling.OTHER_FORM:
            raise NotASocialCardError(f"SELECT SSSE: {answer.describe()}")
        _demand(answer, "SELECT SSSE")
        if _other_name(answer.data):
            raise NotASocialCardError("another name in the answer to SELECT")

    def _choose_file(self, file: int) -> bool:
        """Whether the card has it and lets it be chosen."""
        for p1 in self._select_p1:
            command = Command(SELECT, p1, 0x00, file.to_bytes(2, "big"), self._select_le)
            answer = self._send(command)
            if answer.handling is Handling.OTHER_LENGTH:
                other = None if self._select_le == 0 else 0
                answer = self._send(replace(command, expected=other))
            # What 61xx offers is the file's description, which nobody needs.
            if answer.handling in (Handling.DONE, Handling.MORE_DATA):
                self._select_p1 = (p1,)
                return True
            if answer.handling not in (Handling.OTHER_FORM, Handling.ITEM_ABSENT):
                break
        if answer.handling in (Handling.OTHER_FORM, Handling.ITEM_ABSENT, Handling.CLOSED):
            return False
        raise _fault(answer, f"SELECT {file:04X}")

    def _read_file(self, file: int, numbers: Mapping[int, int]) -> dict[int, bytes]:
        """Tag → value, of those in `numbers` that the card has and gives, and maybe others."""
        records: dict[int, bytes] = {}
        if not self._choose_file(file):
            return records
        for tag, number in numbers.items():
            answer = self._read_record(tag, number)
            if answer.handling is Handling.CHOOSE_AGAIN and not self._chose_again:
                self._chose_again = True
                self._choose_environment()
                self._choose_file(file)
                answer = self._read_record(tag, number)
            if answer.handling is Handling.CLOSED and file == EF06:
                break  # the rest of it has the same key
            if answer.handling is Handling.DONE:
                found, value = _record(answer.data)
                if found not in _TAGS:
                    raise GarbledReplyError(f"another record than {tag:02X}")
                records.setdefault(found, value)
            elif answer.handling not in (Handling.ITEM_ABSENT, Handling.CLOSED):
                raise _fault(answer, f"READ RECORD {tag:02X}")
        return records

    def _read_record(self, tag: int, number: int) -> Answer:
        """The card's answer in the form that it understands, which is then kept to."""
        for form in self._forms:
            p1 = tag if form is _Form.BY_TAG else number
            answer = self._measured(Command(READ_RECORD, p1, form.value), SIZES[tag] + 2)
            if answer.handling is Handling.DONE:
                if _record(answer.data)[0] == tag:
                    self._forms = (form,)
                    break
                # Numbers shift where a record is missing; a tag that is not obeyed is no tag.
            elif answer.handling not in (Handling.OTHER_FORM, Handling.ITEM_ABSENT):
                break
        return answer

    def _measured(self, command: Command, size: int) -> Answer:
        """The answer to `command`, whose data should have `size` bytes."""
        lengths = (size, 0) if self._exact else (0, size)
        for expected in lengths:
            answer = self._ask(replace(command, expected=expected))
            if answer.handling is not Handling.OTHER_LENGTH:
                break
            self._exact = expected == 0
        return answer

    def _ask(self, command: Command) -> Answer:
        """The whole answer: waiting data fetched, a wrong length put right once."""
        answer = self._with_right_length(command)
        data = answer.data
        for _ in range(_PIECES):
            if answer.handling is not Handling.MORE_DATA:
                return Answer(data, answer.status)
            answer = self._with_right_length(
                Command(GET_RESPONSE, 0x00, 0x00, expected=answer.count)
            )
            data += answer.data
        raise GarbledReplyError("an answer without an end")

    def _with_right_length(self, command: Command) -> Answer:
        answer = self._send(command)
        if answer.handling is not Handling.WRONG_LE:
            return answer
        self._exact = self._exact or command.instruction == READ_RECORD
        return self._send(replace(command, expected=answer.count))


def _record(data: bytes) -> tuple[int, bytes]:
    try:
        return parse_record(data)
    except RecordError as fault:
        raise GarbledReplyError(str(fault)) from None


def _other_name(fci: bytes) -> bool:
    """Whether a card that agreed to the name says that it has another; some say nothing."""
    try:
        names = [each.find(_NAME_IN_FCI) for each in parse_tlv(fci)]
    except TlvError:
        return False
    return any(name not in (None, SSSE) for name in names)


def _demand(answer: Answer, asked: str) -> None:
    if answer.handling is not Handling.DONE:
        raise _fault(answer, asked)


def _fault(answer: Answer, asked: str) -> Exception:
    return _RAISED.get(answer.handling, GarbledReplyError)(f"{asked}: {answer.describe()}")
