"""Somebody who watches over the resident's shoulder: every page, when it came, a picture."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from pathlib import Path
from time import time
from typing import Final, Self

from PIL import Image

from sandbox.resident import Sight
from sandbox.stage import Stage

_LOOK_EVERY_S: Final = 0.02
# A page is drawn by then and not yet touched; what moves on it has begun by the second moment.
_PICTURES_AT_S: Final = (0.25, 1.5)


@dataclass(slots=True)
class Scene:
    """A page while it lay on the screen; in seconds since 1970."""

    sight: Sight
    gone_s: float
    taken: int = 0
    picture: Image.Image | None = field(default=None, repr=False)

    @property
    def seconds(self) -> float:
        return self.gone_s - self.sight.appeared_s

    @property
    def name(self) -> str:
        """`ConfirmPersonPage` as `confirm-person`."""
        words = "".join(f"-{char.lower()}" if char.isupper() else char for char in self.sight.page)
        return words.removesuffix("-page").lstrip("-")


class Witness:
    """Watches a stage while entered. Pages that pass within a blink have no picture."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._leaving = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="witness")
        self.scenes: list[Scene] = []

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self._leaving.set()
        self._thread.join()

    def save(self, directory: Path) -> int:
        """`NN-page.png` for each page that was seen; how many."""
        seen = [scene for scene in self.scenes if scene.picture is not None]
        for place, scene in enumerate(seen, 1):
            if scene.picture is not None:
                scene.picture.save(directory / f"{place:02}-{scene.name}.png")
        return len(seen)

    def _watch(self) -> None:
        while not self._leaving.wait(_LOOK_EVERY_S):
            sight = self._stage.eyes.look()
            if sight is None:
                continue
            last = self.scenes[-1] if self.scenes else None
            if last is None or (last.sight.visit, last.sight.step) != (sight.visit, sight.step):
                if last is not None:
                    last.gone_s = sight.appeared_s
                self.scenes.append(Scene(sight, sight.appeared_s))
                continue
            last.gone_s = time()
            due = last.taken < len(_PICTURES_AT_S) and last.seconds >= _PICTURES_AT_S[last.taken]
            if due:
                try:
                    last.picture, last.taken = self._stage.picture(), last.taken + 1
                except OSError:  # the screen has gone, and whoever uses it will say so
                    return
