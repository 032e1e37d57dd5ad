"""职业年金个人权益记录单, item 2020-35/2/13.

国办发〔2015〕18号: in units that the state pays for, the part of the employer is 记账 and bears
interest; elsewhere it is 实账 and invested. Amounts are in fen.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from sandbox.platform.person import Person
from sandbox.platform.record_tables import of_person, rows
from sandbox.platform.telling import NOTHING, Inputs, Told, fact, facts, one, yuan

ANNUITIES = rows("annuity", "annuity")
NOTE = "仅供参保人员核对信息。记账部分在退休前做实。"

IN = {
    "employer_noted": "单位缴费（记账）",
    "employer_real": "单位缴费（实账）",
    "personal": "个人缴费（实账）",
    "top_up": "补记职业年金",
    "interest": "利息（记账）",
    "returns": "投资收益（实账）",
    "moved_in": "转入",
}


def record(person: Person, inputs: Inputs, today: date) -> Told:
    """2/13; without a year the last that is whole."""
    mine = of_person(ANNUITIES, person.ref)
    if not mine:
        return NOTHING
    row, year = mine[0], one(inputs, "year", str(today.year - 1))
    if year not in row["years"]:
        return NOTHING
    opening, told = balance(row, year)
    closing = opening + sum(told[name] for name in IN) - told["paid_out"]
    invested = row["units"].get(year)
    return Told(
        "FOUND",
        f"职业年金个人权益记录单（{year}年度）",
        (
            facts(
                "基本信息",
                fact("姓名", person.name, "name"),
                fact("社会保障号码", person.number, "number"),
                fact("单位名称", row["employer"]),
                fact("缴费月数", told["months"]),
            ),
            facts(
                "个人账户（元）",
                fact("期初余额", yuan(opening)),
                *(fact(label, yuan(told[name])) for name, label in IN.items() if told[name]),
                fact("支出", yuan(told["paid_out"])),
                fact("期末累计储存额", yuan(closing)),
            ),
            *(
                (
                    facts(
                        "投资",
                        fact("账户份额", invested["shares"]),
                        fact("单位净值", invested["value"]),
                    ),
                )
                if invested
                else ()
            ),
        ),
        NOTE,
        sealed=True,
        issuer=row["agency"],
    )


def balance(row: dict[str, Any], year: str) -> tuple[int, dict[str, int]]:
    """What was there when the year began, and what the year brought; missing amounts are 0."""
    opening = row["opening"]
    for each, brought in sorted(row["years"].items()):
        told = dict.fromkeys((*IN, "paid_out", "months"), 0) | brought
        if each == year:
            return opening, told
        opening += sum(told[name] for name in IN) - told["paid_out"]
    raise LookupError(year)
