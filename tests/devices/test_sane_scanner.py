"""The scanner driver before SANE's own test backend, and before a `scanimage` that misbehaves.

The first is the real program with a scanner of its own; the second stands in for what that scanner
cannot do: see sandbox/scanimage.py.
"""

import os
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from devices.base import (
    Condition,
    DeviceAbsentError,
    DeviceError,
    GarbledReplyError,
    Remedy,
)
from devices.sane_scanner import SaneScanner
from devices.scanner_faults import (
    DoubleFeedError,
    PaperJamError,
    ScanFailedError,
    ScannerBusyError,
    ScannerCoverOpenError,
    ScannerForbiddenError,
    ScannerHungError,
)
from devices.scanner_options import Mode, ScannerSetupError, Source
from sandbox.sane_scanner import STACK_SHEETS, SaneTestScanner
from sandbox.scanimage import CHILD_FILE, HEIGHT_PX, SHEETS, WIDTH_PX

WAIT_S = 30
STAND_IN = Path(__file__).parents[2] / "sandbox" / "scanimage.py"


@pytest.fixture
def peer(tmp_path):
    assert shutil.which("scanimage"), "apt-get install sane-utils libsane1"
    return SaneTestScanner(tmp_path / "sane.d")


@pytest.fixture
def pipes(tmp_path):
    """Where the driver names its pipes; nothing may be left there."""
    folder = tmp_path / "pipes"
    folder.mkdir()
    yield folder
    assert list(folder.iterdir()) == []


@pytest.fixture
def scanner(peer, pipes):
    """Not yet opened; small pages, for speed."""
    return SaneScanner("test:1", resolution_dpi=50, config_dir=peer.config_dir, pipes_dir=pipes)


@pytest.fixture
def faulty(pipes):
    """The stand-in with the named fault."""

    def made(fault, **arguments):
        program = (sys.executable, str(STAND_IN), fault)
        return SaneScanner(program=program, pipes_dir=pipes, **{"resolution_dpi": 150, **arguments})

    return made


def gone(pid):
    """Whether the process ends, given time; a zombie that somebody else must bury has ended."""
    end = time.monotonic() + WAIT_S
    while time.monotonic() < end:
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except (FileNotFoundError, ProcessLookupError):
            return True
        if state == "Z":
            return True
        time.sleep(0.02)
    return False


def programs_of(folder):
    """The running programs that were told of `folder`: their directories in /proc."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            line = (entry / "cmdline").read_bytes()
        except (FileNotFoundError, ProcessLookupError):
            continue
        if str(folder).encode() in line:
            found.append(entry)
    return found


# What a scanner does all day


def test_a_page_on_the_glass_is_an_a4_page_at_300_dpi(peer, pipes):
    with SaneScanner("test:1", config_dir=peer.config_dir, pipes_dir=pipes) as scanner:
        (page,) = scanner.scan(Source.FLATBED)
    assert page.shape == (3507, 2480, 3)
    assert page.dtype == np.uint8
    assert page.std() > 50, "the colour pattern"


def test_the_page_is_what_the_program_itself_writes_to_a_file(peer, scanner, tmp_path):
    with scanner:
        (page,) = scanner.scan(Source.FLATBED, Mode.COLOUR)
    file = tmp_path / "page.ppm"
    command = ["scanimage", "-d", "test:1", "--mode=Color", "--resolution=50", "--format=pnm"]
    subprocess.run(
        [*command, "-x", "210", "-y", "297", "-o", file],
        env={**os.environ, "SANE_CONFIG_DIR": str(peer.config_dir)},
        check=True,
    )
    with Image.open(file) as picture:
        expected = np.asarray(picture)[:, :, ::-1]
    assert np.array_equal(page, expected)


def test_grey_pages_have_one_sample_a_pixel(scanner):
    with scanner:
        (page,) = scanner.scan(Source.FLATBED, Mode.GREY)
    assert page.shape == (584, 413)


def test_lineart_is_black_and_white_and_nothing_between(peer, scanner):
    peer.set(test_picture="Grid")
    with scanner:
        (page,) = scanner.scan(Source.FLATBED, Mode.LINEART)
    assert page.shape == (584, 413)
    assert np.unique(page).tolist() == [0, 255]


def test_the_feeder_gives_pages_until_it_is_empty(scanner):
    with scanner:
        pages = list(scanner.scan(Source.FEEDER, Mode.GREY))
        assert len(pages) == STACK_SHEETS
        assert all(page.shape == (584, 413) for page in pages)
        assert scanner.status().condition is Condition.OK


def test_an_empty_feeder_is_an_answer_not_an_error(peer, scanner):
    peer.fail("SANE_STATUS_NO_DOCS")
    with scanner:
        assert list(scanner.scan(Source.FEEDER)) == []


def test_no_more_pages_are_drawn_in_than_are_wanted(scanner):
    with scanner:
        assert len(list(scanner.scan(Source.FEEDER, max_pages=3))) == 3


def test_pages_can_be_called_off_between_two_sheets(scanner, pipes):
    cancelled = threading.Event()
    with scanner:
        pages = scanner.scan(Source.FEEDER, cancelled=cancelled)
        next(pages)
        assert scanner.status().condition is Condition.BUSY
        cancelled.set()
        assert list(pages) == []
        assert programs_of(pipes) == []
        assert len(list(scanner.scan(Source.FEEDER))) == STACK_SHEETS


def test_a_page_can_be_called_off_in_its_middle(peer, scanner, pipes):
    peer.set(read_delay="true", read_delay_duration="200000", read_limit="true")
    cancelled = threading.Event()
    with scanner:
        threading.Timer(0.5, cancelled.set).start()
        assert list(scanner.scan(Source.FLATBED, cancelled=cancelled)) == []
    assert cancelled.is_set()
    assert programs_of(pipes) == []


@pytest.mark.parametrize("way", ["close", "forget", "again", "leave"])
def test_pages_that_nobody_waits_for_leave_no_program_behind(scanner, pipes, way):
    with scanner:
        pages = scanner.scan(Source.FEEDER, Mode.GREY)
        next(pages)
        assert programs_of(pipes) != []
        if way == "close":
            pages.close()
        elif way == "forget":
            del pages
        elif way == "again":
            assert len(list(scanner.scan(Source.FLATBED))) == 1
            assert list(pages) == []
        if way != "leave":
            assert programs_of(pipes) == []
            assert scanner.status().condition is Condition.OK
    assert programs_of(pipes) == []


@pytest.mark.parametrize(
    "settings",
    [
        {"three_pass": "true"},
        {"fuzzy_parameters": "true"},
        {"read_limit": "true", "read_limit_size": "1000"},
        {"non_blocking": "true"},
        {"select_fd": "true"},
    ],
)
def test_the_manners_of_a_backend_do_not_show_in_the_page(peer, scanner, settings):
    peer.set(test_picture="Solid white", **settings)
    with scanner:
        (page,) = scanner.scan(Source.FLATBED)
    assert page.shape[0] == 584
    assert page.shape[1] == 413
    assert page.min() == 255


def test_a_page_whose_length_shows_only_at_its_end_is_a_page(peer, scanner):
    peer.set(hand_scanner="true", test_picture="Solid white")
    with scanner:
        (page,) = scanner.scan(Source.FLATBED, Mode.GREY)
    assert page.ndim == 2
    assert page.min() == 255


def test_options_of_a_maker_reach_the_backend(peer, pipes):
    white = SaneScanner(
        "test:*",
        resolution_dpi=50,
        options={"test-picture": "Solid white"},
        config_dir=peer.config_dir,
        pipes_dir=pipes,
    )
    with white:
        (page,) = white.scan(Source.FLATBED)
    assert page.min() == 255


def test_the_status_names_the_scanner(scanner):
    with scanner:
        status = scanner.status()
    assert status.condition is Condition.OK
    assert "frontend-tester at test:1" in status.detail


def test_the_same_scanner_object_can_be_opened_again(scanner):
    for _ in range(2):
        with scanner:
            assert len(list(scanner.scan(Source.FLATBED, Mode.GREY))) == 1


def test_the_environment_of_the_terminal_is_left_alone(scanner):
    before = dict(os.environ)
    with scanner:
        list(scanner.scan(Source.FLATBED, Mode.GREY))
    assert dict(os.environ) == before


def test_a_crash_could_not_write_a_page_to_the_disk(scanner, pipes):
    with scanner:
        pages = scanner.scan(Source.FEEDER, Mode.GREY)
        next(pages)
        (program,) = programs_of(pipes)
        limits = (program / "limits").read_text().splitlines()
    (core,) = [line.split() for line in limits if line.startswith("Max core file size")]
    assert core[4:6] == ["0", "0"]


def test_a_page_lies_in_no_file_at_any_time(peer, scanner, pipes):
    with scanner:
        for _ in scanner.scan(Source.FEEDER, Mode.GREY, max_pages=3):
            (folder,) = pipes.iterdir()
            assert folder.stat().st_mode & 0o077 == 0
            assert list(folder.iterdir()) == []


# What can go wrong, in the words of the real program


@pytest.mark.parametrize(
    ("status", "fault", "remedy"),
    [
        ("UNSUPPORTED", ScannerSetupError, Remedy.TECHNICIAN),
        ("INVAL", ScannerSetupError, Remedy.TECHNICIAN),
        ("DEVICE_BUSY", ScannerBusyError, Remedy.RETRY),
        ("JAMMED", PaperJamError, Remedy.ATTENDANT),
        ("COVER_OPEN", ScannerCoverOpenError, Remedy.ATTENDANT),
        ("ACCESS_DENIED", ScannerForbiddenError, Remedy.TECHNICIAN),
        ("IO_ERROR", ScanFailedError, Remedy.RETRY),
        ("NO_MEM", ScanFailedError, Remedy.RETRY),
        ("CANCELLED", ScanFailedError, Remedy.RETRY),
        ("EOF", GarbledReplyError, Remedy.RETRY),  # a page without a single line
    ],
)
def test_each_status_of_sane_has_its_fault(peer, scanner, status, fault, remedy):
    with scanner:
        peer.fail(f"SANE_STATUS_{status}")
        with pytest.raises(DeviceError) as raised:
            list(scanner.scan(Source.FEEDER))
        assert type(raised.value) is fault
        assert raised.value.remedy is remedy
        peer.fail("Default")
        assert len(list(scanner.scan(Source.FLATBED))) == 1, "and it works again when mended"


def test_a_backend_that_sends_more_than_it_announced_sends_no_page(peer, scanner):
    peer.set(ppl_loss="7")
    with scanner, pytest.raises(GarbledReplyError, match="more came"):
        list(scanner.scan(Source.FLATBED))


def test_no_scanner_is_said_when_opening(peer, scanner):
    peer.unplug_all()
    with pytest.raises(DeviceAbsentError, match="no scanner test:1"), scanner:
        pass


def test_some_other_scanner_will_not_do(peer, scanner):
    peer.unplug()
    with pytest.raises(DeviceAbsentError, match="SANE finds: test:0"), scanner:
        pass


def test_a_scanner_unplugged_while_it_is_open_is_absent_and_comes_back(peer, scanner):
    with scanner:
        peer.unplug()
        assert scanner.status().condition is Condition.ABSENT
        with pytest.raises(DeviceAbsentError):
            list(scanner.scan(Source.FLATBED))
        peer.plug()
        assert scanner.status().condition is Condition.OK
        assert len(list(scanner.scan(Source.FLATBED))) == 1


def test_a_crash_of_the_real_backend_stays_in_its_process(peer, scanner):
    with scanner:
        peer.crash()
        assert scanner.status().condition is Condition.FAULT
        with pytest.raises(ScanFailedError, match="SIGSEGV"):
            list(scanner.scan(Source.FLATBED))
        peer.plug()
        assert len(list(scanner.scan(Source.FLATBED))) == 1


def test_a_page_that_takes_too_long_is_a_hung_scanner(peer, pipes):
    scanner = SaneScanner(
        "test:1",
        resolution_dpi=50,
        page_timeout_s=0.5,
        config_dir=peer.config_dir,
        pipes_dir=pipes,
    )
    peer.set(read_delay="true", read_delay_duration="200000", read_limit="true")
    with scanner, pytest.raises(ScannerHungError):
        list(scanner.scan(Source.FLATBED))
    assert programs_of(pipes) == []


def test_an_option_that_the_backend_does_not_know_is_for_the_technician(peer, pipes):
    wrong = SaneScanner(
        "test:1", options={"colour": "mauve"}, config_dir=peer.config_dir, pipes_dir=pipes
    )
    with wrong, pytest.raises(ScannerSetupError, match="colour"):
        list(wrong.scan(Source.FLATBED))


def test_what_the_scanner_does_not_offer_is_for_the_technician(peer, scanner, pipes):
    with scanner, pytest.raises(ScannerSetupError, match="offers no feeder-duplex"):
        list(scanner.scan(Source.FEEDER_DUPLEX))
    fine = SaneScanner("test:1", resolution_dpi=9600, config_dir=peer.config_dir, pipes_dir=pipes)
    with fine, pytest.raises(ScannerSetupError, match="9600"):
        list(fine.scan(Source.FLATBED))


def test_a_machine_without_scanimage_is_for_the_technician(pipes):
    missing = SaneScanner(program=("/no/such/scanimage",), pipes_dir=pipes)
    with pytest.raises(ScannerSetupError, match="sane-utils"), missing:
        pass


def test_a_machine_without_memory_for_pipes_is_for_the_technician(peer, tmp_path):
    scanner = SaneScanner("test:1", config_dir=peer.config_dir, pipes_dir=tmp_path / "none")
    with scanner, pytest.raises(ScannerSetupError, match="pipes"):
        list(scanner.scan(Source.FLATBED))


# What only a stand-in does


def test_the_stand_in_is_a_scanner_when_nothing_is_wrong_with_it(faulty):
    with faulty("none") as scanner:
        pages = list(scanner.scan(Source.FEEDER, Mode.GREY))
        assert scanner.status().detail == "Closed S-2 at stand:1"
    assert [page.shape for page in pages] == [(HEIGHT_PX, WIDTH_PX)] * SHEETS


def test_a_scanner_that_knows_only_finer_pages_gives_those(faulty):
    with faulty("none", resolution_dpi=60) as scanner:
        pages = list(scanner.scan(Source.FEEDER, Mode.GREY))
    assert [page.shape for page in pages] == [(HEIGHT_PX, WIDTH_PX)] * SHEETS


@pytest.mark.parametrize(
    ("fault", "error", "remedy"),
    [
        ("crash", ScanFailedError, Remedy.RETRY),
        ("stall", ScannerHungError, Remedy.ATTENDANT),
        ("flood", GarbledReplyError, Remedy.RETRY),
        ("chatter", GarbledReplyError, Remedy.RETRY),
        ("garbage", GarbledReplyError, Remedy.RETRY),
        ("half", GarbledReplyError, Remedy.RETRY),
        ("huge", GarbledReplyError, Remedy.RETRY),
        ("mute", ScanFailedError, Remedy.RETRY),
        ("words", ScanFailedError, Remedy.RETRY),
        ("jam", PaperJamError, Remedy.ATTENDANT),
        ("double_feed", DoubleFeedError, Remedy.RESIDENT),
        ("double_feed_words", DoubleFeedError, Remedy.RESIDENT),
    ],
)
def test_each_fault_has_its_name_and_who_can_mend_it(faulty, pipes, fault, error, remedy):
    page_timeout_s = 1.0 if error is ScannerHungError else WAIT_S
    with faulty(fault, page_timeout_s=page_timeout_s) as scanner:
        with pytest.raises(DeviceError) as raised:
            list(scanner.scan(Source.FEEDER, Mode.GREY))
        assert type(raised.value) is error
        assert raised.value.remedy is remedy
        assert programs_of(pipes) == []


@pytest.mark.parametrize(
    ("fault", "error", "condition"),
    [
        ("busy", ScannerBusyError, Condition.BUSY),
        ("forbidden", ScannerForbiddenError, Condition.FAULT),
    ],
)
def test_a_scanner_that_cannot_be_opened_says_why(faulty, fault, error, condition):
    scanner = faulty(fault)
    with pytest.raises(error), scanner:
        pass
    assert scanner.status().condition is condition


def test_an_open_cover_shows_in_the_status(faulty):
    with faulty("cover") as scanner:
        status = scanner.status()
    assert status.condition is Condition.FAULT
    assert "cover" in status.detail


def test_a_program_that_will_not_end_is_killed_with_its_children(faulty, tmp_path, monkeypatch):
    monkeypatch.setenv(CHILD_FILE, str(tmp_path / "child"))
    with (
        faulty("hang", page_timeout_s=1.0) as scanner,
        pytest.raises(ScannerHungError),
    ):
        list(scanner.scan(Source.FEEDER))
    assert gone(int((tmp_path / "child").read_text()))


def test_a_scanner_that_hangs_when_asked_is_found_out(faulty, tmp_path, monkeypatch):
    monkeypatch.setenv(CHILD_FILE, str(tmp_path / "child"))
    with pytest.raises(ScannerHungError), faulty("hang_asked", answer_timeout_s=2.0):
        pass
    assert gone(int((tmp_path / "child").read_text()))


def test_a_child_that_holds_every_pipe_holds_nothing_up(faulty, tmp_path, monkeypatch):
    monkeypatch.setenv(CHILD_FILE, str(tmp_path / "child"))
    with faulty("orphan", page_timeout_s=WAIT_S) as scanner:
        assert len(list(scanner.scan(Source.FEEDER, Mode.GREY))) == SHEETS
    assert gone(int((tmp_path / "child").read_text()))


def test_the_stand_in_is_a_program_of_its_own():
    listed = subprocess.run(
        [sys.executable, STAND_IN, "none", "-f", "%d|%m%n"], capture_output=True, check=True
    )
    assert listed.stdout.splitlines()[-1] == b"stand:1|S-2"
