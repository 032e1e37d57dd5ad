"""Speaker and headset, through the sound server of the terminal (PulseAudio, or PipeWire as one).

The server's own programs are asked, each for a bounded time: a library would wait for a server that
hangs, in this process, and take it down with itself when it gives up. What is played lies in
memory only.
"""

from __future__ import annotations

import logging
import os
import subprocess
from enum import StrEnum
from time import monotonic
from typing import Self

from devices.base import (
    Condition,
    DeviceAbsentError,
    DeviceError,
    GarbledReplyError,
    Remedy,
    Status,
)
from devices.sound_sinks import NoSinkListError, Sink, parse_sinks, pick
from devices.sounds import Pcm

log = logging.getLogger(__name__)

# The server sends what played to a sink that is gone to its default one. Nobody hears this one, so
# the words in a headset that is pulled out do not come from the speaker.
SILENCE = "nobody_listens"

STEPS_PERCENT = (30, 45, 60, 80, 100)  # the server's scale, which follows the ear
NORMAL_STEP = 2
_LATENCY_MS = 100
_GRACE_S = 3.0  # for a sound to begin and end, beside its duration


class SoundProgramMissingError(DeviceError):
    """`pactl` or `pacat` is not installed."""

    remedy = Remedy.TECHNICIAN


class Answer(StrEnum):
    """What became of the wish to play something."""

    PLAYING = "playing"
    NO_HEADSET = "no headset"  # the words were private: not spoken


class Speaker:
    """Opened by `with`, used by one thread.

    Args:
        speaker: name of its sink, as `pactl list short sinks` shows it, a pattern with * and ?.
        headset: likewise. It has to be a sink of its own, such as a USB headset or handset: a
            socket that shares the speaker's sink hands on to the speaker when it is emptied.
        steps_percent: what one touch of louder or quieter changes to, rising.
        normal_step: index of the step that every visit begins with.
        server: None takes the one of this user's session.
        timeout_s: for each question to the server.

    Raises:
        DeviceAbsentError: from every method: no server, or it hangs, or the speaker's sink is gone.
        GarbledReplyError: from every method: the server's answer was not understood.
        SoundProgramMissingError: on entering.
    """

    def __init__(
        self,
        speaker: str,
        headset: str | None = None,
        steps_percent: tuple[int, ...] = STEPS_PERCENT,
        normal_step: int = NORMAL_STEP,
        server: str | None = None,
        timeout_s: float = 2.0,
    ) -> None:
        if list(steps_percent) != sorted(set(steps_percent)) or not steps_percent:
            raise ValueError("the steps of the volume have to rise")
        if not (steps_percent[0] > 0 and steps_percent[-1] <= 100):
            raise ValueError("the steps of the volume lie above 0 and up to 100 percent")
        if normal_step not in range(len(steps_percent)):
            raise ValueError(f"there are {len(steps_percent)} steps, counted from 0")
        self._speaker, self._headset = speaker, headset
        self._steps_percent, self._normal_step, self.step = steps_percent, normal_step, normal_step
        self._environment = {**os.environ, "LC_ALL": "C"}
        if server:
            self._environment["PULSE_SERVER"] = server
        self._timeout_s = timeout_s
        self._playing: subprocess.Popen[bytes] | None = None
        self._over_s = 0.0

    def __enter__(self) -> Self:
        self.reset()
        return self

    def __exit__(self, *exc: object) -> None:
        self.stop()

    @property
    def steps(self) -> int:
        return len(self._steps_percent)

    def set_step(self, step: int) -> None:
        """0 is the quietest, `steps` - 1 the loudest; what lies beyond is the nearest of them."""
        self.step = min(max(step, 0), self.steps - 1)
        for sink in self._there():
            if sink is not None:
                self._adjust(sink)

    def reset(self) -> None:
        """As every visit begins: nothing is said any more, the volume is the normal one."""
        self.stop()
        self.set_step(self._normal_step)

    def headset_present(self) -> bool:
        return self._there()[1] is not None

    def play(self, sound: Pcm, *, private: bool = False, alarm: bool = False) -> Answer:
        """Begins to play in place of what plays now, and returns.

        It comes from the headset alone while there is one. `private`: from the headset or not at
        all; pulled out amid the words, they go on unheard. `alarm`: a tone for whoever is near,
        from the speaker whatever hangs there: a handset that nobody holds is a headset, too.

        Raises:
            ValueError: an alarm that is private.
        """
        if private and alarm:
            raise ValueError("private words are no alarm")
        self.stop()
        speaker, headset = self._there()
        if alarm:
            headset = None
        if private and headset is None:
            return Answer.NO_HEADSET
        if headset is not None:
            self._make_silence_the_default()
        sink = headset or speaker
        self._adjust(sink)
        self._begin(sound, sink)
        return Answer.PLAYING

    def busy(self) -> bool:
        """Whether something still plays. A sound that does not end in time is ended."""
        if self._playing is None:
            return False
        if self._playing.poll() is None:
            if monotonic() < self._over_s:
                return True
            self.stop()
            raise DeviceAbsentError("the sound server did not play to the end")
        failed, self._playing = self._playing.returncode != 0, None
        if failed:
            log.info("a sound was cut off: its sink is gone")
        return False

    def stop(self) -> None:
        """What plays is cut off at once."""
        if self._playing is not None:
            self._playing.kill()
            self._playing.wait()
            self._playing = None

    def status(self) -> Status:
        speaker, headset = self._there()
        with_headset = f", headset {headset.name}" if headset else ""
        return Status(Condition.OK, f"{speaker.name}{with_headset}")

    def _begin(self, sound: Pcm, sink: Sink) -> None:
        memory = os.memfd_create("sound")
        try:
            with open(memory, "wb", closefd=False) as file:
                file.write(sound.samples)
            os.lseek(memory, 0, os.SEEK_SET)
            self._playing = subprocess.Popen(
                [
                    "pacat",
                    "--raw",
                    "--format=s16le",
                    f"--rate={sound.rate_hz}",
                    f"--channels={sound.channels}",
                    f"--latency-msec={_LATENCY_MS}",
                    f"--device={sink.name}",
                ],
                stdin=memory,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env=self._environment,
            )
        except FileNotFoundError as fault:
            raise SoundProgramMissingError("pacat: apt-get install pulseaudio-utils") from fault
        finally:
            os.close(memory)
        self._over_s = monotonic() + sound.duration_s + _GRACE_S

    def _there(self) -> tuple[Sink, Sink | None]:
        """The speaker, and the headset if there is one."""
        sinks = self._sinks()
        speaker = pick(sinks, self._speaker)
        if speaker is None:
            raise DeviceAbsentError(f"the sound server has no sink {self._speaker}")
        others = [sink for sink in sinks if sink.name != speaker.name]
        return speaker, pick(others, self._headset) if self._headset else None

    def _sinks(self) -> list[Sink]:
        try:
            return parse_sinks(self._pactl("-f", "json", "list", "sinks"))
        except NoSinkListError as fault:
            raise GarbledReplyError("the sound server's list of sinks is damaged") from fault

    def _adjust(self, sink: Sink) -> None:
        percent = self._steps_percent[self.step]
        if sink.volume_percent != percent:
            self._pactl("set-sink-volume", sink.name, f"{percent}%")
        if sink.muted:
            self._pactl("set-sink-mute", sink.name, "0")

    def _make_silence_the_default(self) -> None:
        if self._pactl("get-default-sink").strip() == SILENCE:
            return
        if pick(self._sinks(), SILENCE) is None:
            self._pactl("load-module", "module-null-sink", f"sink_name={SILENCE}")
        self._pactl("set-default-sink", SILENCE)

    def _pactl(self, *words: str) -> str:
        try:
            done = subprocess.run(
                ["pactl", *words],
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=self._timeout_s,
                env=self._environment,
                check=True,
            )
        except FileNotFoundError as fault:
            raise SoundProgramMissingError("pactl: apt-get install pulseaudio-utils") from fault
        except subprocess.TimeoutExpired as fault:
            raise DeviceAbsentError("the sound server does not answer") from fault
        except subprocess.CalledProcessError as fault:
            why = fault.stderr.decode("utf-8", errors="replace").strip()
            raise DeviceAbsentError(f"the sound server: {why}") from fault
        return done.stdout.decode("utf-8", errors="replace")
