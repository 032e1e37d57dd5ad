"""社会保险 of the invented people: contributions month by month, and what is made of them.

Items 2020-35/1/6 (权益记录单), 2/14 (参保证明), 3/6 (缴费记录). Accounts are in fen. Rates: pension
16 % and 8 %, of which the latter is the account's; unemployment 0.5 % each; injury 0.4 %.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from sandbox.platform.person import Person
from sandbox.platform.record_tables import of_person, rows
from sandbox.platform.telling import (
    ARREARS,
    NOT_ALLOWED,
    NOTHING,
    Inputs,
    Section,
    Told,
    fact,
    facts,
    month_before,
    months,
    one,
    share,
    table,
    yuan,
)

INSURED = rows("insurance", "insured")
NOTE = "仅供参保人员核对信息。如有异议，请到参保地经办机构核查。"
PROOF_NOTE = "仅用于您说明的事项。如有异议，请到参保地经办机构核查。"
PROOF_DAYS = 90

INTEREST_PER_MILLE = 40  # a year, on what was there when it began


@dataclass(frozen=True, slots=True)
class Kind:
    """The shares of employer and person in the base, in thousandths."""

    name: str
    employer: int
    person: int


KINDS = {
    "pension": Kind("企业职工基本养老保险", 160, 80),
    "unemployment": Kind("失业保险", 5, 5),
    "injury": Kind("工伤保险", 4, 0),
}
PAID, OWED, NONE = "●", "△", "-"


@dataclass(frozen=True, slots=True)
class Account:
    """A year of a pension account: `closing` = `opening` + `principal` + `interest` − `spent`."""

    opening: int
    principal: int
    interest: int
    spent: int
    months: int  # paid, from the beginning to the end of this year

    @property
    def closing(self) -> int:
        return self.opening + self.principal + self.interest - self.spent


def account(row: dict[str, Any], year: int, today: date) -> Account:
    opening, paid = 0, 0
    for each in range(int(row["joined"][:4]), year + 1):
        due = [month for month in _due(row, today) if month.startswith(f"{each}-")]
        good = [month for month in due if month not in row["owed"]]
        principal = sum(share(_base(row, month), KINDS["pension"].person) for month in good)
        paid += len(good)
        interest = share(opening, INTEREST_PER_MILLE) if each < today.year else 0
        told = Account(opening, principal, interest, row["spent"].get(str(each), 0), paid)
        opening = told.closing
    return told


def rights_record(person: Person, inputs: Inputs, today: date) -> Told:
    """1/6."""
    row = _chosen(person, inputs)
    if isinstance(row, Told):
        return row
    if row["group"] != "employee":
        return NOT_ALLOWED
    if row["owed"]:
        return ARREARS
    year = int(one(inputs, "year", str(today.year - 1)))
    if not int(row["joined"][:4]) <= year <= today.year:
        return NOTHING
    told = account(row, year, today)
    due = set(_due(row, today))
    money = (
        ("截止上年末累计储存额", told.opening),
        ("本年账户记入本金", told.principal),
        ("本年账户记入利息", told.interest),
        ("本年账户支出额及利息", told.spent),
        ("累计储存额", told.closing),
    )
    return Told(
        "FOUND",
        f"社会保险个人权益记录单（{year}年度）",
        (
            _base_facts(person, row),
            facts(
                "基本养老保险个人账户（元）",
                *(fact(label, yuan(fen)) for label, fen in money),
                fact("账户月数", told.months),
            ),
            facts(
                "参保情况",
                *(
                    fact(kind.name, f"{row['joined']} 参保，{row['state']}")
                    for kind in KINDS.values()
                ),
            ),
            table(
                "各月缴费（●已实缴 △欠费 -未制定计划；工伤个人不缴费）",
                ("月份", "缴费基数", "养老", "失业", "工伤"),
                (
                    (month, yuan(_base(row, month)) if month in due else NONE)
                    + (_mark(row, month, due),) * 3
                    for month in months(f"{year}-01", f"{year}-12")
                ),
            ),
        ),
        NOTE,
        sealed=True,
        issuer=row["agency"],
    )


def proof(person: Person, inputs: Inputs, today: date) -> Told:
    """2/14."""
    row = _chosen(person, inputs)
    if isinstance(row, Told):
        return row
    if row["owed"]:
        return ARREARS
    span = _span(row, inputs, today)
    if not span:
        return NOTHING
    return Told(
        "FOUND",
        "个人社会保险参保证明",
        (
            _base_facts(person, row),
            table(
                "参保缴费",
                ("险种", "单位", "状态", "起", "止", "月数"),
                (
                    (kind.name, row["employer"], row["state"], span[0], span[-1], len(span))
                    for kind in _kinds(inputs)
                ),
            ),
            facts("经办机构", fact("名称", row["agency"]), fact("区划代码", row["area"])),
        ),
        PROOF_NOTE,
        sealed=True,
        issuer=row["agency"],
        valid_days=PROOF_DAYS,
    )


def contributions(person: Person, inputs: Inputs, today: date) -> Told:
    """3/6: every month, a table a year and kind, the newest first."""
    mine = of_person(INSURED, person.ref)
    wanted = one(inputs, "insured_at", "all")
    chosen = [row for row in mine if wanted in ("all", row["area"])]
    tables = [made for row in chosen for made in _yearly(row, inputs, today)]
    if not tables:
        return NOTHING
    counted = {
        kind.name: sum(
            line[-1] == "已缴" for made, of in tables if of is kind for line in made["lines"]
        )
        for kind in _kinds(inputs)
    }
    total = facts("累计月数", *(fact(name, count) for name, count in counted.items()))
    return Told("FOUND", "社会保险缴费记录", (total, *(made for made, _ in tables)), NOTE)


def _yearly(row: dict[str, Any], inputs: Inputs, today: date) -> Iterator[tuple[Section, Kind]]:
    span = _span(row, inputs, today)
    for year in sorted({month[:4] for month in span}, reverse=True):
        for kind in _kinds(inputs):
            lines = [_line(row, month, kind) for month in reversed(span) if month[:4] == year]
            heading = f"{year}年 {kind.name}（{row['employer']}）"
            yield table(heading, ("月份", "基数", "单位缴", "个人缴", "合计", "标志"), lines), kind


def _line(row: dict[str, Any], month: str, kind: Kind) -> tuple[str, ...]:
    base = _base(row, month)
    shares = (share(base, kind.employer), share(base, kind.person))
    paid = "未缴" if month in row["owed"] else "已缴"
    return (month, yuan(base), *map(yuan, shares), yuan(sum(shares)), paid)


def _chosen(person: Person, inputs: Inputs) -> dict[str, Any] | Told:
    mine = of_person(INSURED, person.ref)
    wanted = one(inputs, "insured_at")
    if wanted:
        mine = [row for row in mine if row["area"] == wanted]
    if len(mine) > 1:
        places = tuple((row["area"], row["agency"]) for row in mine)
        return Told("SEVERAL", question="insured_at", choices=places)
    return mine[0] if mine else NOTHING


def _kinds(inputs: Inputs) -> list[Kind]:
    wanted = one(inputs, "insurance", "all")
    return [kind for name, kind in KINDS.items() if wanted in ("all", name)]


def _due(row: dict[str, Any], today: date) -> list[str]:
    last = month_before(today)
    return months(row["joined"], min(last, row.get("until", last)))


def _span(row: dict[str, Any], inputs: Inputs, today: date) -> list[str]:
    begin = one(inputs, "from", row["joined"])
    end = one(inputs, "to", month_before(today))
    return [month for month in _due(row, today) if begin <= month <= end]


def _base(row: dict[str, Any], month: str) -> int:
    """A base holds from its year on."""
    years = [year for year in row["bases"] if year <= month[:4]]
    return int(row["bases"][max(years)])


def _mark(row: dict[str, Any], month: str, due: set[str]) -> str:
    if month not in due:
        return NONE
    return OWED if month in row["owed"] else PAID


def _base_facts(person: Person, row: dict[str, Any]) -> Section:
    return facts(
        "基本信息",
        fact("姓名", person.name, "name"),
        fact("社会保障号码", person.number, "number"),
        fact("性别", "男" if person.sex == "1" else "女"),
        fact("单位名称", row["employer"]),
        fact("参加工作时间", row["joined"]),
        fact("手机号码", row["mobile"], "phone"),
    )
