"""The platform, as the terminal meets it (`docs/api/platform.yaml`)."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, TypeVar

from pydantic import ValidationError

from kiosk.platform.bounded_http import Limits, Reply
from kiosk.platform.gateway_errors import (
    PlatformError,
    PlatformGarbledError,
    PlatformRefusedError,
    PlatformUnreachableError,
    PlatformUntrustedError,
)
from kiosk.platform.platform_messages import (
    Answer,
    Awaited,
    BenefitRecord,
    Eligibility,
    EligibilityQuery,
    IdType,
    Rating,
    Scheme,
    Submission,
    parse_answer,
    parse_eligibility,
    parse_health,
    parse_problem,
    parse_rating_receipt,
)
from kiosk.platform.retry_after import http_date, retry_after_s
from kiosk.platform.signed_line import SignedLine
from kiosk.platform.tls_line import NO_PAPERS, Papers

__all__ = [
    "Answer",
    "Awaited",
    "BenefitRecord",
    "Eligibility",
    "EligibilityQuery",
    "IdType",
    "Platform",
    "PlatformError",
    "PlatformGarbledError",
    "PlatformRefusedError",
    "PlatformUnreachableError",
    "PlatformUntrustedError",
    "Rating",
    "Scheme",
    "Submission",
    "read_answer",
    "read_bytes",
]

_Told = TypeVar("_Told")
_NOT_NOW = frozenset({408, 425, 429})
_ACCEPTED = "application/json, application/pdf, application/octet-stream"


class Platform:
    """Every method blocks for at most `total_timeout_s` and may be called from any thread.

    All of them raise:
        PlatformUnreachableError: RETRY, after `retry_after_s` where the platform named a time.
        PlatformUntrustedError: one of these, for TECHNICIAN: a certificate is not accepted.
        PlatformGarbledError: RETRY.
        PlatformRefusedError: TECHNICIAN; when `poison`, never send the same again.
    """

    def __init__(
        self,
        url: str,
        terminal: str,
        sign: Callable[[bytes], bytes | None],
        connect_timeout_s: float = 5.0,
        read_timeout_s: float = 10.0,
        total_timeout_s: float = 20.0,
        max_body_bytes: int = 1_048_576,
        papers: Papers = NO_PAPERS,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        dated: Callable[[datetime], None] = lambda _: None,
    ) -> None:
        """`sign`: with the key that the platform knows as `terminal`'s; None while there is none.
        `dated` is told the time of the platform, as `ping` hears it and where `clock` was wrong.

        Raises:
            ValueError: `url` is neither https nor http on the loopback interface, or `papers` are
                not usable (PapersError).
        """
        limits = Limits(connect_timeout_s, read_timeout_s, total_timeout_s, max_body_bytes)
        self._line = SignedLine(url, terminal, sign, limits, papers, clock, dated)
        self.terminal, self._dated = terminal, dated

    def ping(self) -> None:
        """Returns when the platform says that it takes requests."""
        reply = self.call("GET", "/v1/health")
        read_answer(reply, (200,), parse_health)
        if (moment := http_date(reply.headers.get("Date", ""))) is not None:
            self._dated(moment)

    def eligibility(self, query: EligibilityQuery) -> Eligibility:
        """Changes nothing on the platform."""
        reply = self.call("POST", "/v1/eligibility", query.body(self.terminal))
        return read_answer(reply, (200,), parse_eligibility)

    def submit(self, submission: Submission) -> Answer | Awaited:
        """Any number of calls with the same values has one effect and one answer."""
        body = submission.body(self.terminal)
        reply = self.call("POST", "/v1/submissions", body, submission.key)
        answer = read_answer(reply, (200, 201, 202), parse_answer)
        return _about(answer, submission.number)

    def put_chunk(self, number: str, material: int, chunk: int, box: bytes) -> Answer | Awaited:
        """Any number of calls with the same values has one effect. What the platform has now, and
        its answer once it has everything.
        """
        path = f"/v1/submissions/{number}/materials/{material}/chunks/{chunk}"
        reply = self.call("PUT", path, box, media_type="application/octet-stream")
        return _about(read_answer(reply, (200,), parse_answer), number)

    def missing(self, number: str) -> Answer | Awaited | None:
        """As `put_chunk` answers. None: the platform has no such number."""
        return self._told_of(number, f"/v1/submissions/{number}/materials")

    def progress(self, number: str) -> Answer | Awaited | None:
        """None: the platform has no such number (yet; it may wait in the outbox)."""
        return self._told_of(number, f"/v1/submissions/{number}")

    def _told_of(self, number: str, path: str) -> Answer | Awaited | None:
        try:
            answer = read_answer(self.call("GET", path), (200,), parse_answer)
        except PlatformRefusedError as fault:
            if fault.reason == "UNKNOWN_NUMBER":
                return None
            raise
        return _about(answer, number)

    def rate(self, rating: Rating) -> None:
        """Any number of calls with the same values counts once."""
        reply = self.call("POST", "/v1/ratings", rating.body(self.terminal), rating.key)
        receipt = read_answer(reply, (200, 201), parse_rating_receipt)
        if receipt.key != rating.key:
            raise PlatformGarbledError("a receipt for another rating")

    def call(
        self,
        method: str,
        path: str,
        body: bytes | dict[str, Any] | None = None,
        key: str | None = None,
        media_type: str = "application/json",
    ) -> Reply:
        """One exchange; what came back is still to be read by `read_answer` or `read_bytes`. A body
        that is no bytes is sent as JSON.
        """
        headers = {"Accept": _ACCEPTED}
        if key is not None:
            headers["Idempotency-Key"] = key
        if body is not None:
            headers["Content-Type"] = media_type
        data = _json(body) if isinstance(body, dict) else body
        return self._line.exchange(method, path, headers, data)


def _json(body: dict[str, Any]) -> bytes:
    return json.dumps(body, ensure_ascii=False).encode("utf-8")


def _about(answer: Answer | Awaited, number: str) -> Answer | Awaited:
    if answer.number != number:
        raise PlatformGarbledError("an answer about another number")
    return answer


def read_answer(reply: Reply, expected: tuple[int, ...], parse: Callable[[bytes], _Told]) -> _Told:
    """What the platform said, where it was the platform that said it. Raises as `Platform`."""
    _refused(reply)
    if reply.status not in expected or reply.media_type != "application/json":
        raise PlatformGarbledError(f"answered {reply.status} in another form")
    return _parsed(reply, parse)


def read_bytes(reply: Reply, media_type: str) -> bytes:
    """A document as it is. Raises as `Platform`."""
    _refused(reply)
    if reply.status != 200 or reply.media_type != media_type:
        raise PlatformGarbledError(f"answered {reply.status} in another form")
    return reply.body


def _refused(reply: Reply) -> None:
    if reply.status >= 500 or reply.status in _NOT_NOW:
        # By the clock of whoever wrote it: ours may be years away.
        now = http_date(reply.headers.get("Date", "")) or datetime.now(UTC)
        wait_s = retry_after_s(reply.headers.get("Retry-After", ""), now)
        raise PlatformUnreachableError(f"answered {reply.status}", wait_s)
    if reply.status >= 400 and reply.media_type == "application/problem+json":
        problem = _parsed(reply, parse_problem)
        if problem.status == reply.status:
            raise PlatformRefusedError(reply.status, problem.reason)


def _parsed(reply: Reply, parse: Callable[[bytes], _Told]) -> _Told:
    try:
        return parse(reply.body)
    except ValidationError as fault:
        errors = fault.error_count()
    # Outside the handler: a ValidationError quotes what it read and must not become the context.
    raise PlatformGarbledError(f"answered {reply.status} with {errors} errors in its body")
