"""A village helper leads a survivor through her certification, by real touches on a real window."""

import sqlite3
from contextlib import closing
from functools import partial

from sandbox.resident import Touch, TouchAt, Until, lay, lift
from tests.items.received import Platform
from tests.visits.test_pausing import asked
from tests.visits.town import OBLIGING, TO_END, TO_RECEIPT

GROUP, ITEM, PERSON = "pension", "2020-35/1/14", "p30"


def chosen(town):
    """Leafs through the group until the item is there."""
    town.stage.eyes.until(lambda seen: seen.control("RowsOn") is not None, "a list", 10)
    while (seen := town.page()).control(f"ItemChosen:{ITEM}") is None:
        town.touch("RowsOn")
        town.stage.eyes.until(partial(_is_newer, seen.serial), "another leaf", 10)
    town.touch(f"ItemChosen:{ITEM}")


def _is_newer(serial, seen):
    return seen.serial > serial


HELPED = (
    *(TouchAt(), Until("lobby/home"), Touch("OfferChosen:helped"), Until("helped/helper")),
    *(lay("s02"), Until("helped/take helper card"), lift(), Until("helped/why")),
    *(Touch("RowChosen:reading"), Until("lobby/home")),
)
DECLARED = (
    *(Until("certify/about"), Touch("Confirmed"), Until("certify/card"), lay(PERSON)),
    *(Until("ConfirmPersonPage"), Touch("Confirmed"), Until("certify/question/changes")),
    *(Touch("Tick:none"), Touch("Answered"), Until("certify/hand over"), Touch("Confirmed")),
    *(Until("certify/declare"), Touch("Confirmed"), Until("FaceConsentPage")),
)


def test_a_helper_leads_a_survivor_through_and_it_is_on_record(town):
    platform = Platform(town.stage.directory)
    before = len(platform.numbers())
    town.go(*HELPED, Touch(f"GroupChosen:{GROUP}"), Until("lobby/group"), chosen, *DECLARED)
    town.go(Touch("Confirmed"), Until("FacePage"), OBLIGING, Until("certify/take card", 90))
    town.go(lift(), Until("ResultPage"), *TO_RECEIPT)
    slip = town.bench.words_of_slip(town.new_slips()[-1]["number"])
    assert "430121-S02" in slip
    assert "没有变化" in slip
    town.go(*TO_END)
    got = platform.newest_after(before)
    assert got is not None
    helper = got.manifest["helper"]
    assert (helper["id"], helper["reason"]) == ("430121-S02", "reading")
    assert helper["confirmed"] == ["person", "declaration", "face_consent", "face"]
    assert got.manifest["answers"]["changes"] == ["none"]
    assert len(got.manifest["consent"]) == 2
    events = [event for (event,) in asked(town, "SELECT event FROM journal_lines ORDER BY seq")]
    assert events.count("helper-known") == 1
    with closing(sqlite3.connect(town.stage.directory / "state" / "store.db")) as db:
        told = db.execute("SELECT number FROM journal_lines WHERE event = 'helped'").fetchall()
    assert told == [(got.number,)]
