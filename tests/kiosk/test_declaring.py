"""A survivor's certification: what has changed, who answers for a child, and what is promised."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from kiosk.conductor import Conductor
from kiosk.papers.slips import SlipMaker
from kiosk.platform.gateway import BenefitRecord, Eligibility, Scheme
from kiosk.platform.results import Code
from kiosk.services.certify import CERTIFY
from kiosk.services.helping import HELPING
from kiosk.services.lobby import LOBBY
from kiosk.visits.certification import certification
from kiosk.visits.events import (
    Again,
    Back,
    CardRead,
    CardTaken,
    Confirmed,
    Eligible,
    FaceTaken,
    ItemChosen,
    NotDue,
    PlatformAway,
    Touched,
)
from kiosk.visits.form_events import EditAsked, OfferChosen, RevealAsked, RowChosen
from kiosk.visits.form_pages import DetailsPage
from kiosk.visits.forms.intake import beginning
from kiosk.visits.helping import HelperKnown
from kiosk.visits.packets import text_digest
from kiosk.visits.place import Place
from sandbox.platform.manifest import Manifest
from sandbox.platform.outcomes import decide
from sandbox.platform.people import BY_REF
from tests.certify_kit import QUESTIONS, VILLAGE, WORDS, certify_pages
from tests.kiosk.people import ZHANG
from tests.kiosk.walker import Walker
from tests.packs import catalogue
from tests.platform_kit import jpeg

PENSION, SURVIVOR, INJURY = "2020-35/1/13", "2020-35/1/14", "2020-35/2/18"
NOW = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)
GUARDIAN = "430121198803260644"
ELIGIBLE = Eligibility(
    code=Code.ELIGIBLE,
    records=(
        BenefitRecord(
            record_id="R-p30-1",
            scheme=Scheme.PENSION_SURVIVOR,
            scheme_name="养老保险供养亲属待遇",
            pay_agency="长沙县社会保险经办服务中心",
            pay_area="430121",
            valid_to=None,
        ),
    ),
)


def card_of(ref):
    person = BY_REF[ref]
    return replace(
        ZHANG,
        name=person.name,
        number=person.number,
        birth=person.birth,
        valid_to=person.valid_to,
        long_term=person.valid_to is None,
    )


SPOUSE, CHILD = card_of("p30"), card_of("p31")


class Walk(Walker):
    def __init__(self):
        super().__init__()
        self.conductor = Conductor(
            LOBBY,
            {"certify": CERTIFY, "helped": HELPING},
            catalogue(),
            certify_pages(),
            self.views.append,
            lambda _: None,
            self.now_s,
            QUESTIONS,
            beginning(catalogue(), lambda _: True, lambda: NOW),
        )

    def to_questions(self, card=SPOUSE, item=SURVIVOR, told=(Eligible, ELIGIBLE)):
        return self.happen(
            Touched, (ItemChosen, item), Confirmed, (CardRead, card), Confirmed, told
        )


@pytest.fixture
def walk():
    return Walk()


def facts(page):
    return {fact.label: fact.value for section in page.sections for fact in section.facts}


def child_with(walk, relation="parent", number=GUARDIAN):
    walk.to_questions(CHILD)
    return walk.answer(relation, "谢春梅", number, "13900001234")


@pytest.mark.parametrize("item", [SURVIVOR, INJURY])
def test_a_survivor_says_what_has_changed_looks_at_it_and_promises(walk, item):
    assert walk.to_questions(item=item) == "question/changes"
    assert walk.answer(("none",)) == "declare"
    assert isinstance(walk.page, DetailsPage)
    assert facts(walk.page)["情况变化"] == "没有变化"
    assert walk.page.note == "这些都是真的。说得不真，我承担责任。"
    assert walk.happen(Confirmed) == "consent"


def test_who_draws_a_pension_is_asked_nothing(walk):
    assert walk.to_questions(item=PENSION) == "consent"
    assert walk.visit.intake is None


@pytest.mark.parametrize("told", [PlatformAway, (Eligible, ELIGIBLE)])
def test_with_and_without_a_network_the_same_is_asked(walk, told):
    assert walk.to_questions(told=told) == "question/changes"


def test_who_certifies_again_before_it_is_due_is_asked_as_well(walk):
    standing = ELIGIBLE.model_copy(update={"code": Code.NOT_DUE, "valid_to": date(2027, 11, 30)})
    assert walk.to_questions(told=(NotDue, standing)) == "not due"
    assert walk.happen(Again) == "question/changes"


def test_nothing_has_changed_goes_with_no_change(walk):
    walk.to_questions()
    assert walk.answer(("none", "employed")) == "question/changes"
    assert walk.page.trouble == "“情况变化”选了“没有变化”，就不能再选别的。请改一改。"
    assert walk.answer(("employed",)) == "declare"


def test_another_change_is_said_in_words(walk):
    walk.to_questions()
    assert walk.answer(("other",)) == "question/other_change"
    assert walk.answer("搬到外省住") == "declare"
    assert facts(walk.page)["别的变化"] == "搬到外省住"


def test_a_child_is_answered_for_by_who_came_along(walk):
    assert walk.to_questions(CHILD) == "question/guardian_relation"
    assert walk.answer("parent", "谢春梅", GUARDIAN, "13900001234") == "question/changes"
    assert walk.answer(("none",)) == "declare"
    assert facts(walk.page)["监护人姓名"] == "谢春梅"
    assert walk.happen(Confirmed) == "consent"


@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        (CHILD.number, "“监护人身份证号”这个人要满18岁。请换一位大人。"),
        ("43012120140321028X", "“监护人身份证号”这个人要满18岁。请换一位大人。"),
        ("430121198803260645", "“监护人身份证号”有一位不对。请对着证件从头看一遍。"),
    ],
)
def test_who_answers_for_a_child_is_of_age_and_somebody_else(walk, number, sentence):
    walk.to_questions(CHILD)
    assert walk.answer("parent", "谢春梅", number) == "question/guardian_id_number"
    assert walk.page.trouble == sentence


def test_from_the_first_question_it_goes_back_to_the_person(walk):
    walk.to_questions()
    assert walk.happen(Back) == "person"


def test_from_the_look_through_one_answer_is_changed_and_back_to_it(walk):
    walk.to_questions()
    walk.answer(("none",))
    assert walk.happen((EditAsked, "changes")) == "question/changes"
    assert walk.answer(("remarried", "employed")) == "declare"
    assert facts(walk.page)["情况变化"] == "再婚了、上班了"
    assert walk.happen((EditAsked, "no such")) == "declare"
    assert walk.happen(Back) == "question/changes"


def test_what_an_edit_has_opened_is_asked_before_the_promise_counts(walk):
    walk.to_questions()
    walk.answer(("none",))
    walk.happen((EditAsked, "changes"))
    assert walk.answer(("other",)) == "question/other_change"
    assert walk.happen(Back, Back) == "declare"
    assert walk.happen(Confirmed) == "question/other_change"
    assert walk.answer("搬到外省住") == "declare"
    assert walk.happen(Confirmed) == "consent"


def test_the_number_is_shown_whole_when_it_is_asked_for(walk):
    walk.to_questions()
    walk.answer(("none",))
    assert not walk.page.revealed
    walk.happen(RevealAsked)
    assert walk.page.revealed


def test_another_person_s_card_begins_the_questions_anew(walk):
    walk.to_questions()
    walk.answer(("none",))
    walk.happen(Back, Back, Back)
    other = card_of("p33")
    assert walk.happen((CardRead, other), Confirmed, (Eligible, ELIGIBLE)) == "question/changes"
    assert walk.page.value in ("", ())


def test_a_helper_asks_and_the_resident_promises(walk):
    walk.happen(Touched, (OfferChosen, "helped"), (HelperKnown, "H01", NOW))
    walk.happen(CardTaken, (RowChosen, "sight"), (ItemChosen, SURVIVOR), Confirmed)
    assert walk.happen((CardRead, SPOUSE), Confirmed, (Eligible, ELIGIBLE)) == "question/changes"
    assert walk.answer(("none",)) == "hand over"
    assert walk.happen(Back) == "question/changes"
    assert walk.answer(("none",)) == "hand over"
    assert walk.happen(Confirmed) == "declare"
    assert walk.view.helped.own
    walk.happen((EditAsked, "changes"))
    assert walk.answer(("employed",)) == "declare"
    walk.happen(Confirmed, Confirmed, (FaceTaken, jpeg(), "blink"))
    assert packet_of(walk)["helper"]["confirmed"] == [
        *("person", "declaration", "face_consent", "face")
    ]


# What the platform gets


def packet_of(walk):
    place = Place("522401", "石桥镇便民服务中心", VILLAGE)
    return json.loads(certification(walk.visit, place, NOW, "2026.11", WORDS).manifest)


def certified(walk, *changes):
    walk.answer(changes)
    walk.happen(Confirmed, Confirmed, (FaceTaken, jpeg(), "blink"))
    return packet_of(walk)


def judged(packet):
    manifest = Manifest.model_validate_json(json.dumps(packet))
    assert manifest.fits()
    claim = manifest.claim({})
    assert claim is not None
    return decide(claim, NOW.date())


def test_the_packet_bears_what_was_declared_and_what_was_agreed_to(walk):
    walk.to_questions()
    packet = certified(walk, "none")
    assert packet["answers"] == {
        "id_number": SPOUSE.number,
        "under_16": "no",
        "changes": ["none"],
    }
    agreed = [one["text_sha256"] for one in packet["consent"]]
    words = WORDS["zh"]
    assert agreed == [
        text_digest(words["declaration.promise"]),
        text_digest(words["face_consent.body"]),
    ]


def test_the_platform_passes_who_has_no_change_and_has_somebody_look_at_any_other(walk):
    walk.to_questions()
    assert (judged(certified(walk, "none")).code, judged(packet_of(walk)).later) == ("PASS", False)
    other = Walk()
    other.to_questions()
    assert judged(certified(other, "employed")).later


def test_a_child_passes_with_a_guardian_once_the_staff_vouch_and_not_without(walk):
    child_with(walk)
    packet = certified(walk, "none")
    packet["certification"]["record_ids"] = []  # all there are
    assert packet["answers"]["guardian_id_number"] == GUARDIAN
    vouched = {
        **packet,
        "evidence": "staff",
        "staff": "430121-S01",
        "materials": [],
        "certification": {**packet["certification"], "liveness": None},
    }
    assert judged(vouched).code == "PASS"
    alone = {key: value for key, value in packet["answers"].items() if "guardian" not in key}
    assert judged({**vouched, "answers": alone}).code == "NOT_ALLOWED"


def test_the_slip_says_what_was_declared_and_names_no_guardian_whole(walk):
    child_with(walk)
    certified(walk, "none")
    walk.visit.receipt, walk.visit.digest = "52240112345678", "ab" * 32
    place = Place("522401", "石桥镇便民服务中心", VILLAGE)
    slip = SlipMaker(place, "https://x", WORDS, lambda: NOW).certification(walk.visit)
    told = {pair.label: pair.value for pair in slip.blocks if hasattr(pair, "label")}
    assert told["情况变化"] == "没有变化"
    assert told["监护人"] == "谢**"
