"""One window of the gallery: shows every sample in turn and keeps what the window really shows."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from config import texts
from screens.setup import Display, prepare

WIDTH, HEIGHT, HOME, OUT, SIZE, ONLY = sys.argv[1:]
prepare(Display(Path(HOME), int(WIDTH), int(HEIGHT), fullscreen=False))

from kivy.clock import Clock  # noqa: E402
from kivy.core.window import Window  # noqa: E402
from kivy.graphics.opengl import GL_RGB, GL_UNSIGNED_BYTE, glReadPixels  # noqa: E402
from PIL import Image  # noqa: E402

from kiosk.visits.pages import View  # noqa: E402
from screens.app import KioskApp  # noqa: E402
from screens.checks import findings  # noqa: E402
from screens.frame import Moment  # noqa: E402
from screens.illustrations import Illustration  # noqa: E402
from screens.samples import CONTACT, samples  # noqa: E402

RARE = tuple(
    Path("/usr/share/fonts/truetype") / name
    for name in ("hanazono/HanaMinB.ttf", "babelstone/BabelStoneHan.ttf")
)
MORNING = datetime(2026, 11, 23, 9, 30)


class Missing(dict[str, str]):
    """The words of a language, keeping which keys were asked for in vain."""

    def __init__(self, words: dict[str, str]) -> None:
        super().__init__(words)
        self.asked: set[str] = set()

    def get(self, key: str, default: str | None = None) -> str | None:  # type: ignore[override]
        if key not in self:
            self.asked.add(key)
        return super().get(key, default)


def main() -> None:
    Moment.now = lambda _: MORNING  # a picture differs from the one before where the page does
    words = {language: Missing(dict(texts.load(language))) for language in ("zh", "en")}
    app = KioskApp(words, CONTACT, lambda _: None, Path("build/fonts"), RARE)
    pictures = _pictures()

    def following(_: float) -> None:
        try:
            name, view = next(pictures)
        except StopIteration:
            app.stop()
            return
        app.show(view)
        Clock.schedule_once(lambda _: settled(name, view), 0)

    def settled(name: str, view: View) -> None:
        _pose(app.root)
        Clock.schedule_once(lambda _: keep(name, view), 0.12)

    def keep(name: str, view: View) -> None:
        _picture(Path(OUT) / f"{name}.png")
        print("picture", name, flush=True)
        for found in findings(app.root):
            print(f"{name}: {found}")
        asked = words[view.language].asked
        for key in sorted(asked):
            print(f"{name}: no text for {key}")
        asked.clear()
        following(0)

    app.bind(on_start=lambda _: Clock.schedule_once(following, 0))
    app.run()


def _pictures() -> Iterator[tuple[str, View]]:
    for language in ("zh", "en"):
        for large in (False, True):
            for sample, view in samples(language, large).items():
                name = f"{sample}.{SIZE}.{language}{'.large' if large else ''}"
                if ONLY in name:
                    yield name, view


def _pose(root: object) -> None:
    for widget in root.walk():  # type: ignore[attr-defined]
        if isinstance(widget, Illustration):
            widget.stand_still()


def _picture(file: Path) -> None:
    width, height = Window.size
    pixels = glReadPixels(0, 0, width, height, GL_RGB, GL_UNSIGNED_BYTE)
    picture = Image.frombytes("RGB", (width, height), bytes(pixels))
    picture.transpose(Image.Transpose.FLIP_TOP_BOTTOM).save(file, compress_level=1)


main()
