"""The rows themselves: whole, sayable, and the table in the documents made of them."""

from __future__ import annotations

import re
from collections import Counter

from config import texts
from devices.base import Remedy
from tests.conformance.bench import BORNE, Kind
from tests.conformance.devices import BENCHES
from tests.conformance.matrix import FILE, missing, written

ROWS = [(bench, fault) for bench in BENCHES.values() for fault in bench.faults]
GONE_OR_BROKEN = (Remedy.ATTENDANT, Remedy.TECHNICIAN)


def test_every_fault_is_tried_on_some_device():
    assert set(Kind) == {fault.kind for _, fault in ROWS}


def test_a_device_without_a_fault_that_may_happen_to_it_says_why():
    assert {bench.name: missing(bench) for bench in BENCHES.values() if missing(bench)} == {}
    empty = [bench.name for bench in BENCHES.values() if not all(bench.not_tried.values())]
    assert empty == []


def test_a_fault_is_either_tried_or_not():
    both = [f"{bench}: {fault.kind}" for bench, fault in ROWS if fault.kind in bench.not_tried]
    assert both == []


def test_no_two_rows_of_a_device_have_one_name():
    assert [name for name, n in Counter(f"{b}: {f}" for b, f in ROWS).items() if n > 1] == []


def test_every_device_has_a_row_that_is_tried_each_time():
    assert [b.name for b in BENCHES.values() if not any(f.short for f in b.faults)] == []


def test_whatever_is_not_borne_has_a_remedy_and_a_sentence_in_both_languages():
    words = {language: texts.load(language) for language in ("zh", "en")}
    for bench, fault in ROWS:
        if fault.ends is not BORNE:
            assert fault.remedy is not None, f"{bench}: {fault}"
            assert all(fault.words in each for each in words.values()), f"{bench}: {fault.words!r}"


def test_a_sentence_to_a_resident_is_short_and_names_no_part_of_the_program():
    zh = texts.load("zh")
    for bench, fault in ROWS:
        text = zh.get(fault.words, "")
        assert all(len(part) <= 20 for part in re.split("[。！？]", text)), (
            f"{bench}: {fault.words}"
        )
        assert not re.search(r"Error|错误码|驱动|接口", text)


def test_a_device_that_somebody_else_must_put_right_is_not_called_usable():
    usable = [
        f"{bench}: {fault}"
        for bench, fault in ROWS
        if fault.remedy in GONE_OR_BROKEN
        and not fault.opening
        and fault.status in ("ok", "busy", "attention")
    ]
    assert usable == []


def test_what_no_status_can_see_says_why():
    assert [f"{b}: {f}" for b, f in ROWS if (f.status is None) != bool(f.unseen)] == []


def test_the_table_in_the_documents_is_the_one_of_the_rows():
    assert FILE.read_text("utf-8") == written(BENCHES), "make conformance writes it"
