"""`python -m sandbox.platform.courier FILE --state DIR`: takes in what somebody carried on a stick.

The platform's side of docs/api/courier.md. A bundle is taken whole or not at all; what is in it
meets the same rules as over the line, so that what came both ways counts once. The platform may be
running meanwhile, or not.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import shutil
import sqlite3
import sys
import tempfile
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Annotated, Any, Literal, TypeVar

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from sandbox.platform import messages
from sandbox.platform.answer_messages import Feedback
from sandbox.platform.enrolment import read_enrolled
from sandbox.platform.feedback import FeedbackBook
from sandbox.platform.intake import Intake
from sandbox.platform.keys import SealingKeys
from sandbox.platform.server import CHINA
from sandbox.platform.store import Store
from sandbox.platform.wire import MAX_BODY_BYTES, Refusal, as_json, parsed

MAX_LINE_BYTES = MAX_BODY_BYTES + 4096  # a body, with its key and its name
_Model = TypeVar("_Model", bound=BaseModel)
_Message = TypeVar("_Message", bound=messages.Request | Feedback)
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class BundleRefusedError(Exception):
    """Nothing of it was taken."""


class InterruptedImportError(Exception):
    """Some of it may have been taken; importing it once more does no harm."""


class _Line(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class _Head(_Line):
    courier: Literal[1]
    terminal: messages.Terminal
    made_at: AwareDatetime


class _Seal(_Line):
    lines: int = Field(ge=1)
    sha256: Sha256
    public_key: messages.Base64
    signature: messages.Base64


class _Submission(_Line):
    submission: dict[str, Any]
    key: messages.Key


class _Rating(_Line):
    rating: dict[str, Any]
    key: messages.Key


class _Feedback(_Line):
    feedback: dict[str, Any]
    key: messages.Key


class _Chunk(_Line):
    number: messages.Number
    material: int = Field(ge=0, le=999)
    chunk: int = Field(ge=0, le=99_999)
    box: messages.Base64


class _Piece(_Line):
    chunk: _Chunk


@dataclass(slots=True)
class Taken:
    """`new`: of the packets (submissions and ratings). `pieces`: chunks that were taken, known or
    not. `refused`: lines that would be refused over the line as well.
    """

    packets: int = 0
    new: int = 0
    pieces: int = 0
    refused: int = 0

    def __str__(self) -> str:
        return (
            f"courier: {self.packets} packets, {self.new} new, {self.pieces} pieces,"
            f" {self.refused} refused"
        )


def take_in(
    file: Path,
    state: Path,
    now: Callable[[], datetime] = lambda: datetime.now(CHINA),
    refused: Callable[[int, str], None] = lambda _line, _reason: None,
) -> Taken:
    """`state`: the platform's directory. `refused` is told the line, from 1, and why.

    Raises:
        BundleRefusedError, InterruptedImportError: one line for whoever asked.
    """
    try:
        enrolled = read_enrolled(state)
        # What was verified is what is taken in: the stick may have another in a moment.
        with tempfile.TemporaryFile(dir=state) as bundle:
            with file.open("rb") as carried:
                shutil.copyfileobj(carried, bundle)
            bundle.seek(0)
            lines, terminal = _verified(bundle, enrolled)
            bundle.seek(0)
            keys = SealingKeys(state)
            with (
                closing(Store(state / "platform.db")) as store,
                closing(FeedbackBook(state / "feedback.db", keys)) as book,
            ):
                desk = _Desk(Intake(store, keys, lambda: False, now), book, terminal)
                bundle.readline()
                for at in range(2, lines + 1):
                    if (reason := desk.take(bundle.readline())) is not None:
                        refused(at, reason)
    except OSError as fault:
        raise BundleRefusedError(f"{fault.filename or file}: {fault.strerror}") from None
    except sqlite3.Error as fault:
        raise InterruptedImportError(f"{fault}; import the same file once more") from None
    return desk.taken


def _verified(bundle: IO[bytes], enrolled: Mapping[str, bytes]) -> tuple[int, str]:
    """How many lines there are before the last, and whose they are."""
    count, digest, before, first = 0, hashlib.sha256(), b"", b""
    while line := bundle.readline(MAX_LINE_BYTES + 1):
        if len(line) > MAX_LINE_BYTES:
            raise BundleRefusedError("a line is too long")
        if before:
            digest.update(before)
            count += 1
        first, before = first or line, line
    head, seal = _read(_Head, first, "its first line"), _read(_Seal, before, "its last line")
    known = enrolled.get(head.terminal)
    if known is None:
        raise BundleRefusedError(f"terminal {head.terminal} is not enrolled")
    if not before.endswith(b"\n") or (seal.lines, seal.sha256) != (count, digest.hexdigest()):
        raise BundleRefusedError("it is cut short or altered")
    statement = f"village-kiosk courier v1|{head.terminal}|{seal.sha256}".encode("ascii")
    try:
        Ed25519PublicKey.from_public_bytes(known).verify(seal.signature, statement)
    except InvalidSignature:
        raise BundleRefusedError(f"it is not signed by terminal {head.terminal}") from None
    return count, head.terminal


def _read(model: type[_Model], line: bytes, which: str) -> _Model:
    try:
        return model.model_validate_json(line)
    except ValidationError:
        raise BundleRefusedError(f"{which} is not of this form: it may be cut short") from None


class _Desk:
    def __init__(self, intake: Intake, book: FeedbackBook, terminal: str) -> None:
        self._intake, self._book, self._terminal = intake, book, terminal
        self.taken = Taken()

    def take(self, line: bytes) -> str | None:
        """Why it was refused."""
        try:
            told = json.loads(line)
            if "feedback" in told:
                self.taken.packets += 1
                self.taken.new += self._said(line)
            elif "submission" in told or "rating" in told:
                self.taken.packets += 1
                self.taken.new += self._packet(line, "rating" in told)
            else:
                self._piece(parsed(_Piece, line, "BAD_REQUEST").chunk)
                self.taken.pieces += 1
        except (ValueError, TypeError, RecursionError):
            reason = "BAD_REQUEST"
        except Refusal as refusal:
            reason = refusal.reason
        else:
            return None
        self.taken.refused += 1
        return reason

    def _packet(self, line: bytes, rated: bool) -> bool:
        if rated:
            given = parsed(_Rating, line, "BAD_REQUEST")
            body = as_json(given.rating)
            rating = self._own(parsed(messages.Rating, body, "BAD_REQUEST"))
            return self._intake.rate(given.key, rating, body)
        sent = parsed(_Submission, line, "BAD_REQUEST")
        body = as_json(sent.submission)
        submission = self._own(parsed(messages.Submission, body, "BAD_REQUEST"))
        return self._intake.submit(sent.key, submission, body).new

    def _said(self, line: bytes) -> bool:
        given = parsed(_Feedback, line, "BAD_REQUEST")
        body = as_json(given.feedback)
        return self._book.give(given.key, self._own(parsed(Feedback, body, "BAD_REQUEST")), body)

    def _piece(self, piece: _Chunk) -> None:
        self._intake.put_chunk(self._terminal, piece.number, piece.material, piece.chunk, piece.box)

    def _own(self, message: _Message) -> _Message:
        if message.terminal != self._terminal:
            raise Refusal("FORBIDDEN")
        return message


def main() -> int:
    parser = argparse.ArgumentParser(prog="sandbox.platform.courier", description=__doc__)
    parser.add_argument("file", type=Path, help="courier-….jsonl, from the stick")
    parser.add_argument("--state", type=Path, required=True, help="the platform's directory")
    options = parser.parse_args()
    try:
        taken = take_in(
            options.file,
            options.state,
            refused=lambda line, why: print(f"line {line}: {why}", file=sys.stderr),
        )
    except BundleRefusedError as fault:
        print(f"courier: refused, nothing was taken: {fault}", file=sys.stderr)
        return 1
    except InterruptedImportError as fault:
        print(f"courier: interrupted: {fault}", file=sys.stderr)
        return 1
    print(taken)
    return 0


if __name__ == "__main__":
    sys.exit(main())
