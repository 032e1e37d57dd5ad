"""Prints what draws the terminal's window; for `machine`, in a process of its own."""

from __future__ import annotations

import sys
from pathlib import Path

from screens.setup import Display, prepare


def main(home: Path) -> None:
    prepare(Display(home, width_px=480, height_px=480, fullscreen=False))
    # After `prepare`, because Kivy reads the environment when it is imported.
    from kivy.core.window import Window
    from kivy.graphics.opengl import GL_RENDERER, glGetString

    Window.show()
    print(glGetString(GL_RENDERER).decode("ascii", "replace"))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
