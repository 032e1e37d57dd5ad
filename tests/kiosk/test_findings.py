"""What the system says, and what a technician is told to do about it."""

import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path, PurePath

import pytest

from devices.base import Condition, DeviceAbsentError, NotToBeOpenedError, Status
from kiosk.desks import findings
from kiosk.desks.findings import FileFacts, Level

NOW = datetime(2026, 3, 8, 8, 30, tzinfo=UTC)
FILE, DIRECTORY = stat.S_IFREG, stat.S_IFDIR
KEY = Path("/state/terminal.key")
MOUNTS = r"""22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw
23 22 0:21 / /memory rw,nosuid - tmpfs tmpfs rw,size=24g
24 22 0:22 / /run/my\040kiosk rw master:1 - tmpfs tmpfs rw
25 22 0:23 / /dev rw - devtmpfs udev rw
"""
SWAPS = "Filename Type Size Used Priority\n"


@pytest.mark.parametrize(
    ("facts", "level", "remedy"),
    [
        (FileFacts(FILE | 0o600, 1000), Level.OK, ""),
        (FileFacts(FILE | 0o400, 1000), Level.OK, ""),
        (FileFacts(FILE | 0o640, 1000), Level.WRONG, "chmod 600"),
        (FileFacts(FILE | 0o604, 1000), Level.WRONG, "chmod 600"),
        (FileFacts(DIRECTORY | 0o755, 1000), Level.WRONG, "chmod 700"),
        (FileFacts(FILE | 0o600, 0), Level.WRONG, "chown 1000"),
        (None, Level.WRONG, "put it there"),
    ],
)
def test_a_file_that_others_can_read_is_wrong(facts, level, remedy):
    finding = findings.private(KEY, facts, 1000)
    assert finding.level is level
    assert remedy in finding.remedy


@pytest.mark.parametrize(
    ("facts", "level"),
    [
        (FileFacts(FILE | 0o644, 0), Level.OK),
        (FileFacts(FILE | 0o644, 1000), Level.OK),
        (FileFacts(FILE | 0o664, 1000), Level.WRONG),
        (FileFacts(FILE | 0o644, 1001), Level.WRONG),
        (None, Level.WRONG),
    ],
)
def test_a_sealing_key_that_others_can_exchange_is_wrong(facts, level):
    assert findings.public_key(KEY, facts, 1000).level is level


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/var/state", "ext4"),
        ("/memory/kiosk", "tmpfs"),
        ("/memory_card", "ext4"),
        ("/dev/bus", "devtmpfs"),
        ("/run/my kiosk/x", "tmpfs"),
        ("/run/my", "ext4"),
    ],
)
def test_the_file_system_of_a_path_is_that_of_the_nearest_mount(path, kind):
    assert findings.file_system_of(PurePath(path), MOUNTS) == kind


def test_a_later_mount_on_the_same_place_covers_the_earlier():
    covered = MOUNTS + "26 22 0:9 / /memory rw - ext4 /dev/vdb rw\n"
    assert findings.file_system_of(PurePath("/memory/x"), covered) == "ext4"
    assert findings.file_system_of(PurePath("/x"), "nonsense\n- - -\n") == ""


def test_temporary_files_belong_in_memory_and_the_state_does_not():
    room = Path("/memory/kiosk")
    assert findings.scratch(room, "tmpfs").level is Level.OK
    assert findings.scratch(room, "ext4").level is Level.WRONG
    assert findings.scratch(None, "").level is Level.ATTENTION
    assert findings.durable(room, "tmpfs").level is Level.WRONG
    assert findings.durable(room, "ext4").level is Level.OK


@pytest.mark.parametrize(
    ("lines", "encrypted", "level"),
    [
        ("", (), Level.OK),
        ("/dev/dm-1 partition 1 0 -2\n", ("/dev/dm-1",), Level.OK),
        ("/dev/sda2 partition 1 0 -2\n", (), Level.WRONG),
        ("/dev/dm-1 partition 1 0 -2\n/swapfile file 1 0 -3\n", ("/dev/dm-1",), Level.WRONG),
    ],
)
def test_swap_is_none_or_encrypted(lines, encrypted, level):
    assert findings.swap(SWAPS + lines, encrypted).level is level


@pytest.mark.parametrize(
    ("pattern", "limit", "level"),
    [
        ("|/bin/false\n", -1, Level.OK),
        ("\n", -1, Level.OK),
        ("core\n", 0, Level.OK),
        ("core\n", -1, Level.ATTENTION),
        ("|/lib/systemd/systemd-coredump %P\n", 0, Level.WRONG),
        ("|\n", 0, Level.WRONG),
    ],
)
def test_core_dumps_are_refused(pattern, limit, level):
    assert findings.core_dumps(pattern, limit).level is level


@pytest.mark.parametrize(
    ("gap", "floor", "synchronised", "level"),
    [
        (timedelta(0), None, True, Level.OK),
        (timedelta(0), None, False, Level.ATTENTION),
        (timedelta(0), None, None, Level.ATTENTION),
        (timedelta(minutes=6), None, True, Level.WRONG),
        (timedelta(days=-20000), None, True, Level.WRONG),
        (None, NOW + timedelta(hours=1), True, Level.WRONG),
        (None, NOW - timedelta(hours=1), True, Level.OK),
    ],
)
def test_the_clock_is_measured_against_the_past_and_the_platform(gap, floor, synchronised, level):
    platform = None if gap is None else NOW + gap
    assert findings.clock(NOW, floor, synchronised, platform).level is level


def test_another_time_zone_is_wrong():
    assert findings.time_zone("CST", timedelta(hours=8)).level is Level.OK
    assert findings.time_zone("UTC", timedelta(0)).level is Level.WRONG


def test_the_disk_has_room_and_takes_what_it_is_given():
    assert [findings.disk_space(free, 500).level for free in (499, 999, 1000)] == [
        Level.WRONG,
        Level.ATTENTION,
        Level.OK,
    ]
    levels = [findings.disk_writes(took_s).level for took_s in (None, 3.0, 0.01)]
    assert levels == [Level.WRONG, Level.ATTENTION, Level.OK]


def test_a_missing_font_is_named():
    assert "/x.ttf" in findings.fonts([Path("/x.ttf")]).what
    assert findings.fonts([]).level is Level.OK


@pytest.mark.parametrize(
    ("told", "level"),
    [
        (Status(Condition.OK), Level.OK),
        (Status(Condition.ATTENTION, "paper low"), Level.ATTENTION),
        (Status(Condition.ABSENT, "no /dev/video0"), Level.WRONG),
        (Status(Condition.UNKNOWN), Level.WRONG),
        (DeviceAbsentError("no reader"), Level.WRONG),
        (NotToBeOpenedError("in use"), Level.WRONG),
    ],
)
def test_a_device_is_told_in_its_own_words(told, level):
    finding = findings.device("camera", told)
    assert finding.level is level
    assert getattr(told, "detail", str(told)) in finding.what


def test_a_certificate_near_its_end_is_told_in_time():
    levels = [
        findings.certificate(expires, NOW, "self-signed").level
        for expires in (None, NOW - timedelta(1), NOW + timedelta(29), NOW + timedelta(31))
    ]
    assert levels == [Level.WRONG, Level.ATTENTION, Level.ATTENTION, Level.OK]


def test_a_finding_is_one_line_and_everything_but_ok_says_what_to_do():
    for finding in (findings.umask(0), findings.fonts([]), findings.private(KEY, None, 0)):
        assert "\n" not in str(finding)
        assert bool(finding.remedy) == (finding.level is not Level.OK)
