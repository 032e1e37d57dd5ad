"""A sheet is taken from a scanner with a feeder or a glass: SANE's own test scanner."""

import io
import shutil
import threading

import numpy as np
import pytest
from PIL import Image

from config import texts
from devices.page_flattening import A4_PX, Paper
from devices.sane_scanner import SaneScanner
from devices.scanner_options import ScannerSetupError, Source
from kiosk.visits.events import PageSeen, PageTaken
from kiosk.visits.visit import Visit
from kiosk.visits.worker import Job
from kiosk.works.scanning import BOTH_SIDES
from kiosk.works.sheets import FEED, LAY, LAY_CARD, scan_sheet
from sandbox.sane_scanner import SaneTestScanner

DPI = 50  # small pages, for speed


@pytest.fixture
def scanner(tmp_path):
    assert shutil.which("scanimage"), "apt-get install sane-utils libsane1"
    peer = SaneTestScanner(tmp_path / "sane.d")
    with SaneScanner(
        "test:1", resolution_dpi=DPI, config_dir=peer.config_dir, pipes_dir=tmp_path
    ) as scanner:
        yield scanner


def test_a_sheet_in_the_feeder_is_taken_and_is_an_a4_page(scanner):
    taken = scan_sheet(DPI)(Visit(7))(scanner, Job(7, lambda _: None))
    assert isinstance(taken, PageTaken)
    assert (taken.visit, taken.paper) == (7, Paper.A4)
    with Image.open(io.BytesIO(taken.page)) as page:
        assert page.format == "JPEG"
        assert page.size[0] / page.size[1] == pytest.approx(A4_PX[0] / A4_PX[1], abs=0.01)


def test_a_page_bears_its_mark_before_it_is_a_picture(scanner):
    seen = []

    def mark(page):
        seen.append(page.shape)
        return page // 2

    taken = scan_sheet(DPI, lambda _: mark)(Visit(7))(scanner, Job(7, lambda _: None))
    assert isinstance(taken, PageTaken)
    assert len(seen) == 1
    assert seen[0][1] == pytest.approx(A4_PX[0], abs=60)


class Habits:
    """The scanner, with a feeder that is empty at first, or with none."""

    def __init__(self, scanner, empty=0, feeder=True):
        self.scanner, self.empty, self.feeder = scanner, empty, feeder

    def scan(self, source, **more):
        if source is Source.FEEDER and not self.feeder:
            raise ScannerSetupError("no such source: feeder")
        if self.empty:
            self.empty -= 1
            return iter(())
        return self.scanner.scan(source, **more)


def test_an_empty_feeder_is_waited_for_and_what_to_do_is_said_once(scanner):
    told = []
    taken = scan_sheet(DPI)(Visit(7))(Habits(scanner, empty=2), Job(7, told.append))
    assert isinstance(taken, PageTaken)
    assert told == [PageSeen(7, FEED, good=False, corners=())]


def test_where_there_is_no_feeder_the_page_is_to_be_laid_on_the_glass(scanner):
    told = []
    work = scan_sheet(DPI, lay_s=0.0)(Visit(7))
    taken = work(Habits(scanner, feeder=False), Job(7, told.append))
    assert isinstance(taken, PageTaken)
    assert told == [PageSeen(7, LAY, good=False, corners=())]


def test_whoever_goes_away_from_the_scanner_stops_it(scanner):
    stopped = threading.Event()
    stopped.set()
    work = scan_sheet(DPI)(Visit(7))
    assert work(scanner, Job(7, lambda _: None, stopped)) is None


class Glass(Habits):
    """A scanner with a glass and no feeder; what is laid on it is told by its grey."""

    def __init__(self):
        super().__init__(None, feeder=False)
        self.laid = iter((60, 120))

    def scan(self, source, **_more):
        if source is Source.FEEDER:
            raise ScannerSetupError("no such source: feeder")
        page = np.full((585, 413, 3), 250, np.uint8)
        page[:292] = next(self.laid)
        return iter([page])


def test_both_sides_of_a_card_on_the_glass_become_the_halves_of_one_page():
    told = []
    work = scan_sheet(DPI, lay_s=0.0, sides=lambda _: BOTH_SIDES)(Visit(7))
    taken = work(Glass(), Job(7, told.append))
    assert isinstance(taken, PageTaken)
    assert [event.finding for event in told] == [f"{LAY_CARD}_{side}" for side in BOTH_SIDES]
    page = np.asarray(Image.open(io.BytesIO(taken.page)).convert("L"))
    quarter = page.shape[0] // 4
    assert (page[quarter].mean(), page[3 * quarter].mean()) == pytest.approx((60, 120), abs=3)


def test_both_sides_are_laid_on_the_glass_of_the_test_scanner(scanner):
    work = scan_sheet(DPI, lay_s=0.0, sides=lambda _: BOTH_SIDES)(Visit(7))
    taken = work(scanner, Job(7, lambda _: None))
    assert isinstance(taken, PageTaken)
    with Image.open(io.BytesIO(taken.page)) as page:
        assert page.size[0] / page.size[1] == pytest.approx(A4_PX[0] / A4_PX[1], abs=0.01)


def test_a_scanner_without_a_glass_takes_a_sheet_that_has_both_sides(scanner):
    class FeederAlone(Habits):
        def scan(self, source, **more):
            if source is Source.FLATBED:
                raise ScannerSetupError("no such source: flatbed")
            return self.scanner.scan(source, **more)

    work = scan_sheet(DPI, lay_s=0.0, sides=lambda _: BOTH_SIDES)(Visit(7))
    assert isinstance(work(FeederAlone(scanner), Job(7, lambda _: None)), PageTaken)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_what_to_do_with_the_paper_has_a_sentence(language):
    words = texts.load(language)
    assert words[f"page.{FEED}"]
    assert words[f"page.{LAY}"]
    assert all(words[f"page.{LAY_CARD}_{side}"] for side in BOTH_SIDES)
