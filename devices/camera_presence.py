"""Whether a camera is there, told without opening it: nobody is looked at who did not agree."""

from __future__ import annotations

import socket
from pathlib import Path
from urllib.parse import urlsplit

from devices.base import Condition, Status

CONNECT_TIMEOUT_S = 1.0
PORTS = {"http": 80, "https": 443, "rtsp": 554}


def presence(source: str) -> Status:
    """`source` as `Camera` takes it. OK: something is there, not that it shows a picture."""
    address = urlsplit(source)
    if address.scheme in PORTS and address.hostname:
        return _answers(address.hostname, address.port or PORTS[address.scheme])
    path = Path(f"/dev/video{source}" if source.isdigit() else source)
    if path.exists():
        return Status(Condition.OK, str(path))
    return Status(Condition.ABSENT, f"no {path}")


def _answers(host: str, port: int) -> Status:
    try:
        socket.create_connection((host, port), CONNECT_TIMEOUT_S).close()
    except OSError as fault:
        return Status(Condition.ABSENT, f"{host}:{port}: {fault.strerror or 'no answer'}")
    return Status(Condition.OK, f"{host}:{port}")
