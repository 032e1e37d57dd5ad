"""A finger on the pages of results, lists, materials and signing; what they tell."""

import cv2
import pytest

from screens.result_words import PAY_CODE
from tests.screens.conftest import middle, started

TAP = ("mousedown 1", "sleep 0.1", "mouseup 1")


def dealt_with(window, frames=6):
    """What was told until the window had dealt with all touches and drawn so many frames."""
    window.tell("settle", frames)
    told = []
    while "settled" not in (line := window.next_line()):
        if line.get("told", "Touched") != "Touched":
            told.append(line)
    return told


def settled(window):
    """As `dealt_with`; the next one is no tremble."""
    told = dealt_with(window)
    window.finger("sleep 0.35")
    return told


def touch(window, name):
    """Touches a control; what was told then."""
    x, y = middle(window.page_map(), name)
    window.finger(f"mousemove {x} {y}", *TAP)
    return settled(window)


def leaf(window, name):
    """Touches what changes the page alone; the page map afterwards."""
    assert touch(window, name) == []
    return window.page_map()


def names(page_map):
    return [one["name"] for one in page_map["controls"]]


def test_a_fact_is_changed_by_the_button_in_its_row(window):
    anew(window, "20-details-summary")
    (told,) = touch(window, "EditAsked:mobile")
    assert (told["told"], told["question"]) == ("EditAsked", "mobile")


def test_masked_values_are_revealed_on_request_and_the_leaf_stays(window):
    anew(window, "20-details-summary")
    before = names(leaf(window, "LeafOn"))
    (told,) = touch(window, "RevealAsked")
    assert told["told"] == "RevealAsked"
    window.tell("news", "20-details-summary-revealed")
    settled(window)
    after = names(window.page_map())
    assert "RevealAsked" not in after
    assert next(one for one in before if one.startswith("EditAsked")) in after


def test_every_fact_is_found_by_leafing_and_leafing_tells_nobody(window):
    window.show("25-sign")  # the same page in another print size would stay where it is leafed to
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


def test_somebody_is_added_to_the_list(window):
    anew(window, "21-entries")
    (told,) = touch(window, "EntryAdded")
    assert told["told"] == "EntryAdded"


def test_somebody_is_dropped_only_after_a_second_touch(window):
    anew(window, "21-entries")
    asked = leaf(window, "DropEntry:1")
    assert "EntryDropped:1" in names(asked)
    again = leaf(window, "KeepEntry:1")
    assert "EntryDropped:1" not in names(again)
    leaf(window, "DropEntry:0")
    (told,) = touch(window, "EntryDropped:0")
    assert (told["told"], told["entry"]) == ("EntryDropped", 0)


def test_a_material_is_chosen_out_of_order_and_its_way_too(window):
    window.show("22-materials")
    (told,) = touch(window, "RowChosen:m5")
    assert (told["told"], told["row"]) == ("RowChosen", "m5")
    window.show("23-material")
    (told,) = touch(window, "HowChosen:commitment")
    assert (told["told"], told["how"]) == ("HowChosen", "commitment")


@pytest.mark.parametrize("event", ["Confirmed", "MorePages", "Again"])
def test_a_scanned_page_is_kept_followed_by_another_or_taken_anew(window, event):
    window.show("24-look-at")
    assert [one["told"] for one in touch(window, event)] == [event]


def test_the_last_sheet_offers_no_other(window):
    assert "MorePages" not in names(window.show("24-look-at-last"))


def anew(window, name):
    """Also where the same page was shown before."""
    window.show("14-goodbye")
    return window.show(name)


def field_of(page_map):
    field = next(one for one in page_map["controls"] if one["name"] == "SignField")
    return lambda x, y: (
        round(field["x"] + x * field["w"]),
        round(field["y"] + y * field["h"]),
    )


def write(window, page_map, *points):
    """Of a mouse the window knows where it is at the end of a frame: each point has one."""
    at = field_of(page_map)
    first, *others = ("mousemove {} {}".format(*at(*point)) for point in points)
    for actions in ((first, "mousedown 1"), *((each,) for each in others), ("mouseup 1",)):
        window.finger(*actions)
        assert dealt_with(window, frames=2) == []
    assert settled(window) == []


def test_nothing_is_told_before_something_was_written(window):
    before = anew(window, "25-sign")
    assert touch(window, "Signed") == []
    at = field_of(before)
    window.finger("mousemove {} {}".format(*at(0.5, 0.5)), *TAP)  # a dot is no name
    assert settled(window) == []
    assert touch(window, "Signed") == []


def test_a_signature_is_told_as_strokes_in_shares_of_its_field(window):
    page_map = anew(window, "25-sign")
    write(window, page_map, (0.2, 0.3), (0.3, 0.7), (0.4, 0.3), (0.5, 0.7))
    write(window, page_map, (0.6, 0.2), (0.7, 0.5), (0.8, 0.8))
    write(window, page_map, (0.1, 0.1), (0.9, 0.1))
    touch(window, "UndoStroke")
    (told,) = touch(window, "Signed")
    first, second = told["strokes"]
    assert first[0] == pytest.approx([0.2, 0.3], abs=0.01)
    assert first[-1] == pytest.approx([0.5, 0.7], abs=0.01)
    assert second[-1] == pytest.approx([0.8, 0.8], abs=0.01)
    assert len(first) > 8
    assert all(0 <= share <= 1 for stroke in (first, second) for point in stroke for share in point)


def test_what_is_written_beyond_the_edge_stays_at_it(window):
    page_map = anew(window, "25-sign")
    write(window, page_map, (0.5, 0.5), (0.9, 0.9), (0.9, 1.3))
    (told,) = touch(window, "Signed")
    ((*_, last),) = told["strokes"]
    assert 0.9 < last[1] <= 1


def test_a_signature_that_is_wiped_is_written_anew(window):
    page_map = anew(window, "25-sign")
    write(window, page_map, (0.2, 0.3), (0.8, 0.3))
    touch(window, "ClearStrokes")
    assert touch(window, "Signed") == []
    write(window, page_map, (0.2, 0.6), (0.8, 0.6))
    (told,) = touch(window, "Signed")
    ((first, *_),) = told["strokes"]
    assert first[1] == pytest.approx(0.6, abs=0.05)


def test_no_stroke_is_in_memory_once_the_page_is_left(window):
    write(window, anew(window, "25-sign"), (0.2, 0.3), (0.8, 0.6))
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
    read, _, _ = cv2.QRCodeDetectorAruco().detectAndDecode(cv2.imread(str(tmp_path / "pay.png")))
    assert read.startswith(PAY_CODE)


def test_paying_is_called_off(window):
    window.show("26-pay")
    assert [one["told"] for one in touch(window, "Declined")] == ["Declined"]


def test_these_pages_leave_nothing_behind(tmp_path):
    pages = ("20-details-summary", "21-entries", "24-look-at", "25-sign", "26-pay", "14-goodbye")
    with started(tmp_path, 540, 960) as window:
        window.tell("cycle", 48, *pages)
        line = window.next_line()
    assert line["kept"] == 0
    assert line["grown_kb"] < 20_000
