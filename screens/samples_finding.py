"""Samples of what leads to an item: the home page with its groups, lists, the search, a guide."""

from __future__ import annotations

from kiosk.visits.events import ItemChosen
from kiosk.visits.form_events import Unsure, WayChosen
from kiosk.visits.form_pages import ListPage, Row, SearchPage
from kiosk.visits.pages import Action, GroupTile, HomePage, Tile, View

OFFERS = ("search", "mine", "resume", "progress", "notices", "helped")
_GROUPS = {
    "zh": (
        ("养老社保", "养老金、社保卡、工伤", "elder"),
        ("看病医保", "看病报销、医保、生孩子报销", "hospital"),
        ("户口家庭", "户口、结婚、孩子、残疾证", "family"),
        ("找活上班", "失业、证书、公证", "work"),
        ("房子车子", "房产、公积金、过户", "house"),
        ("做买卖", "开店、执照、许可", "store"),
    ),
    "en": (
        ("Pension", "Pension, card, injury", "elder"),
        ("Health", "Insurance, bills", "hospital"),
        ("Family", "Household, marriage", "family"),
        ("Work", "Jobs, certificates", "work"),
        ("House, car", "Property, fund, cars", "house"),
        ("Business", "Shops, licences", "store"),
    ),
}
_ROWS = {
    "zh": (
        ("养老金资格认证", "每年认证一次，养老金接着发。", "mark.here"),
        ("社保缴费明细打印", "看看交了多少年、多少钱。", "mark.here"),
        ("职工养老保险转移", "换了地方上班，把养老保险转过去。", "mark.relayed"),
        ("机关事业单位养老与企业职工养老互转", "换了单位的性质，养老保险接着算。", "mark.joined"),
        ("社保卡补办换卡", "卡丢了、坏了，办一张新的。", "mark.relayed"),
        ("工伤异地居住申请", "工伤后搬到外地住，医药费照样报。", "mark.relayed"),
        ("遗属待遇认证", "家里人去世后领待遇的，每年一次。", "mark.here"),
        ("社保卡临时挂失", "卡丢了先挂失，别人用不了。", "mark.here"),
    ),
    "en": (
        ("Pension certification", "Once a year, so that your pension goes on.", "mark.here"),
        ("Contribution record", "How many years, and how much.", "mark.here"),
        ("Moving a worker's pension", "You work elsewhere now: take it along.", "mark.relayed"),
        (
            "Pension between office and company",
            "When your employer is another kind.",
            "mark.joined",
        ),
        ("New social security card", "Lost or broken: get another.", "mark.relayed"),
        ("Living elsewhere after an injury", "Treatment is paid there, too.", "mark.relayed"),
        ("Survivors' benefit certification", "Once a year, for the family.", "mark.here"),
        ("Blocking a lost card", "So that nobody else uses it.", "mark.here"),
    ),
}
_ASK = {
    "zh": (
        "您要办养老的哪一样？",
        "每年认证，让养老金接着发",
        "查一查、打一张单子",
        "把养老保险转到别处",
    ),
    "en": (
        "What about your pension?",
        "The yearly certification",
        "See or print records",
        "Move it",
    ),
}


def homes(language: str, tiles: tuple[Tile, ...], closed: tuple[Tile, ...]) -> dict[str, View]:
    groups = tuple(GroupTile(f"g{at}", *words) for at, words in enumerate(_GROUPS[language], 1))
    pages = {
        "02-home-1": HomePage(tiles, (), groups, OFFERS),
        "02-home-search": HomePage(tiles, (), groups, OFFERS[:1]),
        "02-home-closed": HomePage(
            closed, ("notice.no_network", "notice.no_paper"), groups, OFFERS
        ),
        "02-home-power-out": HomePage(
            tiles, ("notice.card_left", "notice.on_battery"), groups, OFFERS
        ),
    }
    return {name: View(7, "lobby/home", page, in_visit=True) for name, page in pages.items()}


def views(language: str) -> dict[str, View]:
    rows = _rows(language)
    unsure = (Action("action.unsure", Unsure),)
    title = _GROUPS[language][0][0]
    ask, *ways = _ASK[language]
    closed = (Row("2020-35/1/13", *_ROWS[language][0][:2], why_not="why_not.no_reader"), *rows[1:3])
    pages = {
        "16-group": (
            "group",
            ListPage(title, _rows(language, 3), "list.group_hint", actions=unsure),
        ),
        "16-group-closed": ("group", ListPage(title, closed, "list.group_hint")),
        "16-group-empty": ("group", ListPage(title, (), empty="list.empty")),
        "17-guide": (
            "guide",
            ListPage(
                ask,
                tuple(Row(str(at), way, tells=WayChosen) for at, way in enumerate(ways)),
                "guide.hint",
            ),
        ),
        "18-search": ("search", SearchPage("", ())),
        "18-search-found": ("search", SearchPage("yanglao", rows[:7])),
        "18-search-one": ("search", SearchPage("yljrz", rows[:1])),
        "18-search-nothing": ("search", SearchPage("wojiaomingmingmingmingmi", ())),
    }
    return {
        name: View(7, f"lobby/{step}", page, can_go_back=True, in_visit=True)
        for name, (step, page) in pages.items()
    }


def _rows(language: str, times: int = 1) -> tuple[Row, ...]:
    return tuple(
        Row(f"2020-35/1/{at}", title, plain, mark, tells=ItemChosen)
        for at, (title, plain, mark) in enumerate(_ROWS[language] * times, 13)
    )
