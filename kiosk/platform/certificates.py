"""Whether the seal on a document is good, asked before it is shown or printed.

The looking is done by a program of its own (`kiosk/platform/seal_check.py` says why).
"""

from __future__ import annotations

import json
import logging
import subprocess
import sys
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path

log = logging.getLogger(__name__)

PROGRAM = Path(__file__).with_name("seal_check.py")
CHECK_S = 30.0


class Verdict(StrEnum):
    GOOD = "good"
    BROKEN = "broken"  # changed after it was sealed, or no PDF at all
    UNKNOWN_SIGNER = "unknown_signer"  # by nobody whom this terminal was told to trust
    EXPIRED = "expired"  # the certificate behind the seal is out of date
    NONE = "none"  # no seal
    UNCHECKED = "unchecked"  # the looking itself failed


@dataclass(frozen=True, slots=True)
class SealState:
    """`by` and `at` say who sealed and when, as far as that can be read; never who it is about.
    The words are under `seal.` and the verdict.
    """

    verdict: Verdict
    by: str = ""
    at: datetime | None = None

    @property
    def printable(self) -> bool:
        return self.verdict is Verdict.GOOD


def seal_state(pdf: bytes, roots_file: Path | None) -> SealState:
    """Blocks for about a second, and for CHECK_S at most. Without `roots_file` nobody is trusted:
    a good seal is of an UNKNOWN_SIGNER then.
    """
    roots = [] if roots_file is None else [str(roots_file)]
    try:
        done = subprocess.run(
            [sys.executable, "-I", str(PROGRAM), *roots],
            input=pdf,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # a trace may quote the document
            timeout=CHECK_S,
            check=True,
        )
        told = json.loads(done.stdout)
        at = datetime.fromisoformat(told["at"]) if told["at"] else None
        return SealState(Verdict(told["verdict"]), told["by"], at)
    except (OSError, subprocess.SubprocessError) as fault:
        log.error("a seal could not be looked at: %s", type(fault).__name__)
    except (ValueError, KeyError, TypeError):
        log.error("the program that looks at seals said nothing of use")
    return SealState(Verdict.UNCHECKED)
