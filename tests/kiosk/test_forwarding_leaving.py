"""Whoever leaves a form half-way, or is not there any more, leaves nothing behind."""

import gc

import pytest

from kiosk.services.forward import FORWARD
from kiosk.visits.events import (
    CardTaken,
    Confirmed,
    Lapsed,
    Left,
)
from kiosk.visits.form_events import (
    HowChosen,
)
from tests.kiosk.forwarding import (
    LOSS,
    PAGE,
    PAPER,
    SIGNED,
    Walk,
    fill_in,
)

# Where money may be on its way something is done about it first.
WITH_MONEY = dict.fromkeys(("pay", "pay silent", "close order", "pay unsure"), "call off")
WITH_MONEY["cannot keep"] = "what of the money"


@pytest.fixture
def walk():
    return Walk()


@pytest.mark.parametrize("step", sorted(FORWARD.steps))
def test_a_resident_can_leave_at_every_step_and_nobody_there_ends_it(step):
    leads = FORWARD.after(step, Left(1))
    assert leads == FORWARD.after(step, Lapsed(1))
    assert leads == WITH_MONEY.get(step, "leaving")


def stages(walk):
    """Each page of the form and after, in order; called until it has been at all of them."""
    yield walk.begin(PAPER)
    yield walk.answer("13900001234")
    yield walk.answer("no")
    yield walk.happen(Confirmed)
    yield walk.happen((HowChosen, "scan"))
    yield walk.happen(PAGE)
    yield walk.happen(Confirmed)
    yield walk.happen((HowChosen, "later"), (HowChosen, "later"))
    yield walk.happen(Confirmed)
    yield walk.happen(Confirmed)
    yield walk.happen(SIGNED)


@pytest.mark.parametrize("pages", range(1, 12))
def test_nobody_there_ends_the_visit_on_every_page_and_nothing_of_it_stays(pages):
    walk = Walk()
    for _, _ in zip(range(pages), stages(walk), strict=False):
        pass
    gone = walk.view.visit
    for _ in range(12):
        if walk.view.visit != gone:
            break
        walk.wait(60)
    assert walk.view.visit == gone + 1
    assert walk.step == "attract"
    assert walk.intake is None
    begun = sum(line.startswith("begin") for line in walk.diary)
    assert begun == sum(line.startswith("end") for line in walk.diary)


def test_nothing_that_was_given_shows_in_what_is_written_about_a_visit(walk):
    fill_in(walk)
    visit = walk.conductor._visit
    for shown in (
        visit,
        visit.intake,
        visit.intake.walk,
        visit.intake.papers,
        walk.view,
        walk.page,
    ):
        assert "13900001234" not in repr(shown)
        assert "张三" not in repr(shown)


def test_an_intake_is_gone_from_memory_when_its_visit_is(walk):
    kind = type(walk.begin(LOSS) and walk.intake)
    walk.happen(Left, CardTaken)
    walk.wait(5)
    walk.views.clear()
    gc.collect()
    assert not [one for one in gc.get_objects() if type(one) is kind]
