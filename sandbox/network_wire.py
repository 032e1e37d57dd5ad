"""One connection on a network that goes wrong: what a fault can do with it."""

from __future__ import annotations

import contextlib
import json
import socket
import struct
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

Address = tuple[str, int]

_FAR_TIMEOUT_S: Final = 20.0
_GONE_S: Final = 2.0
_CHUNK_BYTES: Final = 65_536


@dataclass(frozen=True, slots=True)
class Request:
    """As it came: `whole` is its bytes."""

    method: str
    path: str
    whole: bytes


class Wire:
    """`over` is set when the fault ends: nothing waits longer than that."""

    def __init__(self, line: socket.socket, far: Address, over: threading.Event) -> None:
        self.line, self.over, self._far = line, over, far

    def request(self, meter: Callable[[int], None] = lambda _: None) -> Request:
        """Reads it to its end; `meter` is told how many bytes came, and may take its time.

        Raises:
            OSError: the client went away before.
        """
        whole = _message(self.line, meter)
        method, path, *_ = whole.split(b"\r\n", 1)[0].decode("ascii", "replace").split(" ")
        return Request(method, path, whole)

    def forward(self, request: Request) -> bytes:
        """Hands it to the platform; its whole answer."""
        with socket.create_connection(self._far, _FAR_TIMEOUT_S) as far:
            far.sendall(request.whole)
            answer = bytearray()
            while piece := far.recv(_CHUNK_BYTES):
                answer += piece
        return bytes(answer)

    def send(self, data: bytes) -> None:
        self.line.sendall(data)

    def drip(self, data: bytes, gap_s: float) -> None:
        for at in range(len(data)):
            if self.over.is_set():
                return
            self.send(data[at : at + 1])
            self.over.wait(gap_s)

    def endless(self, piece: bytes, gap_s: float = 0.0) -> None:
        """Until the client has had enough, or the fault is over."""
        self.line.settimeout(
            _GONE_S
        )  # who closed with its window shut is not heard of for a minute
        while not self.over.wait(gap_s):
            self.send(piece)

    def hold(self) -> None:
        """Nothing more comes, and nobody hangs up."""
        self.over.wait()

    def reset(self) -> None:
        """RST instead of an orderly end; what was sent and not yet read may be gone with it."""
        self.line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.line.close()

    def half_close(self) -> None:
        self.line.shutdown(socket.SHUT_WR)


def _message(line: socket.socket, meter: Callable[[int], None]) -> bytes:
    """One request, by its Content-Length; the terminal never sends in chunks."""
    data = bytearray()
    while b"\r\n\r\n" not in data:
        data += _some(line, meter)
    head = bytes(data).partition(b"\r\n\r\n")[0]
    fields = (each.partition(b":") for each in head.split(b"\r\n")[1:])
    length = next((int(text) for name, _, text in fields if name.lower() == b"content-length"), 0)
    while len(data) < len(head) + 4 + length:
        data += _some(line, meter)
    return bytes(data)


def _some(line: socket.socket, meter: Callable[[int], None]) -> bytes:
    piece = line.recv(_CHUNK_BYTES)
    if not piece:
        raise ConnectionError("the client went away")
    meter(len(piece))
    return piece


def parts(answer: bytes) -> tuple[bytes, bytes]:
    """Head with its empty line, and body."""
    head, gap, body = answer.partition(b"\r\n\r\n")
    return head + gap, body


def http(status: str, body: bytes, media_type: str = "application/json", *more: str) -> bytes:
    lines = (
        f"HTTP/1.1 {status}",
        f"Content-Type: {media_type}",
        f"Content-Length: {len(body)}",
        *more,
    )
    return "\r\n".join(lines).encode("ascii") + b"\r\n\r\n" + body


def changed(answer: bytes, **fields: Any) -> bytes:
    """The same answer with other values in those of these fields that it has; one that is no JSON
    with another last byte.
    """
    head, body = parts(answer)
    try:
        told = json.loads(body)
    except ValueError:
        return head + body[:-1] + bytes([body[-1] ^ 1])
    told |= {name: value for name, value in fields.items() if name in told}
    return http("200 OK", json.dumps(told).encode())


def hang_up(line: socket.socket) -> None:
    with contextlib.suppress(OSError):
        line.shutdown(socket.SHUT_RDWR)
