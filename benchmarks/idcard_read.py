"""Reading an ID card, beside the time its frames take on the wire."""

from __future__ import annotations

import tempfile
from pathlib import Path
from statistics import median
from time import monotonic
from typing import Final

from benchmarks.measured import CannotMeasureError, Goal, Measured, spread
from devices.idcard_reader import IdCardReader
from sandbox.bench.devices import ReaderAtBench
from sandbox.hosted import Hosted

BAUD: Final = 115_200
ROUNDS: Final = 25
PERSON: Final = "p01"
TIMES: Final = 1.15


def measure() -> list[Measured]:
    """From asking the driver until it gives the card: find, select, read, further address at 115200
    baud, through a pseudo terminal from a reader in a process of its own. The median of 25. The
    limit is 1.15 times what the reader counted on the wire (ten bits a byte, both ways).
    """
    with (
        tempfile.TemporaryDirectory(prefix="kiosk-bench-") as directory,
        Hosted("reader", ReaderAtBench, Path(directory)) as reader,
        IdCardReader(str(Path(directory) / "ttyUSB0"), BAUD) as driver,
    ):
        before_s = reader.call("state")["wire_s"]
        samples = [_read_ms(reader, driver) for _ in range(ROUNDS)]
        wire_ms = (reader.call("state")["wire_s"] - before_s) / ROUNDS * 1000
    return [
        Measured(
            "idcard_read",
            median(samples),
            "ms",
            spread(samples),
            f"1.15 × {wire_ms:.0f} ms on the wire",
            limit=TIMES * wire_ms,
            goal=Goal(),
        )
    ]


def _read_ms(reader: Hosted, driver: IdCardReader) -> float:
    reader.call("lay", PERSON)
    began_s = monotonic()
    card = driver.read()
    took_s = monotonic() - began_s
    if card is None:
        raise CannotMeasureError("the reader does not see the card")
    reader.call("lift")
    return took_s * 1000
