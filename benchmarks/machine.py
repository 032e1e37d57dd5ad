"""On what was measured."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
import tempfile
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Final

import psutil

from benchmarks.measured import CannotMeasureError

ROOT: Final = Path(__file__).resolve().parent.parent
_TIMEOUT_S: Final = 60.0


def machine(load: float) -> dict[str, str]:
    """`load`: of the minute before, when nothing was measured yet.

    Raises:
        CannotMeasureError: no window can be opened here.
    """
    return {
        "CPU": _cpu(),
        "cores": str(os.cpu_count()),
        "memory": f"{psutil.virtual_memory().total / 2**30:.0f} GiB",
        "kernel": platform.release(),
        "Python": platform.python_version(),
        "Kivy": version("kivy"),
        "OpenGL": _renderer(),
        "load before": f"{load:.1f}",
        "date": f"{datetime.now().astimezone():%Y-%m-%d %H:%M %z}",
    }


def _cpu() -> str:
    for line in Path("/proc/cpuinfo").read_text("utf-8").splitlines():
        name, _, value = line.partition(":")
        if name.strip() == "model name":
            return " ".join(value.split())
    return platform.processor() or platform.machine()


def _renderer() -> str:
    told, tells = os.pipe()
    with tempfile.TemporaryDirectory(prefix="kiosk-bench-") as home:
        try:
            xvfb = subprocess.Popen(
                ["Xvfb", "-displayfd", str(tells), "-nolisten", "tcp"],
                stderr=subprocess.DEVNULL,
                pass_fds=(tells,),
            )
        except FileNotFoundError:
            raise CannotMeasureError("Xvfb is not installed (Debian package xvfb)") from None
        finally:
            os.close(tells)
        try:
            with os.fdopen(told, encoding="ascii") as answer:
                display = answer.readline().strip()
            return subprocess.run(
                [sys.executable, "-m", "benchmarks.renderer", home],
                capture_output=True,
                text=True,
                cwd=ROOT,
                timeout=_TIMEOUT_S,
                check=True,
                env={**os.environ, "DISPLAY": f":{display}"},
            ).stdout.strip()
        except subprocess.SubprocessError as fault:
            raise CannotMeasureError(f"no window can be opened: {fault}") from None
        finally:
            xvfb.terminate()
            xvfb.wait()
