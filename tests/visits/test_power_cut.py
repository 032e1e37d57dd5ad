"""The terminal is killed at every step of a visit: nothing is lost, doubled, or left behind."""

import sqlite3
from contextlib import closing

import pytest

from sandbox.resident import Touch, Until, lay, lift
from tests.visits.town import (
    OBLIGING,
    TO_CARD,
    handed_in,
    identified,
    to_consent,
    to_face,
    to_result,
)

STEPS = {
    "the first page": (),
    "the card is asked for": TO_CARD,
    "the card is being read": (*TO_CARD, lay("p19")),
    "the person is shown": (*TO_CARD, lay("p19"), Until("ConfirmPersonPage")),
    "the platform is asked": (*TO_CARD, *identified("p19")),
    "the consent is asked for": to_consent("p19"),
    "the camera is open": to_face("p19"),
    "the picture is being taken": (*to_face("p19"), OBLIGING),
    "the submission is kept": handed_in("p19"),
    "the result is shown": to_result("p19"),
    "the receipt is being printed": (*to_result("p19"), Touch("Confirmed")),
    "the receipt is out": (*to_result("p19"), Touch("Confirmed"), Until("ReceiptPage")),
}


def numbers_given(town):
    """Receipt numbers that the terminal has given, and those still waiting to be sent."""
    store = town.stage.directory / "state" / "store.db"
    with closing(sqlite3.connect(f"file:{store}?mode=ro", uri=True)) as db:
        given = {number for (number,) in db.execute("SELECT number FROM submissions")}
        waiting = {
            number
            for (number,) in db.execute(
                "SELECT number FROM submissions WHERE acknowledged_at IS NULL"
            )
        }
    return given, waiting


@pytest.mark.parametrize("step", STEPS)
def test_nothing_is_lost_doubled_or_left_by_a_power_cut_when(town, step):
    given_before, _ = numbers_given(town)
    town.go(*STEPS[step])
    town.stage.kill_terminal()
    assert town.traces() == []
    town.go(lift())
    town.stage.start_terminal()
    town.until("AttractPage")
    town.wait_for(lambda: not numbers_given(town)[1], "empty outbox")
    given, _ = numbers_given(town)
    for number in given - given_before:
        assert town.submission(number)["certifications"] <= 1
    codes = [town.submission(number)["code"] for number in given - given_before]
    assert all(code in ("PASS", "NOT_DUE") for code in codes)
    assert len(codes) <= 1
