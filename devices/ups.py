"""The UPS, asked through a server of Network UPS Tools (`upsd`), which knows its cable."""

from __future__ import annotations

import re
import socket
from time import monotonic
from typing import Self

from devices.base import DeviceAbsentError, DeviceError, GarbledReplyError, Remedy, Status
from devices.ups_protocol import (
    LONGEST_ANSWER_BYTES,
    NoAnswerError,
    Power,
    ServerRefusedError,
    is_whole,
    parse_answer,
    power_of,
    question,
    status_of,
)

PORT = 3493

# The server runs, the UPS behind it does not answer it.
_UPS_SILENT = ("DATA-STALE", "DRIVER-NOT-CONNECTED")


class UpsRefusedError(DeviceError):
    """The server knows no such UPS, or does not tell us: a matter of its settings or ours."""

    remedy = Remedy.TECHNICIAN


class Ups:
    """Opened by `with`, which asks once.

    Each question has a connection of its own: the server hangs up on who is silent for a minute,
    and a late answer reaches nobody.

    Args:
        name: as in ups.conf of the server.
        timeout_s: for the whole of a question.

    Raises:
        DeviceError: on entering: as from `read`.
    """

    def __init__(
        self, name: str = "ups", host: str = "127.0.0.1", port: int = PORT, timeout_s: float = 1.0
    ) -> None:
        if not re.fullmatch(r"[A-Za-z0-9._-]{1,64}", name):
            raise ValueError(f"no name of a UPS: {name!r}")
        self._name, self._address, self._timeout_s = name, (host, port), timeout_s

    def __enter__(self) -> Self:
        self.read()
        return self

    def __exit__(self, *exc: object) -> None:
        """Nothing is held."""

    def read(self) -> Power:
        """Returns within `timeout_s`.

        Raises:
            DeviceAbsentError: no server answers there, or the server has lost the UPS.
            GarbledReplyError: the answer did not come whole, or is none.
            UpsRefusedError: the server does not tell.
        """
        answer = self._asked()
        try:
            return power_of(parse_answer(answer, self._name))
        except ServerRefusedError as refused:
            if refused.token in _UPS_SILENT:
                raise DeviceAbsentError(f"the UPS {self._name} is silent: {refused}") from refused
            raise UpsRefusedError(f"the UPS server refuses {self._name}: {refused}") from refused
        except NoAnswerError as fault:
            raise GarbledReplyError(f"the UPS server: {fault}") from fault

    def status(self) -> Status:
        return status_of(self.read())

    def _asked(self) -> bytes:
        """What the server says, up to the end of the list, the time, the size or the line."""
        deadline_s = monotonic() + self._timeout_s
        answer = b""
        try:
            with socket.create_connection(self._address, self._timeout_s) as line:
                line.sendall(question(self._name))
                while not is_whole(answer, self._name) and len(answer) < LONGEST_ANSWER_BYTES:
                    line.settimeout(max(0.001, deadline_s - monotonic()))
                    piece = line.recv(4096)
                    if not piece or monotonic() > deadline_s:
                        break
                    answer += piece
        except TimeoutError as fault:
            if not answer:
                raise DeviceAbsentError(f"the UPS server at {self._where} is silent") from fault
        except OSError as fault:
            raise DeviceAbsentError(f"no UPS server at {self._where}: {fault}") from fault
        return answer

    @property
    def _where(self) -> str:
        return f"{self._address[0]}:{self._address[1]}"
