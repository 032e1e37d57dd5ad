"""The scanner driver before SANE's own test backend, and before a `scanimage` that misbehaves.

The first is the real program with a scanner of its own; the second stands in for what that scanner
cannot do: see sandbox/scanimage.py.
"""

import os
import subprocess
import threading

import numpy as np
import pytest
from PIL import Image

from devices.base import Condition
from devices.sane_scanner import SaneScanner
from devices.scanner_options import Mode, Source
from sandbox.sane_scanner import STACK_SHEETS
from tests.devices.scanner.programs import programs_of


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
