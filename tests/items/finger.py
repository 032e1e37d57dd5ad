"""A finger that does not dawdle: it touches what stands there, and waits for what follows."""

from __future__ import annotations

from time import sleep
from typing import Final

from sandbox.resident import Control, Resident, ResidentError, Sight

PRESS_S: Final = 0.01
STRIKE_S: Final = 0.012  # of a key down, and of a key up
FOLLOW_S: Final = 60.0  # in which the screen has to answer a touch; a busy machine takes its time


class Finger:
    def __init__(self, resident: Resident) -> None:
        self._resident = resident
        self.hands, self.eyes, self.bench = resident.hands, resident.eyes, resident.bench
        self.touches = 0

    def until(self, step: str, timeout_s: float) -> Sight:
        return self.eyes.until(lambda now: now.step == step, step, timeout_s)

    def look(self) -> Sight:
        return self.eyes.until(lambda _: True, "page", 30)

    def find(self, name: str, overlay: str | None = None) -> tuple[Control, Sight]:
        def touchable(now: Sight) -> Control | None:
            found = now.control(name)
            return found if found and found.enabled and now.overlay == overlay else None

        seen = self.eyes.until(lambda now: touchable(now) is not None, name, FOLLOW_S)
        found = touchable(seen)
        assert found is not None
        return found, seen

    def touch(self, name: str, overlay: str | None = None) -> None:
        """Returns when what it did was drawn."""
        found, seen = self.find(name, overlay)
        self.hands.touch(*found.middle, press_s=PRESS_S)
        self.touches += 1
        self._follow(seen.acted + 1, name)

    def type(self, names: list[str]) -> None:
        """Keys that stand where they stood are struck without a look between them."""
        at = 0
        while at < len(names):
            run = next(
                (end for end, one in enumerate(names[at:]) if not one.startswith("Key:")),
                len(names) - at,
            )
            if run > 1:
                self._strike(names[at : at + run])
                at += run
            else:
                self.touch(names[at])
                at += 1

    def _strike(self, names: list[str]) -> None:
        _, seen = self.find(names[0])
        for name in names:
            key = seen.control(name)
            if key is None:
                raise ResidentError(f"no {name}; the screen shows {seen}")
            self.hands.touch(*key.middle, press_s=STRIKE_S)
            sleep(STRIKE_S)
            self.touches += 1
        self._follow(seen.acted + len(names), names[-1])

    def write(self, name: str) -> None:
        """A few strokes on the field of that name; ink is not on the page map."""
        field, _ = self.find(name)
        for at in (0.3, 0.5, 0.7):
            y = round(field.y + at * field.h)
            self.hands.slide(round(field.x + 0.2 * field.w), y, round(field.x + 0.8 * field.w), y)

    def _follow(self, acted: int, name: str) -> None:
        self.eyes.until(lambda now: now.acted >= acted, f"answer to {name}", FOLLOW_S)
