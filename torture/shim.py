"""What torture/shim.c does, from Python: compiled, loaded before the C library, and spoken to.

`loaded` starts the program again with the shim in place; `Shim` is how it is told what to do from
then on. A forked child has the settings of its parent.
"""

from __future__ import annotations

import ctypes
import hashlib
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from enum import IntFlag
from pathlib import Path
from typing import Final

_SOURCE: Final = Path(__file__).with_name("shim.c")
_PRELOAD: Final = "LD_PRELOAD"

# Where a disk is only played, nothing has to wait for one.
MEMORY: Final = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108 (always a fresh one)


class Calls(IntFlag):
    """Which calls are counted, and refused when their turn comes."""

    ALLOCATING = 1  # open of a new file, write, pwrite, ftruncate, mkdir: a full disk refuses them
    SYNCING = 2  # fsync, fdatasync, of files and directories
    READING = 4
    NAMING = 8  # open of a file that is there, rename, unlink, chmod
    SENDING = 16  # send and recv; a kill alone comes to them, never an error


ON_DISK: Final = Calls.ALLOCATING | Calls.SYNCING | Calls.READING | Calls.NAMING


class ShimError(Exception):
    """The shim cannot be compiled or is not loaded."""


def loaded(module: str, arguments: Sequence[str]) -> None:
    """Returns when the shim is loaded; where it is not, the program is replaced by itself with it.

    Raises:
        ShimError: it cannot be compiled; `apt-get install gcc libc6-dev` brings what is missing.
    """
    library = str(compiled())
    if os.environ.get(_PRELOAD) != library:
        os.execve(  # noqa: S606 (itself)
            sys.executable,
            [sys.executable, "-m", module, *arguments],
            os.environ | {_PRELOAD: library},
        )


def compiled() -> Path:
    """The library, in the directory for temporary files under a name that tells its source.

    Raises:
        ShimError: it cannot be compiled.
    """
    mark = hashlib.sha256(_SOURCE.read_bytes()).hexdigest()[:16]
    library = Path(tempfile.gettempdir()) / f"kiosk-torture-{os.getuid()}-{mark}.so"
    if not library.exists():
        fresh = library.with_suffix(f".{os.getpid()}")
        command = ["gcc", "-std=gnu11", "-O2", "-fPIC", "-shared", "-o", str(fresh), str(_SOURCE)]
        try:
            done = subprocess.run(command, capture_output=True, text=True, check=False)
        except OSError:
            raise ShimError("there is no gcc: apt-get install gcc libc6-dev") from None
        if done.returncode:
            raise ShimError(f"the shim does not compile:\n{done.stderr}")
        fresh.rename(library)
    return library


class Shim:
    """There is one in a process; `loaded` has been called."""

    def __init__(self) -> None:
        try:
            self._library = ctypes.CDLL(None)
            self._library.shim_calls.restype = ctypes.c_long
        except AttributeError:
            raise ShimError("the shim is not loaded") from None

    def watch(self, directory: Path, record_fd: int = -1) -> None:
        """Everything below `directory` (absolute); what is done to it goes to `record_fd`."""
        self._library.shim_watch(os.fsencode(directory), record_fd)

    def refuse(self, at: int, error: int, calls: Calls = ON_DISK, *, lasting: bool = False) -> None:
        """The call number `at` from now, of these kinds, fails with `error` (errno), and with
        `lasting` every one after it; error 0 kills the process there instead. at 0: none.
        """
        self._library.shim_arm(ctypes.c_long(at), error, int(lasting), int(calls))

    def calls(self) -> int:
        """How many were counted since `refuse`."""
        return int(self._library.shim_calls())

    def mark(self, text: str) -> None:
        """A line of the program's own in the record, in its place among the calls."""
        self._library.shim_mark(text.encode())
