"""What goes wrong with a scanner: in the words of the real program, and as only a stand-in can."""

import subprocess
import sys
import time
from pathlib import Path

import pytest

from devices.base import Condition, DeviceAbsentError, DeviceError, GarbledReplyError, Remedy
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
from sandbox.scanimage import CHILD_FILE, HEIGHT_PX, SHEETS, WIDTH_PX
from tests.devices.scanner.programs import programs_of

WAIT_S = 30
STAND_IN = Path(__file__).parents[3] / "sandbox" / "scanimage.py"


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
