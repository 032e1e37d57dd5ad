"""A port that may be closed and opened again, in the clear or over TLS."""

from __future__ import annotations

import logging
import socket
import ssl
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from sandbox.platform.tls import dressed

log = logging.getLogger(__name__)

LOOPBACK = "127.0.0.1"

_END_S = 10.0  # given to requests under way when the platform stops


class Server(ThreadingHTTPServer):
    """Knows its open connections, so that it can end them."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 64

    def __init__(
        self, port: int, handler: type[BaseHTTPRequestHandler], tls: ssl.SSLContext | None
    ) -> None:
        self._tls = tls
        self._open: set[socket.socket] = set()
        self._changed = threading.Condition()
        super().__init__((LOOPBACK, port), handler)

    def get_request(self) -> tuple[socket.socket, Any]:
        line, address = super().get_request()
        return (dressed(line, self._tls) if self._tls else line), address

    def process_request(self, request: Any, client_address: Any) -> None:
        with self._changed:
            self._open.add(request)
            self._changed.notify_all()
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        super().shutdown_request(request)
        with self._changed:
            self._open.discard(request)
            self._changed.notify_all()

    def wait_for_connection(self, timeout_s: float) -> bool:
        with self._changed:
            return self._changed.wait_for(lambda: bool(self._open), timeout_s)

    def end_connections(self) -> None:
        with self._changed:
            for connection in self._open:
                _hang_up(connection)
            self._changed.wait_for(lambda: not self._open, _END_S)

    def handle_error(self, request: Any, client_address: Any) -> None:
        log.debug("a connection broke", exc_info=True)


def _hang_up(connection: socket.socket) -> None:
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        log.debug("the other side was first")


class Listener:
    """One server and the thread that accepts for it; may be closed and opened again on its port."""

    def __init__(
        self,
        port: int,
        handler: type[BaseHTTPRequestHandler],
        tls: ssl.SSLContext | None = None,
    ) -> None:
        # Bound and never listening: it keeps the port for us, and connections are refused.
        self._place = socket.socket()
        self._place.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._place.bind((LOOPBACK, port))
        self.port: int = self._place.getsockname()[1]
        self._handler, self._tls = handler, tls
        self._servers: list[Server] = []
        self._thread = threading.Thread()
        self.open()

    def open(self) -> None:
        server = Server(self.port, self._handler, self._tls)
        self._servers.append(server)
        self._thread = threading.Thread(
            target=server.serve_forever, args=(0.02,), name=f"port {self.port}", daemon=True
        )
        self._thread.start()

    def close(self) -> None:
        """Accepts no more; what is under way goes on."""
        if self._thread.is_alive():
            self._servers[-1].shutdown()
            self._servers[-1].server_close()
            self._thread.join()

    def wait_for_connection(self, timeout_s: float) -> bool:
        return self._servers[-1].wait_for_connection(timeout_s)

    def end(self) -> None:
        for server in self._servers:
            server.end_connections()
        self._place.close()
