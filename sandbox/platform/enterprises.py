"""单位社保参保证明, item 2020-35/2/15: for the legal person, or whom the unit has named."""

from __future__ import annotations

from datetime import date

from sandbox.platform.insurance import KINDS, PROOF_DAYS, PROOF_NOTE
from sandbox.platform.people import BY_REF
from sandbox.platform.person import Person
from sandbox.platform.record_tables import rows
from sandbox.platform.telling import (
    ARREARS,
    NOTHING,
    REFUSED,
    Inputs,
    Told,
    fact,
    facts,
    masked_name,
    masked_number,
    month_before,
    months,
    one,
    table,
)

ENTERPRISES = rows("enterprises", "enterprise")


def proof(person: Person, inputs: Inputs, today: date) -> Told:
    """Without a credit code: the unit that the person may speak for, if there is one."""
    code = one(inputs, "credit_code")
    if code:
        known = [row for row in ENTERPRISES if row["credit_code"] == code]
    else:
        known = [row for row in ENTERPRISES if person.ref in (row["legal"], *row["operators"])]
    if not known:
        return NOTHING
    if len(known) > 1:
        units = tuple((row["credit_code"], row["name"]) for row in known)
        return Told("SEVERAL", question="credit_code", choices=units)
    row = known[0]
    if person.ref not in (row["legal"], *row["operators"]):
        return REFUSED
    if row["owed"]:
        return ARREARS
    last = month_before(today)
    begin = max(row["first"], one(inputs, "from", month_before(today, 12)))
    span = months(begin, min(last, one(inputs, "to", last)))
    if not span:
        return NOTHING
    wanted = one(inputs, "insurance", "all")
    kinds = [kind.name for name, kind in KINDS.items() if wanted in ("all", name)]
    staff = [BY_REF[ref] for ref in row["staff"]]
    listed = (
        table(
            "人员清单",
            ("姓名", "社会保障号码", "险种", "起", "止"),
            (
                (masked_name(each.name), masked_number(each.number), kind, span[0], span[-1])
                for each in staff
                for kind in kinds
            ),
        ),
    )
    return Told(
        "FOUND",
        "单位社会保险参保证明",
        (
            facts(
                "单位信息",
                fact("单位名称", row["name"]),
                fact("统一社会信用代码", row["credit_code"]),
                fact("单位编号", row["number"]),
                fact("首次参保年月", row["first"]),
                fact("欠费情况", "无"),
                fact("经办人", person.name, "name"),
            ),
            table(
                "各月参保人数",
                ("月份", *kinds, "缴费状态"),
                ((month, *[len(staff)] * len(kinds), "已缴") for month in span),
            ),
            *(listed if one(inputs, "with_staff", "no") == "yes" else ()),
        ),
        PROOF_NOTE,
        sealed=True,
        issuer=row["agency"],
        valid_days=PROOF_DAYS,
    )
