"""From the home page to an item with a finger on a real window."""

import time

import pytest

from tests.catalogue_kit import PENSION
from tests.screens.conftest import PATIENCE_S, middle, started


class Resident:
    def __init__(self, window):
        self._window = window

    def until(self, step, control=""):
        """Waits for the step, and for a control on its page."""
        end_s = time.monotonic() + PATIENCE_S
        while time.monotonic() < end_s:
            try:
                seen = self._window.page_map()
            except FileNotFoundError:
                seen = {"step": ""}
            names = [one["name"] for one in seen.get("controls", ())]
            if seen["step"] == step and (not control or control in names):
                return seen
            time.sleep(0.02)
        raise AssertionError(f"no {step} with {control}: {seen}")

    def wake(self):
        width, height = self.until("lobby/attract")["size"]
        self._window.finger(
            f"mousemove {width // 2} {height // 2}", "mousedown 1", "sleep 0.05", "mouseup 1"
        )

    def touch(self, step, control):
        x, y = middle(self.until(step, control), control)
        # Another action within 0.3 s would be a finger that trembles.
        self._window.finger(
            "sleep 0.35", f"mousemove {x} {y}", "mousedown 1", "sleep 0.05", "mouseup 1"
        )


@pytest.fixture
def resident(tmp_path):
    with started(tmp_path, 540, 960, "lobby_program.py") as window:
        yield Resident(window)


def test_a_group_leads_to_its_item(resident):
    resident.wake()
    resident.touch("lobby/home", "GroupChosen:pension")
    resident.touch("lobby/group", f"ItemChosen:{PENSION}")
    assert resident.until("certify/about")["page"] == "ItemPage"
    resident.touch("certify/about", "Back")
    resident.until("lobby/group", f"ItemChosen:{PENSION}")


def test_a_few_letters_lead_to_an_item(resident):
    resident.wake()
    resident.touch("lobby/home", "OfferChosen:search")
    for letter in "ylx":
        resident.touch("lobby/search", f"Letter:{letter}")
    resident.touch("lobby/search", "LetterErased")
    for letter in "rz":
        resident.touch("lobby/search", f"Letter:{letter}")
    resident.touch("lobby/search", f"ItemChosen:{PENSION}")
    assert resident.until("certify/about")["page"] == "ItemPage"


def test_letters_are_taken_as_fast_as_they_are_struck_but_a_trembling_finger_strikes_once(window):
    page_map = window.show("18-search")
    strikes = []
    for letter in ("y", "l", "l", "r"):
        x, y = middle(page_map, f"Letter:{letter}")
        strikes += [f"mousemove {x} {y}", "mousedown 1", "mouseup 1"]
    window.finger(*strikes, "sleep 0.25")
    told = [event for event in window.told_until_quiet() if event != "Touched"]
    assert told == ["SearchTyped"] * 3


def test_a_list_that_is_longer_than_the_page_is_leafed_through(window):
    def rows():
        controls = window.page_map()["controls"]
        return [one["name"] for one in controls if one["name"].startswith("ItemChosen")]

    window.show("16-group")
    leaves = [rows()]
    for _ in range(3):
        x, y = middle(window.page_map(), "RowsOn")
        window.finger("sleep 0.35", f"mousemove {x} {y}", "mousedown 1", "sleep 0.05", "mouseup 1")
        end_s = time.monotonic() + PATIENCE_S
        while rows() == leaves[-1] and time.monotonic() < end_s:
            time.sleep(0.02)
        leaves.append(rows())
    assert [row for leaf in leaves for row in leaf] == [
        f"ItemChosen:2020-35/1/{at}" for at in range(13, 37)
    ]
    enabled = {one["name"]: one["enabled"] for one in window.page_map()["controls"]}
    assert (enabled["RowsBack"], enabled["RowsOn"]) == (True, False)
