"""The network between a terminal and its platform, on the loopback interface: well, or at fault."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from typing import Final, Self

from sandbox.network_faults import Play, pass_on
from sandbox.network_wire import Address, Wire, hang_up

LOOPBACK: Final = "127.0.0.1"
_END_S: Final = 30.0
_LINE_TIMEOUT_S: Final = 30.0


class Network:
    """A port that leads to `far`. With `tls` it is that server to the client; what lies behind it
    is plain. Entered by `with`.
    """

    def __init__(self, far: Address, tls: ssl.SSLContext | None = None) -> None:
        self._far, self._right_tls = far, tls
        self._play: Play = pass_on
        self._tls = tls
        self._over = threading.Event()
        self._lock = threading.Lock()
        self._lines: set[socket.socket] = set()
        self._threads: list[threading.Thread] = []
        # Bound and never listening: it keeps the port while connections are refused.
        self._place = socket.socket()
        self._place.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._place.bind((LOOPBACK, 0))
        self.port: int = self._place.getsockname()[1]
        self._listener: socket.socket | None = None
        self._accepting = threading.Thread()
        self.met = threading.Event()  # somebody came while it was at fault

    def __enter__(self) -> Self:
        self._open()
        return self

    def __exit__(self, *exc: object) -> None:
        self._close()
        self._over.set()
        with self._lock:
            for line in self._lines:
                hang_up(line)
        self.settle()
        self._place.close()

    def fail(self, play: Play) -> None:
        """Every connection from now on goes like this."""
        with self._lock:
            self._over, self._play = threading.Event(), play
            self.met.clear()

    def refuse(self) -> None:
        """Nobody listens."""
        self._close()

    def show(self, tls: ssl.SSLContext | None) -> None:
        """Another certificate than the right one; None: no TLS where it is expected."""
        with self._lock:
            self._tls = tls
            self.met.clear()

    def mend(self) -> None:
        """All is well, and what was held back is let go."""
        with self._lock:
            self._over.set()
            self._over, self._play, self._tls = threading.Event(), pass_on, self._right_tls
        if self._listener is None:
            self._open()

    def settle(self) -> None:
        """Returns when nothing is under way any more."""
        with self._lock:
            threads = [each for each in self._threads if each is not threading.current_thread()]
        for thread in threads:
            thread.join(_END_S)
            if thread.is_alive():
                raise TimeoutError("a connection of the sandbox's network does not end")

    def _open(self) -> None:
        listener = socket.create_server((LOOPBACK, self.port))
        self._listener = listener
        self._accepting = threading.Thread(
            target=self._accept, args=(listener,), name="network", daemon=True
        )
        self._accepting.start()

    def _close(self) -> None:
        listener, self._listener = self._listener, None
        if listener is not None:
            hang_up(listener)
            self._accepting.join()
            listener.close()

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                line, _ = listener.accept()
            except OSError:
                return
            line.settimeout(_LINE_TIMEOUT_S)
            with self._lock:
                play, tls, over = self._play, self._tls, self._over
                self._lines.add(line)
                thread = threading.Thread(
                    target=self._serve, args=(line, play, tls, over), name="network", daemon=True
                )
                self._threads = [each for each in self._threads if each.is_alive()] + [thread]
                thread.start()
            self.met.set()

    def _serve(
        self, line: socket.socket, play: Play, tls: ssl.SSLContext | None, over: threading.Event
    ) -> None:
        # The client may go away at any moment, and may not like what it is shown.
        with contextlib.suppress(OSError, ValueError), contextlib.ExitStack() as held:
            secure = tls.wrap_socket(line, server_side=True) if tls else line
            held.callback(secure.close)
            play(Wire(secure, self._far, over))
        with self._lock:
            self._lines.discard(line)
        line.close()
