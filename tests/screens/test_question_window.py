"""A finger answers one question of each kind, in a real window; what is told is what was meant."""

import time

import pytest

from config.catalogue_models import Kind
from screens.form_samples import OWN
from tests.screens.conftest import PATIENCE_S, middle
from tests.typist import places, touches

TAP = ("mousedown 1", "sleep 0.04", "mouseup 1")


def fresh(window, sample):
    """The page, and nothing typed on it."""
    window.show("14-goodbye")
    window.show(sample)
    time.sleep(0.31)  # as far from the answer before as two touches must be


def wait_for(window, seen):
    """The page's map once it is as wanted."""
    deadline = time.monotonic() + PATIENCE_S
    while not seen(page_map := window.page_map()):
        assert time.monotonic() < deadline, sorted(one["name"] for one in page_map["controls"])
        time.sleep(0.01)
    return page_map


def tap(window, name):
    """Touches a control as soon as it can be touched."""
    page_map = wait_for(
        window, lambda now: any(one["name"] == name and one["enabled"] for one in now["controls"])
    )
    x, y = middle(page_map, name)
    window.finger(f"mousemove {x} {y}", *TAP)
    return page_map["serial"]


def do(window, steps):
    """Touches that change the page, each once the one before was seen to; apart as two touches of
    one finger must be (theme.DEBOUNCE_S, theme.KEY_DEBOUNCE_S).
    """
    for step in steps:
        serial = tap(window, step)
        wait_for(window, lambda now, serial=serial: now["serial"] > serial)
        time.sleep(0.16 if step.startswith("Key:") else 0.31)


def answer(window, steps):
    """Touches all of them; the last tells the answer."""
    do(window, steps[:-1])
    tap(window, steps[-1])
    while (line := window.next_line()).get("told") != "Answered":
        pass
    return line["value"]


@pytest.mark.parametrize(
    ("sample", "kind", "value"),
    [
        ("20-ask-yes", Kind.YES_NO, "no"),
        ("20-ask-choice", Kind.CHOICE, "work"),
        ("20-ask-name", Kind.NAME, "王桂兰"),
        ("20-ask-text", Kind.TEXT, "务工3"),
        ("20-ask-code", Kind.CODE, "A-12"),
        ("20-ask-mobile", Kind.MOBILE, "1395550"),
        ("20-ask-date", Kind.DATE, "2024-02"),
    ],
)
def test_a_finger_answers(window, sample, kind, value):
    fresh(window, sample)
    assert answer(window, touches(kind, value)) == value


@pytest.mark.parametrize(
    ("sample", "keys", "value"),
    [
        ("20-ask-number", ["Backspace", "Key:4"], "6217001234567890124"),
        ("20-ask-integer", ["Clear", "Key:5"], "5"),
        ("20-ask-money", ["Key:5"], "12800.55"),
        ("20-ask-id", ["Key:4"], "522401195103081024"),
        ("20-ask-credit", ["Backspace", "Key:3"], "91350100M000100Y43"),
        ("20-ask-month", ["Key:1"], "2026-01"),
        ("20-ask-choice-chosen", [], "work"),
        ("20-ask-name-locked", [], "王𪚥䶮"),
        ("20-ask-division-chosen", [], OWN),
    ],
)
def test_what_is_there_already_can_be_kept_or_mended(window, sample, keys, value):
    fresh(window, sample)
    assert answer(window, [*keys, "Answered"]) == value


def test_several_are_ticked_and_one_is_ticked_off_again(window):
    fresh(window, "20-ask-choices")
    assert answer(window, ["Tick:school", "Tick:ill", "Answered"]) == ["school", "old"]


def test_a_place_is_chosen_from_the_country_down(window):
    fresh(window, "20-ask-division")
    assert answer(window, places("441900003001", OWN)) == "441900003001"


def test_the_own_village_takes_two_touches(window):
    fresh(window, "20-ask-division")
    assert answer(window, [f"Division:{OWN}", "Answered"]) == OWN


def test_a_province_is_found_by_its_initial(window):
    fresh(window, "20-ask-division-list")
    steps = ["initial", "Key:g", "Division:520000000000", "Division:520500000000"]
    assert answer(window, [*steps, "Division:520521000000", "Answered"]) == "520521000000"


def test_letters_that_wait_for_their_character_are_not_handed_over(window):
    fresh(window, "20-ask-name")
    do(window, ["Key:l", "Key:i"])
    tap(window, "Answered")
    assert "Answered" not in window.told_until_quiet()


def test_what_was_typed_outlives_the_trouble_with_it(window):
    fresh(window, "20-ask-date")
    do(window, [f"Key:{digit}" for digit in "19490308"])
    window.tell("news", "20-ask-date-trouble-news")
    assert answer(window, ["Answered"]) == "1949-03-08"


def test_what_a_card_says_stands_in_place_of_what_was_begun(window):
    fresh(window, "20-ask-social-card")
    do(window, ["Key:B", "Key:1"])
    window.tell("news", "20-ask-social-card-read")
    assert answer(window, ["Answered"]) == "A12345678"


def test_a_card_that_does_not_count_leaves_what_was_typed(window):
    fresh(window, "20-ask-social-card")
    do(window, ["Key:B", "Key:1"])
    window.tell("news", "20-ask-social-card-other")
    assert answer(window, ["Answered"]) == "B1"


def test_what_was_typed_outlives_a_change_of_the_print_size(window):
    fresh(window, "20-ask-mobile")
    do(window, [f"Key:{digit}" for digit in "139"])
    window.tell("large", "20-ask-mobile")
    assert answer(window, ["Key:5", "Answered"]) == "1395"


def test_the_next_question_begins_empty(window):
    fresh(window, "20-ask-mobile")
    do(window, ["Key:1"])
    window.tell("news", "20-ask-date")
    wait_for(window, lambda now: any(one["name"] == "Key:2" for one in now["controls"]))
    assert answer(window, ["Key:2", "Key:0", "Answered"]) == "20"


def test_an_optional_question_may_be_skipped(window):
    fresh(window, "20-ask-year")
    tap(window, "Skipped")
    while window.next_line().get("told") != "Skipped":
        pass


def test_the_map_of_the_page_says_nothing_of_what_was_typed(window):
    fresh(window, "20-ask-mobile")
    do(window, [f"Key:{digit}" for digit in "139"])
    assert "139" not in "".join(one["name"] for one in window.page_map()["controls"])
