"""Whether anything of a person is left on the disk; the search itself is `residue_search`."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import asdict, replace
from typing import Final

from offline_cache import residue_search
from offline_cache.journal import Residue
from offline_cache.residue_search import Request, Searched

ENCODINGS: Final = ("utf-8", "utf-16-le", "utf-16-be", "gb18030")
SHORTEST: Final = 2  # characters; one alone is in every text
_GRACE_S: Final = 5.0  # for the search to start and to end by itself
_NICENESS: Final = 15


class ResidueSearchError(Exception):
    """The search did not take place, or did not come to its end."""

    remedy = "technician"


def needles_for(texts: Iterable[str]) -> tuple[bytes, ...]:
    """Each text in every encoding that a Chinese program might have written it in."""
    long_enough = [text.strip() for text in texts if len(text.strip()) >= SHORTEST]
    return tuple(
        dict.fromkeys(
            text.encode(encoding, "replace") for text in long_enough for encoding in ENCODINGS
        )
    )


def search_apart(request: Request) -> Searched:
    """`residue_search.search` in a process of its own; blocks for `budget_s` and 5 s at the most.

    Raises:
        ResidueSearchError: it could not be started, or broke off.
    """
    fields = asdict(replace(request, needles=())) | {
        "needles": [needle.hex() for needle in request.needles]
    }
    command = [sys.executable, "-I", "-S", residue_search.__file__]
    try:
        child = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # a traceback might quote what was looked for
            text=True,
            env={"PATH": os.defpath},
        )
    except OSError as fault:
        raise ResidueSearchError(f"the search did not start: {fault.strerror}") from fault
    try:
        os.setpriority(os.PRIO_PROCESS, child.pid, _NICENESS)
        told, _ = child.communicate(json.dumps(fields), request.budget_s + _GRACE_S)
        return Searched(**json.loads(told))
    except subprocess.TimeoutExpired:
        raise ResidueSearchError("the search did not end in its time") from None
    except (OSError, ValueError, TypeError):
        raise ResidueSearchError("the search broke off") from None
    finally:
        child.kill()
        child.communicate()


def outcome_of(searched: Searched) -> Residue:
    """In one word."""
    if searched.removed < searched.found:
        return Residue.LEFT
    if searched.found:
        return Residue.REMOVED
    return Residue.UNFINISHED if searched.unread else Residue.CLEAN
