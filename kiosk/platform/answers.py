"""Where the forwarder's thread leaves the platform's answer for the resident who still waits for
it.
"""

from __future__ import annotations

import threading
from typing import Protocol

from kiosk.platform.platform_messages import Answer

LOOK_EVERY_S = 0.1


class Stopped(Protocol):
    def is_set(self) -> bool: ...


class Answers:
    """One place, for the one visit under way. An answer that nobody expects any more is dropped:
    the number on the receipt finds it again.
    """

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._key = ""
        self._answer: Answer | None = None

    def expect(self, key: str) -> None:
        """Called before the submission is kept, so that no answer can come too early."""
        with self._changed:
            self._key, self._answer = key, None

    def put(self, key: str, answer: object) -> None:
        with self._changed:
            if key == self._key and isinstance(answer, Answer):
                self._answer = answer
                self._changed.notify_all()

    def wait(self, key: str, stopped: Stopped) -> Answer | None:
        """None when `stopped` is set first, or another submission is expected."""
        with self._changed:
            while self._key == key and self._answer is None and not stopped.is_set():
                self._changed.wait(LOOK_EVERY_S)
            return self._answer if self._key == key else None

    def expects(self, key: str) -> bool:
        with self._changed:
            return self._key == key

    def forget(self) -> None:
        with self._changed:
            self._key, self._answer = "", None
            self._changed.notify_all()
