"""The terminal without its pauses, and with no finger taken for a trembling one.

`python -m tests.items.hurried run --config …`: see `benchmarks/hurried.py`.
"""

from __future__ import annotations

import sys

import main
from benchmarks.hurried import TICK_S, hurried
from kiosk import reception
from screens import theme

if __name__ == "__main__":
    reception.SERVICES.update({name: hurried(flow) for name, flow in reception.SERVICES.items()})
    main.TICK_S = TICK_S
    theme.DEBOUNCE_S = 0.0  # type: ignore[misc]
    theme.KEY_DEBOUNCE_S = 0.0  # type: ignore[misc]
    sys.exit(main.main())
