"""One run of a helper program, in a process group of its own that dies with it.

What a backend does to its process (crash, hang, flood, leave children behind) stays in there: every
wait is bounded, what is kept of its words is bounded, and the group is killed on every way out.
"""

from __future__ import annotations

import contextlib
import os
import resource
import select
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from typing import Final, Self

from devices.scanner_options import ScannerSetupError

WORDS_MAX_BYTES: Final = 256 * 1024  # of each of its outputs; an option list has about ten thousand
_CHUNK_BYTES: Final = 1 << 20
_GRACE_S: Final = 2.0  # to stop the motor and let the scanner go, when told to end


class Run:
    """Started by `with`. `errors` keeps the end of what it said, `output` the beginning.

    Raises:
        ScannerSetupError: on entering: the program cannot be started.
    """

    def __init__(self, command: Sequence[str], environment: Mapping[str, str]) -> None:
        self._command, self._environment = command, environment
        self.output = bytearray()
        self.errors = bytearray()
        self.code: int | None = None  # negative: ended by that signal

    def __enter__(self) -> Self:
        try:
            self._process = subprocess.Popen(
                self._command,
                bufsize=0,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env=self._environment,
                start_new_session=True,
            )
        except OSError as fault:
            program = self._command[0]
            raise ScannerSetupError(
                f"{program} cannot be started (Debian package sane-utils): {fault.strerror}"
            ) from fault
        if self._process.stdin is None or self._process.stdout is None:
            raise AssertionError("made with pipes")
        with contextlib.suppress(ProcessLookupError):
            # A crash must not write the memory, with a page in it, to the disk.
            resource.prlimit(self._process.pid, resource.RLIMIT_CORE, (0, 0))
        self._poll = select.poll()
        # The end is told by this and not by closed pipes: a child left behind would hold them open.
        self._end = os.pidfd_open(self._process.pid)
        self._poll.register(self._end, select.POLLIN)
        self._words: dict[int, bytearray] = {}
        for pipe, words in (
            (self._process.stdout, self.output),
            (self._process.stderr, self.errors),
        ):
            if pipe is not None:
                os.set_blocking(pipe.fileno(), False)
                self._words[pipe.fileno()] = words
                self._poll.register(pipe.fileno(), select.POLLIN)
        return self

    def __exit__(self, *exc: object) -> None:
        """Asks it to end, waits a moment, and kills what is left of the group."""
        if self.code is None:
            self.hang_up()
            with contextlib.suppress(ProcessLookupError):
                self._process.terminate()
            self._await_end()
        self._kill()
        for pipe in (self._process.stdin, self._process.stdout, self._process.stderr):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()
        os.close(self._end)

    def watch(self, file: int, timeout_s: float) -> None:
        """Returns when it said something, which is taken in, when it ended, when there is
        something to read from `file` (-1: none), or after `timeout_s`.
        """
        if file >= 0:
            self._poll.register(file, select.POLLIN)
        ready = dict(self._poll.poll(max(0.0, timeout_s) * 1000))
        if file >= 0:
            self._poll.unregister(file)
        for pipe, words in self._words.items():
            if pipe in ready:
                self._take(pipe, words)
        if self._end in ready and self.code is None:
            self._ended()

    def say(self, words: bytes) -> None:
        """To its standard input; nobody may be there any more."""
        if self._process.stdin is not None:
            with contextlib.suppress(OSError, ValueError):
                self._process.stdin.write(words)

    def hang_up(self) -> None:
        """It finds its standard input at an end."""
        if self._process.stdin is not None:
            with contextlib.suppress(OSError):
                self._process.stdin.close()

    def finish(self) -> None:
        """It has nothing more to do: gives it a moment to let the scanner go by itself."""
        self.hang_up()
        self._await_end()

    def _await_end(self) -> None:
        until = time.monotonic() + _GRACE_S
        while self.code is None and (left_s := until - time.monotonic()) > 0:
            self.watch(-1, left_s)

    @property
    def flooding(self) -> bool:
        """Whether it printed more than such a program has to say."""
        return len(self.output) >= WORDS_MAX_BYTES

    def _take(self, pipe: int, words: bytearray) -> None:
        try:
            said = os.read(pipe, _CHUNK_BYTES)
        except BlockingIOError:
            return
        if not said:
            self._poll.unregister(pipe)
            self._words = {other: kept for other, kept in self._words.items() if other != pipe}
        words += said
        if words is self.errors:
            del words[:-WORDS_MAX_BYTES]
        else:
            del words[WORDS_MAX_BYTES:]

    def _ended(self) -> None:
        for pipe, words in list(self._words.items()):
            self._take(pipe, words)  # its last words; a pipe holds less than one chunk
        self._kill()

    def _kill(self) -> None:
        """The group first, while its dead leader still keeps the number from being given away."""
        if self.code is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self.code = self._process.wait()
