"""A paper is at home: what was given is kept over a power cut, and handed in another day, once."""

import re
import sqlite3
from contextlib import closing
from functools import partial

import pytest

from config.catalogue_models import Kind, Level
from sandbox.resident import Touch, TouchAt, Until, lift
from screens.ime.engine import Mode
from tests.typist import places, touches, writing
from tests.visits.town import OBLIGING, identified

GROUP, ITEM, PERSON = "medical", "2020-35/2/59", "p19"  # to be insured where one lives: one paper
VILLAGE = "520521101007"
OWN = "520502100011"  # where the sandbox's terminal stands
MOBILE, ROAD = "13900001234", "石桥村"
STROKES = (((0.2, 0.2), (0.8, 0.3)), ((0.5, 0.1), (0.4, 0.9)), ((0.2, 0.6), (0.8, 0.8)))


def answered(name, *controls):
    return (Until(f"forward/question/{name}"), *map(Touch, controls))


def leafed_to(item):
    """Leafs through the group until the item is there."""

    def chosen(town):
        town.stage.eyes.until(lambda seen: seen.control("RowsOn") is not None, "a list", 10)
        while (seen := town.page()).control(f"ItemChosen:{item}") is None:
            town.touch("RowsOn")
            town.stage.eyes.until(partial(_is_newer, seen.serial), "another leaf", 10)
        town.touch(f"ItemChosen:{item}")

    return chosen


def _is_newer(serial, seen):
    return seen.serial > serial


TO_FORM = (
    *(TouchAt(), Touch(f"GroupChosen:{GROUP}"), Until("lobby/group"), leafed_to(ITEM)),
    *(Until("forward/about"), Touch("Confirmed"), Until("forward/card"), *identified(PERSON)),
    *(Until("forward/for whom"), Touch("RowChosen:self")),
)
ANSWERS = (
    *answered("household_addr", "Answered"),
    *answered("mobile", *touches(Kind.MOBILE, MOBILE)),
    *answered("live_div", *places(VILLAGE, OWN)),
    *answered("live_addr", *writing(ROAD + "3", Mode.TEXT), "Answered"),
    *answered("target_div", *places("520521000000", OWN, Level.COUNTY)),
    *answered("who_kind", "Answered:adult"),
    *answered("remarks", "Skipped"),
    *answered("notify_by", "Answered:sms"),
)
PAUSED = (
    *(Until("forward/materials"), Touch("Confirmed"), Until("MaterialPage")),
    *(Touch("HowChosen:later"), Until("forward/gaps"), Touch("PauseAsked")),
    *(Until("forward/draft kept", 60), Touch("Confirmed"), Until("forward/take card first")),
    *(lift(), Until("RatingPage"), Touch("Declined"), Until("AttractPage")),
)


def signed(town):
    field = town.stage.eyes.look().control("SignField")
    for (x, y), (to_x, to_y) in STROKES:
        town.resident.hands.slide(
            *(round(field.x + x * field.w), round(field.y + y * field.h)),
            *(round(field.x + to_x * field.w), round(field.y + to_y * field.h)),
        )
    town.touch("Signed")


def code_on_the_slip(town):
    """As somebody reads it."""
    (found,) = re.findall(
        r"^\s*(\d{4}) (\d{4})\s*$",
        town.bench.words_of_slip(town.new_slips()[-1]["number"]),
        re.MULTILINE,
    )
    return "".join(found)


def resumed(code):
    """From among the own affairs, where it stands that something is kept."""
    return (
        *(TouchAt(), Touch("OfferChosen:mine"), Until("mine/card"), *identified(PERSON)),
        *(Until("mine/consent"), Touch("Confirmed"), Until("FacePage"), OBLIGING),
        *(Until("mine/take card", 90), lift(), Until("mine/affairs")),
        *(Touch("OfferChosen:resume"), Until("resume/card"), *identified(PERSON)),
        *(Until("resume/code"), *map(Touch, touches(Kind.NUMBER, code))),
    )


def handed_in():
    return (
        *(Until("forward/taken up"), Touch("Confirmed"), Until("forward/materials")),
        *(Touch("Confirmed"), Until("MaterialPage"), Touch("HowChosen:original")),
        *(Until("forward/inventory"), Touch("Confirmed")),
        *(Until("forward/summary"), Touch("Confirmed"), Until("forward/sign"), signed),
        *(Until("forward/take card", 60), lift(), Until("forward/result"), Touch("Declined")),
        *(Until("forward/parcel", 60), Touch("Confirmed")),
        *(Until("RatingPage"), Touch("Declined"), Until("AttractPage")),
    )


def asked(town, question):
    store = town.stage.directory / "state" / "store.db"
    if not store.exists():  # the page is there before the machines are
        return []
    with closing(sqlite3.connect(f"file:{store}?mode=ro", uri=True)) as db:
        return db.execute(question).fetchall()


def searched(town):
    return asked(
        town, "SELECT word, count FROM journal_lines WHERE event = 'residue-checked' ORDER BY seq"
    )


def readable(town):
    """Where what was typed can be read."""
    marks = [
        text.encode(codec) for text in (MOBILE, ROAD) for codec in ("utf-8", "utf-16-le", "gb18030")
    ]
    return [file for file in town.terminal_files() if any(m in file.read_bytes() for m in marks)]


@pytest.fixture
def paused(town):
    before = len(searched(town))
    town.go(*TO_FORM, *ANSWERS, *PAUSED)
    assert town.wait_for(lambda: searched(town)[before:], "search") == [("clean", 0)]
    return code_on_the_slip(town)


def test_what_was_kept_outlives_a_power_cut_and_is_handed_in_once(town, paused):
    assert asked(town, "SELECT count(*) FROM drafts") == [(1,)]
    town.stage.kill_terminal()
    assert town.traces() == []
    assert readable(town) == []
    assert town.new_submissions() == []
    town.stage.start_terminal()
    town.until("AttractPage")
    town.go(*resumed(paused), *handed_in())
    (number,) = [row["number"] for row in town.wait_for(town.new_submissions, "submission")]
    town.wait_for(lambda: town.submission(number)["applications"] == 1, "application")
    assert len(town.new_submissions()) == 1
    assert asked(town, "SELECT count(*) FROM drafts") == [(0,)]
    events = [event for (event,) in asked(town, "SELECT event FROM journal_lines ORDER BY seq")]
    assert [one for one in events if one.startswith("draft")] == ["draft-kept", "draft-opened"]
    assert readable(town) == []
