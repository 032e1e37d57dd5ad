"""One resident before the camera: stand well, do one thing, stand well again, and be taken.

Pure: it is fed looks and the time and says what to show. The picture takes itself, and lives only
in the answer.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Final

from devices.faces import Gate, Hint, Look, judge, portrait_jpeg
from kiosk.works.liveness import (
    KINDS,
    Challenge,
    Failed,
    Limits,
    Prompt,
    Reason,
    SamePerson,
    Waiting,
    draw_lot,
)


@dataclass(frozen=True, slots=True)
class Pace:
    """How long a session may take, in seconds."""

    all_s: float = 45.0
    stand_s: float = 0.8  # GOOD, before the challenge
    shoot_s: float = 0.5  # GOOD again, while the sharpest picture is picked
    return_s: float = 8.0  # from the challenge to GOOD again; later, the challenge is void
    steady_s: float = 0.25  # a hint is believed, and dropped, after this long: no flicker
    eyes_s: float = 4.0  # then EYES_HIDDEN no longer stands in the way
    tell_s: float = 2.0  # how long it says why a challenge did not work
    tries: int = 3


@dataclass(frozen=True, slots=True)
class FaceProgress:
    """`say`: the key of the sentence to show and speak. `share`: of the whole way, from 0 to 1."""

    say: Hint | Prompt | Reason
    share: float


@dataclass(frozen=True, slots=True)
class FaceTaken:
    """`challenge` is what was done to prove somebody is there; None when none was asked."""

    jpeg: bytes = field(repr=False)
    challenge: Prompt | None


@dataclass(frozen=True, slots=True)
class FaceFailed:
    """Offer another try, and the attendant. `hindrance`: the hint that stood longest."""

    reason: Reason
    hindrance: Hint | None = field(default=None, compare=False)


FaceAnswer = FaceProgress | FaceTaken | FaceFailed

_CHALLENGE_FROM: Final = 0.3
_SHOOT_FROM: Final = 0.8


class _Steady:
    """A hint that does not flicker: it holds until it has not been seen for `steady_s`."""

    def __init__(self, steady_s: float) -> None:
        self._steady_s = steady_s
        self._seen_s = 0.0
        self.hint: Hint | None = None
        self.since_s = 0.0

    def feed(self, hint: Hint, now_s: float) -> Hint:
        if self.hint is None or (hint is not self.hint and now_s - self._seen_s >= self._steady_s):
            self.hint, self.since_s = hint, now_s
        if hint is self.hint:
            self._seen_s = now_s
        return self.hint

    def reset(self) -> None:
        self.hint = None


class FaceSession:
    """Feed it every look, in order, until it answers FaceTaken or FaceFailed; then it stays so.

    `kinds` are the challenges allowed at this place; with none, the picture is taken without. What
    the face at hand cannot be asked for (blinking, when its eyes are not seen) is not drawn, unless
    nothing else is allowed.
    """

    def __init__(
        self,
        gate: Gate | None = None,
        kinds: tuple[Prompt, ...] = KINDS,
        pace: Pace | None = None,
        limits: Limits | None = None,
    ) -> None:
        self._gate, self._pace = gate or Gate(), pace or Pace()
        self._kinds, self._limits = kinds, limits or Limits()
        self._began_s: float | None = None
        self._failures = 0
        self._eyes_excused = False
        self._steady = _Steady(self._pace.steady_s)
        self._challenge: Challenge | None = None
        self._passed_s: float | None = None
        self._person = SamePerson(self._limits)
        self._best: Look | None = None
        self._told: Reason | None = None
        self._told_until_s = 0.0
        self._hints: Counter[Hint] = Counter()  # looks in which each stood in the way
        self._ended: FaceTaken | FaceFailed | None = None

    def feed(self, seen: Look, now_s: float) -> FaceAnswer:
        if self._ended is not None:
            return self._ended
        if self._began_s is None:
            self._began_s = now_s
        if now_s - self._began_s > self._pace.all_s:
            return self._end(FaceFailed(Reason.TIMED_OUT, self._hindrance))
        if self._told is not None and now_s < self._told_until_s:
            return FaceProgress(self._told, 0.0)
        if self._passed_s is not None:
            return self._shooting(self._passed_s, seen, now_s)
        if self._challenge is not None:
            return self._challenged(self._challenge, seen, now_s)
        return self._standing(seen, now_s)

    def _standing(self, seen: Look, now_s: float) -> FaceAnswer:
        hint = self._hint(seen, now_s)
        if hint is not Hint.GOOD:
            return FaceProgress(hint, 0.0)
        held_s = now_s - self._steady.since_s
        if held_s < self._pace.stand_s:
            return FaceProgress(hint, _CHALLENGE_FROM * held_s / self._pace.stand_s)
        self._person = SamePerson(self._limits)
        self._steady.reset()
        if not self._kinds:
            self._passed_s = now_s
            return self._shooting(now_s, seen, now_s)
        self._challenge = Challenge(draw_lot(self._fitting(seen)), self._limits, self._person)
        return self._challenged(self._challenge, seen, now_s)

    def _fitting(self, seen: Look) -> tuple[Prompt, ...]:
        unfit = {Prompt.BLINK} if self._eyes_excused else set()
        face = seen.main
        if face is not None:
            shorter = min(seen.frame.shape[:2])
            if face.width * self._limits.closer * 1.1 > self._gate.largest * shorter:
                unfit.add(Prompt.COME_CLOSER)
        return tuple(kind for kind in self._kinds if kind not in unfit) or self._kinds

    def _challenged(self, challenge: Challenge, seen: Look, now_s: float) -> FaceAnswer:
        match challenge.feed(seen, now_s):
            case Waiting(prompt, share):
                return FaceProgress(
                    prompt, _CHALLENGE_FROM + (_SHOOT_FROM - _CHALLENGE_FROM) * share
                )
            case Failed(reason):
                return self._again(reason, now_s)
            case _:
                self._passed_s = now_s
                return self._shooting(now_s, seen, now_s)

    def _shooting(self, passed_s: float, seen: Look, now_s: float) -> FaceAnswer:
        """The face is followed all the way: whoever did the challenge is whose picture is taken."""
        against = self._person.follow(seen, now_s)
        if against is None and now_s - passed_s > self._pace.return_s:
            against = Reason.TIMED_OUT
        if against is not None:
            return self._again(against, now_s)
        hint = self._hint(seen, now_s)
        if hint is not Hint.GOOD:
            self._best = None
            return FaceProgress(hint, _SHOOT_FROM)
        if self._fine(judge(seen, self._gate)) and (
            self._best is None or seen.sharpness > self._best.sharpness
        ):
            self._best = seen
        held_s = now_s - self._steady.since_s
        best = self._best
        if held_s < self._pace.shoot_s or best is None or best.main is None:
            share = min(1.0, held_s / self._pace.shoot_s)
            return FaceProgress(hint, _SHOOT_FROM + (1 - _SHOOT_FROM) * share)
        asked = self._challenge.kind if self._challenge is not None else None
        return self._end(FaceTaken(portrait_jpeg(best.frame, best.main), asked))

    def _again(self, reason: Reason, now_s: float) -> FaceAnswer:
        self._failures += 1
        if self._failures >= self._pace.tries:
            return self._end(FaceFailed(reason, self._hindrance))
        self._challenge = self._passed_s = self._best = None
        self._steady.reset()
        self._told, self._told_until_s = reason, now_s + self._pace.tell_s
        return FaceProgress(reason, 0.0)

    def _end(self, answer: FaceTaken | FaceFailed) -> FaceAnswer:
        self._ended = answer
        self._best = None
        return answer

    @property
    def _hindrance(self) -> Hint | None:
        return self._hints.most_common(1)[0][0] if self._hints else None

    def _fine(self, hint: Hint) -> bool:
        return hint is Hint.GOOD or (hint is Hint.EYES_HIDDEN and self._eyes_excused)

    def _hint(self, seen: Look, now_s: float) -> Hint:
        """The steady hint. Eyes that stay unseen are excused: narrow, old or behind glasses, they
        escape the detector more often than they are hidden; the comparison will tell.
        """
        hint = judge(seen, self._gate)
        if self._fine(hint):
            hint = Hint.GOOD
        if hint is not Hint.GOOD:
            self._hints[hint] += 1
        steady = self._steady.feed(hint, now_s)
        if steady is Hint.EYES_HIDDEN and now_s - self._steady.since_s > self._pace.eyes_s:
            self._eyes_excused = True
        return steady
