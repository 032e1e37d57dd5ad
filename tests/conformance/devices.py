"""Every device of the suite, in the order in which they are tried."""

from __future__ import annotations

from tests.conformance.bench import Bench
from tests.conformance.benches import (
    cameras,
    code_readers,
    idcard_reader,
    lights,
    page_printer,
    receipt_printer,
    scanners,
    social_card,
    speaker,
    ups,
)
from tests.conformance.example import row as example

BENCHES: dict[str, Bench] = {
    bench.name: bench
    for bench in (
        idcard_reader.BENCH,
        cameras.CAMERA,
        receipt_printer.BENCH,
        social_card.BENCH,
        scanners.SCANNER,
        scanners.CLOSED_SCANNER,
        cameras.DOCUMENT_CAMERA,
        page_printer.BENCH,
        code_readers.SERIAL,
        code_readers.WEDGE,
        speaker.BENCH,
        ups.BENCH,
        lights.BENCH,
        example.BENCH,
    )
}
