"""Card readers through the PC/SC service (pcscd): which there are, what happens, one card's talk.

PC/SC part 5, as pcsc-lite has it. The plain functions of pyscard are used, not its classes: those
keep one context for the whole program, which is dead for good once the service was restarted.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final, Self

from smartcard import scard

from devices.apdu import Answer, Command, checked, parse_answer
from devices.base import DeviceAbsentError, DeviceError, GarbledReplyError, Remedy

# A "reader" whose state changes when readers come and go.
_PLUGGING: Final = "\\\\?PnP?\\Notification"
_PRESENT: Final = scard.SCARD_STATE_PRESENT
_NO_ANSWER: Final = (
    scard.SCARD_STATE_UNKNOWN | scard.SCARD_STATE_UNAVAILABLE | scard.SCARD_STATE_IGNORE
)
_COUNTER: Final = 0xFFFF_0000  # of insertions, beside the flags
_CODE: Final = 0xFFFF_FFFF


class CardRemovedError(DeviceError):
    """The card was pulled out, moved or changed while it was being read, or fell silent: it must
    be put in again.
    """

    remedy = Remedy.RESIDENT


class CardMuteError(DeviceError):
    """There is a card, but it does not answer: the wrong way round, dirty, or broken."""

    remedy = Remedy.RESIDENT


class ReaderBusyError(DeviceError):
    """Another program holds the card."""

    remedy = Remedy.RETRY


def _faults(words: Mapping[str, type[DeviceError]]) -> dict[int, type[DeviceError]]:
    return {getattr(scard, f"SCARD_{word}") & _CODE: fault for word, fault in words.items()}


_FAULTS: Final = _faults(
    {
        "E_NO_SERVICE": DeviceAbsentError,
        "E_SERVICE_STOPPED": DeviceAbsentError,
        "E_INVALID_HANDLE": DeviceAbsentError,  # of a service that has gone
        "F_COMM_ERROR": DeviceAbsentError,  # with the service, not with the card
        "W_SECURITY_VIOLATION": DeviceAbsentError,
        "E_NO_READERS_AVAILABLE": DeviceAbsentError,
        "E_READER_UNAVAILABLE": DeviceAbsentError,
        "E_UNKNOWN_READER": DeviceAbsentError,
        "E_NO_SMARTCARD": CardRemovedError,
        "W_REMOVED_CARD": CardRemovedError,
        "W_RESET_CARD": CardRemovedError,
        "W_UNRESPONSIVE_CARD": CardMuteError,
        "W_UNPOWERED_CARD": CardMuteError,
        "W_UNSUPPORTED_CARD": CardMuteError,
        "E_PROTO_MISMATCH": CardMuteError,
        "E_SHARING_VIOLATION": ReaderBusyError,
    }
)
_DONE: Final = scard.SCARD_S_SUCCESS
_QUIET: Final = tuple(code & _CODE for code in (scard.SCARD_E_TIMEOUT, scard.SCARD_E_CANCELLED))
_NO_READERS: Final = scard.SCARD_E_NO_READERS_AVAILABLE & _CODE


class Readers:
    """The readers of one service. Opened by `with`, used by one thread, but for `cancel`.

    Args:
        ignored: a regular expression; readers whose name has it are never touched.
    """

    def __init__(self, ignored: str) -> None:
        self._ignored = re.compile(ignored)

    def __enter__(self) -> Self:
        """Raises: DeviceAbsentError: the service does not run."""
        code, self._context = scard.SCardEstablishContext(scard.SCARD_SCOPE_USER)
        _expect(code, "the card service does not answer", otherwise=DeviceAbsentError)
        return self

    def __exit__(self, *exc: object) -> None:
        scard.SCardReleaseContext(self._context)

    def states(self) -> dict[str, int]:
        """Reader → its flags, of those that answer.

        Raises:
            DeviceAbsentError: the service has gone.
        """
        code, names = scard.SCardListReaders(self._context, [])
        if code & _CODE == _NO_READERS:
            return {}
        _expect(code, "no list of readers")
        asked = [
            (name, scard.SCARD_STATE_UNAWARE) for name in names if not self._ignored.search(name)
        ]
        if not asked:
            return {}
        code, told = scard.SCardGetStatusChange(self._context, 0, asked)
        if code & _CODE in _FAULTS and _FAULTS[code & _CODE] is DeviceAbsentError:
            # A reader can go between the two questions; only without the service is it an end.
            _expect(scard.SCardIsValidContext(self._context), "the card service has gone")
            return {}
        _expect(code, "no states of readers")
        return {
            name: flags & ~(_COUNTER | scard.SCARD_STATE_CHANGED)
            for name, flags, _ in told
            if not flags & _NO_ANSWER
        }

    def wait(self, states: Mapping[str, int], timeout_s: float) -> None:
        """Returns when a reader's state is no longer the one in `states`, when a reader comes or
        goes, when it is cancelled, or after `timeout_s`.

        Raises:
            DeviceAbsentError: the service has gone.
        """
        asked = [*states.items(), (_PLUGGING, scard.SCARD_STATE_UNAWARE)]
        code, _ = scard.SCardGetStatusChange(self._context, int(timeout_s * 1000), asked)
        reader_went = code & _CODE == scard.SCARD_E_UNKNOWN_READER & _CODE
        if code & _CODE not in _QUIET and not reader_went:
            _expect(code, "waiting for a card")

    def cancel(self) -> None:
        """Ends a `wait` of another thread; without one it does nothing."""
        scard.SCardCancel(self._context)

    def connect(self, reader: str) -> CardLine:
        """The card in `reader`, for `with`.

        Raises:
            CardRemovedError, CardMuteError, ReaderBusyError, DeviceAbsentError.
        """
        code, handle, protocol = scard.SCardConnect(
            self._context,
            reader,
            scard.SCARD_SHARE_SHARED,
            scard.SCARD_PROTOCOL_T0 | scard.SCARD_PROTOCOL_T1,
        )
        _expect(code, "connecting to the card", otherwise=CardMuteError)
        return CardLine(handle, protocol)


def present(flags: int) -> bool:
    """Whether a card is there, be it mute."""
    return bool(flags & _PRESENT)


class CardLine:
    """The talk with one card. Leaving `with` resets it: nothing stays open on it."""

    def __init__(self, handle: Any, protocol: int) -> None:
        self._handle = handle
        self.block_protocol = protocol == scard.SCARD_PROTOCOL_T1
        self._header = scard.SCARD_PCI_T1 if self.block_protocol else scard.SCARD_PCI_T0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        # One over the air is better left without power; a reset would wake it at once.
        over_the_air = self._atr()[1:4:2] == b"\x80\x01"
        scard.SCardDisconnect(
            self._handle, scard.SCARD_UNPOWER_CARD if over_the_air else scard.SCARD_RESET_CARD
        )

    def send(self, command: Command) -> Answer:
        """Blocks until the card answers, or until the reader gives it up (ISO/IEC 7816-3, 10.2).

        Raises:
            ForbiddenCommandError: `command` could change something on the card.
            CardRemovedError, DeviceAbsentError.
            GarbledReplyError: not a whole answer.
        """
        code, raw = scard.SCardTransmit(self._handle, self._header, list(checked(bytes(command))))
        if code != _DONE:
            # Whatever it is called, the card did talk a moment ago.
            absent = _FAULTS.get(code & _CODE) is DeviceAbsentError
            fault = DeviceAbsentError if absent else CardRemovedError
            raise fault(f"no answer: {_words(code)}")
        answer = parse_answer(bytes(raw))
        if answer is None:
            raise GarbledReplyError(f"an answer of {len(raw)} bytes")
        return answer

    def _atr(self) -> bytes:
        code, *_, atr = scard.SCardStatus(self._handle)
        return bytes(atr) if code == _DONE else b""


def _words(code: int) -> str:
    return str(scard.SCardGetErrorMessage(code))


def _expect(code: int, doing: str, otherwise: type[DeviceError] = GarbledReplyError) -> None:
    """Raises the fault that `code` stands for; nothing when it stands for none."""
    if code != _DONE:
        raise _FAULTS.get(code & _CODE, otherwise)(f"{doing}: {_words(code)}")
