"""What is touched for an answer that does not stand on the first leaf."""

from __future__ import annotations

from tests.items.dealing import keys
from tests.packs import catalogue


def test_what_is_ticked_on_a_second_leaf_is_leafed_to_once():
    items = catalogue()
    form = items.form(items.item("2020-35/1/37").form)
    business = next(one for one in form.questions if one.id == "business")
    first, *_, last_but_one, last = [one.value for one in business.options]
    assert keys(business, (first, last_but_one, last), "") == [
        f"Tick:{first}",
        "more",
        f"Tick:{last_but_one}",
        f"Tick:{last}",
        "Answered",
    ]
