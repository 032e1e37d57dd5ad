"""The pure parts of the benchmarks: what a number says, the table, and what earlier runs left."""

from __future__ import annotations

import json

import numpy as np
import pytest

from benchmarks import report
from benchmarks.__main__ import benches
from benchmarks.hurried import LAST_S, hurried
from benchmarks.measured import Goal, Measured, Spread, goal_in_words, percentile, spread
from benchmarks.memory import VISITS
from benchmarks.registry import Bench, chosen, how
from benchmarks.screen import alike, changed, still
from kiosk.services.certify import CERTIFY

MACHINE = {"CPU": "a", "date": "2026-11-21 09:00 +0800"}


def number(name="a", value=2.0, **named):
    return Measured(name, value, "ms", spread([1.0, value, 9.0]), **named)


@pytest.mark.parametrize(
    ("goal", "value", "met"),
    [
        (Goal(), 10.0, True),
        (Goal(), 10.1, False),
        (Goal(1.5), 15.0, True),
        (Goal(0.6), 7.0, False),
        (Goal(at_least=True), 9.9, False),
        (Goal(at_least=True), 10.0, True),
    ],
)
def test_a_goal_is_met_at_its_very_ratio_and_not_beyond(goal, value, met):
    assert number(value=value, limit=10.0, goal=goal).met is met


def test_a_peer_goes_before_a_limit():
    told = number(value=3.0, peer=2.0, limit=100.0, goal=Goal(1.5))
    assert (told.ratio, told.met, goal_in_words(told)) == (1.5, True, "≤ 1.5 × peer")


def test_where_nothing_was_promised_nothing_is_short():
    assert (number().ratio, number().met, goal_in_words(number())) == (None, None, None)


def test_the_slowest_in_a_hundred_is_left_out_of_p99():
    samples = [float(one) for one in range(200, 0, -1)]
    assert percentile(samples, 0.99) == 198.0
    assert percentile([7.0], 0.99) == 7.0


def test_a_spread_is_of_all_samples():
    assert spread([3.0, 1.0, 2.0, 10.0]) == Spread(1.0, 2.5, 10.0)


def test_a_second_run_replaces_its_own_numbers_and_keeps_the_others(tmp_path):
    file = tmp_path / "latest.json"
    first = report.merged(report.read(file), [number("a"), number("b")], MACHINE)
    report.write(file, first)
    later = {**MACHINE, "date": "2026-11-22 09:00 +0800"}
    report.write(file, report.merged(report.read(file), [number("b", 5.0)], later))
    told = json.loads(file.read_text("utf-8"))
    results = told["results"]
    assert told["machine"] == later
    assert {name: each["value"] for name, each in results.items()} == {"a": 2.0, "b": 5.0}
    assert [each["date"] for each in results.values()] == [MACHINE["date"], later["date"]]


def test_the_file_says_all_that_a_reader_of_the_number_needs(tmp_path):
    latest = report.merged({"results": {}}, [number(limit=4.0, goal=Goal())], MACHINE)
    assert latest["results"]["a"] == {
        "value": 2.0,
        "unit": "ms",
        "spread": {"minimum": 1.0, "median": 2.0, "maximum": 9.0},
        "against": "",
        "peer": None,
        "limit": 4.0,
        "ratio": 0.5,
        "goal": "≤ limit",
        "met": True,
        "date": MACHINE["date"],
    }


def test_the_table_has_its_columns_under_each_other():
    measured = [number("a", limit=4.0, goal=Goal()), number("long_name", 123.4, peer=10.0)]
    results = report.merged({"results": {}}, measured, MACHINE)["results"]
    head, first, second = report.table(results).splitlines()
    assert head.split() == ["name", "value", "unit", "peer", "or", "limit", "ratio", "goal"]
    assert first.split() == ["a", "2", "ms", "4", "0.5", "≤", "limit", "ok"]
    assert second.split() == ["long_name", "123", "ms", "10", "12.3"]
    assert head.index("unit") == first.index("ms") == second.index("ms")


def test_the_last_line_counts_what_is_short():
    measured = [
        number("a", 9.0, limit=4.0, goal=Goal()),
        number("b", 1.0, limit=4.0, goal=Goal()),
        number("c"),
    ]
    results = report.merged({"results": {}}, measured, MACHINE)["results"]
    assert report.last_line(results) == "bench: 3 measured, 1 short of their goal"


def test_the_document_keeps_the_order_of_the_benches_and_leaves_out_what_is_gone():
    measured = [number("gone"), number("b"), number("a", 9.0, limit=4.0, goal=Goal())]
    latest = report.merged({"results": {}}, measured, MACHINE)
    text = report.document(latest, ["a", "b"], {"a, b": "By a clock."})
    assert "gone" not in text
    assert text.index("| `a` |") < text.index("| `b` |")
    assert "**short**" in text
    assert "### a, b\n\nBy a clock." in text


def test_only_what_is_named_is_measured():
    table = [Bench(("a", "b"), list), Bench(("c",), list)]
    assert chosen(table, "") == table
    assert chosen(table, "b") == table[:1]
    assert chosen(table, " c , a") == table
    with pytest.raises(LookupError, match="there is no d; there are a, b, c"):
        chosen(table, "a,d")


def test_every_bench_says_how_it_measures_and_no_name_is_there_twice():
    table = benches(VISITS)
    names = [name for bench in table for name in bench.names]
    assert len(set(names)) == len(names)
    assert all(len(text) > 80 for text in how(table).values())


def test_a_picture_that_changes_by_one_pixel_has_changed_and_is_still_alike():
    screen = np.zeros((100, 80), np.uint32)
    before = still(screen)
    screen[5, 5] = 0x0000FF
    assert changed(screen, before)
    assert 0.99 < alike(screen, before) < 1.0


def test_what_a_screen_keeps_above_its_colours_is_not_looked_at():
    screen = np.zeros((100, 80), np.uint32)
    before = still(screen)
    screen[:] = 0xFF000000
    assert not changed(screen, before)
    assert alike(screen, before) == 1.0


def test_a_hurried_visit_takes_the_same_steps():
    quick = hurried(CERTIFY)
    assert quick.steps.keys() == CERTIFY.steps.keys()
    assert all(quick.steps[name].on == step.on for name, step in CERTIFY.steps.items())
    assert quick.steps["goodbye"].limit_s == quick.steps["thanks"].limit_s == LAST_S
