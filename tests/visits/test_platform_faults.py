"""The platform is slow, refuses or is dead: what the resident gave is kept and arrives once."""

import pytest

from sandbox.resident import Do, Touch, Until
from tests.visits.town import TO_CARD, TO_END, TO_RECEIPT, identified, to_result


def platform(**switches):
    return Do("platform/set", tuple(switches.items()))


def arrived(town):
    """The rows on the platform, once it is well again and has one."""
    town.bench.do("platform/clear")
    return town.wait_for(town.new_submissions, "submission on the platform")


@pytest.mark.parametrize(
    "switches",
    [
        {"listening": False},
        {"fault": "silence"},
        {"fault": "status", "status": 503},
        {"fault": "half"},
        {"fault": "portal"},
        {"fault": "lost_answer"},
    ],
    ids=lambda switches: switches.get("fault", "refused"),
)
def test_a_platform_that_is_away_gets_the_submission_when_it_is_back(town, switches):
    town.go(platform(**switches), *to_result("p19"), *TO_RECEIPT, *TO_END)
    (row,) = arrived(town)
    assert row["code"] in ("PASS", "NOT_DUE")
    assert row["certifications"] <= 1
    assert len(town.new_slips()) == 1


def test_a_slow_platform_is_waited_for(town):
    town.go(platform(delay_s=2.0), *to_result("p22"))
    assert town.new_submissions()[-1]["code"] in ("PASS", "NOT_DUE")


@pytest.mark.parametrize("person", ["p04", "p05", "p07", "p08", "p09"])
def test_a_refusal_is_said_in_plain_words_and_nothing_is_handed_in(town, person):
    town.go(*TO_CARD, *identified(person), Until("certify/not here"), Touch("Confirmed"))
    assert town.new_submissions() == []
