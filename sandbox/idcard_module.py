"""What the SAM module of an ID-card reader makes of a request; knows no cable and no time.

Written from the protocol text (GA/T 467): requests `AA AA AA 96 69, length, CMD, PARA, DATA, CHK`,
replies with `SW1 SW2 SW3` in the place of the command.
"""

from __future__ import annotations

from collections.abc import Callable

from sandbox.id_cards import CardData

_START = bytes([0xAA, 0xAA, 0xAA, 0x96, 0x69])
_LONGEST_REQUEST = 32  # no documented one has more than 4 bytes after the length

BAUDS = {0x00: 115_200, 0x01: 57_600, 0x02: 38_400, 0x03: 19_200, 0x04: 9_600}

# 05.03-20200101-0000000001-4294967295
SAM_NUMBER = bytes.fromhex("05000300 A53A3401 01000000 FFFFFFFF")


def _checksum(data: bytes) -> int:
    value = 0
    for byte in data:
        value ^= byte
    return value


def reply_frame(status: int, data: bytes = b"", card_word: int = 0) -> bytes:
    counted = (
        (len(data) + 4).to_bytes(2, "big") + card_word.to_bytes(2, "big") + bytes([status]) + data
    )
    return _START + counted + bytes([_checksum(counted)])


class Requests:
    """Cuts arriving bytes into requests.

    Each is its command (CMD, PARA, DATA) or the status with which the module refuses it.
    """

    def __init__(self) -> None:
        self._bytes = b""

    def arrive(self, data: bytes) -> list[bytes | int]:
        self._bytes += data
        requests: list[bytes | int] = []
        while (start := self._bytes.find(_START)) >= 0:
            self._bytes = self._bytes[start:]
            if len(self._bytes) < 7:
                return requests
            length = self._bytes[5] << 8 | self._bytes[6]
            if not 3 <= length <= _LONGEST_REQUEST:
                requests.append(0x11)
                self._bytes = self._bytes[len(_START) :]
                continue
            if len(self._bytes) < 7 + length:
                return requests
            frame, self._bytes = self._bytes[: 7 + length], self._bytes[7 + length :]
            requests.append(0x10 if _checksum(frame[5:]) else frame[7:-1])
        self._bytes = self._bytes[-4:]
        return requests

    def forget(self) -> None:
        self._bytes = b""


class SamModule:
    """The commands, and what the module remembers between them.

    A card that was read is not found again until it has left and come back, or the module is reset;
    with `finds_again` it is found as long as it lies there.
    """

    def __init__(self, sam_number: bytes = SAM_NUMBER, *, finds_again: bool = False) -> None:
        self.baud = 115_200
        self._finds_again = finds_again
        self._sam_number = sam_number
        self._card: CardData | None = None
        self._forget_card()

    def lay(self, card: CardData) -> None:
        self._card = card
        self._forget_card()

    def lift(self) -> None:
        self._card = None
        self._forget_card()

    def _forget_card(self) -> None:
        self._found = self._selected = self._was_read = False

    def answer(self, request: bytes | int) -> bytes:
        """The reply frame. A new speed counts from the next request on."""
        if isinstance(request, int):
            return reply_frame(request)
        handlers: dict[bytes, Callable[[], bytes]] = {
            b"\x10\xff": self._reset,
            b"\x11\xff": lambda: reply_frame(0x90),
            b"\x12\xff": lambda: reply_frame(0x90, self._sam_number),
            b"\x20\x01": self._find,
            b"\x20\x02": self._select,
            b"\x30\x01": lambda: self._read(with_fingerprints=False),
            b"\x30\x03": self._read_addresses,
            b"\x30\x05": self._read_management,
            b"\x30\x10": lambda: self._read(with_fingerprints=True),
        }
        if request in handlers:
            return handlers[request]()
        if request[:1] == b"\x60" and len(request) == 2 and request[1] in BAUDS:
            self.baud = BAUDS[request[1]]
            return reply_frame(0x90)
        if request[:2] == b"\x61\xff" and len(request) == 3 and request[2] >= 24:
            return reply_frame(0x90)
        return reply_frame(0x21)

    def _reset(self) -> bytes:
        self._forget_card()
        return reply_frame(0x90)

    def _find(self) -> bytes:
        if self._card is None or (self._was_read and not self._finds_again):
            return reply_frame(0x80)
        self._found, self._selected = True, False
        return reply_frame(0x9F, bytes(4))

    def _select(self) -> bytes:
        if not self._found:
            return reply_frame(0x81)
        self._selected = True
        return reply_frame(0x90, bytes(8))

    def _read(self, *, with_fingerprints: bool) -> bytes:
        if self._card is None or not self._selected:
            return reply_frame(0x41 if self._card is None else 0x23)
        self._was_read = True
        parts = [self._card.text_block(), self._card.photo]
        if with_fingerprints:
            parts.append(self._card.fingerprints)
        lengths = b"".join(len(part).to_bytes(2, "big") for part in parts)
        return reply_frame(0x90, lengths + b"".join(parts))

    def _read_addresses(self) -> bytes:
        if self._card is None or not self._selected:
            return reply_frame(0x41)
        block = self._card.address_block()
        return reply_frame(0x90, block) if block else reply_frame(0x91)

    def _read_management(self) -> bytes:
        if self._card is None or not self._selected:
            return reply_frame(0x41)
        return reply_frame(0x90, bytes(range(28)))
