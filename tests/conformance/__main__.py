"""`python -m tests.conformance`: every device, every fault; writes the table of faults.

The last line says how many failed, a test of the rows that failed with them.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.conformance.conftest import RESULTS
from tests.conformance.devices import BENCHES
from tests.conformance.matrix import FILE, written


class Count:
    """How the tests came out, as the runner tells it."""

    def __init__(self) -> None:
        self.failed: set[str] = set()
        self.results: dict[tuple[str, str], bool] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self.failed.add(report.nodeid)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self.failed.add(report.nodeid)

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        self.results = dict(session.config.stash.get(RESULTS, {}))


def main() -> int:
    count = Count()
    here = str(Path(__file__).parent)
    # The table is checked after it was written, not before.
    words = [here, "--all-faults", "--deselect", f"{here}/test_rows.py::{TABLE}"]
    pytest.main(words, plugins=[count])
    FILE.write_text(written(BENCHES, count.results), "utf-8")
    faults = sum(len(bench.faults) for bench in BENCHES.values())
    print(f"conformance: {len(BENCHES)} devices, {faults} faults, {len(count.failed)} failed")
    return 1 if count.failed or len(count.results) < faults else 0


TABLE = "test_the_table_in_the_documents_is_the_one_of_the_rows"

if __name__ == "__main__":
    sys.exit(main())
