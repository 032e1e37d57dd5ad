"""One HTTP exchange that ends in time, whatever the other side does.

The read time-out of `requests` starts anew with every byte, and looking up a name has none. So
the exchange runs in a thread of its own; at the deadline its sockets are shut down, which ends any
wait on them, TLS included, and the caller goes on.
"""

from __future__ import annotations

import contextlib
import queue
import socket
import ssl
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection

from config.addresses import is_loopback
from kiosk.platform.gateway_errors import (
    PlatformError,
    PlatformGarbledError,
    PlatformUnreachableError,
    PlatformUntrustedError,
)
from kiosk.platform.tls_line import SecureLine, refusal_in

_CHUNK = 16 * 1024
_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Limits:
    connect_timeout_s: float
    read_timeout_s: float  # between two bytes
    total_timeout_s: float  # from the call to its end
    max_body_bytes: int  # of an answer, unpacked


@dataclass(frozen=True, slots=True)
class Reply:
    status: int
    media_type: str  # without parameters, lower case
    headers: Mapping[str, str]
    body: bytes = field(repr=False)


def checked_base_url(url: str) -> str:
    """`url` without the slash at its end, and without the port that its scheme has anyway.

    Raises:
        ValueError: not https (http is for the loopback interface only), or more than a place:
            credentials, a query, a fragment, or what cannot be seen.
    """
    if not url.isprintable() or " " in url:  # `urlsplit` drops some before it looks
        raise ValueError("the platform's address holds a space or something invisible")
    parts = urlsplit(url)
    if not parts.hostname or parts.username is not None or parts.query or parts.fragment:
        raise ValueError("the platform's address must be scheme://host[:port][/path]")
    if parts.scheme != "https" and not (parts.scheme == "http" and is_loopback(parts.hostname)):
        raise ValueError("the platform's address must be https, except on the loopback interface")
    usual = f":{_PORTS[parts.scheme]}"
    place = parts.netloc.removesuffix(usual)
    return parts._replace(netloc=place).geturl().rstrip("/")


def exchange(request: requests.Request, limits: Limits, secure: SecureLine | None = None) -> Reply:
    """Sends `request` once and returns the whole answer, whatever its status.

    Follows no redirect, asks no proxy, reads no setting from the environment, keeps no cookie and
    no connection: nothing of one resident is left for the next. `secure`: for https; without it
    nobody is trusted.

    Raises:
        PlatformUnreachableError: no answer within the limits.
        PlatformUntrustedError: one of the two does not accept the other's certificate.
        PlatformGarbledError: an answer that breaks off, or is larger than the limit.
    """
    line = _Line(time.monotonic() + limits.total_timeout_s)
    outcomes: queue.SimpleQueue[Reply | PlatformError] = queue.SimpleQueue()
    threading.Thread(
        target=lambda: outcomes.put(_outcome(request, limits, secure, line)),
        name="platform exchange",
        daemon=True,  # a stuck name look-up must not hold up the end of the program
    ).start()
    try:
        outcome = outcomes.get(timeout=limits.total_timeout_s)
    except queue.Empty:
        outcome = PlatformUnreachableError("no whole answer within the total time")
    finally:
        line.cut()
    if isinstance(outcome, PlatformError):
        raise outcome from None
    return outcome


class _Line:
    """The sockets of one exchange, so that another thread can end it."""

    def __init__(self, deadline: float) -> None:
        self.deadline = deadline
        self._lock = threading.Lock()
        self._handles: list[socket.socket] = []
        self._cut = False

    def hold(self, sock: socket.socket) -> socket.socket:
        # A duplicate, because TLS takes the first one over before its handshake is done.
        with self._lock:
            if self._cut:
                sock.close()
                raise TimeoutError("too late")
            self._handles.append(sock.dup())
        return sock

    def cut(self) -> None:
        with self._lock:
            self._cut = True
            for handle in self._handles:
                with contextlib.suppress(OSError):  # the other side was first
                    handle.shutdown(socket.SHUT_RDWR)
                handle.close()
            self._handles.clear()


class _Adapter(HTTPAdapter):
    """Tells the line of every socket it opens. All that is trusted is in `secure`."""

    def __init__(self, line: _Line, secure: ssl.SSLContext | None) -> None:
        self._line, self._secure = line, secure
        super().__init__(max_retries=0)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs, ssl_context=self._secure)
        line = self._line

        class Plain(HTTPConnection):
            def _new_conn(self) -> socket.socket:
                return line.hold(super()._new_conn())

        class Secure(HTTPSConnection):
            def _new_conn(self) -> socket.socket:
                return line.hold(super()._new_conn())

        class PlainPool(HTTPConnectionPool):
            ConnectionCls = Plain

        class SecurePool(HTTPSConnectionPool):
            ConnectionCls = Secure

        self.poolmanager.pool_classes_by_scheme = {"http": PlainPool, "https": SecurePool}

    def build_connection_pool_key_attributes(
        self, request: requests.PreparedRequest, verify: bool | str, cert: Any = None
    ) -> Any:
        host, _ = super().build_connection_pool_key_attributes(request, verify, cert)
        return host, {}  # else the authorities of `certifi` are added to those of `secure`

    def cert_verify(self, *_: Any) -> None:
        """Nothing: it would add them as well."""


class _Session(requests.Session):
    def get_redirect_target(self, resp: requests.Response) -> None:
        """None, always. Else `requests` reads a redirect's whole body, of any size, to find it."""


def _outcome(
    request: requests.Request, limits: Limits, secure: SecureLine | None, line: _Line
) -> Reply | PlatformError:
    """Errors are returned, not raised: so none carries the request along as its cause."""
    try:
        return _send(request, limits, secure, line)
    except PlatformError as fault:
        return fault
    except (requests.exceptions.ChunkedEncodingError, requests.exceptions.ContentDecodingError):
        return PlatformGarbledError("the answer breaks off")
    except (requests.RequestException, OSError) as fault:
        if (why := refusal_in(fault)) is not None:
            return PlatformUntrustedError(f"no trusted line: {why}")
        return PlatformUnreachableError(_kind_of(fault))
    except Exception as fault:  # noqa: BLE001 (top of a thread: its caller waits for an outcome)
        return PlatformGarbledError(type(fault).__name__)


def _kind_of(fault: Exception) -> str:
    """The names of the classes alone: a message of `requests` or urllib3 quotes addresses."""
    reason = getattr(fault.args[0], "reason", None) if fault.args else None
    names = [type(fault).__name__]
    if isinstance(reason, Exception):
        names.append(type(reason).__name__)
    return ": ".join(names)


def _send(
    request: requests.Request, limits: Limits, secure: SecureLine | None, line: _Line
) -> Reply:
    with _Session() as session:
        session.trust_env = False
        session.mount("https://", _Adapter(line, secure or ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)))
        session.mount("http://", _Adapter(line, None))
        prepared = session.prepare_request(request)
        prepared.headers["Connection"] = "close"
        prepared.headers["Accept-Encoding"] = "identity"
        with session.send(
            prepared,
            stream=True,
            allow_redirects=False,
            timeout=(limits.connect_timeout_s, limits.read_timeout_s),
        ) as response:
            body = bytearray()
            for piece in response.iter_content(_CHUNK):
                body += piece
                if len(body) > limits.max_body_bytes:
                    raise PlatformGarbledError("the answer is too large")
                if time.monotonic() > line.deadline:
                    raise PlatformUnreachableError("no whole answer within the total time")
            return Reply(
                status=response.status_code,
                media_type=response.headers.get("Content-Type", "")
                .partition(";")[0]
                .strip()
                .lower(),
                headers=response.headers,
                body=bytes(body),
            )
