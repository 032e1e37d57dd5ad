"""Nobody is asked the same twice, whoever they come for."""

from config.catalogue_models import Ability, Form, Kind
from config.catalogue_source import read
from kiosk.visits.forms.asking import joined
from kiosk.visits.forms.intake import ENTERPRISE, ON_BEHALF, WHOM

PACK = read()
FORWARDED = [one for one in PACK.items.values() if one.ability is Ability.FORWARD]


def test_no_item_asks_for_a_credit_code_twice():
    forms = PACK.forms
    twice = []
    for item in FORWARDED:
        own = forms[item.form] if item.form else Form(id="nothing")
        for whom in WHOM[item.audience]:
            before = (forms[whom],) if whom in (ON_BEHALF, ENTERPRISE) else ()
            kinds = [one.kind for one in joined(*before, own).questions]
            if kinds.count(Kind.CREDIT_CODE) > 1:
                twice.append((item.code, whom))
    assert not twice
    assert FORWARDED
