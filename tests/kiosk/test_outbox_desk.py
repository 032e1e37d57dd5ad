"""What was set aside is listed for people who look after the terminal, and put back by them."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from config.settings import Settings, load
from kiosk.desks.outbox_desk import OutboxDeskError, listed, put_back
from offline_cache.database import begin, connect
from offline_cache.outbox import Limits, Outbox
from offline_cache.submission import Problem, State, Submission
from tests.platform_kit import new_key

ROOT = Path(__file__).resolve().parents[2]
SETTINGS = (ROOT / "config" / "kiosk.toml").read_text("utf-8")
TERMINAL = "522401"  # as those settings have it
ITEM = "2020-35/1/2"


@pytest.fixture
def config(tmp_path: Path) -> Path:
    file = tmp_path / "kiosk.toml"
    file.write_text(SETTINGS.replace("../var/state", "state"), "utf-8")
    return file


@pytest.fixture
def given(config: Path) -> Settings:
    return load(config)


@pytest.fixture
def outbox(tmp_path: Path) -> Iterator[Outbox]:
    store = tmp_path / "state" / "store.db"
    begin(store).connection.close()
    with closing(Outbox(connect(store), TERMINAL, Limits(disk_free_bytes=0))) as outbox:
        yield outbox


def kept(outbox: Outbox, case: str = "") -> tuple[str, str]:
    key = new_key()
    box = b"a sealed box"
    return key, outbox.keep(Submission(key, "application", ITEM, box, "k1", "suite", case)).number


def test_a_line_says_the_number_the_service_why_and_how_many_wait_behind_it(
    outbox: Outbox, given: Settings
) -> None:
    case = new_key()
    first, number = kept(outbox, case)
    kept(outbox, case), kept(outbox)
    outbox.set_aside(first, Problem.KEY_UNKNOWN)
    head, line = listed(given)
    assert head == "2 waiting, 1 of them held; 1 set aside"
    assert line.startswith(f"{number}  application {ITEM}  kept ")
    assert "ask for the old key's return" in line
    assert line.endswith("1 of its case wait behind it")


@pytest.mark.parametrize("problem", Problem)
def test_every_reason_has_its_advice(outbox: Outbox, given: Settings, problem: Problem) -> None:
    key, _ = kept(outbox)
    outbox.set_aside(key, problem)
    _, line = listed(given)
    assert f"  {problem}: " in line
    assert line.count("\n") == 0


def test_what_is_put_back_goes_again_with_its_number(outbox: Outbox, given: Settings) -> None:
    key, number = kept(outbox)
    outbox.set_aside(key, Problem.TOO_LARGE)
    assert outbox.peek(datetime.now(UTC)) is None
    assert put_back(given, number) == f"{number}: in the line again"
    queued = outbox.peek(datetime.now(UTC))
    assert queued is not None
    assert (queued.key, queued.number, queued.tries) == (key, number, 0)
    assert listed(given) == ["1 waiting, 0 of them held; 0 set aside"]


def test_a_number_that_is_not_set_aside_is_not_put_back(outbox: Outbox, given: Settings) -> None:
    _, number = kept(outbox)
    for other in (number, "0" * 14, "no number"):
        with pytest.raises(OutboxDeskError, match="nothing with this number"):
            put_back(given, other)
    standing = outbox.state_of(number)
    assert standing is not None
    assert standing.state is State.WAITING


def test_without_a_store_both_say_so_in_one_line(given: Settings) -> None:
    with pytest.raises(OutboxDeskError, match="cannot be read"):
        listed(given)
    with pytest.raises(OutboxDeskError, match="cannot be written"):
        put_back(given, "0" * 14)


def test_the_command_lists_and_puts_back(outbox: Outbox, config: Path) -> None:
    key, number = kept(outbox)
    outbox.set_aside(key, Problem.REJECTED)

    def run(*words: str) -> str:
        command = [sys.executable, "main.py", "outbox", *words, "--config", str(config)]
        return subprocess.run(
            command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=True
        ).stdout

    assert number in run("list")
    assert run("put-back", number) == f"{number}: in the line again\n"
    assert run("list") == "1 waiting, 0 of them held; 0 set aside\n"
