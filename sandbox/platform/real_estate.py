"""不动产登记资料查询: items 2020-35/2/28, and 1/22 for provincial capitals and 计划单列市.

Only who holds the right may ask here; one unit at a time when it is asked by unit.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from sandbox.platform.person import Person
from sandbox.platform.record_tables import rows
from sandbox.platform.telling import (
    NOT_ALLOWED,
    NOTHING,
    REFUSED,
    Inputs,
    Section,
    Told,
    fact,
    facts,
    one,
)

UNITS = rows("real_estate", "unit")
PLACES = {row["area"]: row for row in rows("real_estate", "place")}

PURPOSES = {
    "own": "了解本人登记情况",
    "loan": "办理贷款",
    "school": "入学",
    "household": "落户",
    "other": "其他",
}
BURDENS = ("抵押", "预告", "异议", "查封", "居住权")
CAPITALS_ITEM = "2020-35/1/22"


def record(item: str, person: Person, inputs: Inputs, today: date) -> Told:
    """`asked`: all, unit or no_home; `index` is a certificate, unit number or address."""
    wanted = one(inputs, "estate_at")
    if wanted and wanted[:6] not in PLACES:
        return NOT_ALLOWED
    reach = [
        area
        for area, place in PLACES.items()
        if place["capital"] == (item == CAPITALS_ITEM) and area == (wanted[:6] or area)
    ]
    if not reach:
        return NOT_ALLOWED
    mine = [unit for unit in UNITS if person.ref in unit["owners"] and unit["area"] in reach]
    asked = one(inputs, "asked", "all")
    if asked == "unit":
        index = one(inputs, "index")
        named = [unit for unit in UNITS if index in (unit["certificate"], unit["unit"])]
        if not named:
            return NOTHING
        if person.ref not in named[0]["owners"]:
            return REFUSED
        mine = named[:1]
    if not mine and asked != "no_home":
        return NOTHING
    title = {
        "all": "不动产登记信息查询结果",
        "unit": "不动产登记信息查询结果",
        "no_home": "家庭住房状况查询证明" if mine else "无房证明",
    }[asked]
    searched = "、".join(PLACES[area]["agency"] for area in reach)
    return Told(
        "FOUND",
        title,
        (
            facts(
                "查询",
                fact("查询人", person.name, "name"),
                fact("证件号码", person.number, "number"),
                fact("查询目的", PURPOSES.get(one(inputs, "purpose", "own"), "其他")),
                fact("查询范围", f"{searched}的登记系统"),
                fact("查询结果", f"{len(mine)}个不动产单元" if mine else "无登记记录"),
            ),
            *(_unit(unit) for unit in mine),
        ),
        "仅用于您说明的目的，当日有效。不得泄露。",
        sealed=True,
        issuer=PLACES[reach[0]]["agency"],
        valid_days=0,
    )


def _unit(unit: dict[str, Any]) -> Section:
    return facts(
        unit["address"],
        fact("共有情况", unit["shared"]),
        fact("不动产权证号", unit["certificate"], "account"),
        fact("不动产单元号", unit["unit"]),
        fact("权利类型", unit["right"]),
        fact("权利性质", unit["nature"]),
        fact("用途", unit["use"]),
        fact("面积", unit["size"]),
        fact("使用期限", unit["term"]),
        fact("登记时间", unit["registered"]),
        *(fact(burden, "有" if burden in unit["burdens"] else "无") for burden in BURDENS),
    )
