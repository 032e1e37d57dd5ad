"""`python -m benchmarks [--only NAME,…]`: measures, prints a table, and keeps the numbers.

The exit code says whether everything could be measured, not whether it was good enough.
"""

from __future__ import annotations

import argparse
import logging
import os
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from subprocess import SubprocessError
from time import monotonic
from typing import Final

from benchmarks import (
    card_to_name,
    device_loss,
    face_gate,
    finding,
    idcard_read,
    idle,
    memory,
    outbox,
    outbox_line,
    page,
    receipt,
    report,
    social_card,
    start,
    touch,
    visits,
)
from benchmarks.machine import ROOT, machine
from benchmarks.measured import CannotMeasureError, Measured
from benchmarks.registry import Bench, chosen, how
from devices.base import DeviceError
from sandbox.bench.client import BenchError
from sandbox.hosted import HostedError
from sandbox.pcscd import PcscdError
from sandbox.resident import ResidentError
from sandbox.social_card import SlotError
from sandbox.stage import StageError

LATEST: Final = Path(__file__).with_name("latest.json")
DOCUMENT: Final = ROOT / "docs" / "benchmarks.md"
FAULTS: Final = (
    CannotMeasureError,
    StageError,
    ResidentError,
    BenchError,
    HostedError,
    PcscdError,
    SlotError,
    DeviceError,
    SubprocessError,
    OSError,
)


def benches(rounds: int, faults: int = device_loss.FAULTS) -> Sequence[Bench]:
    """In the order of the table; the longest is the last."""
    return (
        Bench(("card_to_name",), card_to_name.measure),
        Bench(("idcard_read",), idcard_read.measure),
        Bench(("social_card_read",), social_card.measure),
        Bench(("start_to_touchable", "memory_pss"), start.measure),
        Bench(("start_with_5000",), start.with_5000),
        Bench(("touch_to_frame_p99",), touch.measure),
        Bench(("idle_attract_cpu",), idle.measure),
        Bench(("receipt_bytes_accepted", "receipt_drawn", "receipt_wire_bytes"), receipt.measure),
        Bench(("face_gate_fps",), face_gate.measure),
        Bench(("search_keystroke",), finding.measure),
        Bench(
            ("device_lost_p99", "device_back_p99"),
            partial(device_loss.measure, faults),
            device_loss.measure,
        ),
        Bench(
            (
                "page_flattened",
                "page_verdict_fps",
                "page_found",
                "page_missed",
                "page_corner_error",
            ),
            page.measure,
        ),
        Bench(
            ("outbox_put", "outbox_drain", "outbox_put_to_bare", "outbox_syncs_a_put"),
            outbox.queues,
        ),
        Bench(("outbox_seal_and_keep_5mb",), outbox.large),
        Bench(("outbox_start_100k",), outbox.waiting),
        Bench(("outbox_line_filled",), outbox_line.measure),
        Bench(("certification",), visits.certification),
        Bench(("certificate_on_paper", "certificate_touches"), visits.certificate),
        Bench(("memory_after_visits",), partial(memory.measure, rounds), memory.measure),
    )


def main() -> int:
    parser = argparse.ArgumentParser(prog="benchmarks", description=__doc__)
    parser.add_argument("--only", default="", help="names from the table, with commas between")
    parser.add_argument(
        "--visits", type=int, default=memory.VISITS, help="of memory_after_visits (500)"
    )
    parser.add_argument(
        "--faults", type=int, default=device_loss.FAULTS, help="of device_lost_p99 (200)"
    )
    given = parser.parse_args()
    logging.basicConfig(level=logging.ERROR, force=True)  # python-escpos was first
    table = benches(given.visits, given.faults)
    try:
        wanted = chosen(table, given.only)
    except LookupError as fault:
        parser.error(str(fault.args[0]))
    load, _, _ = os.getloadavg()
    measured: list[Measured] = []
    failed = False
    for bench in wanted:
        began_s = monotonic()
        try:
            measured += bench.measure()
        except FAULTS as fault:
            failed = True
            print(f"{', '.join(bench.names)} could not be measured: {fault}", file=sys.stderr)
        else:
            print(f"{', '.join(bench.names)}: {monotonic() - began_s:.0f} s", file=sys.stderr)
    latest = report.merged(report.read(LATEST), measured, machine(load))
    report.write(LATEST, latest)
    names = [name for bench in table for name in bench.names]
    DOCUMENT.write_text(report.document(latest, names, how(table)), encoding="utf-8")
    now = {each.name: latest["results"][each.name] for each in measured}
    print(report.table(now))
    print(report.last_line(now))
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
