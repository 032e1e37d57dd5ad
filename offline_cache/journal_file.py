"""The journal as a file that others can check with nothing but the terminal's public key.

One JSON value a line, in ASCII. First an object: format, terminal, lines, hash, at, key, signature
(Ed25519 over "village-kiosk journal export v1 <terminal>|lines|hash|at"). Then, in their order, the
lines of the journal, each `[seq, at, event, number, word, device, count, took_ms, hash]`, and after
the line it is about each signed head, an object: seq, hash, at, key, signature. Bytes are in hex.

The statement at the top is made when the file is: lines cut from the end no longer reach it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from offline_cache.journal import Journal
from offline_cache.journal_chain import PURPOSE, START, Head, Line, SignedHead, chained, statement
from offline_cache.terminal_key import TerminalKey, is_signed

FORMAT: Final = "village-kiosk journal 1"
EXPORT: Final = "village-kiosk journal export v1"
_VALUES: Final = 9  # values of a line in the file
_HEX: Final = ("hash", "key", "signature")
_NO_LINE: Final = Head(0, START)
_LONGEST_LINE: Final = 4096  # characters; nothing this writes comes near


@dataclass(frozen=True, slots=True)
class Verdict:
    """`wrong_at`: the first line of the journal that does not fit, 0 for the statement at the top;
    None when all fits. `lines` were read until then, and `heads` of them bear a good signature.
    """

    lines: int
    heads: int
    wrong_at: int | None
    why: str = ""
    terminal: str = ""
    at: str = ""  # when the file was made
    key: bytes = b""


class _MisfitError(Exception):
    def __init__(self, seq: int, why: str) -> None:
        super().__init__(why)
        self.seq, self.why = seq, why


def export(journal: Journal, key: TerminalKey, terminal: str, at: str) -> Iterator[str]:
    """The lines of the file, without their ends. In one transaction, or lines come in between.

    Raises:
        StoreError: the disk refused.
    """
    head = journal.head()
    signature = key.sign(statement(f"{EXPORT} {terminal}", head, at))
    yield _dumped(
        {"format": FORMAT, "terminal": terminal, "lines": head.seq}
        | _signed(SignedHead(head.seq, head.hash, at, key.public, signature))
    )
    heads = journal.signed_heads()
    next_head = next(heads, None)
    for line, found in journal.lines():
        yield _dumped([*line, found.hex()])
        while next_head is not None and next_head.seq <= line[0]:
            yield _dumped(_signed(next_head))
            next_head = next(heads, None)
    while next_head is not None:  # of lines that are no longer there: whoever verifies will see
        yield _dumped(_signed(next_head))
        next_head = next(heads, None)


def verify_file(file: Path, key: bytes | None = None) -> Verdict:
    """Checks the chain, the signed heads and the statement at the top.

    key: the terminal's public one; without, the one the file names is believed, which proves that
        the file is whole and not whose it is.

    Raises:
        OSError: the file cannot be read.
    """
    with file.open("r", encoding="ascii", errors="replace") as lines:
        return verify(iter(lambda: lines.readline(_LONGEST_LINE), ""), key)


def verify(lines: Iterable[str], key: bytes | None = None) -> Verdict:
    """As `verify_file`."""
    rows = iter(lines)
    seq, good_heads, last, top = 0, 0, START, _Top()
    try:
        top = _top(next(rows, ""), key)
        for row in rows:
            value = _loaded(row, seq + 1)
            if isinstance(value, dict):
                good_heads += _head_fits(value, Head(seq, last), top.key)
                continue
            line, found = _line(value, seq + 1)
            if line[0] != seq + 1:
                raise _MisfitError(seq + 1, f"line {line[0]} stands where it should be")
            if found != chained(last, line):
                raise _MisfitError(seq + 1, "it does not follow from the line before it")
            seq, last = seq + 1, found
        if seq < top.head.seq:
            raise _MisfitError(seq + 1, f"it is missing: {top.head.seq} lines were exported")
        if seq > top.head.seq:
            raise _MisfitError(top.head.seq + 1, "it was added after the export")
        if last != top.head.hash:
            raise _MisfitError(seq, "the signed statement at the top names another last line")
    except _MisfitError as misfit:
        return Verdict(seq, good_heads, misfit.seq, misfit.why, top.terminal, top.at, top.key)
    return Verdict(seq, good_heads, None, "", top.terminal, top.at, top.key)


@dataclass(frozen=True, slots=True)
class _Top:
    terminal: str = ""
    at: str = ""
    key: bytes = b""
    head: Head = _NO_LINE


def _top(row: str, key: bytes | None) -> _Top:
    value = _loaded(row, 0)
    if not isinstance(value, dict) or value.get("format") != FORMAT:
        raise _MisfitError(0, "this is no journal")
    claimed = _head_of(value, 0)
    terminal = value.get("terminal")
    if not isinstance(terminal, str) or not terminal.isascii():
        raise _MisfitError(0, "the terminal has no name")
    if key is not None and claimed.key != key:
        raise _MisfitError(0, "it is signed with another key")
    head = Head(claimed.seq, claimed.hash)
    message = statement(f"{EXPORT} {terminal}", head, claimed.at)
    if value.get("lines") != claimed.seq or not is_signed(claimed.key, message, claimed.signature):
        raise _MisfitError(0, "its signature is not good")
    return _Top(terminal, claimed.at, claimed.key, head)


def _head_fits(value: dict[str, Any], last: Head, key: bytes) -> bool:
    """False for one that bears another key: the terminal had to make a new one since."""
    signed = _head_of(value, last.seq)
    if signed.seq > last.seq:
        raise _MisfitError(last.seq + 1, f"it is missing: the head of line {signed.seq} was signed")
    if (signed.seq, signed.hash) != (last.seq, last.hash):
        raise _MisfitError(last.seq, "the head signed here names another line")
    if not is_signed(signed.key, statement(PURPOSE, last, signed.at), signed.signature):
        raise _MisfitError(last.seq, "the signature of the head is not good")
    return signed.key == key


def _head_of(value: dict[str, Any], seq: int) -> SignedHead:
    number, at = value.get("seq"), value.get("at")
    try:
        digest, key, signature = (bytes.fromhex(value[part]) for part in _HEX)
    except (KeyError, TypeError, ValueError):
        raise _MisfitError(seq, "a signed head is not of its form") from None
    if not isinstance(number, int) or not isinstance(at, str) or not at.isascii():
        raise _MisfitError(seq, "a signed head is not of its form")
    return SignedHead(number, digest, at, key, signature)


def _line(value: Any, seq: int) -> tuple[Line, bytes]:
    if not isinstance(value, list) or len(value) != _VALUES:
        raise _MisfitError(seq, "it is not of the form of a line")
    *line, found = value
    kinds = (int, str, str, str | None, str | None, str | None, int | None, int | None)
    fits = all(isinstance(part, kind) for part, kind in zip(line, kinds, strict=True))
    try:
        digest = bytes.fromhex(found)
    except (TypeError, ValueError):
        fits = False
    if not fits:
        raise _MisfitError(seq, "it is not of the form of a line")
    return (*line,), digest


def _loaded(row: str, seq: int) -> Any:
    try:
        return json.loads(row)
    except (ValueError, RecursionError):
        raise _MisfitError(seq, "it is cut short or no JSON") from None


def _dumped(value: object) -> str:
    return json.dumps(value, separators=(",", ":"))


def _signed(head: SignedHead) -> dict[str, object]:
    return {
        "seq": head.seq,
        "hash": head.hash.hex(),
        "at": head.at,
        "key": head.key.hex(),
        "signature": head.signature.hex(),
    }
