"""What the speaker is asked for besides words: an alarm, and the usual volume for who comes next.

Words come from `kiosk/works/reading_aloud.py` alone, which says with `private` what is for one pair
of ears.
"""

from __future__ import annotations

from devices.sounds import Pcm, tone
from devices.speaker import Speaker
from kiosk.visits.worker import Job

_BEEP, _PAUSE = tone(880.0, 0.4), tone(0.0, 0.2)
ALARM = Pcm((_BEEP.samples + _PAUSE.samples) * 3, _BEEP.rate_hz)


def alarm(speaker: Speaker, _: Job) -> None:
    """Somebody went and left a card or paper: three beeps that are heard at the door."""
    speaker.play(ALARM, alarm=True)


def back_to_normal(speaker: Speaker, _: Job) -> None:
    """The next resident is not shouted at because the last one heard badly."""
    speaker.reset()
