"""Where the far ends stand: one at a time, kept while tests of one device follow each other."""

from __future__ import annotations

import shutil
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from tests.conformance.bench import Bench


class Yard:
    def __init__(self) -> None:
        self._bench: Bench | None = None
        self._far: Any = None
        self._held = ExitStack()

    def far(self, bench: Bench) -> Any:
        if bench is not self._bench:
            self.clear()
            # Not one of pytest's: nobody but its owner may look into those.
            folder = Path(tempfile.mkdtemp(prefix="conformance-"))
            folder.chmod(0o755)
            self._held.callback(shutil.rmtree, folder, ignore_errors=True)
            self._far = self._held.enter_context(bench.far(folder))
            self._bench = bench
        return self._far

    def clear(self) -> None:
        """Also after a test that failed: what it left of the far end is nobody's to guess."""
        self._bench = self._far = None
        self._held.close()
