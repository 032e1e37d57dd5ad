"""Questions asked one at a time: which come, in what order, and that nothing given is lost."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.catalogue_models import Form, Kind
from kiosk.visits.forms.asking import asked
from kiosk.visits.forms.surroundings import Surroundings
from kiosk.visits.forms.walk import Walk
from tests.kiosk.forwarding import BIRTH, CONTACT, JOBLESS, options, question

AROUND = Surroundings(date(2026, 11, 21), lambda _: True)
CARD = {"name": "张三", "address": "北京市东城区示例街1号"}


def walking(form, fields=CARD):
    walk = Walk(form.questions, lambda: AROUND, dict(fields))
    walk.begin()
    return walk


def answer(walk, *values):
    for value in values:
        walk.answer(value)
    return walk.at


def test_blocks_are_asked_before_the_form_and_what_the_card_answers_for_good_is_not_asked():
    walk = walking(JOBLESS)
    assert walk.at == "mobile"
    assert [one.path for one in walk.all_asked()][:3] == ["name", "mobile", "address"]
    assert walk.counting()["name"] == "张三"
    assert walk.position == (1, 4)


def test_a_card_without_the_field_leaves_the_question_to_the_resident():
    assert walking(JOBLESS, {}).at == "name"


def test_an_answer_from_the_card_is_shown_with_its_source_and_may_be_changed():
    walk = walking(CONTACT)
    answer(walk, "13900001234")
    assert walk.shown(walk.here) == (CARD["address"], True)
    assert answer(walk, "贵州省某村三组") == ""
    walk.last()
    assert walk.shown(walk.here) == ("贵州省某村三组", False)


def test_a_question_depends_on_what_was_answered_and_its_answer_counts_only_then():
    walk = walking(JOBLESS)
    assert answer(walk, "13900001234", "北京市某街", "closed") == "unit"
    assert walk.position == (4, 5)
    answer(walk, "石桥供销社", "2026-11-01")
    walk.edit("reason")
    assert answer(walk, "other") == ""
    assert "unit" not in walk.counting()
    walk.edit("reason")
    answer(walk, "closed")
    assert walk.counting()["unit"] == "石桥供销社"


def test_a_wrong_answer_stays_on_its_page_and_says_why():
    walk = walking(JOBLESS)
    assert answer(walk, "139") == "mobile"
    assert walk.trouble.key == "check.too_short"
    assert answer(walk, "13900001234") == "address"
    assert walk.trouble is None


def to_kids(walk):
    answer(walk, "13900001234", "北京市某街")
    assert walk.at == "kids"
    return walk


def child(walk, name="张小雨", born="2020-05-01"):
    walk.add_entry()
    answer(walk, name, born, "no")


def test_a_list_is_asked_person_by_person_and_comes_back_to_itself():
    walk = to_kids(walking(BIRTH))
    walk.add_entry()
    assert walk.at == "kids.0.name"
    assert answer(walk, "张小雨", "2020-05-01", "yes") == "kids.0.since"
    assert answer(walk, "2021-01-01") == "kids"
    child(walk, "张小雪", "2022-01-01")
    walk.finish_list()
    assert walk.at == "order"
    counting = walk.counting()
    assert counting["kids"] == "2"
    assert counting["kids.1.name"] == "张小雪"
    assert "kids.1.since" not in counting


def test_a_list_and_its_people_count_as_one_question():
    walk = to_kids(walking(BIRTH))
    assert walk.position == (3, 4)
    walk.add_entry()
    assert walk.position == (3, 4)


def test_a_limit_within_an_entry_is_that_of_the_same_entry():
    walk = to_kids(walking(BIRTH))
    child(walk, born="2024-01-01")
    walk.add_entry()
    assert answer(walk, "张小雪", "2020-01-01", "yes", "2019-12-31") == "kids.1.since"
    assert walk.trouble.key == "check.before"


def test_whoever_is_dropped_takes_their_answers_along_and_nobody_elses():
    walk = to_kids(walking(BIRTH))
    for name in ("张一", "张二", "张三三"):
        child(walk, name)
    walk.add_entry()
    assert walk.trouble.key == "check.people_many"
    walk.drop_entry(1)
    counting = walk.counting()
    assert (counting["kids"], counting["kids.0.name"], counting["kids.1.name"]) == (
        "2",
        "张一",
        "张三三",
    )
    walk.drop_entry(7)
    assert walk.entries("kids") == 2


def test_an_entry_begun_by_mistake_goes_when_its_first_page_is_left_backwards():
    walk = to_kids(walking(BIRTH))
    walk.add_entry()
    walk.back()
    assert (walk.at, walk.entries("kids")) == ("kids", 0)


def test_an_entry_half_filled_stays_and_is_finished_before_the_list_is_left():
    walk = to_kids(walking(BIRTH))
    walk.add_entry()
    answer(walk, "张小雨")
    walk.back()
    walk.back()
    assert walk.at == "kids"
    walk.finish_list()
    assert walk.at == "kids.0.born"


def test_nobody_in_a_list_that_may_be_empty_is_an_answer():
    walk = to_kids(walking(BIRTH))
    walk.finish_list()
    assert walk.counting()["kids"] == "0"


def test_a_list_that_needs_somebody_is_not_left_without():
    people = [question("who", "people", "人", least=1, each=[question("name", "name", "姓名")])]
    walk = walking(Form.model_validate({"id": "f", "questions": people}))
    walk.finish_list()
    assert (walk.at, walk.trouble.key) == ("who", "check.people_few")


def finished(walk):
    to_kids(walk)
    child(walk)
    walk.finish_list()
    assert answer(walk, "2") == ""
    return walk


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("mobile", "13900005678"),
        ("kids.0.name", "张大雨"),
        ("order", "3"),
        ("kids.0.adopted", "no"),
    ],
)
def test_from_the_summary_one_answer_is_changed_and_the_summary_is_next(path, value):
    walk = finished(walking(BIRTH))
    walk.edit(path)
    assert answer(walk, value) == ""
    assert walk.counting()[path] == value


def test_a_change_that_makes_another_question_necessary_asks_it_and_then_goes_back():
    walk = finished(walking(BIRTH))
    walk.edit("kids.0.adopted")
    assert answer(walk, "yes") == "kids.0.since"
    assert answer(walk, "2021-01-01") == ""


def test_a_change_that_makes_another_answer_wrong_asks_that_anew_and_says_why():
    walk = to_kids(walking(BIRTH))
    walk.add_entry()
    answer(walk, "张小雨", "2020-05-01", "yes", "2021-01-01")
    walk.finish_list()
    answer(walk, "1")
    walk.edit("kids.0.born")
    assert answer(walk, "2022-01-01") == "kids.0.since"
    assert walk.trouble.key == "check.before"


def test_going_back_from_an_edited_question_changes_nothing_and_leads_to_the_summary():
    walk = finished(walking(BIRTH))
    before = walk.counting()
    walk.edit("mobile")
    walk.back()
    assert (walk.at, walk.counting()) == ("", before)


def test_back_from_a_question_that_a_change_made_necessary_leads_to_the_change():
    walk = finished(walking(BIRTH))
    walk.edit("reason")  # not of this form
    assert walk.at == ""
    walk = walking(JOBLESS)
    answer(walk, "13900001234", "北京市某街", "other", "2026-11-01")
    walk.edit("reason")
    assert answer(walk, "ended") == "unit"
    walk.back()
    assert walk.at == "reason"
    walk.back()
    assert walk.at == ""
    walk.to_unsettled()
    assert walk.at == "unit"


def test_a_question_within_an_entry_may_bear_the_name_of_one_outside():
    form = Form.model_validate(
        {
            "id": "f",
            "questions": [
                question("name", "name", "姓名"),
                question(
                    "who",
                    "people",
                    "人",
                    each=[
                        question("name", "name", "姓名", differs_from="name"),
                        question("kind", "choice", "类", options=options("a", "b")),
                        question(
                            "more", "text", "b类的", when={"question": "kind", "one_of": ["b"]}
                        ),
                    ],
                ),
            ],
        }
    )
    walk = walking(form, {})
    answer(walk, "张三")
    walk.add_entry()
    assert answer(walk, "李四", "b") == "who.0.more"


# Any shape of form, and anybody's way through it

VALUES = {
    "yes_no": st.sampled_from(["yes", "no"]),
    "choice": st.sampled_from(["a", "b"]),
    "choices": st.lists(st.sampled_from(["a", "b"]), min_size=1, unique=True).map(
        lambda chosen: tuple(sorted(chosen))
    ),
    "text": st.sampled_from(["一", "二三", "字" * 20]),
    "integer": st.sampled_from(["0", "7"]),
}


@st.composite
def questions(draw, deep=True):
    made, names = [], [f"q{at}" for at in range(draw(st.integers(0, 6 if deep else 3)))]
    for at, name in enumerate(names):
        kinds = sorted(VALUES) + (["people"] if deep else [])
        kind = draw(st.sampled_from(kinds))
        more = {"required": draw(st.booleans())}
        if kind in ("choice", "choices"):
            more["options"] = options("a", "b")
        if kind == "people":
            more["each"] = draw(questions(deep=False))
        if names and draw(st.booleans()):
            more["when"] = {
                "question": draw(st.sampled_from(names)),  # also itself, and ones that come later
                "one_of": draw(st.sampled_from([["yes"], ["a"], ["b", "no"]])),
            }
        made.append(question(name, kind, f"问题{at}", **more))
    return made


FORM = questions().map(lambda made: Form.model_validate({"id": "f", "questions": made}))


@settings(max_examples=150, deadline=None)
@given(form=FORM, data=st.data())
def test_a_form_of_any_shape_ends_and_nothing_given_is_lost_on_the_way(form, data):
    walk = walking(form)
    given_so_far = {}
    for _ in range(400):
        if not walk.at:
            break
        here = walk.here
        if data.draw(st.integers(0, 3)) == 0 and given_so_far.get(walk.at) is not None:
            walk.back()  # and on again: what stood there stands there
            if walk.at:
                assert walk.answers.get(walk.at) == given_so_far.get(walk.at)
            else:
                walk.begin()
            continue
        if here.is_list:
            if walk.entries(here.path) < 2 and (here.question.required or data.draw(st.booleans())):
                walk.add_entry()
            else:
                walk.finish_list()
            given_so_far[here.path] = walk.answers.get(here.path)
            continue
        value = data.draw(VALUES[here.question.kind])
        walk.answer(value)
        assert walk.trouble is None
        given_so_far[here.path] = value
    else:
        # Whoever goes to and fro for ever is still on a page of the form.
        assert walk.here
        return
    assert walk.settled
    lists = {one.path for one in walk.all_asked() if one.is_list}
    order = {one.path for one in asked(form.questions, walk.answers)}
    for path, value in walk.counting().items():
        assert path in order
        assert given_so_far[path] == value or path in lists  # which count their people


@settings(max_examples=100, deadline=None)
@given(form=FORM, data=st.data())
def test_forth_and_back_through_everything_keeps_every_answer(form, data):
    walk = walking(form)
    for _ in range(200):
        if not walk.at:
            break
        if walk.here.is_list:
            walk.finish_list() if walk.entries(walk.at) else walk.add_entry()
        else:
            walk.answer(data.draw(VALUES[walk.here.question.kind]))
    before = dict(walk.answers)
    walk.last()
    for _ in range(200):
        if not walk.at:
            break
        walk.back()
    assert walk.at == ""
    assert walk.answers == before
    assert all(
        one.question.kind is not Kind.PEOPLE or one.path in before for one in walk.all_asked()
    )
