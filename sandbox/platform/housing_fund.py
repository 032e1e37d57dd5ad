"""住房公积金: accounts, what was paid in, and loans. Item 2020-35/1/25. Amounts are in fen.

Field names of the sector's data standard (GRZH, JZNY …) stand in comments; a month's deposit is
GRYJCE = GRJCJS × GRJCBL rounded to the fen, and YJCE the two shares together.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from sandbox.platform.person import Person
from sandbox.platform.record_tables import of_person, rows
from sandbox.platform.telling import (
    NOTHING,
    Inputs,
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

FUNDS = rows("housing_fund", "fund")
NOTE = "以缴存地公积金中心的记录为准。"

STATES = {"01": "正常", "02": "封存", "05": "提取销户", "06": "冻结"}  # GRZHZT
STOPPED = {"0": "无", "1": "只收不付"}
DETAIL_MONTHS = 24


def record(person: Person, inputs: Inputs, today: date) -> Told:
    """1/25: `matter` is deposit, details or loan; one centre at a time."""
    mine = of_person(FUNDS, person.ref)
    wanted = one(inputs, "fund_centre")
    if wanted:
        mine = [row for row in mine if row["centre_code"] == wanted]
    if len(mine) > 1:
        centres = tuple((row["centre_code"], row["centre"]) for row in mine)
        return Told("SEVERAL", question="fund_centre", choices=centres)
    if not mine:
        return NOTHING
    return {"deposit": _deposit, "details": _details, "loan": _loan}[
        one(inputs, "matter", "deposit")
    ](mine[0], person, inputs, today)


def shares(row: dict[str, Any]) -> tuple[int, int]:
    """The employer's and the person's part of a month's deposit."""
    return share(row["base"], row["employer_rate"]), share(row["base"], row["personal_rate"])


def _deposit(row: dict[str, Any], person: Person, _: Inputs, today: date) -> Told:
    employer, personal = shares(row)
    return Told(
        "FOUND",
        "住房公积金缴存信息",
        (
            facts(
                "个人账户",
                fact("姓名", person.name, "name"),
                fact("证件号码", person.number, "number"),
                fact("个人账号", row["account"], "account"),  # GRZH
                fact("账户状态", STATES[row["state"]]),
                fact("冻结标志", STOPPED[row["stopped"]]),
                fact("开户日期", row["opened"]),  # KHRQ
                fact("缴至年月", _paid_to(row, today)),  # JZNY
                fact("手机号码", row["mobile"], "phone"),  # SJHM
                fact("收款账号", row["bank_account"], "account"),  # GRCKZHHM
            ),
            facts(
                "缴存",
                fact("单位名称", row["employer"]),  # DWMC
                fact("单位账号", row["employer_account"]),  # DWZH
                fact("个人缴存基数", yuan(row["base"])),  # GRJCJS
                fact("单位缴存比例", f"{row['employer_rate'] / 10:g}%"),
                fact("个人缴存比例", f"{row['personal_rate'] / 10:g}%"),
                fact("单位月缴存额", yuan(employer)),  # DWYJCE
                fact("个人月缴存额", yuan(personal)),  # GRYJCE
                fact("月缴存额合计", yuan(employer + personal)),  # YJCE
                fact("个人账户余额", yuan(_lines(row, today)[-1][3])),  # GRZHYE
                fact("连续正常缴存月数", len(_paid(row, today))),  # LXZCJCYS
            ),
        ),
        NOTE,
    )


def _details(row: dict[str, Any], _: Person, inputs: Inputs, today: date) -> Told:
    begin = one(inputs, "from", month_before(today, DETAIL_MONTHS))
    end = one(inputs, "to", f"{today:%Y-%m}")
    lines = [line for line in _lines(row, today) if begin <= line[4] <= end]
    if not lines:
        return NOTHING
    return Told(
        "FOUND",
        "住房公积金明细",
        (
            table(
                "明细",
                ("日期", "业务类型", "金额", "余额", "所属年月"),
                (
                    (day, kind, yuan(amount), yuan(rest), month)
                    for day, kind, amount, rest, month in reversed(lines)
                ),
            ),
        ),
        NOTE,
    )


def _loan(row: dict[str, Any], person: Person, _: Inputs, __: date) -> Told:
    loan = row.get("loan")
    if loan is None:
        return NOTHING
    return Told(
        "FOUND",
        "住房公积金贷款信息",
        (
            facts(
                "贷款",
                fact("姓名", person.name, "name"),
                fact("借款合同编号", loan["contract"], "account"),
                fact("贷款中心", row["centre"]),
                fact("放款日期", loan["paid_out"]),
                fact("贷款金额", yuan(loan["amount"])),
                fact("期限（月）", loan["months"]),
                fact("年利率", loan["rate"]),
                fact("还款方式", loan["way"]),
                fact("贷款余额", yuan(loan["rest"])),
                fact("本期应还", yuan(loan["due"])),
                fact("已还期数", loan["paid_months"]),
                fact("逾期期数", loan["late_months"]),
                fact("状态", loan["state"]),
            ),
        ),
        NOTE,
    )


def _paid_to(row: dict[str, Any], today: date) -> str:
    last = month_before(today)
    return min(last, str(row.get("until", last)))


def _paid(row: dict[str, Any], today: date) -> list[str]:
    return months(row["opened"][:7], _paid_to(row, today))


def _lines(row: dict[str, Any], today: date) -> list[tuple[str, str, int, int, str]]:
    """Day, kind, amount, what is there afterwards, month; interest of 1.5 % on 30 June."""
    rest, told = 0, []
    for month in _paid(row, today):
        amount = sum(shares(row))
        rest += amount
        told.append((f"{month}-15", "汇缴", amount, rest, month))
        if month.endswith("-06"):
            interest = share(rest, 15)
            rest += interest
            told.append((f"{month}-30", "结息", interest, rest, month))
    return told
