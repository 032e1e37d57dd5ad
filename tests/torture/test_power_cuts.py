"""The power is cut after any call; and the harness notices a store that would not stand it."""

from __future__ import annotations

import random
import re

import pytest

from tests.torture.harness import last_line, spoilt
from torture.disk import Disk, Fate, Record, What, lay_out

SEED = "20260308"


def test_whatever_was_told_outlives_every_power_cut():
    line = last_line("power", "--cuts", "600", "--seed", SEED)
    found = re.fullmatch(r"power: (\d+) cuts among \d+ calls of \d+ lives, 0 wrong", line)
    assert found
    assert int(found[1]) >= 600


@pytest.mark.parametrize(
    ("breaking", "finding"),
    [
        (
            "database._SETTINGS = tuple("
            "each.replace('= FULL', '= NORMAL') for each in database._SETTINGS)",
            "a submission whose number was told is lost",
        ),
        (
            "database._SETTINGS = tuple("
            "each.replace('= FULL', '= OFF') for each in database._SETTINGS)",
            "the store was set aside as damaged",
        ),
        (
            "database._sync_directory = lambda _: None",
            "a submission whose number was told is lost",
        ),
        (
            "from offline_cache.material_files import MaterialFiles\n"
            "MaterialFiles._sync_directory = lambda _: None",
            "a submission is not whole",
        ),
        (
            "from offline_cache.material_files import MaterialFiles\n"
            "MaterialFiles.remove_others = lambda *_: None",
            "a file of materials that belongs to nothing",
        ),
    ],
    ids=[
        "commits not synchronised",
        "nothing synchronised",
        "names not synchronised",
        "names of materials not synchronised",
        "materials of nobody left",
    ],
)
def test_a_store_that_would_lose_something_is_found_out(breaking, finding):
    found = spoilt(
        "from offline_cache import database\n"
        f"{breaking}\n"
        "from torture.power_cuts import cut_power\n"
        f"print(*cut_power(250, {SEED}).faults, sep='\\n')"
    )
    assert any(finding in each for each in found)


# The disk itself


def record(what, path="", inode=1, offset=0, data=b"", to=""):
    return Record(what, path, to, inode, offset, data)


def outcomes(records, fate, path="home/file", times=60):
    """What `path` holds after the cut, over many lots; None where it is not there."""
    disk = Disk("home")
    for each in records:
        disk.take(each)
    lots = random.Random(1)
    return {disk.after(fate, lots).get(path) for _ in range(times)}


MADE = [record(What.CREATE, "home/file"), record(What.SYNC_DIRECTORY, "home")]
WRITTEN = [*MADE, record(What.WRITE, data=b"a" * 1024)]
CHANGED = [*WRITTEN, record(What.SYNC), record(What.WRITE, offset=256, data=b"b" * 1024)]


def test_what_was_synchronised_is_there_whatever_happens():
    for fate in Fate:
        assert outcomes([*WRITTEN, record(What.SYNC)], fate) == {b"a" * 1024}


def test_a_file_whose_directory_was_not_synchronised_may_be_missing():
    records = [MADE[0], record(What.WRITE, data=b"a"), record(What.SYNC)]
    assert outcomes(records, Fate.GONE) == {None}
    assert outcomes(records, Fate.BY_LOT) == {None, b"a"}


def test_a_write_is_torn_between_sectors_and_never_within_one():
    found = outcomes(CHANGED, Fate.TORN)
    whole = b"a" * 256 + b"b" * 1024
    assert found == {
        b"a" * 1024,
        b"a" * 256 + b"b" * 256 + b"a" * 512,
        b"a" * 256 + b"b" * 768,
        whole,
    }


def test_sectors_reach_the_disk_in_any_order_and_new_ones_may_be_empty():
    found = outcomes(CHANGED, Fate.BY_LOT, times=400)
    assert b"a" * 512 + b"b" * 512 in found  # the second without the first
    assert b"a" * 1024 + bytes(256) in found  # the length without the last sector


def test_a_file_cut_short_may_still_be_long():
    records = [*WRITTEN, record(What.SYNC), record(What.TRUNCATE)]
    assert outcomes(records, Fate.BY_LOT) == {b"a" * 1024, b""}


def test_a_name_that_moved_is_at_one_of_its_two_places():
    records = [*WRITTEN, record(What.SYNC), record(What.RENAME, "home/file", to="home/new")]
    assert outcomes(records, Fate.GONE, "home/file") == {b"a" * 1024}
    assert outcomes(records, Fate.THERE, "home/file") == {None}
    assert outcomes(records, Fate.THERE, "home/new") == {b"a" * 1024}


def test_a_disk_can_be_laid_out(tmp_path):
    lay_out({"home/file": b"a", "home": None}, tmp_path)
    assert (tmp_path / "home" / "file").read_bytes() == b"a"
