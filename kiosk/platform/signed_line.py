"""Requests as an enrolled terminal sends them: over its own TLS line, signed, asked again where the
platform found fault with no more than the signature's time or nonce.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from time import monotonic
from typing import Final

import requests
from pydantic import ValidationError

from kiosk.platform.bounded_http import Limits, Reply, checked_base_url, exchange
from kiosk.platform.platform_messages import parse_problem
from kiosk.platform.retry_after import http_date
from kiosk.platform.signing import signed
from kiosk.platform.tls_line import Papers, SecureLine

_TRIES: Final = 2
_NONCE_BYTES: Final = 18


class SignedLine:
    """May be used by any thread."""

    def __init__(
        self,
        url: str,
        terminal: str,
        sign: Callable[[bytes], bytes | None],
        limits: Limits,
        papers: Papers,
        clock: Callable[[], datetime],
        dated: Callable[[datetime], None],
    ) -> None:
        """As `Platform`."""
        self._url = checked_base_url(url)
        self._terminal, self._sign, self._limits = terminal, sign, limits
        self._clock, self._dated = clock, dated
        self._secure = SecureLine.of(papers) if self._url.startswith("https:") else None

    def exchange(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes | None
    ) -> Reply:
        """The whole answer, whatever its status, within the limits' total time. Raises as
        `bounded_http.exchange`.

        Where the platform has another time, the second request is dated by the platform's clock;
        where it knows the nonce, something on the way has sent the first one twice.
        """
        ends_s = monotonic() + self._limits.total_timeout_s
        created = self._clock()
        for left in reversed(range(_TRIES)):
            reply = self._once(method, path, headers, body, created, ends_s - monotonic())
            match _fault_of_signature(reply) if left else None:
                case "REPLAYED":
                    created = self._clock()
                case "CLOCK_SKEW":
                    told = http_date(reply.headers.get("Date", ""))
                    if told is None:
                        break
                    self._dated(told)
                    created = told
                case _:
                    break
        return reply

    def _once(
        self,
        method: str,
        path: str,
        headers: Mapping[str, str],
        body: bytes | None,
        created: datetime,
        left_s: float,
    ) -> Reply:
        url, nonce = self._url + path, secrets.token_urlsafe(_NONCE_BYTES)
        more = signed(method, url, headers, body, self._terminal, created, nonce, self._sign)
        request = requests.Request(method, url, headers={**headers, **more}, data=body)
        limits = replace(self._limits, total_timeout_s=max(0.0, left_s))
        return exchange(request, limits, self._secure)


def _fault_of_signature(reply: Reply) -> str | None:
    if reply.status != 401 or reply.media_type != "application/problem+json":
        return None
    try:
        return parse_problem(reply.body).reason
    except ValidationError:  # what it is instead is said by whoever reads the answer
        return None
