"""A finger on a real window: every touch is one that the X server delivers."""

import pytest

from tests.screens.conftest import middle, started

# A finger that rests for a while, so that the window sees each of its movements.
REST = "sleep 0.25"


def acted(told):
    return [event for event in told if event != "Touched"]


def test_a_button_acts_when_the_finger_lifts_not_when_it_lands(window):
    x, y = middle(window.show("05-person-usual"), "Confirmed")
    window.finger(f"mousemove {x} {y}", "mousedown 1", REST)
    while window.next_line().get("told") != "Touched":
        pass
    window.finger("mouseup 1")
    assert window.next_line()["told"] == "Confirmed"
    assert acted(window.told_until_quiet()) == []


def test_sliding_off_a_button_calls_it_off(window):
    x, y = middle(window.show("05-person-usual"), "Confirmed")
    window.finger(
        f"mousemove {x} {y}",
        "mousedown 1",
        REST,
        f"mousemove {x} {y - 300}",
        REST,
        "mouseup 1",
        REST,
    )
    assert acted(window.told_until_quiet()) == []


def test_two_taps_of_a_trembling_finger_are_one(window):
    x, y = middle(window.show("05-person-usual"), "Declined")
    tap = ("mousedown 1", "mouseup 1")
    window.finger(f"mousemove {x} {y}", *tap, *tap, REST)
    assert acted(window.told_until_quiet()) == ["Declined"]


def test_two_quick_touches_of_two_places_are_two(window):
    page_map = window.show("02-home-1")
    for name in ("LargePrintChosen", "HelpAsked"):
        x, y = middle(page_map, name)
        window.finger(f"mousemove {x} {y}", "mousedown 1", "mouseup 1")
    assert acted(window.told_until_quiet()) == ["LargePrintChosen", "HelpAsked"]


def test_a_touch_just_beside_a_button_counts_for_it(window):
    page_map = window.show("05-person-usual")
    button = next(one for one in page_map["controls"] if one["name"] == "Confirmed")
    x, y = button["x"] + button["w"] // 2, button["y"] - 10  # 2.5 mm above it
    window.finger(f"mousemove {x} {y}", "mousedown 1", REST, "mouseup 1", REST)
    assert acted(window.told_until_quiet()) == ["Confirmed"]


def test_news_of_a_page_do_not_take_the_button_from_under_the_finger(window):
    x, y = middle(window.show("02-home-1"), "ItemChosen:2020-35/1/13")
    window.finger(f"mousemove {x} {y}", "mousedown 1", REST)
    window.tell("news", "02-home-power-out")
    window.finger(REST, "mouseup 1", REST)
    assert acted(window.told_until_quiet()) == ["ItemChosen"]


def test_a_touch_on_nothing_only_tells_that_somebody_is_there(window):
    window.show("05-person-usual")
    window.finger("mousemove 540 560", "mousedown 1", REST, "mouseup 1", REST)
    assert window.told_until_quiet() == ["Touched"]


def test_the_touch_that_wakes_the_resting_page_presses_nothing(window):
    x, y = middle(window.show("02-home-1"), "ItemChosen:2020-35/1/13")
    window.show("01-attract")
    window.finger(f"mousemove {x} {y}", "mousedown 1", REST)
    assert window.next_line()["told"] == "Touched"
    window.show("02-home-1")
    window.finger("mouseup 1", REST)
    assert window.told_until_quiet() == []


def test_large_print_and_language_are_asked_for_from_the_header(window):
    x, y = middle(window.show("02-home-1"), "LargePrintChosen")
    window.finger(f"mousemove {x} {y}", "mousedown 1", REST, "mouseup 1", "sleep 0.4")
    x, y = middle(window.page_map(), "LanguageChosen:en")
    window.finger(f"mousemove {x} {y}", "mousedown 1", REST, "mouseup 1", REST)
    assert acted(window.told_until_quiet()) == ["LargePrintChosen", "LanguageChosen"]


@pytest.mark.parametrize("name", ["15-countdown", "15-leave", "15-help"])
def test_nothing_under_an_overlay_can_be_touched(window, name):
    under = {"15-countdown": "05-person-usual"}.get(name, "04-card")
    beneath = window.show(under)
    over = window.show(name)
    assert {one["name"] for one in over["controls"]} <= {"StillHere", "Left"}
    x, y = middle(beneath, "LargePrintChosen")
    window.finger(f"mousemove {x} {y}", "mousedown 1", REST, "mouseup 1", REST)
    assert acted(window.told_until_quiet()) == []


def test_the_page_map_says_what_the_window_shows(window):
    page_map = window.show("13-rating", "en", large=True)
    assert page_map["page"] == "RatingPage"
    assert (page_map["language"], page_map["large"]) == ("en", True)
    assert page_map["size"] == [1080, 1920]
    names = [one["name"] for one in page_map["controls"]]
    assert {f"Rated:{stars}" for stars in range(1, 6)} <= set(names)
    assert len(names) == len(set(names))
    for stars in (5, 1):
        x, y = middle(page_map, f"Rated:{stars}")
        window.finger(f"mousemove {x} {y}", "mousedown 1", REST, "mouseup 1", REST)
        while (line := window.next_line()).get("told") != "Rated":
            pass
        assert line["stars"] == stars


def test_the_page_map_counts_what_the_controls_have_done(window):
    before = window.show("05-person-usual")
    x, y = middle(before, "Declined")
    window.finger(f"mousemove {x} {y}", "mousedown 1", REST, "mouseup 1", REST)
    assert acted(window.told_until_quiet()) == ["Declined"]
    assert window.page_map()["acted"] == before["acted"] + 1


@pytest.mark.parametrize("name", ["02-home-1", "05-person-usual", "13-rating"])
def test_a_finger_never_meets_a_page_whose_parts_have_no_places_yet(window, name):
    window.show("14-goodbye")
    window.tell("meet", name)
    line = window.next_line()
    assert line["met"] > 3
    assert line["misplaced"] == []


def test_pages_that_are_left_leave_nothing_behind(tmp_path):
    with started(tmp_path, 270, 480) as window:
        window.tell("cycle", 160)
        line = window.next_line()
    assert line["kept"] == 0
    assert line["grown_kb"] < 2_500
