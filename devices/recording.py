"""What went over a device's cable, written down so that it can be replayed and names nobody.

JSON lines. The first is the header; then each line has `ms` since the beginning and one of

- `dir` (`out`, `in`), `hex`, and `class` where something came that is no whole message,
- `op`, with what was asked of the driver, and `outcome`, what came of it.

Redaction comes before the file: bytes wait in memory until their message is complete, and only what
the rules make of them is written. The rules keep every length, so the timing is kept as well.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Any, Final, Self, TextIO, TypeVar

from devices.base import DeviceError

VERSION: Final = 1
# Bytes that come closer than this make one line: no driver here takes a shorter pause for an end.
_TOGETHER_MS: Final = 100
Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Redacted:
    """As many bytes as there were; `fault` says what is wrong with them, "" for whole messages."""

    data: bytes
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Rules:
    """Of one protocol. `back` is given what was sent last, and all that came since."""

    sent: Callable[[bytes], Redacted]
    back: Callable[[bytes, bytes], Redacted]


class Recording:
    """Opened by `with`, used by the driver's thread.

    Args:
        path: of a file that does not exist yet.
        kind: the device's name in the settings, such as `idcard_reader`.
        profile: the model's name.
        settings: what else the driver was built with and a replay needs; no addresses, no names.
    """

    def __init__(self, path: Path, kind: str, profile: str, rules: Rules, **settings: Any) -> None:
        self._path, self._rules = path, rules
        self._header = {
            "device_recording": VERSION,
            "kind": kind,
            "profile": profile,
            "settings": settings,
        }
        self._asked = b""
        self._waiting: list[tuple[int, bytes]] = []

    def __enter__(self) -> Self:
        """Raises: OSError: the file exists already, or cannot be made."""
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
        self._file: TextIO = os.fdopen(os.open(self._path, flags, 0o600), "w", encoding="utf-8")
        self._begun_s = monotonic()
        self._write(self._header)
        return self

    def __exit__(self, *exc: object) -> None:
        self.settle()
        self._file.close()

    def sent(self, data: bytes) -> None:
        self.settle()
        self._asked = data
        self._line(self._now_ms(), "out", _same_length(self._rules.sent(data), data))

    def received(self, data: bytes) -> None:
        if data:
            self._waiting.append((self._now_ms(), data))

    def settle(self) -> None:
        """No more comes of the message that was arriving."""
        waiting, self._waiting = self._waiting, []
        raw = b"".join(data for _, data in waiting)
        if not raw:
            return
        told = _same_length(self._rules.back(self._asked, raw), raw)
        at, begun_ms, part = 0, waiting[0][0], b""
        for (now_ms, data), (next_ms, _) in zip(
            waiting, [*waiting[1:], (waiting[-1][0] + _TOGETHER_MS, b"")], strict=True
        ):
            if not part:
                begun_ms = now_ms
            part += told.data[at : at + len(data)]
            at += len(data)
            if next_ms - now_ms >= _TOGETHER_MS:
                self._line(begun_ms, "in", Redacted(part, told.fault))
                part = b""

    def run(self, op: str, ask: Callable[[], Value], **details: Any) -> Value:
        """What `ask` returns or raises, which is written down by its kind alone.

        Args:
            op: the name of the driver's method.
            ask: calls it.
            details: what it was asked with, redacted by the caller.
        """
        self.settle()
        self._write({"ms": self._now_ms(), "op": op, **details})
        try:
            value = ask()
        except DeviceError as fault:
            self._ended(outcome(fault))
            raise
        self._ended(outcome(value))
        return value

    def _ended(self, outcome: str) -> None:
        self.settle()
        self._write({"ms": self._now_ms(), "outcome": outcome})

    def _line(self, ms: int, direction: str, told: Redacted) -> None:
        fault = {"class": told.fault} if told.fault else {}
        self._write({"ms": ms, "dir": direction, "hex": told.data.hex(), **fault})

    def _write(self, line: dict[str, Any]) -> None:
        self._file.write(json.dumps(line, ensure_ascii=False) + "\n")
        self._file.flush()

    def _now_ms(self) -> int:
        return round((monotonic() - self._begun_s) * 1000)


def outcome(value: object) -> str:
    """The kind of a driver's answer or fault, and nothing it says."""
    if value is None or isinstance(value, bool):
        return str(value)
    kind = getattr(value, "kind", "")
    return f"{type(value).__name__} {kind}".strip()


def nothing_known(raw: bytes) -> Redacted:
    """What no rule knows: its length, and that nobody knew it."""
    return Redacted(bytes(len(raw)), "unknown") if raw else Redacted(b"")


def _same_length(told: Redacted, raw: bytes) -> Redacted:
    # A rule that is wrong must not cost more than its message.
    return told if len(told.data) == len(raw) else nothing_known(raw)
