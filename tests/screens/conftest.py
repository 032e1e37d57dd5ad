"""A real window on a screen of its own, and a finger."""

import json
import os
import queue
import subprocess
import sys
import threading
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_S = 100


@contextmanager
def virtual_screen(width, height):
    """The name of a free display."""
    read_end, write_end = os.pipe()
    command = ["Xvfb", "-displayfd", str(write_end), "-screen", "0", f"{width}x{height}x24"]
    with subprocess.Popen(
        [*command, "-nolisten", "tcp"], pass_fds=[write_end], stderr=subprocess.DEVNULL
    ) as server:
        os.close(write_end)
        with os.fdopen(read_end) as answer:
            display = f":{answer.readline().strip()}"
        try:
            yield display
        finally:
            server.terminate()


class Window:
    """The program behind the window: what it was told, where its controls are, a finger on it."""

    def __init__(self, program, display, page_map):
        self._program, self._display, self._map = program, display, page_map
        self._lines = queue.Queue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self):
        for line in self._program.stdout:
            self._lines.put(json.loads(line))

    def next_line(self):
        return self._lines.get(timeout=PATIENCE_S)

    def tell(self, *words):
        print(*words, file=self._program.stdin, flush=True)

    def show(self, name, language="zh", large=False):
        """Returns what the page map says then."""
        self.tell("show", name, language, int(large))
        while self.next_line().get("shown") != name:
            pass
        return self.page_map()

    def page_map(self):
        return json.loads(self._map.read_text())

    def finger(self, *actions):
        """Like xdotool: `mousemove X Y`, `mousedown 1`, `mouseup 1`. Returns once the display has
        dealt with them: it answers in order.
        """
        environment = {**os.environ, "DISPLAY": self._display}
        words = [str(word) for action in actions for word in action.split()]
        subprocess.run(
            ["xdotool", *words, "getmouselocation"],
            env=environment,
            check=True,
            stdout=subprocess.DEVNULL,
            timeout=PATIENCE_S,
        )

    def told_until_quiet(self):
        """Types of the events, in order, of all that was touched before."""
        self.tell("settle")
        told = []
        while not (line := self.next_line()).get("settled"):
            told.append(line["told"])
        return told


@contextmanager
def started(tmp_path, width, height, program="window_program.py"):
    """`program`: which one of this folder shows something in the window."""
    page_map = tmp_path / "map.json"
    with virtual_screen(width, height) as display:
        command = [sys.executable, str(Path(__file__).with_name(program))]
        running = subprocess.Popen(
            [*command, str(tmp_path / "kivy"), str(page_map), str(width), str(height)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            env={**os.environ, "DISPLAY": display, "PYTHONPATH": str(ROOT)},
        )
        try:
            yield Window(running, display, page_map)
        finally:
            running.stdin.close()
            running.wait(PATIENCE_S)
            running.stdout.close()


@pytest.fixture(scope="module")
def window(tmp_path_factory):
    with started(tmp_path_factory.mktemp("window"), 1080, 1920) as shown:
        yield shown


def middle(page_map, name):
    """Where to touch a control, as xdotool takes it."""
    control = next(one for one in page_map["controls"] if one["name"] == name)
    return control["x"] + control["w"] // 2, control["y"] + control["h"] // 2
