"""The suite with `--real`: a device on the desk, for which a sandbox's port does here."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.conformance.example.far_end import TicketDispenserPeer

ROOT = Path(__file__).parents[2]
LONGEST_S = 120


def suite(*words):
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "tests/conformance"]
    return subprocess.run(
        [*command, *words], cwd=ROOT, capture_output=True, text=True, timeout=LONGEST_S, check=False
    )


def test_a_device_on_the_desk_is_used_and_what_has_to_be_tried_by_hand_is_named(tmp_path):
    with TicketDispenserPeer(tmp_path / "ttyUSB0") as peer:
        run = suite("--device", "example", "--real", str(tmp_path / "ttyUSB0"))
    assert run.returncode == 0, run.stdout
    assert peer.tickets == 5
    assert "3 passed" in run.stdout
    assert "example: paper end mid-line (the roll is used up)" in run.stdout
    assert "try these by hand" in run.stdout


def test_a_desk_without_a_device_fails_and_says_what_is_missing(tmp_path):
    run = suite("--device", "example", "--real", str(tmp_path / "ttyUSB0"))
    assert run.returncode == 1
    assert "nothing is there as" in run.stdout


def test_a_device_that_the_suite_does_not_know_is_refused_with_those_it_knows():
    run = suite("--device", "toaster")
    assert run.returncode != 0
    assert "idcard_reader" in run.stdout + run.stderr
