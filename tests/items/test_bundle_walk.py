"""A bundle by touches in the real window: one form, one signature, and a packet for each item."""

from __future__ import annotations

from config import texts
from kiosk.visits.bundles import WithBundles
from sandbox.stage import Stage
from tests.items.errand import Errand
from tests.items.finger import Finger
from tests.items.received import Platform
from tests.items.tour import PROGRAM, SIZE_PX
from tests.items.walker import Walker
from tests.packs import catalogue

WORDS = {language: texts.load(language) for language in ("zh", "en")}
CODE, LOSS, PAY = "bundle/jobless", "2020-35/1/5", "2020-35/1/16"


def test_a_bundle_is_answered_once_and_the_platform_has_each_item_with_what_is_its_own(tmp_path):
    with Stage(tmp_path, SIZE_PX, program=PROGRAM) as stage:
        offered = WithBundles(catalogue(), WORDS)
        finger, platform = Finger(stage.resident), Platform(stage.directory)
        walker = Walker(finger, offered, Errand(CODE, "p19"), lambda _: None)
        entered = walker.walk()
        assert platform.newest_after(1) is not None
        loss, pay = (platform.packet(number) for number in platform.numbers())
        slips = stage.bench.state()["printer"]["slips"]
        words = "".join(stage.bench.words_of_slip(one["number"]) for one in slips)
    assert [step for step in entered.steps if step.endswith("question/mobile")] == [
        "forward/question/mobile"
    ]
    given = entered.answers
    told, asked = loss.manifest, pay.manifest
    assert (told["item"], asked["item"]) == (LOSS, PAY)
    assert told["answers"]["mobile"] == asked["answers"]["mobile"] == given["mobile"]
    assert told["answers"]["target_div"] == given["target_div"]
    assert asked["answers"]["target_div"] == given["target_div_2"]
    assert told["answers"]["reason"] == given["reason"]
    assert "reason" not in asked["answers"]
    hows = {one["slot"]: one["how"] for one in asked["materials"]}
    assert hows["bank_card"] == entered.papers["bank_card"]
    assert told["case"] == asked["case"]
    assert (loss.applications, pay.applications) == (1, 1)
    digits = "".join(one for one in words if one.isdigit())
    assert loss.number in digits
    assert pay.number in digits
