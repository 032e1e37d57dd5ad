"""A page is read aloud: made in the thread of the speech, played in that of the speaker.

The speaker is asked for short things only, so that an alarm never waits for words. What is personal
is said while there is a headset, and is not even made where there is none.
"""

from __future__ import annotations

import queue
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto
from functools import partial
from time import monotonic
from typing import TypeVar

from devices.sounds import Pcm
from devices.speaker import Answer, Speaker
from devices.speech import Synthesiser
from kiosk.visits.events import Event
from kiosk.visits.reading_events import ReadOut
from kiosk.visits.spoken import Script
from kiosk.visits.visit import Visit
from kiosk.visits.worker import Job, Worker

LOOK_S = 0.2
ANSWER_S = 8.0  # of the speaker's thread, whatever else it does: some questions of 2 s

Told = TypeVar("Told")


class Heard(Enum):
    """How a breath ended."""

    WHOLE = auto()
    PLUGGED_IN = auto()
    PULLED_OUT = auto()
    STOPPED = auto()


@dataclass(frozen=True, slots=True)
class ReadAloud:
    speech: Worker[Synthesiser]
    speaker: Worker[Speaker]
    script: Callable[[Visit], Script]

    @property
    def device(self) -> str:
        return self.speech.name

    def __call__(self, visit: Visit) -> Callable[[], None]:
        reading = Reading(self.speaker, self.script(visit), visit.number)
        stop = self.speech.ask(reading.read, visit.number)

        def call_off() -> None:
            stop()
            self.speaker.ask(reading.hush, 0)

        return call_off


class Reading:
    """One reading of one page."""

    def __init__(self, speaker: Worker[Speaker], script: Script, visit: int) -> None:
        self._speaker, self._script, self._visit = speaker, script, visit
        self._sound: Pcm | None = None  # the last that was begun; the speaker's thread alone

    def read(self, voice: Synthesiser, job: Job) -> Event | None:
        """In the thread of the speech, until all is said or nobody listens any more."""
        private = self._ask(Speaker.headset_present, job)
        if private is None:
            return ReadOut(job.visit)
        at = 0
        while at < len(said := self._script.whole if private else self._script.public):
            sound = voice.synthesise(said[at].text, said[at].language)
            match self._hear(sound, private, job):
                case Heard.WHOLE:
                    at += 1
                case Heard.PLUGGED_IN:
                    private, at = True, 0
                case Heard.PULLED_OUT | Heard.STOPPED:
                    break
        return ReadOut(job.visit)

    def hush(self, speaker: Speaker, _: Job) -> None:
        """In the speaker's thread: what plays of it ends; an alarm does not."""
        if self._sound is not None and speaker.plays(self._sound):
            speaker.stop()

    def _hear(self, sound: Pcm, private: bool, job: Job) -> Heard:
        """An alarm takes the turn of a breath, which is begun again after it."""
        begun = False
        while not job.stopped.is_set():
            step = partial(self._listen if begun else self._begin, sound, private, job)
            ended = self._ask(step, job)
            if isinstance(ended, Heard):
                return ended
            if ended is None:
                break
            begun = ended
            job.stopped.wait(LOOK_S)
        return Heard.STOPPED

    def _begin(self, sound: Pcm, private: bool, job: Job, speaker: Speaker) -> Heard | bool:
        """Whether it plays now."""
        if job.stopped.is_set():
            return Heard.STOPPED
        if speaker.headset_present() and not private:
            return Heard.PLUGGED_IN
        if speaker.busy():
            return False  # somebody else's turn
        if speaker.play(sound, private=private) is Answer.NO_HEADSET:
            return Heard.PULLED_OUT
        self._sound = sound
        return True

    def _listen(self, sound: Pcm, private: bool, _: Job, speaker: Speaker) -> Heard | bool:
        """Whether it still plays."""
        if speaker.headset_present() is not private:
            if speaker.plays(sound):
                speaker.stop()
            return Heard.PULLED_OUT if private else Heard.PLUGGED_IN
        if speaker.plays(sound):
            return True
        return False if speaker.busy() else Heard.WHOLE

    def _ask(self, what: Callable[[Speaker], Told], job: Job) -> Told | None:
        """None: nobody wants to know any more, or the speaker did not answer; its worker tells."""
        told: queue.SimpleQueue[Told] = queue.SimpleQueue()
        call_off = self._speaker.ask(lambda speaker, _: told.put(what(speaker)), self._visit)
        end_s = monotonic() + ANSWER_S
        while not job.stopped.is_set() and monotonic() < end_s:
            job.answered()
            try:
                return told.get(timeout=LOOK_S)
            except queue.Empty:
                continue
        call_off()
        return None
