"""TLS at the platform's own port: who is not enrolled gets no connection (RFC 8446, 4.4.2)."""

from __future__ import annotations

import socket
import ssl
from typing import Any


def dressed(line: socket.socket, context: ssl.SSLContext) -> ssl.SSLSocket:
    """The handshake comes with the first reading, in the thread that serves the connection."""
    return context.wrap_socket(line, server_side=True, do_handshake_on_connect=False)


def name_shown(line: object) -> str | None:
    """The common name in the client's certificate; None where there is none, or no TLS."""
    if not isinstance(line, ssl.SSLSocket):
        return None
    shown: Any = line.getpeercert() or {}
    pairs = [pair for name in shown.get("subject", ()) for pair in name]
    return next((value for kind, value in pairs if kind == "commonName"), None)
