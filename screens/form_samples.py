"""A question of every kind, and the states of each that look different; all people are invented."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from config.catalogue_models import Kind, Level
from kiosk.visits.form_pages import Choice, QuestionPage
from kiosk.visits.pages import View

OWN = "520521101007"  # 贵州省毕节市大方县
STAGES = ("card", "form", "page", "sign", "result")
_ZH: Mapping[str, tuple[str, str]] = {
    "yes": ("您现在住在户口本上的地方吗？", "住得久的算，临时去打工的也算在家。"),
    "choice": ("您为什么要转移养老保险？", ""),
    "choice-many": ("您的文化程度是什么？", "照毕业证上的选。"),
    "choices": ("家里有哪几样困难？", "有几样，点几样。"),
    "name": ("您爱人叫什么名字？", "名字要和身份证上的一样。"),
    "text": ("为什么要去外地看病？", "写清楚一点，办得快一点。"),
    "number": ("您的社保卡号是多少？", ""),
    "code": ("您的残疾证号是多少？", "在证的第一页。"),
    "social_card": (
        "社保卡卡号是多少？",
        "手边有社保卡，插进读卡器，卡号自动填好。不记得可以不填。",
    ),
    "integer": ("家里几口人一起吃饭？", "常住的都算，打工的也算。"),
    "money": ("您这次要提取多少钱？", "不超过账户里的余额。"),
    "mobile": ("您的手机号是多少？", "办好了，发短信告诉您。"),
    "id": ("您爱人的身份证号是多少？", ""),
    "credit": ("单位的统一社会信用代码是多少？", "在营业执照上。"),
    "date": ("您是哪一天结婚的？", "照结婚证上的填。"),
    "month": ("您从哪个月开始没有工作？", ""),
    "year": ("您是哪一年毕业的？", ""),
    "division": ("您现在住在哪里？", ""),
}
_EN: Mapping[str, tuple[str, str]] = {
    "yes": ("Do you live at the place in your household register?", ""),
    "choice": ("Why do you want to transfer your pension insurance?", ""),
    "choice-many": ("What is your level of education?", "As your certificate says."),
    "choices": ("Which of these hardships do you have?", "Touch all that apply."),
    "name": ("What is your spouse's name?", "As it stands on the ID card."),
    "text": ("Why do you see a doctor elsewhere?", ""),
    "number": ("What is the number of your social security card?", ""),
    "code": ("What is the number of your disability certificate?", "It is on the first page."),
    "social_card": (
        "What is the card's number?",
        "Have the card here? Put it into the reader: its number fills in. It may be left out.",
    ),
    "integer": ("How many people eat together in your home?", ""),
    "money": ("How much do you want to withdraw?", "No more than there is in the account."),
    "mobile": ("What is your mobile number?", "You get a message when it is done."),
    "id": ("What is your spouse's ID number?", ""),
    "credit": ("What is the unified social credit code?", "It is on the business licence."),
    "date": ("On which day did you marry?", "As your marriage certificate says."),
    "month": ("Since which month have you been without work?", ""),
    "year": ("In which year did you graduate?", ""),
    "division": ("Where do you live now?", ""),
}
_REASONS = (
    ("move", "户口迁到别的地方", "换了省，或者换了县", "My household moved", "To another county"),
    ("work", "换了地方工作", "", "I work elsewhere now", ""),
    ("other", "别的原因", "", "Another reason", ""),
)
_SCHOOLS = (
    ("10", "没有上过学", "No schooling"),
    ("20", "小学", "Primary school"),
    ("30", "初中", "Middle school"),
    ("40", "高中", "High school"),
    ("50", "中专、技校", "Vocational school"),
    ("60", "大专", "College"),
    ("70", "大学本科", "Bachelor"),
    ("80", "研究生以上", "Master or above"),
    ("90", "说不清楚", "Not sure"),
)
_TROUBLES = (
    ("ill", "有人生大病", "Serious illness"),
    ("disabled", "有人残疾", "Disability"),
    ("school", "孩子上学负担重", "School costs"),
    ("work", "没有人能出去做工", "Nobody can work"),
    ("disaster", "房子、庄稼受了灾", "House or crops damaged"),
    ("old", "老人没有人养", "Elderly without support"),
    ("none", "都没有", "None of these"),
)


def views(language: str) -> dict[str, View]:
    zh = language == "zh"
    words = _ZH if zh else _EN
    reasons = tuple(Choice(one, a if zh else c, b if zh else d) for one, a, b, c, d in _REASONS)
    schools = tuple(Choice(one, a if zh else b) for one, a, b in _SCHOOLS)
    troubles = tuple(Choice(one, a if zh else b) for one, a, b in _TROUBLES)
    too_old = "不能早于您的生日。请看结婚证。" if zh else "It cannot be before you were born."

    others_card = (
        "这不是本人的社保卡。请换成本人的，或者自己输卡号。"
        if zh
        else "This card is somebody else's. Put in the right one, or type the number."
    )

    def ask(name: str, kind: Kind, at: int, **more: Any) -> View:
        sentence, why = words[name]
        return _view(QuestionPage(sentence, kind, why=why, at=at, of=9, **more))

    card = "source.card"
    return {
        "20-ask-yes": ask("yes", Kind.YES_NO, 1),
        "20-ask-choice": ask("choice", Kind.CHOICE, 2, choices=reasons),
        "20-ask-choice-chosen": ask(
            "choice", Kind.CHOICE, 2, choices=reasons, value="work", optional=True
        ),
        "20-ask-choice-many": ask("choice-many", Kind.CHOICE, 3, choices=schools, optional=True),
        "20-ask-choices": ask("choices", Kind.CHOICES, 3, choices=troubles, value=("ill", "old")),
        "20-ask-name": ask("name", Kind.NAME, 4, entry="第 2 位家人" if zh else "Person 2"),
        "20-ask-name-card": ask("name", Kind.NAME, 4, value="欧阳桂兰", source=card),
        "20-ask-name-locked": ask("name", Kind.NAME, 4, value="王𪚥䶮", source=card, locked=True),
        "20-ask-text": ask("text", Kind.TEXT, 4, optional=True),
        "20-ask-text-long": ask(
            "text",
            Kind.TEXT,
            4,
            value="县里的医院说这个病看不了，要到省里的医院做手术，手术以后还要住院一个月",
        ),
        "20-ask-number": ask("number", Kind.NUMBER, 5, value="6217001234567890123"),
        "20-ask-code": ask("code", Kind.CODE, 5, optional=True),
        "20-ask-social-card": ask("social_card", Kind.CODE, 5, optional=True),
        "20-ask-social-card-read": ask(
            *("social_card", Kind.CODE, 5),
            optional=True,
            value="A12345678",
            source="source.social_card",
        ),
        "20-ask-social-card-other": ask(
            *("social_card", Kind.CODE, 5), optional=True, trouble=others_card
        ),
        "20-ask-integer": ask("integer", Kind.INTEGER, 5, value="3"),
        "20-ask-money": ask("money", Kind.MONEY, 5, value="12800.5"),
        "20-ask-mobile": ask("mobile", Kind.MOBILE, 6),
        "20-ask-mobile-card": ask("mobile", Kind.MOBILE, 6, value="13955501234"),
        "20-ask-id": ask("id", Kind.ID_NUMBER, 6, value="52240119510308102"),
        "20-ask-id-right": ask("id", Kind.ID_NUMBER, 6, value="11010519491231002X"),
        "20-ask-credit": ask("credit", Kind.CREDIT_CODE, 6, value="91350100M000100Y43"),
        "20-ask-date": ask("date", Kind.DATE, 7),
        "20-ask-date-trouble": ask("date", Kind.DATE, 7, value="1949-03-08", trouble=too_old),
        "20-ask-date-trouble-news": ask("date", Kind.DATE, 7, trouble=too_old),
        "20-ask-month": ask("month", Kind.MONTH, 7, value="2026-0"),
        "20-ask-year": ask("year", Kind.YEAR, 7, optional=True),
        "20-ask-division": ask("division", Kind.DIVISION, 8, own_division=OWN),
        "20-ask-division-list": ask("division", Kind.DIVISION, 8, down_to=Level.COUNTY),
        "20-ask-division-chosen": ask("division", Kind.DIVISION, 8, value=OWN, own_division=OWN),
    }


def _view(page: QuestionPage) -> View:
    return View(
        7, "forward/question", page, stages=STAGES, stage=2, can_go_back=True, in_visit=True
    )
