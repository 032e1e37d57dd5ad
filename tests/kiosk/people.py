"""Invented people for the tests of this room; the numbers pass their check and belong to nobody."""

from datetime import date

from devices.idcard_text import CardKind, IdCard

ZHANG = IdCard(
    kind=CardKind.RESIDENT,
    name="张三",
    number="110101194910019997",
    birth=date(1949, 10, 1),
    valid_from=date(2020, 1, 1),
    valid_to=None,
    long_term=True,
    sex="1",
    nation_code="01",
    address="北京市东城区示例街1号",
)
