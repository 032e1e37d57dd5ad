"""Words as sound, made by a program of the terminal: text comes in by its standard input, a WAV
file goes out by its standard output.

Which program that is, and with which voice, is data. The text is somebody's own: it is never an
argument, because those are seen by every process of the machine, and it lies in memory only.
"""

from __future__ import annotations

import os
import selectors
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from time import monotonic
from typing import Self

from devices.base import (
    Condition,
    DeviceError,
    DeviceFailedError,
    GarbledReplyError,
    Remedy,
    Status,
)
from devices.sounds import LONGEST_S, NotASoundError, Pcm, pcm_of_wav

LONGEST_TEXT = 400  # characters at once: more than a minute of it is not played either
_MOST_BYTES = int(LONGEST_S) * 48_000 * 2 * 2 + 1024  # of the largest sound, and its header
_CHUNK = 65_536


class SpeechProgramMissingError(DeviceError):
    """The program that speaks is not installed, or not to be started by this one."""

    remedy = Remedy.TECHNICIAN
    lasting = True


class Synthesiser:
    """Opened by `with`, used by one thread.

    Args:
        commands: language → program and arguments. `{rate}` in one of them is replaced. It reads
            UTF-8 to the end and then writes RIFF WAVE, 16 bits.
        rate: words a minute, as espeak-ng counts them: 175 is its usual speed.
        timeout_s: for each text.

    Raises:
        SpeechProgramMissingError: from `status` and `synthesise`.
    """

    def __init__(
        self, commands: Mapping[str, Sequence[str]], rate: int = 150, timeout_s: float = 10.0
    ) -> None:
        if not commands or not all(commands.values()):
            raise ValueError("each language needs a program")
        self._commands = {
            language: [word.replace("{rate}", str(rate)) for word in words]
            for language, words in commands.items()
        }
        self._timeout_s = timeout_s
        self._environment = {**os.environ, "LC_ALL": "C.UTF-8"}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        """Nothing is held between two texts."""

    def status(self) -> Status:
        programs = dict.fromkeys(words[0] for words in self._commands.values())
        for program in programs:
            if shutil.which(program) is None:
                raise _missing(program)
        return Status(Condition.OK, ", ".join(programs))

    def synthesise(self, text: str, language: str) -> Pcm:
        """Waits until all of it is there: some hundredths of a second with espeak-ng.

        Raises:
            ValueError: longer than LONGEST_TEXT, or a language without a program.
            DeviceFailedError: the program gave up, or took too long, or talked without end.
            GarbledReplyError: what it wrote is no sound.
        """
        if language not in self._commands or len(text) > LONGEST_TEXT:
            raise ValueError(f"{len(text)} characters in {language!r} are not spoken here")
        command = self._commands[language]
        try:
            return pcm_of_wav(self._said(command, text))
        except NotASoundError as fault:
            raise GarbledReplyError(f"{command[0]}: {fault}") from None

    def _said(self, command: Sequence[str], text: str) -> bytes:
        memory = os.memfd_create("text")
        try:
            with open(memory, "wb", closefd=False) as file:
                file.write(text.encode("utf-8"))
            os.lseek(memory, 0, os.SEEK_SET)
            program = subprocess.Popen(
                command,
                stdin=memory,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=self._environment,
            )
        except (FileNotFoundError, PermissionError):
            raise _missing(command[0]) from None
        finally:
            os.close(memory)
        with program:
            try:
                return self._heard(program, command[0])
            finally:
                program.kill()

    def _heard(self, program: subprocess.Popen[bytes], name: str) -> bytes:
        assert program.stdout is not None  # it was asked for  # noqa: S101
        end_s, heard = monotonic() + self._timeout_s, bytearray()
        with selectors.DefaultSelector() as waiting:
            waiting.register(program.stdout, selectors.EVENT_READ)
            while waiting.select(max(0.0, end_s - monotonic())):
                chunk = os.read(program.stdout.fileno(), _CHUNK)
                heard += chunk
                if len(heard) > _MOST_BYTES:
                    raise DeviceFailedError(f"{name}: more than {LONGEST_S:.0f} s for one text")
                if not chunk:
                    return self._ended(program, name, end_s, bytes(heard))
        raise DeviceFailedError(f"{name}: not done after {self._timeout_s:.0f} s")

    def _ended(
        self, program: subprocess.Popen[bytes], name: str, end_s: float, heard: bytes
    ) -> bytes:
        try:
            code = program.wait(max(0.1, end_s - monotonic()))
        except subprocess.TimeoutExpired:
            raise DeviceFailedError(f"{name}: it does not end") from None
        if code:
            raise DeviceFailedError(f"{name}: it ended with {code}")
        return heard


def _missing(program: str) -> SpeechProgramMissingError:
    return SpeechProgramMissingError(f"{program}: not there (apt-get install espeak-ng)")
