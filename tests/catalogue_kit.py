"""A small catalogue of items that are nobody's, to find and to list."""

from __future__ import annotations

import sqlite3
from datetime import date

from config.catalogue_index import write_index
from config.catalogue_models import Group, Item
from kiosk.makers.finding import Finder
from kiosk.makers.finding_pages import ROWS, Shelves

PENSION, CARD, MARRY, FUND = (f"2020-35/1/{number}" for number in (13, 2, 3, 4))


def item(code, group, short, plain="为了大家。", search=(), **changes):
    words = {"bring": ["身份证"], "result": "当场知道"}
    told = {
        "code": code,
        "group": group,
        "ability": "forward",
        "audience": "person",
        "modes": ["relayed"],
        "place": {"scope": ["户籍地"], "plain": {"zh": "老家", "en": "at home"}},
        "basis": ["国办发〔2020〕35号"],
        "limit": {"working_days": 5},
        "fee": {"yuan": 0},
        "minutes": 3,
        "devices": ["idcard_reader"],
        "devices_wanted": [],
        "hotline": "12333",
        "search": search,
        "since": date(2026, 1, 1),
        "zh": {"name": short, "short": short, "plain": plain, **words},
        "en": {"name": f"Item {code}", "short": f"Item {code[-2:]}", "plain": "For all.", **words},
    }
    return Item.model_validate(told | changes)


def group(name, title, order):
    said = {"zh": title, "en": name}
    return Group.model_validate(
        {"id": name, "title": said, "plain": said, "sign": "elder", "order": order}
    )


ITEMS = {
    one.code: one
    for one in (
        item(
            PENSION,
            "pension",
            "养老金资格认证",
            "每年认证一次，养老金接着发。",
            ("养老认证", "人脸认证"),
            ability="certify",
            featured=1,
        ),
        item(CARD, "pension", "社会保障卡补领"),
        item(MARRY, "family", "结婚登记", search=("领结婚证",)),
        item(FUND, "home", "购房提取住房公积金", modes=["online", "relayed"]),
    )
}
GROUPS = (group("pension", "养老", 1), group("family", "家里", 2), group("home", "房子", 3))


def finder(items=None):
    """Looks through an index of its own, in memory."""
    db = sqlite3.connect(":memory:", check_same_thread=False)
    write_index(db, (items or ITEMS).values())
    return Finder(db)


class Catalogue:
    """As a pack would have them."""

    def item(self, code):
        return ITEMS.get(code)

    def featured(self):
        return tuple(item for item in ITEMS.values() if item.featured)

    def groups(self):
        return GROUPS

    def in_group(self, group):
        return tuple(item for item in ITEMS.values() if item.group == group)


def shelves(guides=None):
    searching = finder()
    return Shelves(
        lambda: guides or {}, lambda text: [one.code for one in searching.find(text, ROWS)]
    )
