"""After a visit the terminal looks itself whether anything of it is left, and writes that down."""

import sqlite3
from contextlib import closing

from sandbox.resident import Touch, Until, lay, lift
from tests.visits.town import TO_CARD, TO_END, TO_RECEIPT, to_result

LEAVES = (Touch("LeaveAsked"), Touch("Left"), Until("TakeCardPage"), lift(), Until("AttractPage"))


def checks(town):
    """What the journal says of the searches so far: (word, files found)."""
    store = town.stage.directory / "state" / "store.db"
    if not store.exists():  # the page is there before the machines are
        return []
    with closing(sqlite3.connect(f"file:{store}?mode=ro", uri=True)) as db:
        return db.execute(
            "SELECT word, count FROM journal_lines WHERE event = 'residue-checked' ORDER BY seq"
        ).fetchall()


def test_a_whole_visit_is_followed_by_a_search_that_finds_nothing(town):
    before = len(checks(town))
    town.go(*to_result("p19"), *TO_RECEIPT, *TO_END)
    assert town.wait_for(lambda: checks(town)[before:], "search") == [("clean", 0)]


def test_what_some_part_of_the_terminal_let_fall_is_removed_before_long(town):
    before = len(checks(town))
    stray = town.stage.directory / "state" / "kivy" / "stray.tmp"
    town.go(*TO_CARD, lay("p04"), Until("ConfirmPersonPage"))
    stray.write_text(town.number_of("p04"), "utf-16-le")
    town.go(*LEAVES)
    assert town.wait_for(lambda: checks(town)[before:], "search") == [("removed", 1)]
    assert not stray.exists()


def test_a_terminal_that_is_stopped_in_the_middle_of_a_visit_looks_before_it_goes(town):
    before = len(checks(town))
    town.go(*TO_CARD, lay("p04"), Until("ConfirmPersonPage"))
    town.stage.end_terminal()
    assert checks(town)[before:] == [("clean", 0)]
    town.go(lift())
    town.stage.start_terminal()
