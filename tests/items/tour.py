"""The walks, one after the other in one terminal; what came of each."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Final

from config.catalogue_models import Ability
from config.catalogue_pack import Catalogue
from sandbox.bench.client import BenchError
from sandbox.resident import ResidentError, Sight
from sandbox.stage import Stage
from tests.items.errands import OUTCOMES
from tests.items.finger import Finger
from tests.items.received import Platform, differences
from tests.items.walker import Errand, Walker

PROGRAM: Final = ("-m", "tests.items.hurried")
SIZE_PX: Final = (540, 960)  # half of an upright panel: as many millimetres, a quarter of the work
log = logging.getLogger("items")


@dataclass(frozen=True, slots=True)
class Walked:
    """end: the last step before the leave-taking. wrong: sentences; none when all is well."""

    item: str
    person: str
    whom: str
    end: str
    touches: int
    seconds: float
    papers: tuple[str, ...]
    wrong: tuple[str, ...]


class Tour:
    def __init__(self, stage: Stage, catalogue: Catalogue) -> None:
        self.stage, self._catalogue = stage, catalogue
        self._platform = Platform(stage.directory)

    def walk(self, errand: Errand) -> Walked:
        """Never raises for what goes wrong on the way: it is told in `wrong`, and the next walk
        begins with the terminal at rest.
        """
        finger, begun_s = Finger(self.stage.resident), monotonic()
        before = len(self._platform.numbers())
        walker = Walker(finger, self._catalogue, errand, _silent)
        wrong: list[str] = []
        try:
            entered = walker.walk()
            wrong += self._compare(walker, before)
        except (ResidentError, BenchError, LookupError, AssertionError) as fault:
            entered = walker.entered
            wrong.append(f"{type(fault).__name__} at {(entered.steps or ['home'])[-1]}: {fault}")
            name = errand.item.replace("/", "-")
            self.stage.picture().save(self.stage.directory / f"{name}.png")
            self.stage.end_terminal()
            self.stage.start_terminal()
        return Walked(
            errand.item,
            errand.person,
            entered.whom,
            _end(entered.steps),
            finger.touches,
            round(monotonic() - begun_s, 1),
            tuple(sorted(set(entered.ways.values()))),
            tuple(wrong),
        )

    def _compare(self, walker: Walker, before: int) -> list[str]:
        item, entered = walker.item, walker.entered
        if item.ability is not Ability.FORWARD:
            wanted = OUTCOMES[item.code][walker.errand.person]
            return [] if entered.saw(wanted) else [f"it did not come to {wanted!r}"]
        got = self._platform.newest_after(before)
        if got is None:
            return ["nothing arrived at the platform"]
        return differences(walker, got, self.stage.bench)


def _silent(_: Sight) -> None:
    pass


def _end(steps: Sequence[str]) -> str:
    leave = {"lobby/attract"}
    told = [one for one in steps if one not in leave]
    parting = ("rating", "thanks", "goodbye", "take card", "card", "leaving", "print", "receipt")
    inner = [one for one in told if not one.split("/")[1].startswith(parting)]
    return (inner or told or ["home"])[-1]


@contextmanager
def tour(directory: Path, catalogue: Catalogue) -> Iterator[Tour]:
    """A screen, the sandbox with a camera over a desk, and a terminal in no hurry to pause."""
    with Stage(directory, SIZE_PX, devices="document_camera", program=PROGRAM) as stage:
        stage.bench.do("document_camera/show", film="certificate")
        yield Tour(stage, catalogue)
