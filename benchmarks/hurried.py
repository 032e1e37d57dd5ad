"""The terminal without its pauses: `python -m benchmarks.hurried run --config …`.

The same program as main.py. Only what merely lasts is shorter: the last page of a visit, the
clock's step, and how long two touches of one finger count as one.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import Final

import main
from kiosk import reception
from kiosk.services.certify import CERTIFY
from kiosk.visits.flow import Flow
from screens import theme

LAST_PAGES: Final = ("goodbye", "thanks")
LAST_S: Final = 0.1
TICK_S: Final = 0.05


def hurried(flow: Flow) -> Flow:
    """With last pages that are gone as soon as they are there."""
    return replace(
        flow,
        steps={
            name: replace(step, limit_s=LAST_S) if name in LAST_PAGES else step
            for name, step in flow.steps.items()
        },
    )


if __name__ == "__main__":
    reception.SERVICES["certify"] = hurried(CERTIFY)
    main.TICK_S = TICK_S
    theme.DEBOUNCE_S = 0.0  # type: ignore[misc]
    sys.exit(main.main())
