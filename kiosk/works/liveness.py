"""Is somebody there? One small thing to do before the camera, drawn by lot, and judged.

What it stops: a photograph held still, a face on a poster, a resident who is not attending. What it
does not stop: a film made beforehand that happens to hold the movement asked for, or is steered by
an accomplice; a photograph brought closer, tilted smartly, or with a finger passed over its eyes; a
mask. It sees boxes around faces, no depth and no skin, and it cannot tell one person from another
who takes the same place within a blink of the detector. So it decides nothing: the picture still
goes to the platform for comparison, and whoever fails is offered the attendant, not refused.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from devices.faces import Face, Look


class Prompt(StrEnum):
    """What the resident is told to do. The value is the key of the sentence."""

    TURN_LEFT = "turn_left"
    TURN_RIGHT = "turn_right"
    COME_CLOSER = "come_closer"
    BLINK = "blink"  # shut both eyes for a moment, and open them
    LOOK_AHEAD = "look_ahead"  # never asked by lot: the way back from a turn


_TURNS: Final = (Prompt.TURN_LEFT, Prompt.TURN_RIGHT)
KINDS: Final = (*_TURNS, Prompt.COME_CLOSER, Prompt.BLINK)


class Reason(StrEnum):
    """Why it did not work. The value is the key of the sentence."""

    TIMED_OUT = "timed_out"
    FACE_LOST = "face_lost"
    OTHER_PERSON = "other_person"  # the face jumped: perhaps somebody took the place
    SEVERAL_PEOPLE = "several_people"


@dataclass(frozen=True, slots=True)
class Limits:
    """In seconds and in widths of the face. Chosen on the sandbox's films, to be tried on site."""

    challenge_s: float = 15.0  # the sentence is spoken in three of them
    hold_s: float = 0.2  # and at least two looks: one alone may be a slip of the detector
    gap_s: float = 0.3  # a slip of this length does not count against what is held
    gap_shut_s: float = 0.1  # nearly none for shut eyes: open ones are missed now and then, too
    eyes_shut_s: float = 4.0
    lost_s: float = 0.8
    lost_turning_s: float = 1.5  # between front and profile the detectors see nothing for a while
    several_s: float = 0.5
    jump_widths: float = 0.7  # between two looks
    jump_widths_per_s: float = 1.5  # more when the looks lie further apart
    jump_size: float = 1.6
    yaw: float = 0.6
    closer: float = 1.25  # times the width at the beginning
    back_widths: float = 0.8  # from the place at the beginning, after a turn
    nearest_other: float = 0.6


@dataclass(frozen=True, slots=True)
class Waiting:
    """`share` of the task that is done, from 0 to 1."""

    prompt: Prompt
    share: float


@dataclass(frozen=True, slots=True)
class Passed:
    pass


@dataclass(frozen=True, slots=True)
class Failed:
    reason: Reason


Verdict = Waiting | Passed | Failed


def draw_lot(kinds: Sequence[Prompt]) -> Prompt:
    """One of `kinds`, unpredictably."""
    return secrets.choice(kinds)


class SamePerson:
    """Follows the largest face from look to look. Times are of any one clock, in seconds."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._last: Face | None = None
        self._seen_s = 0.0
        self._several_since_s: float | None = None

    def follow(self, seen: Look, now_s: float, turning: bool = False) -> Reason | None:
        """What speaks against its still being the same person; None when nothing does."""
        if not self._crowded(seen):
            self._several_since_s = None
        elif self._several_since_s is None:
            self._several_since_s = now_s
        elif now_s - self._several_since_s > self._limits.several_s:
            return Reason.SEVERAL_PEOPLE
        face = seen.main
        if self._last is None:
            self._last, self._seen_s = face, now_s
            return None
        unseen_s = now_s - self._seen_s
        if face is not None and not self._reached(self._last, face, unseen_s):
            if not face.yaw:
                return Reason.OTHER_PERSON
            face = None  # a profile somewhere else: more often a slip than a head
        if unseen_s > (self._limits.lost_turning_s if turning else self._limits.lost_s):
            return Reason.FACE_LOST
        if face is not None:
            self._last, self._seen_s = face, now_s
        return None

    def _crowded(self, seen: Look) -> bool:
        return len(seen.faces) > 1 and (
            seen.faces[1].width > self._limits.nearest_other * seen.faces[0].width
        )

    def _reached(self, before: Face, after: Face, passed_s: float) -> bool:
        limits = self._limits
        if _apart(before, after) > limits.jump_widths + limits.jump_widths_per_s * passed_s:
            return False
        if bool(before.yaw) != bool(after.yaw):
            return True  # a profile is boxed more tightly than the same head from the front
        return 1 / limits.jump_size < after.width / before.width < limits.jump_size


def _apart(one: Face, other: Face) -> float:
    """Between the middles, in widths of the larger."""
    (x0, y0), (x1, y1) = one.middle, other.middle
    return float(((x1 - x0) ** 2 + (y1 - y0) ** 2) ** 0.5 / max(one.width, other.width))


class _Held:
    """True once something has been so for `hold_s`, but for gaps of up to `gap_s`."""

    def __init__(self, hold_s: float, gap_s: float) -> None:
        self._hold_s, self._gap_s = hold_s, gap_s
        self._since_s: float | None = None
        self._seen_s = 0.0

    def feed(self, so: bool, now_s: float) -> bool:
        if self._since_s is not None and now_s - self._seen_s > self._gap_s and not so:
            self._since_s = None
        if not so:
            return False
        self._seen_s = now_s
        if self._since_s is None:
            self._since_s = now_s
            return False
        return now_s - self._since_s >= self._hold_s


class Challenge:
    """One thing to do, in three steps: seen from the front, done, and back.

    Feed it every look, in order; once it has passed or failed it stays so. `person` may be given to
    go on following the same face afterwards.
    """

    def __init__(
        self, kind: Prompt, limits: Limits | None = None, person: SamePerson | None = None
    ) -> None:
        if kind not in KINDS:
            raise ValueError(f"{kind} is not a challenge")
        self.kind = kind
        self._limits = limits or Limits()
        self._person = person or SamePerson(self._limits)
        self._began_s: float | None = None
        self._start: Face | None = None
        self._done_s: float | None = None
        gap_s = self._limits.gap_shut_s if kind is Prompt.BLINK else self._limits.gap_s
        self._hold = _Held(self._limits.hold_s, gap_s)
        self._verdict: Verdict = Waiting(kind, 0.0)

    def feed(self, seen: Look, now_s: float) -> Verdict:
        if isinstance(self._verdict, Waiting):
            self._verdict = self._judge(seen, now_s)
        return self._verdict

    def _judge(self, seen: Look, now_s: float) -> Verdict:
        if self._began_s is None:
            self._began_s = now_s
        turning = self.kind in _TURNS
        against = self._person.follow(seen, now_s, turning)
        if against is not None:
            return Failed(against)
        if now_s - self._began_s > self._limits.challenge_s:
            return Failed(Reason.TIMED_OUT)
        face = seen.main
        if self._start is None:  # at once: whoever is quick has begun before the second look
            self._start = face if face is not None and self._ready(face) else None
            return Waiting(self.kind, 0.0)
        if self._done_s is None:
            if self._hold.feed(face is not None and self._done(face, self._start), now_s):
                self._done_s = now_s
                self._hold = _Held(self._limits.hold_s, self._limits.gap_s)
            return Waiting(self.kind, 1 / 3)
        if self.kind is Prompt.BLINK and now_s - self._done_s > self._limits.eyes_shut_s:
            return Failed(Reason.TIMED_OUT)
        if self._hold.feed(face is not None and self._back(face, self._start), now_s):
            return Passed()
        return Waiting(Prompt.LOOK_AHEAD if turning else self.kind, 2 / 3)

    def _ready(self, face: Face) -> bool:
        return self._ahead(face) and (self.kind is not Prompt.BLINK or len(face.eyes) == 2)

    def _ahead(self, face: Face) -> bool:
        return abs(face.yaw) < self._limits.yaw / 2

    def _done(self, face: Face, start: Face) -> bool:
        match self.kind:
            case Prompt.TURN_LEFT:
                return face.yaw >= self._limits.yaw
            case Prompt.TURN_RIGHT:
                return face.yaw <= -self._limits.yaw
            case Prompt.COME_CLOSER:
                return self._ahead(face) and face.width >= self._limits.closer * start.width
            case _:
                return self._ahead(face) and not face.eyes

    def _back(self, face: Face, start: Face) -> bool:
        """Having come closer is enough; how far to go back again, the gate will say."""
        if not self._ready(face):
            return False
        return self.kind is Prompt.COME_CLOSER or _apart(face, start) < self._limits.back_widths
