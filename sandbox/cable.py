"""A network cable that can be pulled or spoilt: one end reaches the other by TCP.

Bytes are passed on as they come and no faster than the far side takes them, so a full buffer there
is felt here.
"""

from __future__ import annotations

import contextlib
import socket
import threading
from typing import Final, Self

from sandbox.cable_faults import SPOILS, CableFault

_CHUNK_BYTES: Final = 1024
_CONNECT_TIMEOUT_S: Final = 5.0
_JOIN_TIMEOUT_S: Final = 5.0

Address = tuple[str, int]


class Cable:
    """Plugged in by `with`, listening on `port` of the loopback interface (0: a free one)."""

    def __init__(self, far: Address, port: int = 0) -> None:
        self._far, self.port = far, port
        self._lock = threading.Lock()
        self._listener: socket.socket | None = None
        self._lines: set[socket.socket] = set()
        self._threads: list[threading.Thread] = []
        self._fault: CableFault | None = None
        self._changed = threading.Event()  # of the fault that is on

    def __enter__(self) -> Self:
        self.plug()
        return self

    def __exit__(self, *exc: object) -> None:
        self.unplug()

    @property
    def plugged(self) -> bool:
        return self._listener is not None

    def plug(self) -> None:
        """At the same port as before. Twice is once."""
        with self._lock:
            if self._listener is None:
                listener = socket.create_server(("127.0.0.1", self.port))
                self._listener, self.port = listener, listener.getsockname()[1]
                self._begin(self._welcome, listener)

    def unplug(self) -> None:
        """Whoever is connected is cut off; the next is refused. Twice is once."""
        with self._lock:
            listener, self._listener = self._listener, None
            lines, threads, self._threads = list(self._lines), self._threads, []
        for line in [*lines, *([listener] if listener else [])]:
            _hang_up(line)
        for thread in threads:
            thread.join(_JOIN_TIMEOUT_S)

    def misbehave(self, fault: CableFault) -> None:
        """From now on, to all that comes from the far side; what is under way is let go."""
        self._spoil(fault)

    def behave(self) -> None:
        self._spoil(None)

    def _spoil(self, fault: CableFault | None) -> None:
        with self._lock:
            self._fault, before = fault, self._changed
            self._changed = threading.Event()
        before.set()

    def _begin(self, what: object, *args: object) -> None:
        thread = threading.Thread(target=what, args=args, name="cable", daemon=True)  # type: ignore[arg-type]
        self._threads = [each for each in self._threads if each.is_alive()] + [thread]
        thread.start()

    def _welcome(self, listener: socket.socket) -> None:
        with listener:
            while True:
                try:
                    near, _ = listener.accept()
                except OSError:
                    return
                self._connect(listener, near)

    def _connect(self, listener: socket.socket, near: socket.socket) -> None:
        try:
            far = socket.create_connection(self._far, _CONNECT_TIMEOUT_S)
        except OSError:
            near.close()
            return
        far.settimeout(None)
        for line in (near, far):
            line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with self._lock:
            if self._listener is not listener:
                near.close()
                far.close()
                return
            self._lines |= {near, far}
            self._begin(self._carry, near, far, False)
            self._begin(self._carry, far, near, True)

    def _carry(self, source: socket.socket, sink: socket.socket, answers: bool) -> None:
        before = b""
        with contextlib.suppress(OSError):
            while data := source.recv(_CHUNK_BYTES):
                with self._lock:
                    fault, changed = self._fault, self._changed
                if fault is None or not answers:
                    sink.sendall(data)
                else:
                    for piece, pause_s in SPOILS[fault](data, before):
                        if changed.wait(pause_s):
                            break
                        sink.sendall(piece)
                before = data
        for line in (source, sink):
            _hang_up(line)
        with self._lock:
            if source in self._lines:
                self._lines.remove(source)
                source.close()


def _hang_up(line: socket.socket) -> None:
    with contextlib.suppress(OSError):
        line.shutdown(socket.SHUT_RDWR)
