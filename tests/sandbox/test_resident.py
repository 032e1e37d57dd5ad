"""The resident's eyes and hands: what they make of a page map, and what reaches a display."""

import json
import os
import select
import struct
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from sandbox import framebuffer
from sandbox.resident import Eyes, Hands, Resident, ResidentError, Sight, Touch, TouchAt, Until
from sandbox.resident import sight as read_sight
from sandbox.stage import Actor, StageError
from sandbox.visits import certify

PAGE = {
    "serial": 4,
    "acted": 2,
    "visit": 1,
    "step": "certify/person",
    "page": "ConfirmPersonPage",
    "overlay": None,
    "language": "zh",
    "large": False,
    "size": [1080, 1920],
    "controls": [
        {
            "name": "Confirmed",
            "kind": "Key",
            "x": 48,
            "y": 1500,
            "w": 984,
            "h": 113,
            "enabled": True,
        },
        {
            "name": "Declined",
            "kind": "Key",
            "x": 48,
            "y": 1650,
            "w": 484,
            "h": 113,
            "enabled": False,
        },
    ],
}


@pytest.fixture
def page_map(tmp_path: Path) -> Path:
    file = tmp_path / "page-map.json"
    file.write_text(json.dumps(PAGE))
    return file


class Finger(Hands):
    """Remembers where it touched."""

    def __init__(self) -> None:
        self.touched: list[tuple[int, int]] = []

    def touch(self, x: int, y: int, press_s: float = 0) -> None:
        self.touched.append((x, y))


def resident(hands: Hands, page_map: Path) -> Resident:
    return Resident(hands, Eyes(page_map), None)  # type: ignore[arg-type]


def test_a_page_map_is_read_as_it_is_written() -> None:
    seen = read_sight(json.dumps(PAGE), 12.5)
    assert (seen.step, seen.page, seen.size) == (
        "certify/person",
        "ConfirmPersonPage",
        (1080, 1920),
    )
    confirmed = seen.control("Confirmed")
    assert confirmed is not None
    assert confirmed.middle == (540, 1556)
    assert seen.control("Back") is None


def test_a_terminal_that_has_drawn_nothing_shows_nothing(tmp_path: Path) -> None:
    assert Eyes(tmp_path / "none.json").look() is None


def test_a_page_is_known_by_its_step_and_by_its_name(page_map: Path) -> None:
    eyes = resident(Finger(), page_map)
    assert eyes.until("certify/person") == eyes.until("ConfirmPersonPage")


def test_who_waits_in_vain_hears_what_is_on_the_screen_instead(page_map: Path) -> None:
    with pytest.raises(ResidentError, match=r"no certify/face .* shows ConfirmPersonPage"):
        resident(Finger(), page_map).until("certify/face", timeout_s=0)


def test_waiting_ends_when_it_makes_no_sense_any_more(page_map: Path) -> None:
    def gone() -> None:
        raise StageError("the terminal ended")

    with pytest.raises(StageError, match="the terminal ended"):
        Eyes(page_map, gone).until(lambda _: False, "anything", 60)


def test_a_control_is_touched_in_its_middle(page_map: Path) -> None:
    finger = Finger()
    resident(finger, page_map).go([Until("certify/person"), Touch("Confirmed"), TouchAt(0.5, 0.25)])
    assert finger.touched == [(540, 1556), (540, 480)]


def test_a_control_that_is_grey_is_not_touched(page_map: Path) -> None:
    finger = Finger()
    with pytest.raises(ResidentError, match="no Declined"):
        resident(finger, page_map).touch("Declined", timeout_s=0)
    assert not finger.touched


class MovingPage(Eyes):
    """The page moves when it has been looked at."""

    def __init__(self, page_map: Path, moved: str) -> None:
        super().__init__(page_map)
        self._file, self._moved = page_map, moved

    def look(self) -> Sight | None:
        seen = super().look()
        self._file.write_text(self._moved)
        return seen


def test_a_control_is_touched_where_it_is_when_the_finger_comes(page_map: Path) -> None:
    finger = Finger()
    moved = json.loads(json.dumps(PAGE))
    moved["controls"][0]["y"] = 100
    eyes = MovingPage(page_map, json.dumps(moved))
    Resident(finger, eyes, None).touch("Confirmed")  # type: ignore[arg-type]
    assert finger.touched == [(540, 156)]


def test_a_visit_names_only_steps_of_its_own_flow() -> None:
    flows = {act.where.split("/")[0] for act in certify("p01") if isinstance(act, Until)}
    assert flows == {"lobby", "certify"}


def dump(rows: np.ndarray, *, bits: int = 32, colours: int = 3) -> bytes:
    """A window dump as X11/XWDFile.h has it: 25 words, a name, colours, rows with padding."""
    height, width, _ = rows.shape
    name = b"screen\0\0"
    words = [100 + len(name), 7, 2, 24, width, height, 0, 0, 32, 0, 32, bits, 4 * width + 8]
    words += [4, 0xFF0000, 0xFF00, 0xFF, 8, 256, colours, width, height, 0, 0, 0]
    padded = np.zeros((height, width + 2, 4), np.uint8)
    padded[:, :width, 2::-1] = rows
    return struct.pack(">25I", *words) + name + bytes(12 * colours) + padded.tobytes()


def test_the_pixels_of_a_screen_are_read_as_they_are() -> None:
    rows = np.random.default_rng(1).integers(0, 256, (4, 5, 3), np.uint8)
    assert np.array_equal(framebuffer.pixels(dump(rows)), rows)


def test_a_file_that_is_no_screen_is_refused() -> None:
    rows = np.zeros((4, 5, 3), np.uint8)
    for bad in (b"", dump(rows)[:90], dump(rows)[:-1], dump(rows, bits=16)):
        with pytest.raises(framebuffer.FramebufferError):
            framebuffer.pixels(bad)


@pytest.fixture
def display(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    told, tells = os.pipe()
    xvfb = subprocess.Popen(
        [
            *("Xvfb", "-displayfd", str(tells), "-fbdir", str(tmp_path)),
            *("-nolisten", "tcp", "-screen", "0", "320x240x24"),
        ],
        pass_fds=(tells,),
        stderr=subprocess.DEVNULL,
    )
    os.close(tells)
    try:
        assert select.select([told], [], [], 60)[0]
        yield f":{os.read(told, 16).decode().strip()}", tmp_path / "Xvfb_screen0"
    finally:
        os.close(told)
        xvfb.terminate()
        xvfb.wait()


def test_a_finger_reaches_the_display_where_it_was_put(display: tuple[str, Path]) -> None:
    name, _ = display
    with Hands(name) as hands:
        hands.touch(50, 60, press_s=0)
        hands.slide(10, 20, 200, 100, press_s=0)
        where = subprocess.run(
            ["xdotool", "getmouselocation"],
            env={**os.environ, "DISPLAY": name},
            capture_output=True,
            text=True,
            check=True,
        )
    assert where.stdout.startswith("x:200 y:100 ")


def test_an_empty_screen_is_a_black_picture(display: tuple[str, Path]) -> None:
    shown = framebuffer.picture(display[1])
    assert shown.size == (320, 240)
    assert shown.getpixel((5, 5)) == (0, 0, 0)


def test_a_finger_without_a_display_says_so() -> None:
    with Hands(":999") as hands, pytest.raises(ResidentError, match=":999"):
        hands.touch(1, 1)


def test_an_actor_that_ends_by_itself_is_quoted(tmp_path: Path) -> None:
    words = "print('first'); print('no such printer'); raise SystemExit(3)"
    actor = Actor("terminal", [sys.executable, "-c", words], tmp_path / "terminal.log", {})
    actor.process.wait(60)
    with pytest.raises(StageError, match=r"terminal ended with 3[\s\S]*no such printer"):
        actor.check()


def test_an_actor_is_asked_to_end_and_can_be_killed(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "import time; time.sleep(600)"]
    patient = Actor("terminal", command, tmp_path / "a.log", {})
    assert patient.end() == -15
    struck = Actor("terminal", command, tmp_path / "a.log", {})
    struck.kill()
    assert struck.process.returncode == -9


def test_a_sight_says_in_words_what_is_there() -> None:
    seen: Sight = read_sight(json.dumps(PAGE), 0)
    assert str(seen) == "ConfirmPersonPage (certify/person) with Confirmed, Declined"
