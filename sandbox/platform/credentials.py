"""Certificates of people, looked up or compared: items 2020-35/1/17 to 1/20 and 2/25.

`mode` check compares a number with name and document: 一致 is FOUND, 不一致 is MISMATCH; a number
that nobody has is NOTHING. Otherwise it is one's own that is shown.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from sandbox.platform.person import Person
from sandbox.platform.record_tables import of_person, rows
from sandbox.platform.telling import MISMATCH, NOTHING, Inputs, Told, fact, facts, one

TABLES = {
    "2020-35/1/17": "employment",
    "2020-35/1/18": "school",
    "2020-35/1/19": "qualification",
    "2020-35/1/20": "professional",
    "2020-35/2/25": "skill_level",
}
CREDENTIALS = {item: rows("credentials", name) for item, name in TABLES.items()}
TITLES = {
    "2020-35/1/17": "就业创业证",
    "2020-35/1/18": "技工院校毕业证书",
    "2020-35/1/19": "技能人员职业资格证书",
    "2020-35/1/20": "专业技术人员职业资格证书",
    "2020-35/2/25": "职业技能等级证书",
}
NOTES = {
    "2020-35/1/20": "查不到可能是号码有误、没有这本证书，或那次考试还没有入库。",
}
WITHDRAWN = "已撤销"
SEALED_ITEM = "2020-35/1/20"  # the others have no electronic original


def is_check(inputs: Inputs) -> bool:
    return one(inputs, "mode", "own") == "check"


def record(item: str, person: Person, inputs: Inputs, today: date) -> Told:
    table, number = CREDENTIALS[item], one(inputs, "number")
    mine = of_person(table, person.ref)
    if is_check(inputs):
        named = [row for row in table if row["number"] == number]
        if named and named[0] not in mine:
            return MISMATCH
        mine = named
    elif number:
        mine = [row for row in mine if row["number"] == number]
    if not mine:
        return NOTHING
    if len(mine) > 1:
        labels = tuple((row["number"], row["label"]) for row in mine)
        return Told("SEVERAL", question="number", choices=labels)
    row = mine[0]
    void = row["state"] == WITHDRAWN
    return Told(
        "REVOKED" if void else "FOUND",
        TITLES[item],
        (_section(row, person),),
        NOTES.get(item, "以发证机构的记录为准。"),
        sealed=item == SEALED_ITEM and not void,
        issuer=row["issuer"],
        valid_days=30,
    )


def _section(row: dict[str, Any], person: Person) -> dict[str, Any]:
    return facts(
        row["label"],
        fact("姓名", person.name, "name"),
        fact("证件号码", person.number, "number"),
        fact("证书编号", row["number"], "account"),
        *(fact(label, value) for label, value in row["facts"].items()),
        fact("发证机构", row["issuer"]),
        fact("发证日期", row["issued"]),
        fact("证书状态", row["state"]),
    )
