"""The walks, one after the other in one terminal; what came of each."""

from __future__ import annotations

import signal
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Final

from config.catalogue_models import Ability
from config.catalogue_pack import Catalogue
from sandbox.bench.client import BenchError
from sandbox.resident import ResidentError
from sandbox.stage import Stage, StageError
from sandbox.traces import traces
from tests.items.errand import Errand, Way
from tests.items.finger import Finger
from tests.items.received import Platform, differences
from tests.items.walker import Walker

PROGRAM: Final = ("-m", "tests.items.hurried")
SIZE_PX: Final = (360, 640)  # a third of an upright panel: as many millimetres, few pixels


@dataclass(frozen=True, slots=True)
class Walked:
    """errand: its place among those of the item. end: the last step before the leave-taking. ways:
    what happened on the way. papers: how they were given. wrong: sentences; none when all is well.
    """

    item: str
    errand: int
    person: str
    whom: str
    end: str
    ways: tuple[str, ...]
    papers: tuple[str, ...]
    touches: int
    seconds: float
    wrong: tuple[str, ...]


class Tour:
    def __init__(self, stage: Stage, catalogue: Catalogue) -> None:
        self.stage, self._catalogue = stage, catalogue
        self.platform = Platform(stage.directory)

    def walk(self, errand: Errand, at: int = 0) -> Walked:
        """`at`: its place among the errands of the item. Never raises for what goes wrong on the
        way: it is told in `wrong`, and the next walk begins with the terminal at rest.
        """
        finger, begun_s = Finger(self.stage.resident), monotonic()
        before = len(self.platform.numbers())
        walker = Walker(finger, self._catalogue, errand, leap=self._leap)
        entered = walker.entered
        wrong: list[str] = []
        try:
            walker.walk()
            wrong += self._compare(walker, before)
        except (ResidentError, BenchError, LookupError, AssertionError, StageError) as fault:
            wrong.append(f"{type(fault).__name__} at {(entered.steps or ['home'])[-1]}: {fault}")
            self._begin_again(f"{errand.item.replace('/', '-')}-{at}")
        return Walked(
            errand.item,
            at,
            errand.person,
            entered.whom,
            _end(entered.steps),
            tuple(sorted(entered.went)),
            tuple(sorted(set(entered.papers.values()))),
            finger.touches,
            round(monotonic() - begun_s, 1),
            tuple(wrong),
        )

    def _leap(self) -> None:
        self.stage.terminal.process.send_signal(signal.SIGUSR1)

    def _begin_again(self, name: str) -> None:
        self.stage.picture().save(self.stage.directory / f"{name}.png")
        self.stage.end_terminal()
        self.stage.start_terminal()

    def _compare(self, walker: Walker, before: int) -> list[str]:
        errand, entered = walker.errand, walker.entered
        if not entered.came_by(errand.sees):
            return [f"it did not come by {', '.join(errand.sees)}: {' '.join(entered.steps)}"]
        if Way.LAPSE in errand.ways:
            return self._left_behind(errand.person, before)
        if walker.item.ability is not Ability.FORWARD:
            return []
        got = self.platform.newest_after(before)
        if got is None:
            return ["nothing arrived at the platform"]
        return differences(walker, got, self.stage.bench)

    def _left_behind(self, person: str, before: int) -> list[str]:
        """Of a visit that was broken off nothing is handed in, and nothing stays here."""
        state = [one for one in (self.stage.directory / "state").rglob("*") if one.is_file()]
        told = [self.stage.directory / name for name in ("terminal.log", "page-map.json")]
        found = traces([*state, *told], {person})
        if len(self.platform.numbers()) > before:
            found.append("something was handed in")
        return found


def _end(steps: Sequence[str]) -> str:
    parting = ("rating", "thanks", "goodbye", "take card", "card ", "leaving", "print", "receipt")
    parting += ("desk", "papers left", "papers perhaps left")
    inner = [
        one for one in steps if one != "lobby/attract" and not one.split("/")[1].startswith(parting)
    ]
    return (inner or list(steps) or ["home"])[-1]


@contextmanager
def tour(directory: Path, catalogue: Catalogue, devices: str = "document_camera") -> Iterator[Tour]:
    """A screen, the sandbox with a camera over a desk, and a terminal in no hurry to pause. The
    face is taken without a movement: those are walked in tests/visits. devices: as in `Stage`.
    """
    with Stage(
        directory,
        SIZE_PX,
        env={"LP_NUM_THREADS": "0"},  # the other core has a terminal of its own
        devices=devices,
        program=PROGRAM,
        settings={"face": {"movements": []}},
    ) as stage:
        films = ("id_card_turned", "certificate") if "document_camera" in devices else ()
        for film in films:  # drawn now: later nobody has the time
            stage.bench.do("document_camera/show", film=film)
        yield Tour(stage, catalogue)
