"""Whatever the disk refuses, the resident is told the truth; and the harness notices a lie."""

from __future__ import annotations

import re

from tests.torture.harness import last_line, spoilt


def test_a_fault_at_any_call_is_either_kept_or_told():
    line = last_line("calls", "--every", "12", "--seed", "20260308")
    found = re.fullmatch(
        r"calls: (\d+) faults \((.*)\), (\d+) submissions kept, (\d+) refused, 0 wrong", line
    )
    assert found
    assert all(int(found[at]) > 0 for at in (1, 3, 4))
    for fault in ("full disk", "full disk from then on", "bad disk", "bad disk from then on"):
        assert f"{fault} " in found[2]


def test_a_number_told_for_what_the_disk_refused_is_found_out():
    found = spoilt(
        "from offline_cache import outbox\n"
        "from offline_cache.errors import StoreError\n"
        "from offline_cache.submission import Kept\n"
        "keep = outbox.Outbox.keep\n"
        "def hopeful(self, submission, materials=()):\n"
        "    try:\n"
        "        return keep(self, submission, materials)\n"
        "    except StoreError:\n"
        "        return Kept('43012100000010', new=True)\n"
        "outbox.Outbox.keep = hopeful\n"
        "from torture.call_faults import fail_every_call\n"
        "print(*fail_every_call(1, 9).faults, sep='\\n')"
    )
    assert any("a submission whose number was told is lost" in each for each in found)


def test_a_fault_that_is_not_told_by_its_type_is_found_out():
    found = spoilt(
        "from contextlib import nullcontext\n"
        "from offline_cache import database\n"
        "database.typed_faults = nullcontext\n"
        "from torture.call_faults import fail_every_call\n"
        "print(*fail_every_call(1, 9).faults, sep='\\n')"
    )
    assert any("ended with" in each for each in found)
