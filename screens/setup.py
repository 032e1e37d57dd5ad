"""What Kivy reads from the environment, set before anything of Kivy is imported."""

from __future__ import annotations

import os
from dataclasses import dataclass
from math import hypot
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Display:
    """The panel as it stands upright or lies; `diagonal_inch` turns millimetres into pixels.

    home: a directory of the program's own, for what Kivy wants to write.
    """

    home: Path
    width_px: int = 1080
    height_px: int = 1920
    diagonal_inch: float = 21.5
    fullscreen: bool = True
    show_cursor: bool = False

    @property
    def dots_per_inch(self) -> float:
        return hypot(self.width_px, self.height_px) / self.diagonal_inch


def prepare(display: Display) -> None:
    """Call before the first import of Kivy; later it has no effect.

    No log file and no console log: both could hold names; warnings go to Python's own log. No
    configuration file: what a panel needs is said here. One source of touches, SDL2's own: a second
    one would give every touch twice.
    """
    display.home.mkdir(parents=True, exist_ok=True)
    os.environ.update(
        KIVY_HOME=str(display.home),
        KIVY_NO_ARGS="1",
        KIVY_NO_CONFIG="1",
        KIVY_NO_FILELOG="1",
        KIVY_NO_CONSOLELOG="1",
        KIVY_LOG_MODE="PYTHON",
        KCFG_KIVY_LOG_LEVEL="warning",
        KIVY_DPI=f"{display.dots_per_inch:.3f}",
        KIVY_METRICS_DENSITY="1",
        KIVY_WINDOW="sdl2",
        KIVY_TEXT="sdl2",
        KIVY_IMAGE="sdl2",
        KIVY_CLIPBOARD="dummy",
        KCFG_KIVY_EXIT_ON_ESCAPE="0",
        KCFG_KIVY_KEYBOARD_MODE="",
        KCFG_KIVY_PAUSE_ON_MINIMIZE="0",
        KCFG_GRAPHICS_WIDTH=str(display.width_px),
        KCFG_GRAPHICS_HEIGHT=str(display.height_px),
        KCFG_GRAPHICS_POSITION="custom",
        KCFG_GRAPHICS_LEFT="0",
        KCFG_GRAPHICS_TOP="0",
        KCFG_GRAPHICS_BORDERLESS="1",
        KCFG_GRAPHICS_RESIZABLE="0",
        KCFG_GRAPHICS_FULLSCREEN="auto" if display.fullscreen else "0",
        KCFG_GRAPHICS_SHOW_CURSOR=str(int(display.show_cursor)),
        KCFG_GRAPHICS_MAXFPS="30",
        KCFG_GRAPHICS_MULTISAMPLES="0",
        KCFG_INPUT_MOUSE="mouse,disable_multitouch",
        SDL_VIDEO_MINIMIZE_ON_FOCUS_LOSS="0",
        SDL_MOUSE_FOCUS_CLICKTHROUGH="1",  # the first touch is a touch, not only a call for focus
    )
