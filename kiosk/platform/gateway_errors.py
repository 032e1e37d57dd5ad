"""What can go wrong between the terminal and the platform.

No message, cause or context of these holds what was sent or answered.
"""

from __future__ import annotations

from devices.base import Remedy

# Sending the same again cannot help: the request itself is wrong, or its number or key is.
_POISON = frozenset({400, 409, 413, 422})


class PlatformError(Exception):
    """The platform gave no answer that can be used; `remedy` says who can put it right."""

    remedy = Remedy.RETRY


class PlatformUnreachableError(PlatformError):
    """Nobody answered in time, or somebody answered that it cannot now (5xx, 429).

    Something that was sent may have arrived all the same: send it again with the same key.
    """

    def __init__(self, message: str, retry_after_s: float | None = None) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s  # as the platform asked; None when it did not


class PlatformUntrustedError(PlatformUnreachableError):
    """Somebody is there, and one of the two does not accept the other's certificate: expired, of
    another authority, for another name. A captive network looks like that, too, and passes.
    """

    remedy = Remedy.TECHNICIAN


class PlatformGarbledError(PlatformError):
    """What came back is not an answer of the platform: half of one, another form, another server.

    Something that was sent may have arrived all the same: send it again with the same key.
    """


class PlatformRefusedError(PlatformError):
    """The platform itself said no."""

    remedy = Remedy.TECHNICIAN

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(f"refused with {status} {reason}")
        self.status = status
        self.reason = reason  # `Problem.reason` of docs/api/platform.yaml

    @property
    def poison(self) -> bool:
        """True: this request will never be taken. False: it will, once the settings are right."""
        return self.status in _POISON
