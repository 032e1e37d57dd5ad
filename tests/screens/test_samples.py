"""The samples reach every page and every message that the flow can show."""

import os
import subprocess
import sys
from pathlib import Path
from typing import get_args

import pytest

from config import texts
from kiosk.makers import page_makers
from kiosk.visits import form_pages, pages
from kiosk.visits.pages import MessagePage
from screens.samples import samples
from screens.setup import Display

ROOT = Path(__file__).resolve().parents[2]
NOT_YET: set[type] = set()


def test_there_is_a_sample_of_every_page_and_every_overlay():
    views = samples("zh", large=False).values()
    shown = {type(view.page) for view in views}
    assert shown >= set(get_args(pages.Page))
    assert set(get_args(form_pages.FormPage)) - shown <= NOT_YET
    assert {view.overlay for view in views} - {None} == set(pages.Overlay)


def test_every_message_of_the_flow_has_a_sample():
    named = {name.removeprefix("07-").partition("-")[0] for name in samples("zh", large=False)}
    made = page_makers.makers("", lambda: None)
    messages = {
        name
        for name, make in made.items()
        if {"message", "_of_result"} & set(make.__qualname__.split("."))
    }
    assert messages
    assert messages <= named


def test_every_text_that_a_sample_names_is_there():
    for language in ("zh", "en"):
        words = texts.load(language)
        for name, view in samples(language, large=False).items():
            if isinstance(view.page, MessagePage):
                keys = [view.page.title, view.page.body, *(one.label for one in view.page.actions)]
                assert [key for key in keys if key not in words] == [], name


def test_a_millimetre_is_what_the_diagonal_makes_it():
    panel = Display(Path(), 1080, 1920, 21.5)
    assert panel.dots_per_inch / 25.4 == pytest.approx(4.0339, abs=1e-4)


def test_the_window_is_prepared_without_touching_the_home_directory(tmp_path):
    program = (
        "import sys; from pathlib import Path; from screens.setup import Display, prepare;"
        "prepare(Display(Path(sys.argv[1]) / 'kivy'));"
        "import kivy; from kivy.config import Config; from kivy.metrics import mm;"
        "print(round(mm(20)), Config.get('input', 'mouse'), Config.get('graphics', 'multisamples'),"
        " Config.get('kivy', 'exit_on_escape'), Config.get('graphics', 'show_cursor'))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path)],
        cwd=ROOT,
        env={**os.environ, "HOME": str(tmp_path / "home")},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert done.stdout.split() == ["81", "mouse,disable_multitouch", "0", "0", "0"]
    assert not (tmp_path / "home").exists()
