"""One question and its answer over HTTP, to a printer or to CUPS, in bounded time and space.

RFC 8010 §4. `http.client` on a socket whose every read looks at one clock: with a time-out for each
read, as HTTP libraries have it, a peer that sends a byte now and then holds the terminal for hours.
The socket may also be the one of CUPS in the file system: over it alone does CUPS know, without a
password, who asks, and let a member of its system group set a queue going again.
"""

from __future__ import annotations

import http.client
import io
import os
import pwd
import socket
import ssl
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, cast
from urllib.parse import urlsplit

from devices.page_printer_faults import (
    PagePrinterAbsentError,
    PagePrinterBusyError,
    PagePrinterError,
    PagePrinterGarbledError,
    QueueSetUpError,
    SpoolFullError,
)

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

IPP_PORT = 631
LONGEST_ANSWER_BYTES = 2_000_000  # CUPS with 500 jobs needs a twentieth of it

HTTP_FAULTS: dict[int, type[PagePrinterError]] = {
    400: QueueSetUpError,
    401: QueueSetUpError,
    403: QueueSetUpError,
    404: QueueSetUpError,
    405: QueueSetUpError,
    413: SpoolFullError,  # CUPS says it when its disk is full, too
    426: QueueSetUpError,  # it wants ipps
    503: PagePrinterBusyError,
    507: SpoolFullError,
}


@dataclass(frozen=True, slots=True)
class IppAddress:
    """`uri` names the queue within IPP. `socket`: the one of CUPS, which then knows who asks."""

    host: str
    port: int
    path: str
    secure: bool = False
    socket: Path | None = None

    @property
    def uri(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"ipp{'s' * self.secure}://{host}:{self.port}{self.path}"


def address_from_url(url: str, socket: Path | None = None) -> IppAddress:
    """ipp://localhost/printers/a4 (CUPS), ipps://printer/ipp/print (a printer by itself).

    Raises:
        ValueError: the URL names no queue.
    """
    parts = urlsplit(url)
    if parts.scheme not in ("ipp", "ipps") or not parts.hostname or len(parts.path) < 2:
        raise ValueError(f"no address of a printer queue: {url!r}")
    port = parts.port or IPP_PORT
    return IppAddress(parts.hostname, port, parts.path, parts.scheme == "ipps", socket)


class IppLine:
    """Opens a connection for each exchange; holds none between them."""

    def __init__(
        self, address: IppAddress, answer_timeout_s: float, trusted: Path | None = None
    ) -> None:
        """`trusted`: certificates (PEM) for ipps; without it, those of the system."""
        self._address, self._answer_timeout_s = address, answer_timeout_s
        self._trust = ssl.create_default_context(cafile=trusted) if address.secure else None

    @property
    def user(self) -> str | None:
        """Who CUPS sees at the other end of its own socket."""
        return pwd.getpwuid(os.geteuid()).pw_name if self._address.socket else None

    def exchange(self, question: bytes, send_timeout_s: float = 0.0) -> bytes:
        """The body of the answer. Returns or raises within `answer_timeout_s` + `send_timeout_s`.

        Raises:
            PagePrinterAbsentError: nobody answers, or not in time.
            PagePrinterGarbledError: no HTTP, or half of it.
            PagePrinterError: the kind in `HTTP_FAULTS`.
        """
        until = time.monotonic() + self._answer_timeout_s + send_timeout_s
        try:
            with self._connect(until) as open_socket:
                return self._ask(_Line(open_socket, until), question)
        except TimeoutError as fault:
            raise PagePrinterAbsentError("no answer in time") from fault
        except ssl.SSLCertVerificationError as fault:
            raise QueueSetUpError("the printer's certificate is not trusted") from fault
        except http.client.IncompleteRead as fault:
            raise PagePrinterGarbledError("the answer is not whole") from fault
        except (http.client.RemoteDisconnected, OSError) as fault:
            name = type(fault).__name__
            raise PagePrinterAbsentError(f"no answer from {self._address.uri}: {name}") from fault
        except (http.client.HTTPException, ValueError) as fault:
            raise PagePrinterGarbledError(f"no HTTP: {type(fault).__name__}") from fault

    def _ask(self, line: _Line, question: bytes) -> bytes:
        at = self._address
        connection = http.client.HTTPConnection(at.host, at.port)
        connection.sock = cast(socket.socket, line)
        headers = {"Content-Type": "application/ipp", "Connection": "close"}
        if self.user:
            headers["Authorization"] = f"PeerCred {self.user}"
            headers["Host"] = "localhost"
        with suppress(BrokenPipeError, ConnectionResetError):
            # CUPS refuses a document while it still comes, and says so.
            connection.request("POST", at.path, question, headers)
        answer = connection.getresponse()
        if answer.status != 200:
            error = HTTP_FAULTS.get(answer.status, PagePrinterGarbledError)
            raise error(f"HTTP status {answer.status}")
        body = answer.read(LONGEST_ANSWER_BYTES + 1)
        if len(body) > LONGEST_ANSWER_BYTES:
            raise PagePrinterGarbledError("an answer without end")
        return body

    def _connect(self, until: float) -> socket.socket:
        at = self._address
        if at.socket is None:
            open_socket = socket.create_connection((at.host, at.port), _left_s(until))
        else:
            open_socket = socket.socket(socket.AF_UNIX)
        try:
            open_socket.settimeout(_left_s(until))
            if at.socket is not None:
                open_socket.connect(str(at.socket))
            if self._trust is not None:
                open_socket = self._trust.wrap_socket(open_socket, server_hostname=at.host)
        except BaseException:
            open_socket.close()
            raise
        return open_socket


def _left_s(until: float) -> float:
    left_s = until - time.monotonic()
    if left_s <= 0:
        raise TimeoutError
    return left_s


class _Line:
    """What `http.client` needs of a socket; whoever opened the socket closes it."""

    def __init__(self, open_socket: socket.socket, until: float) -> None:
        self._socket, self._until = open_socket, until

    def sendall(self, data: bytes) -> None:
        rest = memoryview(data)
        while rest:
            self._socket.settimeout(_left_s(self._until))
            rest = rest[self._socket.send(rest) :]

    def makefile(self, mode: str) -> io.BufferedReader:
        return io.BufferedReader(_Reads(self._socket, self._until))

    def close(self) -> None:
        pass


class _Reads(io.RawIOBase):
    def __init__(self, open_socket: socket.socket, until: float) -> None:
        self._socket, self._until = open_socket, until

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        self._socket.settimeout(_left_s(self._until))
        return self._socket.recv_into(buffer)
