"""Every outcome of every item that is looked up, by the people whom docs/sandbox-people.md names;
and what has to add up in what they are told.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from kiosk.platform.query_results import QueryCode
from sandbox.platform.annuity import ANNUITIES
from sandbox.platform.credentials import TABLES
from sandbox.platform.housing_fund import FUNDS, shares
from sandbox.platform.insurance import INSURED, account
from sandbox.platform.people import BY_REF
from sandbox.platform.queries import LOOK_UPS
from sandbox.platform.server import PlatformPeer
from tests.answers_kit import CARD, STAFF, affairs_of, asked, enquiries, face
from tests.platform_kit import jpeg

TODAY = date(2026, 11, 21)
RIGHTS, ANNUITY, PROOF, UNIT_PROOF = "2020-35/1/6", "2020-35/2/13", "2020-35/2/14", "2020-35/2/15"
PAID, FUND = "2020-35/3/6", "2020-35/1/25"
ESTATES = ("2020-35/2/28", "2020-35/1/22")
BAMBOO, NOODLES = "91430121MA4L000010", "92430121MA4M00002J"


@pytest.fixture(scope="module")
def peer(tmp_path_factory):
    with PlatformPeer(tmp_path_factory.mktemp("platform")) as peer:
        yield peer


def of_all(*codes_by_ref):
    return [(item, ref, {}, code) for item in LOOK_UPS for ref, code in codes_by_ref]


CASES = [
    *of_all(
        ("p38", "NOTHING"),
        ("p10", "NO_BASE_PHOTO"),
        ("p11", "BASE_PHOTO_POOR"),
        ("p12", "FACE_QUALITY"),
        ("p13", "LIVENESS_FAIL"),
        ("p14", "FACE_MISMATCH"),
        ("p15", "DAILY_LIMIT"),
        ("p16", "CARD_INVALID"),
        ("p17", "UPSTREAM_BUSY"),
    ),
    *((item, "p39", {}, "FOUND") for item in LOOK_UPS if item not in (ANNUITY, UNIT_PROOF)),
    *((item, "p40", {}, "SEVERAL") for item in (RIGHTS, PROOF, UNIT_PROOF, FUND, *TABLES)),
    (RIGHTS, "p40", {"insured_at": "430121"}, "FOUND"),
    (RIGHTS, "p41", {}, "ARREARS"),
    (RIGHTS, "p42", {}, "NOT_ALLOWED"),
    (RIGHTS, "p39", {"year": "2015"}, "NOTHING"),
    (RIGHTS, "p39", {"year": "x"}, "REFUSED"),
    (ANNUITY, "p42", {}, "FOUND"),
    (ANNUITY, "p43", {"year": "2024"}, "FOUND"),
    (ANNUITY, "p43", {"year": "2019"}, "NOTHING"),
    (PROOF, "p40", {"insured_at": "440106", "from": "2021-01", "to": "2021-12"}, "FOUND"),
    (PROOF, "p41", {}, "ARREARS"),
    (PROOF, "p39", {"from": "2026-12"}, "NOTHING"),
    (UNIT_PROOF, "p44", {"with_staff": "yes"}, "FOUND"),
    (UNIT_PROOF, "p45", {"credit_code": BAMBOO}, "FOUND"),
    (UNIT_PROOF, "p45", {"credit_code": NOODLES}, "REFUSED"),
    (UNIT_PROOF, "p41", {}, "ARREARS"),
    (PAID, "p41", {"insurance": "pension"}, "FOUND"),
    (PAID, "p40", {"insured_at": "440106"}, "FOUND"),
    (FUND, "p40", {"fund_centre": "440100", "matter": "loan"}, "FOUND"),
    (FUND, "p42", {"matter": "loan"}, "NOTHING"),
    (FUND, "p39", {"matter": "details"}, "FOUND"),
    *((item, "p38", {"asked": "no_home"}, "FOUND") for item in ESTATES),
    *((item, "p39", {"estate_at": "460100"}, "NOT_ALLOWED") for item in ESTATES),
    (ESTATES[0], "p39", {"asked": "unit", "index": "430121003001GB00140F00010201"}, "REFUSED"),
    (ESTATES[0], "p40", {"asked": "unit", "index": "430121003001GB00140F00010201"}, "FOUND"),
    (ESTATES[0], "p40", {"asked": "unit", "index": "0"}, "NOTHING"),
    *((item, "p46", {}, "REVOKED") for item in TABLES),
    *((item, "p39", {"mode": "check", "number": "0"}, "NOTHING") for item in TABLES),
]


@pytest.mark.parametrize(("item", "ref", "inputs", "code"), CASES)
def test_a_query_ends_as_documented(peer, item, ref, inputs, code):
    assert asked(peer, BY_REF[ref], item, inputs).code == code


def test_every_code_of_a_query_is_met():
    of_others = {"MISMATCH"}  # below
    assert {code for *_, code in CASES} | of_others == {code.value for code in QueryCode}


@pytest.mark.parametrize("item", LOOK_UPS)
def test_staff_who_know_the_person_take_the_place_of_the_picture(peer, item):
    told = asked(peer, BY_REF["p14"], item, {}, evidence=STAFF)
    assert told.code in (QueryCode.FOUND, QueryCode.NOTHING)


@pytest.mark.parametrize("item", LOOK_UPS)
def test_the_card_alone_opens_no_record(peer, item):
    assert asked(peer, BY_REF["p39"], item, {}, evidence=CARD).code is QueryCode.REFUSED


@pytest.mark.parametrize("item", TABLES)
def test_a_certificate_is_compared_with_the_card_alone(peer, item):
    numbers = {ref: _number(peer, ref, item) for ref in ("p39", "p46")}
    compare = {"mode": "check", "number": numbers["p39"]}
    assert asked(peer, BY_REF["p39"], item, compare, evidence=CARD).code is QueryCode.FOUND
    other = {"mode": "check", "number": numbers["p46"]}
    assert asked(peer, BY_REF["p39"], item, other, evidence=CARD).code is QueryCode.MISMATCH


def _number(peer, ref, item):
    (section,) = asked(peer, BY_REF[ref], item, {}).sections
    return next(fact.value for fact in section.facts if fact.label == "证书编号")


def test_one_of_several_is_found_by_its_value(peer):
    choices = asked(peer, BY_REF["p40"], FUND, {}).choices
    for option in choices.options:
        told = asked(peer, BY_REF["p40"], FUND, {choices.question: option.value})
        assert told.code is QueryCode.FOUND


@pytest.mark.parametrize("alive", [True, False])
def test_a_picture_that_shows_nobody_is_not_taken(peer, alive):
    evidence = face(b"no picture") if alive else face(jpeg(), alive=False)
    told = asked(peer, BY_REF["p39"], RIGHTS, {}, evidence=evidence)
    assert told.code == ("FACE_QUALITY" if alive else "LIVENESS_FAIL")


# What has to add up


def amounts(told, heading):
    section = next(one for one in told.sections if one.heading.startswith(heading))
    return {
        fact.label: Decimal(fact.value.replace(",", ""))
        for fact in section.facts
        if "." in fact.value and "%" not in fact.value and ":" not in fact.value
    }


@pytest.mark.parametrize("year", ["2021", "2022", "2023", "2024", "2025", "2026"])
def test_a_pension_account_closes_on_what_was_there_and_what_the_year_brought(peer, year):
    told = amounts(asked(peer, BY_REF["p39"], RIGHTS, {"year": year}), "基本养老保险个人账户")
    brought = told["本年账户记入本金"] + told["本年账户记入利息"] - told["本年账户支出额及利息"]
    assert told["累计储存额"] == told["截止上年末累计储存额"] + brought


@pytest.mark.parametrize("row", INSURED, ids=lambda row: row["person"])
def test_a_year_of_an_account_begins_where_the_one_before_ended(row):
    years = range(int(row["joined"][:4]), TODAY.year + 1)
    told = [account(row, year, TODAY) for year in years]
    assert [one.opening for one in told[1:]] == [one.closing for one in told[:-1]]
    assert told[0].opening == 0


@pytest.mark.parametrize("year", ["2024", "2025"])
@pytest.mark.parametrize("ref", [row["person"] for row in ANNUITIES])
def test_an_annuity_closes_on_what_was_there_and_what_the_year_brought(peer, ref, year):
    told = amounts(asked(peer, BY_REF[ref], ANNUITY, {"year": year}), "个人账户")
    opening, paid, closing = (told.pop(label) for label in ("期初余额", "支出", "期末累计储存额"))
    assert closing == opening + sum(told.values()) - paid


@pytest.mark.parametrize("row", FUNDS, ids=lambda row: f"{row['person']}-{row['centre_code']}")
def test_a_month_of_the_housing_fund_is_base_times_rate_to_the_fen(row):
    employer, personal = shares(row)
    exact = Decimal(row["base"]) * row["personal_rate"] / 1000
    assert abs(personal - exact) <= Decimal("0.5")
    assert abs(employer - Decimal(row["base"]) * row["employer_rate"] / 1000) <= Decimal("0.5")


def test_the_two_shares_are_the_months_deposit(peer):
    told = amounts(asked(peer, BY_REF["p39"], FUND, {}), "缴存")
    assert told["月缴存额合计"] == told["单位月缴存额"] + told["个人月缴存额"]


def test_the_balance_of_the_housing_fund_is_that_of_its_last_line(peer):
    deposit = amounts(asked(peer, BY_REF["p39"], FUND, {}), "缴存")
    (details,) = asked(peer, BY_REF["p39"], FUND, {"matter": "details"}).sections
    assert Decimal(details.lines[0][3].replace(",", "")) == deposit["个人账户余额"]


def test_the_months_of_a_contribution_record_are_counted_once_a_kind(peer):
    total, *tables = asked(peer, BY_REF["p41"], PAID, {}).sections
    for fact in total.facts:
        mine = [line for one in tables if fact.label in one.heading for line in one.lines]
        assert int(fact.value) == sum(line[-1] == "已缴" for line in mine)
    lines = [line for one in tables for line in one.lines]
    assert {line[0] for line in lines if line[-1] == "未缴"} == {"2026-07", "2026-08"}


def test_what_unit_and_person_pay_is_the_sum(peer):
    _, *tables = asked(peer, BY_REF["p39"], PAID, {}).sections
    for line in (line for one in tables for line in one.lines):
        unit, own, both = (Decimal(cell.replace(",", "")) for cell in line[2:5])
        assert unit + own == both


def test_what_a_table_says_of_other_people_is_masked(peer):
    told = asked(peer, BY_REF["p44"], UNIT_PROOF, {"with_staff": "yes"})
    text = told.model_dump_json()
    for ref in ("p39", "p40"):
        assert BY_REF[ref].name not in text
        assert BY_REF[ref].number not in text


# What is due and on file


def test_my_affairs_are_due_dates_cases_and_certificates(peer):
    told = enquiries(peer).affairs(affairs_of(peer, BY_REF["p40"]))
    assert [case.number for case in told.cases] == ["43012188000027"]
    assert told.cases[0].idle_working_days == 11
    assert len(told.certificates) == 10
    assert told.due == ()
    due = enquiries(peer).affairs(affairs_of(peer, BY_REF["p01"])).due
    assert [one.item for one in due] == ["2020-35/1/13"]


def test_nothing_is_told_before_the_face_is_known(peer):
    told = enquiries(peer).affairs(affairs_of(peer, BY_REF["p14"]))
    assert (told.code, told.due, told.cases, told.certificates) == (
        QueryCode.FACE_MISMATCH,
        (),
        (),
        (),
    )


@pytest.mark.parametrize(
    ("code", "state"),
    [
        ("7K3MQ2XW9VHT5NRA", "VALID"),
        ("2C8PDZ4E6YGJ0B1F", "WITHDRAWN"),
        ("5T9AS3VN8RKX6MHQ", "EXPIRED"),
        ("0" * 16, "UNKNOWN"),
    ],
)
def test_a_code_on_paper_is_known_for_what_it_is(peer, code, state):
    assert enquiries(peer).verify(code).state == state


def test_a_paper_that_was_printed_is_known_by_its_code(peer):
    (document,) = asked(peer, BY_REF["p39"], PROOF, {}).documents
    verified = enquiries(peer).verify(document.verify_code)
    assert (verified.state, verified.title) == ("VALID", "个人社会保险参保证明")
    text = verified.model_dump_json()
    assert BY_REF["p39"].name not in text
    assert BY_REF["p39"].number not in text
