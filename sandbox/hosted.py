"""A far end in a process of its own, so that what one of them does never delays another's wire."""

from __future__ import annotations

import multiprocessing
import signal
import sys
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from multiprocessing.connection import Connection
from typing import Any, Final, Self

_START_TIMEOUT_S: Final = 60.0
_CALL_TIMEOUT_S: Final = 30.0
_END_TIMEOUT_S: Final = 10.0


class HostedError(Exception):
    """The process did not start, ended, or does not answer; the message says which far end."""


class Hosted:
    """`build(*args)` gives the far end; it is entered, served and left in its own process.

    Whatever goes in or comes back has to be picklable; what the far end raises is raised here.
    Methods may be called from any thread.
    """

    def __init__(
        self, name: str, build: Callable[..., AbstractContextManager[Any]], *args: Any
    ) -> None:
        context = multiprocessing.get_context("spawn")
        self._name, self._asking = name, threading.Lock()
        self._pipe, far = context.Pipe()
        self._process = context.Process(
            target=_host, args=(far, build, args), name=f"sandbox {name}", daemon=True
        )
        self._process.start()
        far.close()

    def __enter__(self) -> Self:
        """Returns when the far end listens; several start side by side until they are entered.

        Raises:
            HostedError: it did not come up.
        """
        try:
            self._answer(_START_TIMEOUT_S)
        except Exception as fault:
            self.__exit__()
            raise HostedError(f"{self._name} does not start: {fault}") from fault
        return self

    def __exit__(self, *exc: object) -> None:
        self._pipe.close()
        self._process.join(_END_TIMEOUT_S)
        if self._process.is_alive():
            self._process.kill()
            self._process.join()

    def call(self, method: str, *args: Any, **named: Any) -> Any:
        """Raises: HostedError, or whatever the method raises."""
        with self._asking:
            try:
                self._pipe.send((method, args, named))
            except OSError:
                raise HostedError(f"{self._name} has ended") from None
            return self._answer(_CALL_TIMEOUT_S)

    def _answer(self, timeout_s: float) -> Any:
        try:
            if not self._pipe.poll(timeout_s):
                self._pipe.close()  # its late answer must not become the next one's
                raise HostedError(f"{self._name} does not answer")
            value, fault = self._pipe.recv()
        except (EOFError, OSError):
            raise HostedError(f"{self._name} has ended") from None
        if fault is not None:
            raise fault
        return value


def _host(
    pipe: Connection, build: Callable[..., AbstractContextManager[Any]], args: tuple[Any, ...]
) -> None:
    # A Ctrl-C reaches the whole group: the parent decides, and closes the pipe.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with ExitStack() as held:
        try:
            peer = held.enter_context(build(*args))
            pipe.send((None, None))
        except Exception as fault:  # noqa: BLE001 (whoever entered it is told)
            pipe.send((None, fault))
            return
        while True:
            try:
                method, given, named = pipe.recv()
            except (EOFError, OSError):
                return
            try:
                pipe.send((getattr(peer, method)(*given, **named), None))
            except Exception as fault:  # noqa: BLE001 (whoever called is told)
                pipe.send((None, fault))
