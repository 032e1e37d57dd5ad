"""A finger on the pages of results, lists, materials and signing; what they tell, and what stays."""

import cv2
import pytest

from screens.result_words import PAY_CODE
from tests.screens.conftest import middle, started

TAP = ("mousedown 1", "sleep 0.1", "mouseup 1", "sleep 0.35")


def touch(window, name):
    """Touches a control, and waits until the page map is written again or an event is told."""
    x, y = middle(window.page_map(), name)
    window.finger(f"mousemove {x} {y}", *TAP)


def told(window, event):
    while (line := window.next_line()).get("told") != event:
        pass
    return line


def leaf(window, name):
    """Turns, and gives the page map of the new leaf."""
    before = window.page_map()["serial"]
    touch(window, name)
    return later_map(window, before)


def later_map(window, serial):
    for _ in range(200):
        page_map = window.page_map()
        if page_map["serial"] > serial:
            return page_map
        window.finger("sleep 0.05")
    raise AssertionError("the page map was not written again")


def names(page_map):
    return [one["name"] for one in page_map["controls"]]


def acted(window):
    return [event for event in window.told_until_quiet() if event != "Touched"]


def test_a_fact_is_changed_by_the_button_in_its_row(window):
    window.show("20-details-summary")
    touch(window, "EditAsked:mobile")
    assert told(window, "EditAsked")["question"] == "mobile"


def test_masked_values_are_revealed_on_request_and_the_leaf_stays(window):
    window.show("20-details-summary")
    before = names(leaf(window, "LeafOn"))
    touch(window, "RevealAsked")
    told(window, "RevealAsked")
    serial = window.page_map()["serial"]
    window.tell("news", "20-details-summary-revealed")
    after = names(later_map(window, serial))
    assert "RevealAsked" not in after
    assert [one for one in before if one.startswith("EditAsked")][0] in after


def test_every_fact_is_found_by_leafing_and_leafing_tells_nobody(window):
    page_map = window.show("20-details-summary", "en", large=True)
    found = []
    for _ in range(12):
        found += [one for one in names(page_map) if one.startswith("EditAsked")]
        turn = next(one for one in page_map["controls"] if one["name"] == "LeafOn")
        if not turn["enabled"]:
            break
        page_map = leaf(window, "LeafOn")
    assert sorted(found) == sorted(
        f"EditAsked:{one}"
        for one in (
            *("mobile", "address", "marriage", "household", "land", "work", "other", "car"),
            *("reason", "delivery"),
        )
    )
    assert acted(window) == []


def test_somebody_is_added_to_the_list(window):
    window.show("21-entries")
    touch(window, "EntryAdded")
    assert acted(window) == ["EntryAdded"]


def test_somebody_is_dropped_only_after_a_second_touch(window):
    window.show("21-entries")
    asked = leaf(window, "DropEntry:1")
    assert "EntryDropped:1" in names(asked)
    again = leaf(window, "KeepEntry:1")
    assert "EntryDropped:1" not in names(again)
    leaf(window, "DropEntry:0")
    touch(window, "EntryDropped:0")
    assert told(window, "EntryDropped")["entry"] == 0


def test_a_material_is_chosen_out_of_order_and_its_way_too(window):
    window.show("22-materials")
    touch(window, "RowChosen:m5")
    assert told(window, "RowChosen")["row"] == "m5"
    window.show("23-material")
    touch(window, "HowChosen:commitment")
    assert told(window, "HowChosen")["how"] == "commitment"


@pytest.mark.parametrize("event", ["Confirmed", "MorePages", "Again"])
def test_a_scanned_page_is_kept_followed_by_another_or_taken_anew(window, event):
    window.show("24-look-at")
    touch(window, event)
    assert acted(window) == [event]


def test_the_last_sheet_offers_no_other(window):
    assert "MorePages" not in names(window.show("24-look-at-last"))


def field_of(page_map):
    field = next(one for one in page_map["controls"] if one["name"] == "SignField")
    return lambda x, y: (
        round(field["x"] + x * field["w"]),
        round(field["y"] + y * field["h"]),
    )


def write(window, page_map, *points):
    at = field_of(page_map)
    moves = [f"mousemove {x} {y}" for x, y in (at(*point) for point in points)]
    first, *others = moves
    slow = [step for move in others for step in (move, "sleep 0.06")]
    window.finger(first, "mousedown 1", "sleep 0.1", *slow, "mouseup 1", "sleep 0.3")


def test_nothing_is_told_before_something_was_written(window):
    before = window.show("25-sign")
    touch(window, "Signed")
    at = field_of(before)
    window.finger("mousemove {} {}".format(*at(0.5, 0.5)), *TAP)  # a dot is no name
    touch(window, "Signed")
    assert acted(window) == []


def test_a_signature_is_told_as_strokes_in_shares_of_its_field(window):
    page_map = window.show("25-sign")
    write(window, page_map, (0.2, 0.3), (0.3, 0.7), (0.4, 0.3), (0.5, 0.7))
    write(window, page_map, (0.6, 0.2), (0.7, 0.5), (0.8, 0.8))
    write(window, page_map, (0.1, 0.1), (0.9, 0.1))
    touch(window, "UndoStroke")
    touch(window, "Signed")
    first, second = told(window, "Signed")["strokes"]
    assert first[0] == pytest.approx([0.2, 0.3], abs=0.01)
    assert first[-1] == pytest.approx([0.5, 0.7], abs=0.01)
    assert second[-1] == pytest.approx([0.8, 0.8], abs=0.01)
    assert len(first) > 20
    assert all(0 <= share <= 1 for stroke in (first, second) for point in stroke for share in point)


def test_what_is_written_beyond_the_edge_stays_at_it(window):
    page_map = window.show("25-sign")
    write(window, page_map, (0.5, 0.5), (0.9, 0.9), (0.9, 1.3))
    touch(window, "Signed")
    ((*_, last),) = told(window, "Signed")["strokes"]
    assert 0.9 < last[1] <= 1


def test_a_signature_that_is_wiped_is_written_anew(window):
    page_map = window.show("25-sign")
    write(window, page_map, (0.2, 0.3), (0.8, 0.3))
    touch(window, "ClearStrokes")
    touch(window, "Signed")
    write(window, page_map, (0.2, 0.6), (0.8, 0.6))
    touch(window, "Signed")
    ((first, *_),) = told(window, "Signed")["strokes"]
    assert first[1] == pytest.approx(0.6, abs=0.05)


def test_no_stroke_is_in_memory_once_the_page_is_left(window):
    write(window, window.show("25-sign"), (0.2, 0.3), (0.8, 0.6))
    window.show("14-goodbye")
    window.tell("strokes")
    while "strokes" not in (line := window.next_line()):
        pass
    assert line["strokes"] == 0


@pytest.mark.parametrize("name", ["26-pay", "26-pay-much"])
def test_the_code_on_the_window_is_read_by_another_program(window, tmp_path, name):
    window.show(name)
    window.tell("picture", tmp_path / "pay.png")
    while "kept" not in window.next_line():
        pass
    read, _, _ = cv2.QRCodeDetector().detectAndDecode(cv2.imread(str(tmp_path / "pay.png")))
    assert read.startswith(PAY_CODE)


def test_paying_is_called_off(window):
    window.show("26-pay")
    touch(window, "Declined")
    assert acted(window) == ["Declined"]


def test_these_pages_leave_nothing_behind(tmp_path):
    pages = ("20-details-summary", "21-entries", "24-look-at", "25-sign", "26-pay", "14-goodbye")
    with started(tmp_path, 540, 960) as window:
        window.tell("cycle", 120, *pages)
        line = window.next_line()
    assert line["kept"] == 0
    assert line["grown_kb"] < 20_000
