"""The 140 items of 国办发〔2020〕35号 as residents meet them: whole, plain, in both languages."""

import hashlib
import re
from collections import Counter

import pytest

from config.catalogue_models import Ability, Audience, Identity, Kind, MaterialClass, When
from config.catalogue_rules import form_of
from kiosk.visits.forms.delivering import QUESTIONS as DELIVERY
from screens.icons import ICONS
from tests.packs import PENSION, installed

ITEMS = installed().items
# Over the official names, in the order of the list, a line each.
NAMES_SHA256 = "e92e980a11bd147cdd7d17f9b4b5d18543f3176db1c26e96d6aadc804955ea2c"
FINISHED = {
    Ability.CERTIFY: {"1/13", "1/14", "2/17", "2/18"},
    Ability.QUERY: {"1/6", "2/13", "2/14", "2/15", "3/6", "1/22", "2/28", "1/25"},
    Ability.VERIFY: {"1/17", "1/18", "1/19", "1/20", "2/25"},
}
IN_DETAIL = {
    "1/5": "unemployment",
    "1/8": "pension_resident_transfer",
    "1/37": "sole_trader",
    "2/1": "no_record",
    "2/21": "social_card",
    "2/45": "fund_purchase",
    "2/49": "birth_registration",
    "2/61": "medical_away",
    "2/68": "disability_new",
}
NEVER_SAID = ("提交", "校验", "异常", "鉴权", "终端", "死亡")


def told(item):
    words = item.zh
    return (words.plain, words.result, *words.bring, *words.conditions, *words.steps)


def test_all_of_the_list_is_there_and_nothing_twice():
    counts = Counter(code.split("/")[1] for code in ITEMS)
    assert counts == {"1": 58, "2": 74, "3": 8}
    numbers = {batch: set() for batch in counts}
    for code in ITEMS:
        numbers[code.split("/")[1]].add(int(code.split("/")[2]))
    assert all(found == set(range(1, counts[batch] + 1)) for batch, found in numbers.items())


def test_the_names_are_those_of_the_list():
    names = "\n".join(item.zh.name for item in ITEMS.values())
    assert hashlib.sha256(names.encode()).hexdigest() == NAMES_SHA256


def test_seventeen_items_are_finished_at_the_terminal():
    for ability, numbers in FINISHED.items():
        found = {code.partition("/")[2] for code, item in ITEMS.items() if item.ability is ability}
        assert found == numbers
    assert sum(item.ability is Ability.FORWARD for item in ITEMS.values()) == 123


def test_what_is_finished_here_wants_card_and_face():
    finished = [item for item in ITEMS.values() if item.ability is not Ability.FORWARD]
    assert {item.identity for item in finished} == {Identity.CARD_AND_FACE}


def test_the_pension_certification_alone_has_a_tile_of_its_own():
    assert [code for code, item in ITEMS.items() if item.featured] == [PENSION]


def test_what_an_item_is_for_is_said_in_short_sentences():
    long = [
        (item.code, sentence)
        for item in ITEMS.values()
        for text in told(item)
        for sentence in re.split("[。！？]", text)
        if len(sentence) > 20
    ]
    assert long == []
    assert [item.code for item in ITEMS.values() if len(item.zh.plain) > 60] == []


def test_no_resident_reads_the_words_of_an_office():
    assert [
        (item.code, word) for item in ITEMS.values() for word in NEVER_SAID if word in told(item)[0]
    ] == []


def test_english_is_there_and_is_english():
    for item in ITEMS.values():
        words = item.en
        lines = (words.name, words.short, words.plain, words.result, *words.bring, *words.steps)
        assert not [line for line in lines if re.search("[\u3400-\u9fff]", line)], item.code
        assert len(words.bring) == len(item.zh.bring)
        assert len(words.steps) == len(item.zh.steps)
        assert len(words.conditions) == len(item.zh.conditions)


def test_two_items_never_share_a_button():
    for language in ("zh", "en"):
        shorts = Counter(item.words(language).short for item in ITEMS.values())
        assert [short for short, count in shorts.items() if count > 1] == []


def test_every_item_says_how_and_by_what_right():
    for item in ITEMS.values():
        assert "国办发〔2020〕35号" in item.basis
        assert 3 <= len(item.zh.steps) <= 5, item.code
        assert item.zh.conditions, item.code
        assert len(item.search) >= 2, item.code


def test_every_form_is_whole_and_knows_who_asks_and_how_the_answer_comes():
    for item in ITEMS.values():
        if item.ability is not Ability.FORWARD:
            continue
        form = form_of(item, installed().forms)
        questions = {question.id for question in form.questions}
        assert {"name", "id_number"} <= questions, item.code
        asked_before = item.audience is Audience.ENTERPRISE  # by the form of that name
        reached = [name for name in questions - {"rcpt_mobile"} if name.endswith("mobile")]
        assert reached or asked_before, item.code
        by_post = [
            one
            for one in form.questions
            if one.id in DELIVERY and "post" in [option.value for option in one.options]
        ]
        assert len(by_post) == 1, item.code
        for name in ("rcpt_name", "rcpt_mobile", "rcpt_div", "rcpt_addr"):
            (one,) = [one for one in form.questions if one.id == name]
            assert one.required, item.code
            assert one.when == When(question=by_post[0].id, one_of=("post",)), item.code
        assert form.materials[0:1], item.code


def test_ten_items_are_asked_for_in_full():
    for number, form in IN_DETAIL.items():
        item = ITEMS[f"2020-35/{number}"]
        assert item.form == form
        whole = form_of(item, installed().forms)
        assert len(whole.questions) >= 14, number
        assert MaterialClass.GENERATED in {material.travels for material in whole.materials}
    assert all(ITEMS[f"2020-35/2/{n}"].form == "household_move" for n in range(3, 8))


def test_who_founds_a_business_is_not_asked_for_its_credit_code():
    for code in ("2020-35/1/31", "2020-35/1/34", "2020-35/1/37", "2020-35/1/40"):
        assert ITEMS[code].audience is not Audience.ENTERPRISE
        kinds = {question.kind for question in form_of(ITEMS[code], installed().forms).questions}
        assert Kind.CREDIT_CODE not in kinds


@pytest.mark.parametrize("group", installed().groups, ids=lambda group: group.id)
def test_every_group_has_a_sign_and_items(group):
    assert group.sign in ICONS
    assert [item for item in ITEMS.values() if item.group == group.id]


def test_there_are_six_groups_and_several_bundles():
    assert len(installed().groups) == 6
    assert {"newborn", "retirement", "moving"} <= {one.id for one in installed().bundles}


@pytest.mark.parametrize("bundle", installed().bundles, ids=lambda bundle: bundle.id)
def test_what_a_bundle_shares_is_asked_in_one_way(bundle):
    """A question of the same name is asked once: so it has to be the same kind of question."""
    kinds = {}
    for code in bundle.items:
        form = form_of(ITEMS[code], installed().forms)
        for question in form.questions if form else ():
            assert kinds.setdefault(question.id, question.kind) is question.kind, question.id
