"""What befalls any serial port: rows that devices on one share. Far ends have a `link` to it."""

from __future__ import annotations

import fcntl
import os
import termios
from pathlib import Path
from typing import Any

from devices.base import NotToBeOpenedError, Remedy
from tests.conformance.bench import Act, Fault, Kind

NOBODY = 65_534


class Port:
    """Mixed into a far end that has `link`: its port may be forbidden, or somebody else's."""

    link: Path
    _taken = -1

    def forbid(self) -> None:
        """Root may open everything, so it steps back until `allow`."""
        self.link.readlink().chmod(0o000)
        if os.geteuid() == 0:
            os.seteuid(NOBODY)

    def allow(self) -> None:
        if os.getuid() == 0:
            os.seteuid(0)
        self.link.readlink().chmod(0o666)

    def take(self) -> None:
        self._taken = os.open(self.link, os.O_RDWR | os.O_NOCTTY)
        fcntl.flock(self._taken, fcntl.LOCK_EX)
        fcntl.ioctl(self._taken, termios.TIOCEXCL)

    def give_back(self) -> None:
        os.close(self._taken)


def call(method: str, *args: Any, **named: Any) -> Act:
    """A row's way of saying: do this to the far end."""

    def act(far: Any) -> object:
        return getattr(far, method)(*args, **named)

    return act


def port_faults(words: str) -> tuple[Fault, ...]:
    return (
        Fault(
            kind=Kind.FORBIDDEN,
            how="nobody may open the port",
            inject=call("forbid"),
            heal=call("allow"),
            opening=True,
            ends=NotToBeOpenedError,
            remedy=Remedy.TECHNICIAN,
            words=words,
        ),
        Fault(
            kind=Kind.TAKEN,
            how="another program has opened and locked it",
            inject=call("take"),
            heal=call("give_back"),
            opening=True,
            ends=NotToBeOpenedError,
            remedy=Remedy.TECHNICIAN,
            words=words,
        ),
    )
