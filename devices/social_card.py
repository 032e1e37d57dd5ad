"""Driver of a reader for social security cards (社会保障卡), contact or contactless, over PC/SC.

What is open without any key is read, nothing else is ever sent (`devices.apdu.checked`), and the
card is reset afterwards. Cards and readers that come and go are told by the service, not asked for.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from time import monotonic
from typing import Final, Self

from devices.apdu import Answer, Command
from devices.base import Condition, DeviceAbsentError, GarbledReplyError, Status
from devices.pcsc import CardRemovedError, Readers, present
from devices.social_card_reading import NotASocialCardError, Reading
from devices.social_card_text import SocialCard

log = logging.getLogger(__name__)

# Slots for the terminal's own security modules look like readers; a module must not be powered.
SAM_SLOTS: Final = r"(?i)\bP?SAM\b|\bSIM\b"

Send = Callable[[Command], Answer]

_TRIES: Final = 2
# A wait is taken up anew this often: a reader plugged in between two questions, or a wait called
# off just before it began, is noticed then at the latest.
_LONGEST_WAIT_S: Final = 1.0


class SocialCardReader:
    """Opened by `with`, which needs only the service; readers may come and go while it is open.

    Args:
        ignored: a regular expression; readers with such a name are not touched.
        tap: what is said to a card goes through it; one that records is put in here.

    Raises:
        DeviceAbsentError: on entering: the service does not run.
    """

    def __init__(
        self, ignored: str = SAM_SLOTS, tap: Callable[[Send], Send] = lambda send: send
    ) -> None:
        self._readers, self._tap = Readers(ignored), tap
        self._called_off = threading.Event()

    def __enter__(self) -> Self:
        self._readers.__enter__()
        return self

    def __exit__(self, *exc: object) -> None:
        self._readers.__exit__(*exc)

    def status(self) -> Status:
        """ABSENT while no reader is plugged in; it need not be opened again for the next one."""
        readers = self._readers.states()
        if not readers:
            return Status(Condition.ABSENT, "no card reader is plugged in")
        return Status(Condition.OK, ", ".join(readers))

    def read(self) -> SocialCard | None:
        """The card in the reader; None when there is none. Blocks while the card is slow: each of
        some fifteen answers takes as long as the reader lets it, seconds at most.

        Raises:
            DeviceAbsentError: no service or no reader, or either went meanwhile.
            CardRemovedError: the card was pulled out or changed.
            CardMuteError: a card is there, but does not answer at all.
            NotASocialCardError: it is some other card.
            CardBlockedError, CardDefectiveError: it is of no use; the counter can help.
            UnreadableSocialCardError: what stands on it is of no known kind.
            ReaderBusyError: another program uses the card.
            GarbledReplyError: two readings were damaged.
            ForbiddenCommandError: a mistake in this program; the card was not touched again.
        """
        other: NotASocialCardError | None = None
        for reader, flags in self._states().items():
            if present(flags):
                try:
                    return self._read_in(reader)
                except NotASocialCardError as fault:
                    other = fault
        if other:
            raise other
        return None

    def card_present(self) -> bool:
        """Whether any card is in a reader.

        Raises:
            DeviceAbsentError: no service, or no reader.
        """
        return any(map(present, self._states().values()))

    def wait_for_card(self, timeout_s: float) -> bool:
        """Whether a card is there: at once when one is, else as soon as one comes. False after
        `timeout_s`, or when `call_off` was called since the last wait.

        Raises:
            DeviceAbsentError: no service or no reader, or the last one went.
        """
        return self._wait(present_now=True, timeout_s=timeout_s)

    def wait_for_removal(self, timeout_s: float) -> bool:
        """Whether every reader is empty; otherwise like `wait_for_card`."""
        return self._wait(present_now=False, timeout_s=timeout_s)

    def call_off(self) -> None:
        """Ends the wait under way, or the next one. From any thread, while the driver is open."""
        self._called_off.set()
        self._readers.cancel()

    def _wait(self, *, present_now: bool, timeout_s: float) -> bool:
        deadline_s = monotonic() + timeout_s
        while True:
            states = self._states()
            if any(map(present, states.values())) is present_now:
                return True
            left_s = deadline_s - monotonic()
            if left_s <= 0 or self._called_off.is_set():
                self._called_off.clear()
                return False
            self._readers.wait(states, min(left_s, _LONGEST_WAIT_S))

    def _states(self) -> dict[str, int]:
        states = self._readers.states()
        if not states:
            raise DeviceAbsentError("no card reader is plugged in")
        return states

    def _read_in(self, reader: str) -> SocialCard:
        for tries_left in reversed(range(_TRIES)):
            try:
                with self._readers.connect(reader) as card:
                    return Reading(self._tap(card.send), block_protocol=card.block_protocol).read()
            except (GarbledReplyError, CardRemovedError) as fault:
                if not tries_left:
                    raise
                log.info("reading the card again: %s", fault)
        raise AssertionError("the last try returns or raises")
