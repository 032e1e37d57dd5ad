"""The terminal without its pauses, and with no finger taken for a trembling one.

`python -m tests.items.hurried run --config …`: see `benchmarks/hurried.py`. Each SIGUSR1 puts its
clock forward, so that who goes away without a word need not be waited for; how long a page has
patience, and the countdown after it, stay as they are.
"""

from __future__ import annotations

import gc
import os
import signal
import sys
from itertools import count
from typing import Final

import main
from benchmarks.hurried import TICK_S, hurried
from kiosk import reception
from kiosk.conductor import Conductor
from screens import theme
from screens.setup import Display

LEAP_S: Final = 400.0  # more than any page's patience, and more than the countdown
TIDY_EVERY: Final = 5  # pages
FRAMES_A_SECOND: Final = "90"  # a touch waits for three


def let_rubbish_lie() -> None:
    """A resident reads while the page before is tidied away, and here nobody reads. What is there
    once the machines are is not gone through again.
    """
    collect, freeze, pages = gc.collect, gc.freeze, count(1)

    def tidy(*_: object) -> int:
        page = next(pages)
        if page % TIDY_EVERY:
            return 0
        found = collect()
        if page == TIDY_EVERY:
            freeze()
        return found

    gc.collect = tidy
    gc.enable = lambda: None


def draw_at_once() -> None:
    prepare = main.prepare

    def prepared(display: Display) -> None:
        prepare(display)
        os.environ["KCFG_GRAPHICS_MAXFPS"] = FRAMES_A_SECOND

    main.prepare = prepared


def let_time_leap() -> None:
    """Of the conductor alone: devices and the platform go on by the clock on the wall."""
    leaps, ahead_s = count(1), 0.0
    tick = Conductor.tick

    def leap(*_: object) -> None:
        nonlocal ahead_s
        ahead_s = next(leaps) * LEAP_S

    signal.signal(signal.SIGUSR1, leap)
    Conductor.tick = lambda self, now_s: tick(self, now_s + ahead_s)  # type: ignore[method-assign]


if __name__ == "__main__":
    reception.SERVICES.update({name: hurried(flow) for name, flow in reception.SERVICES.items()})
    main.TICK_S = TICK_S
    theme.DEBOUNCE_S = 0.0  # type: ignore[misc]
    theme.KEY_DEBOUNCE_S = 0.0  # type: ignore[misc]
    let_rubbish_lie()
    draw_at_once()
    let_time_leap()
    sys.exit(main.main())
