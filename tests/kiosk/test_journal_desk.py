"""`main.py journal`, as a technician and an auditor use it."""

import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from offline_cache import database
from offline_cache.journal import Journal, JournalEvent

ROOT = Path(__file__).resolve().parents[2]
SETTINGS = (ROOT / "config" / "kiosk.toml").read_text("utf-8")


@pytest.fixture
def terminal(tmp_path):
    """A settings file whose terminal has a journal of two lines."""
    config = tmp_path / "kiosk.toml"
    config.write_text(SETTINGS.replace("../var/state", "state"), "utf-8")
    with closing(database.begin(tmp_path / "state" / "store.db").connection) as store:
        journal = Journal(store)
        journal.note(JournalEvent.STARTED)
        journal.note(JournalEvent.STOPPED)
    return config


def main(*words):
    command = [sys.executable, "main.py", "journal", *map(str, words)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)
    return done.returncode, done.stdout + done.stderr


def test_a_journal_is_exported_checked_elsewhere_and_a_change_is_named(terminal, tmp_path):
    file = tmp_path / "journal.jsonl"
    code, said = main("export", file, "--config", terminal)
    assert (code, "2 lines" in said) == (0, True)
    key = said.split()[-1]

    code, said = main("verify", file, "--key", key)
    assert (code, "whole: 2 lines of terminal 522401" in said) == (0, True)
    assert main("verify", file, "--key", "00" * 32)[0] == 1

    file.write_text(file.read_text().replace('"stopped"', '"started"'))
    code, said = main("verify", file)
    assert (code, "line 2 of the journal does not fit" in said) == (1, True)
    assert "Traceback" not in said


def test_a_file_that_is_there_is_not_written_over(terminal, tmp_path):
    file = tmp_path / "journal.jsonl"
    file.write_text("something of somebody")
    code, said = main("export", file, "--config", terminal)
    assert (code, said.count("\n")) == (2, 1)
    assert file.read_text() == "something of somebody"


@pytest.mark.parametrize("words", [("verify", "missing"), ("verify", "missing", "--key", "zz")])
def test_what_cannot_be_checked_is_one_line(words):
    code, said = main(*words)
    assert (code, said.count("\n")) == (2, 1)
