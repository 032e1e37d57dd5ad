"""Hands at the bench for programs: tests, the demonstration, benchmarks."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final, Self

import requests

_TIMEOUT_S: Final = 30.0


class BenchError(Exception):
    """The bench refused, with its reason."""


class BenchClient:
    """`url`: of the bench, without a path."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._http = requests.Session()
        self._http.trust_env = False  # no proxy stands between us and loopback

    @classmethod
    def of(cls, told: Path) -> Self:
        """For the sandbox that wrote `told`, its `sandbox.json`."""
        return cls(json.loads(told.read_text("utf-8"))["bench"])

    def do(self, action: str, **args: object) -> None:
        """`do("reader/lay", person="p01")`. Raises: BenchError."""
        answer = self._http.post(f"{self._url}/api/{action}", json=args, timeout=_TIMEOUT_S)
        if not answer.ok:
            raise BenchError(answer.text)

    def state(self) -> dict[str, Any]:
        """What lies, hangs and stands on the bench: a part for each device."""
        answer = self._http.get(f"{self._url}/api/state", timeout=_TIMEOUT_S)
        if not answer.ok:
            raise BenchError(answer.text)
        told: dict[str, Any] = answer.json()
        return told

    def slip(self, number: int) -> bytes:
        """PNG of the slip that the printer gave out as the `number`-th. Raises: BenchError."""
        return self.made(f"slips/{number}.png")

    def words_of_slip(self, number: int) -> str:
        """As somebody reads it. Raises: BenchError."""
        return self.made(f"slips/{number}.txt").decode("utf-8")

    def made(self, what: str) -> bytes:
        """`slips/1.txt`, `sheets/1.pdf`, `sounds/speaker.wav`. Raises: BenchError."""
        answer = self._http.get(f"{self._url}/{what}", timeout=_TIMEOUT_S)
        if not answer.ok:
            raise BenchError(f"there is no {what}")
        return answer.content
