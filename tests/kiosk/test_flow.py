"""Tables that cannot be walked are found when they are built."""

import pytest

from kiosk.services.certify import CERTIFY
from kiosk.services.lobby import LOBBY
from kiosk.visits.events import Back, Confirmed, Declined, Lapsed, Left
from kiosk.visits.flow import END, Flow, FlowError, Fork, Step

GOODBYE = Step("goodbye", {Confirmed: END})


def test_a_step_that_leads_nowhere_is_refused():
    with pytest.raises(FlowError, match="leads to 'nowhere'"):
        Flow("f", {"a": Step("a", {Confirmed: "nowhere"})})


def test_a_step_that_nothing_leads_to_is_refused():
    with pytest.raises(FlowError, match="no way leads to step 'b'"):
        Flow("f", {"a": Step("a", {Confirmed: END}), "b": GOODBYE})


def test_a_step_that_could_hold_a_resident_for_ever_is_refused():
    with pytest.raises(FlowError, match="neither patience nor limit"):
        Flow("f", {"a": Step("a", {Confirmed: END}, patience_s=None)})


def test_a_step_that_shows_the_page_of_no_step_is_refused():
    with pytest.raises(FlowError, match="which is no step"):
        Flow("f", {"a": Step("a", {Confirmed: END}, of="b")})


def test_a_stage_that_the_flow_does_not_have_is_refused():
    with pytest.raises(FlowError, match="no known stage"):
        Flow("f", {"a": Step("a", {Confirmed: END}, stage="card")})


def test_a_row_of_the_step_goes_before_a_row_of_the_flow():
    flow = Flow(
        "f", {"a": Step("a", {Left: "b"}), "b": GOODBYE}, anywhere={Left: END, Confirmed: "b"}
    )
    assert flow.after("a", Left(1)) == "b"
    assert flow.after("a", Confirmed(1)) == "b"
    assert flow.after("a", Back(1)) is None


@pytest.mark.parametrize("step", sorted(CERTIFY.steps))
def test_a_resident_can_leave_the_certification_at_every_step(step):
    assert CERTIFY.after(step, Left(1)) == "leaving"
    assert CERTIFY.after(step, Lapsed(1)) == "leaving"


@pytest.mark.parametrize("step", ["consent", "face", "no face", "no camera", "face refused"])
def test_the_face_is_never_the_only_proof(step):
    assert CERTIFY.after(step, Declined(1)) == "staff"


def test_only_the_attract_picture_may_stand_for_ever():
    assert LOBBY.resting == "attract"
    assert CERTIFY.resting is None


def test_a_fork_is_checked_as_a_step_is():
    with pytest.raises(FlowError, match="'fork' leads to 'nowhere'"):
        Flow(
            "f",
            {"a": Step("a", {Confirmed: "fork"})},
            forks={"fork": Fork("which way", {"one": "a", "other": "nowhere"})},
        )
    with pytest.raises(FlowError, match="no way leads to step 'fork'"):
        Flow("f", {"a": GOODBYE}, forks={"fork": Fork("which way", {"one": "a"})})


def test_forks_that_could_go_round_without_a_page_are_refused():
    with pytest.raises(FlowError, match="leads back to itself"):
        Flow(
            "f",
            {"a": Step("a", {Confirmed: "left"})},
            forks={
                "left": Fork("x", {"yes": "right", "no": "a"}),
                "right": Fork("y", {"": "left"}),
            },
        )
