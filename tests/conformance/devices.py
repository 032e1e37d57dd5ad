"""Every device of the suite, in the order in which they are tried."""

from __future__ import annotations

from tests.conformance.bench import Bench
from tests.conformance.benches import (
    idcard_reader,
)

BENCHES: dict[str, Bench] = {
    bench.name: bench
    for bench in (
        idcard_reader.BENCH,
    )
}
