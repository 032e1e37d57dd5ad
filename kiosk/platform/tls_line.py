"""What makes the line to the platform secure: whom the terminal trusts, and who it says it is.

TLS 1.2 or later, the platform's name checked, its authority pinned to a file. A connection is made
for each exchange and resumes the session of the one before (RFC 8446, 2.2): two kilobytes and a
signature less, on a line of 64 kbit/s a quarter of a second.
"""

from __future__ import annotations

import socket
import ssl
from dataclasses import dataclass
from math import inf
from pathlib import Path
from time import monotonic
from typing import Any, Final, Self

from requests.utils import DEFAULT_CA_BUNDLE_PATH


class PapersError(ValueError):
    """A certificate or key cannot be used; the message names the file and never its content."""


@dataclass(frozen=True, slots=True)
class Papers:
    """PEM files. `authority`: who issued the platform's certificate; None, those of `certifi`.
    `certificate` and `key`: the terminal's own; None, it shows none.
    """

    authority: Path | None = None
    certificate: Path | None = None
    key: Path | None = None


NO_PAPERS: Final = Papers()
LOOK_EVERY_S: Final = 600.0


class SecureLine(ssl.SSLContext):
    """For one platform. Made by `of`; may be used by several threads."""

    _resumed: ssl.SSLSession | None = None
    _looked_s = -inf

    @classmethod
    def of(cls, papers: Papers) -> Self:
        """Raises: PapersError."""
        line = cls(ssl.PROTOCOL_TLS_CLIENT)  # checks the chain and the name
        line.minimum_version = ssl.TLSVersion.TLSv1_2
        line.sslsocket_class = _Remembering
        authority = papers.authority or Path(DEFAULT_CA_BUNDLE_PATH)
        try:
            line.load_verify_locations(authority)
        except OSError as fault:  # ssl.SSLError is one
            raise PapersError(f"{authority}: {_why(fault)}") from None
        if papers.certificate is not None:
            try:
                line.load_cert_chain(papers.certificate, papers.key, _no_passphrase)
            except OSError as fault:
                both = f"{papers.certificate} with {papers.key}"
                raise PapersError(f"{both}: {_why(fault)}") from None
        return line

    def wrap_socket(self, sock: socket.socket, *args: Any, **named: Any) -> ssl.SSLSocket:
        return super().wrap_socket(sock, *args, **(named | {"session": self._resumed}))

    def remember(self, line: ssl.SSLSocket) -> None:
        """What later lines may resume. CPython loses ten kilobytes with each session it is asked
        for (Modules/_ssl.c, PySSL_get_session drops the copy it made), so it is asked after a full
        handshake alone, and by a platform that resumes nothing no more than every ten minutes.
        """
        if line.session_reused or monotonic() - self._looked_s < LOOK_EVERY_S:
            return
        self._looked_s = monotonic()
        session = line.session
        if session is not None and session.has_ticket:
            self._resumed = session


class _Remembering(ssl.SSLSocket):
    """TLS 1.3 tells the ticket after the handshake: it is known when the line is closed."""

    def close(self) -> None:
        if isinstance(self.context, SecureLine) and self.version():  # None: no handshake
            self.context.remember(self)
        super().close()


def _no_passphrase() -> str:
    """Instead of asking on the terminal for one."""
    return ""


def _why(fault: OSError) -> str:
    if isinstance(fault, ssl.SSLError):
        return f"not usable ({fault.reason or 'no PEM'})".lower().replace("_", " ")
    return str(fault.strerror)


def refusal_in(fault: BaseException) -> str | None:
    """OpenSSL's word for why TLS failed, where that is why; None: it failed for another reason.

    `requests` wraps urllib3's faults, which wrap those of `ssl`.
    """
    looked, left = set[int](), [fault]
    while left:
        one = left.pop()
        if id(one) in looked:
            continue
        looked.add(id(one))
        if isinstance(one, ssl.SSLCertVerificationError):
            return one.verify_message
        if isinstance(one, ssl.SSLError) and not isinstance(one, ssl.SSLEOFError):
            return (one.reason or "no TLS").lower().replace("_", " ")
        inner = (*one.args, getattr(one, "reason", None), one.__cause__, one.__context__)
        left += [each for each in inner if isinstance(each, BaseException)]
    return None
