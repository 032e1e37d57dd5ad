"""The disk of the state takes nothing: the terminal starts and says what it cannot do."""

import subprocess

import pytest

from sandbox.stage import Stage

ITEM = "ItemChosen:2020-35/1/13"


@pytest.fixture
def state(tmp_path):
    """A small disk in memory where the terminal keeps its state."""
    state = tmp_path / "state"
    state.mkdir()
    subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=2m,mode=700", "tmpfs", str(state)], check=True
    )
    yield state
    subprocess.run(["umount", "-l", str(state)], check=True)


def read_only(state):
    subprocess.run(["mount", "-o", "remount,ro", str(state)], check=True)


def full(state):
    with pytest.raises(OSError), (state / "rubbish").open("wb", 0) as rubbish:  # noqa: PT012
        while rubbish.write(bytes(4096)):
            pass


@pytest.mark.parametrize("spoil", [read_only, full])
def test_a_terminal_whose_disk_takes_nothing_shows_its_pages_and_offers_no_item(
    state, tmp_path, spoil
):
    spoil(state)
    with Stage(tmp_path) as stage:
        stage.resident.touch_at(0.5, 0.5)
        stage.resident.until("HomePage", 30)
        stage.eyes.until(
            lambda seen: (found := seen.control(ITEM)) is None or not found.enabled,
            "an item that cannot be chosen",
            30,
        )
        stage.check()
