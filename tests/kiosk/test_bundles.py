"""Several items asked as one and handed in as several: 一件事."""

import base64
import json
import threading
from contextlib import closing
from datetime import datetime

import pytest

from config.catalogue_models import Bundle, Form
from kiosk.papers.forward_slips import ForwardSlipMaker
from kiosk.papers.relay_slips import ParcelSlipMaker
from kiosk.platform.answers import Answers
from kiosk.visits.bundles import WithBundles
from kiosk.visits.draft_content import packed, take_up, unpacked
from kiosk.visits.events import Confirmed, ItemChosen, Kept, Touched
from kiosk.visits.form_events import HowChosen, Signed
from kiosk.visits.forms.asking import joined
from kiosk.visits.forms.bundling import merged
from kiosk.visits.place import Place
from kiosk.visits.worker import Job
from kiosk.works.taking_in import keep_application
from offline_cache import database
from offline_cache.outbox import Limits, Outbox
from offline_cache.sealing import load_sealer
from sandbox.platform.keys import SealingKeys
from sandbox.platform.manifest import Manifest
from tests.kiosk import forwarding
from tests.kiosk.forwarding import NAME_STROKES, NOW, NUMBER, VILLAGE, WORDS, Walk, item, said
from tests.kiosk.obliging import Obliging
from tests.kiosk.people import ZHANG
from tests.kiosk.test_application import MAKER
from tests.kiosk.test_forward_slips import pairs
from tests.packs import catalogue

LOSS, PAY, HOME = "2020-35/1/5", "2020-35/1/16", "2020-35/2/69"
SECOND = "52240112345686"
KEY = "7b0c2a4e-1f7d-4d5a-9c55-0a3f6b1d2e4f"


def question(id, kind, label, **more):
    return {"id": id, "kind": kind, "label": said(label), "ask": said(f"{label}？"), **more}


END = (
    question("notify_by", "choice", "怎么告诉您", options=forwarding.options("sms", "post")),
    question("zip", "text", "邮编", when={"question": "notify_by", "one_of": ["post"]}),
)
REGISTER = Form.model_validate(
    {
        "id": "register",
        "questions": [
            question("mobile", "mobile", "手机号"),
            question("target_div", "division", "在哪里登记"),
            question("reason", "choice", "失业原因", options=forwarding.options("ended", "other")),
            question("unit", "text", "原单位", when={"question": "reason", "one_of": ["ended"]}),
            *END,
        ],
        "materials": [
            forwarding.material("contract", "C", when={"question": "reason", "one_of": ["ended"]}),
            forwarding.material("booklet", "S"),
            forwarding.material("form", "G"),
        ],
    }
)
BENEFIT = Form.model_validate(
    {
        "id": "benefit",
        "questions": [
            question("mobile", "mobile", "手机号"),
            question("target_div", "division", "在哪里参保"),
            question("unit", "text", "原单位"),
            question("account", "number", "账号"),
            *END,
        ],
        "materials": [
            forwarding.material("contract", "C"),
            forwarding.material("booklet", "M"),
            forwarding.material("form", "G"),
        ],
    }
)
ITEMS = {
    LOSS: item(LOSS, "register", modes=["online"], minutes=10, hotline="12333"),
    PAY: item(PAY, "benefit", modes=["relayed"], minutes=6, limit={"working_days": 20}),
}
BUNDLE = Bundle.model_validate(
    {
        "id": "jobless",
        "items": [LOSS, PAY],
        "title": said("丢了工作"),
        "plain": said("一次办两件。"),
        "group": "work",
    }
)


class Catalogue:
    def item(self, code):
        return ITEMS.get(code)

    def form(self, name):
        return {"register": REGISTER, "benefit": BENEFIT}[name]

    def featured(self):
        return ()

    def groups(self):
        return ()

    def in_group(self, group):
        return tuple(one for one in ITEMS.values() if one.group == group)

    def bundle(self, name):
        return BUNDLE if name == BUNDLE.id else None

    def bundles(self):
        return (BUNDLE,)


OFFERED = WithBundles(Catalogue(), WORDS)
CODE = "bundle/jobless"


@pytest.fixture
def walk():
    walk = Walk(OFFERED)
    walk.begin(CODE)
    return walk


def filled_in(walk, booklet="on_file", original="original"):
    walk.answer("13900001234", VILLAGE, "other")
    walk.answer("石桥纸厂", "522401101202", "6228", "sms")
    walk.happen(Confirmed, (HowChosen, "commitment"))
    return walk.happen((HowChosen, booklet), (HowChosen, original))


def signed(walk):
    filled_in(walk)
    walk.happen(Confirmed, Confirmed, (Signed, NAME_STROKES))
    return walk.conductor._visit


def manifests(visit):
    return [json.loads(one.packet.manifest) for one in MAKER.applications(visit)]


# One form


def test_what_is_asked_in_the_same_words_is_asked_once_and_the_rest_beside_it():
    form, _ = merged([(ITEMS[LOSS], REGISTER), (ITEMS[PAY], BENEFIT)])
    assert [one.id for one in form.questions] == [
        *("mobile", "target_div", "reason", "unit", "target_div_2", "account"),
        *("notify_by", "zip"),
    ]
    by_id = {one.id: one for one in form.questions}
    assert by_id["target_div_2"].ask.zh == "在哪里参保？"
    assert by_id["unit"].when is None  # one of them always asks
    assert by_id["unit"].required


def test_a_paper_wanted_in_two_ways_is_asked_for_twice_and_says_for_what():
    form, _ = merged([(ITEMS[LOSS], REGISTER), (ITEMS[PAY], BENEFIT)])
    assert [(one.id, one.name.zh, one.travels) for one in form.materials] == [
        ("contract", "材料contract", "C"),
        ("booklet", "材料booklet", "S"),
        ("form", "材料form", "G"),
        ("booklet_2", "材料booklet（事项）", "M"),
    ]


def test_two_conditions_are_not_made_into_one():
    def asked(value):
        return Form.model_validate(
            {
                "id": "one",
                "questions": [
                    question("kind", "choice", "哪种", options=forwarding.options("a", "b")),
                    question("why", "text", "为什么", when={"question": "kind", "one_of": [value]}),
                ],
            }
        )

    form, _ = merged([(ITEMS[LOSS], asked("a")), (ITEMS[PAY], asked("b"))])
    assert [one.id for one in form.questions] == ["kind", "why", "why_2"]


def test_what_one_needs_on_a_condition_and_the_other_never_is_asked_for_each():
    def asked(**more):
        ask = [
            question("kind", "choice", "哪种", options=forwarding.options("a", "b")),
            question("why", "text", "为什么", **more),
        ]
        return Form.model_validate({"id": "one", "questions": ask})

    needed = asked(when={"question": "kind", "one_of": ["a"]})
    form, _ = merged([(ITEMS[LOSS], needed), (ITEMS[PAY], asked(required=False))])
    assert [one.id for one in form.questions] == ["kind", "why", "why_2"]


def test_what_refers_to_a_question_refers_to_it_under_its_new_name():
    def dated(label):
        return Form.model_validate(
            {
                "id": "one",
                "questions": [
                    question("begun", "date", label),
                    question("ended", "date", f"{label}完", not_before="begun"),
                ],
            }
        )

    form, (_, second) = merged([(ITEMS[LOSS], dated("住")), (ITEMS[PAY], dated("工作"))])
    assert form.questions[3].not_before == "begun_2"
    assert second.path("begun_2") == "begun"
    assert second.path("begun") is None


def test_every_bundle_of_the_catalogue_gives_each_item_back_its_own_form():
    pack = catalogue()
    for bundle in pack.bundles():
        wanted = [(pack.item(code), pack.form(pack.item(code).form)) for code in bundle.items]
        form, parts = merged(wanted)
        alone = [joined(one) for _, one in wanted]
        assert len(form.questions) < sum(len(one.questions) for one in alone)
        for part, own in zip(parts, alone, strict=True):
            names = {part.path(one.id) for one in form.questions} - {None}
            assert names == {one.id for one in own.questions}
            assert set(part.papers.values()) == {one.id for one in own.materials}


# One item on the page


def test_a_bundle_stands_first_in_its_group_and_is_an_item_of_what_its_items_say(walk):
    first, *_ = OFFERED.in_group("work")
    assert (first.code, first.zh.short, first.minutes) == (CODE, "丢了工作", 14)
    assert first.limit.working_days == 20
    assert OFFERED.item("bundle/nothing") is None
    walk = Walk(OFFERED)
    walk.happen(Touched, (ItemChosen, CODE))
    assert walk.page.title == "丢了工作（2件事一起办）"
    assert walk.page.how[0] == WORDS["zh"]["bundle.here"]


def test_a_shared_question_is_asked_once_on_the_way_to_one_summary_and_one_signature(walk):
    assert filled_in(walk) == "inventory"
    assert walk.happen(Confirmed) == "summary"
    labels = [fact.label for section in walk.page.sections for fact in section.facts]
    assert labels.count("手机号") == 1
    assert walk.happen(Confirmed) == "sign"
    assert "丢了工作（2件事一起办）：事项、事项" in walk.page.text  # both, by name
    assert walk.happen((Signed, NAME_STROKES)) == "hand in"


# Several packets


def test_each_item_is_handed_in_with_its_own_answers_under_its_own_names(walk):
    loss, pay = manifests(signed(walk))
    assert (loss["item"], pay["item"]) == (LOSS, PAY)
    assert loss["answers"] == {
        "mobile": "13900001234",
        "target_div": VILLAGE,
        "reason": "other",
        "notify_by": "sms",
    }
    assert pay["answers"] == {
        "mobile": "13900001234",
        "target_div": "522401101202",
        "unit": "石桥纸厂",
        "account": "6228",
        "notify_by": "sms",
    }


def test_each_item_has_the_papers_that_it_wants_and_nothing_of_the_others(walk):
    loss, pay = manifests(signed(walk))
    assert [(one["slot"], one["how"]) for one in loss["materials"]] == [
        *(("form", "made"), ("signature", "made"), ("booklet", "on_file")),
    ]
    assert [(one["slot"], one["how"]) for one in pay["materials"]] == [
        *(("form", "made"), ("signature", "made"), ("contract", "commitment")),
        ("booklet", "original"),
    ]
    assert (loss["parcel"], pay["parcel"]) == (None, {"posted": ["booklet"], "shown": []})
    assert (loss["mode"], pay["mode"]) == ("online", "relayed")


def test_one_signature_stands_under_all_and_they_are_one_case_in_its_order(walk):
    visit = signed(walk)
    loss, pay = manifests(visit)
    assert loss["case"] == pay["case"] == loss["key"] == visit.key != pay["key"]
    assert loss["bundle"] == {"id": "jobless", "at": 1, "of": 2}
    assert pay["bundle"] == {"id": "jobless", "at": 2, "of": 2}
    assert loss["commitment"]["text"] == pay["commitment"]["text"]
    again = manifests(visit)
    assert [one["key"] for one in again] == [loss["key"], pay["key"]]


def test_the_platform_takes_each_of_them(walk):
    for one in MAKER.applications(signed(walk)):
        assert Manifest.model_validate_json(one.packet.manifest).fits()


def test_the_form_in_a_packet_holds_the_items_own_answers_alone(walk):
    loss, pay = manifests(signed(walk))
    forms = [base64.b64decode(one["materials"][0]["inline"]).decode() for one in (loss, pay)]
    assert "6228" not in forms[0]
    assert "6228" in forms[1]
    assert "失业原因" not in forms[1]


def test_a_bundle_that_pauses_goes_on_with_everything_another_day(walk):
    filled_in(walk)
    draft = unpacked(packed(walk.intake, KEY, "1"))
    again = Walk(OFFERED)
    again.happen(Touched, (ItemChosen, draft.item))
    assert take_up(again.intake, draft, ZHANG) == 0
    assert again.intake.walk.counting() == walk.intake.walk.counting()
    assert again.intake.papers.given == walk.intake.papers.given


@pytest.mark.parametrize("name", [one.id for one in catalogue().bundles()])
@pytest.mark.parametrize("last", [False, True])
def test_an_obliging_resident_brings_every_bundle_of_the_catalogue_to_its_end(name, last):
    walk = Walk(WithBundles(catalogue(), WORDS))
    way = Obliging(walk, last=last).to_result(f"bundle/{name}")
    assert (way.count("sign"), way.count("hand in")) == (1, 1)
    bundle = catalogue().bundle(name)
    told = manifests(walk.conductor._visit)
    assert [one["item"] for one in told] == list(bundle.items)
    for one, part in zip(told, walk.intake.parts, strict=True):
        questions = {each.id: each for each in part.form.questions}
        answered = {path.partition(".")[0] for path in one["answers"]}
        assert answered <= set(questions)
        missing = set(questions) - answered
        assert not [
            each for each in missing if questions[each].required and questions[each].when is None
        ]
        slots = {each.id for each in part.form.materials} | {"signature"}
        assert {each["slot"] for each in one["materials"]} <= slots


# Kept, all or none


@pytest.fixture
def keys(tmp_path):
    return SealingKeys(tmp_path)


def kept(visit, outbox, keys):
    work = keep_application(
        MAKER.applications, load_sealer(keys.file), Answers(), lambda: NOW, threading.Event().set
    )
    return work(visit)(outbox, Job(visit.number, lambda _: None))


def test_all_are_kept_at_once_each_with_a_number_and_go_in_their_order(tmp_path, keys, walk):
    visit = signed(walk)
    with closing(Outbox(database.begin(tmp_path / "store.db").connection, "522401")) as outbox:
        told = kept(visit, outbox, keys)
        assert isinstance(told, Kept)
        assert len(told.others) == 1
        assert outbox.waiting() == 2
        first = outbox.peek(datetime.now().astimezone())
        assert (first.item, first.number, first.case) == (LOSS, told.receipt, visit.key)
        assert kept(visit, outbox, keys) == told


def test_where_one_has_no_room_none_is_kept(tmp_path, keys, walk):
    opened = database.begin(tmp_path / "store.db")
    with closing(Outbox(opened.connection, "522401", Limits(rows=1))) as outbox:
        told = kept(signed(walk), outbox, keys)
        assert told.trouble == "full"
        assert outbox.waiting() == 0


# On paper


def test_the_receipt_lists_all_numbers_and_the_parcel_bears_that_of_its_item(walk):
    visit = signed(walk)
    visit.receipt, visit.others, visit.confirmed_at = NUMBER, (SECOND,), NOW
    place = Place("522401", "石桥镇便民服务中心", VILLAGE)
    slip = ForwardSlipMaker(place, "https://p.example/s", WORDS, lambda: NOW).receipt(visit)
    numbers = [one.value for one in slip.blocks if getattr(one, "label", "") == "事项"]
    assert numbers == ["5224 0112 3456 78", "5224 0112 3456 86"]
    assert pairs(slip)["怎么办"] == WORDS["zh"]["bundle.here"]
    parcel = ParcelSlipMaker(place, "12345", "https://p.example/s", WORDS)
    (handed,) = parcel.papers(visit)
    assert pairs(handed)["回执编号"] == "5224 0112 3456 86"
    assert pairs(handed)["事项名称"] == f"事项{PAY}"
