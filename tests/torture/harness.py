"""Runs the harnesses as `make` does: as programs, with the shim before the C library."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from torture.shim import compiled

ROOT = Path(__file__).resolve().parents[2]


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "torture", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=280,
    )


def last_line(*arguments: str) -> str:
    """Of a run in which all was well."""
    done = run(*arguments)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout.splitlines()[-1]


def spoilt(program: str) -> list[str]:
    """What `program` prints: a few lines that break something and see whether it is noticed."""
    done = subprocess.run(
        [sys.executable, "-c", f"import logging; logging.disable()\n{program}"],
        cwd=ROOT,
        env=os.environ | {"LD_PRELOAD": str(compiled())},
        capture_output=True,
        text=True,
        check=True,
        timeout=280,
    )
    return done.stdout.splitlines()
