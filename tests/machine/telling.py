"""How what runs inside the machine tells whoever plugs and types outside where it has come to."""

from __future__ import annotations

import json
from collections.abc import Callable
from time import monotonic, sleep
from typing import Any


def say(at: str, **more: Any) -> None:
    print(json.dumps({"at": at, **more}), flush=True)


def until(true: Callable[[], object], timeout_s: float = 60.0) -> bool:
    end_s = monotonic() + timeout_s
    while monotonic() < end_s:
        if true():
            return True
        sleep(0.05)
    return False


def check(what: str, ok: object) -> None:
    say("check", what=what, ok=bool(ok))
