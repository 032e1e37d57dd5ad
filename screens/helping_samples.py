"""Samples of a visit that a helper leads through, of what is declared, and of a face that failed.

As their page makers make them. All people and numbers are invented.
"""

from __future__ import annotations

from config.catalogue_models import Kind
from kiosk.visits.events import Again, Confirmed, Declined
from kiosk.visits.form_pages import (
    Choice,
    DetailsPage,
    Fact,
    FormPage,
    ListPage,
    QuestionPage,
    Row,
    Section,
)
from kiosk.visits.helping import REASONS
from kiosk.visits.pages import (
    Action,
    Banner,
    CoachPage,
    ConfirmPersonPage,
    MessagePage,
    Mood,
    Page,
    PresentCardPage,
    View,
)

_HELPER, _RESIDENT = "430121-S02", "王**"
_BIRTH = {"zh": "1951年3月8日", "en": "8 March 1951"}
_WHY = {
    "zh": (
        *("为什么要人帮？", "点一个。会记在办事记录里。"),
        ("看不清屏幕", "不认字，或看不懂", "不会用这台机器", "手脚不方便", "别的原因"),
    ),
    "en": (
        *("Why is help wanted?", "Touch one. It goes on the record."),
        (
            *("Cannot see the screen well", "Cannot read this"),
            *("Is not used to such a machine", "Cannot move hands or feet well", "Something else"),
        ),
    ),
}
_CHANGES = {
    "zh": (
        *("这一年有变化吗？", "如实选就行。怎么算，由发钱的地方定。"),
        ("没有变化", "再婚了", "上班了", "参军了", "被收养了", "服刑", "其他"),
        "“情况变化”选了“没有变化”，就不能再选别的。请改一改。",
    ),
    "en": (
        *("Has anything changed this year?", "Say it as it is. Who pays decides what follows."),
        (
            *("Nothing", "Married again", "Found work", "Joined the army", "Was adopted"),
            *("In prison", "Something else"),
        ),
        '"What has changed": with "Nothing" nothing else can be chosen. Please change it.',
    ),
}
_DECLARED = {
    "zh": (
        Section("谁来认证", (Fact("姓名", "邓晓雨"), Fact("身份证号", "", "430121********0444"))),
        Section(
            "您填的",
            (
                Fact("陪来的大人是", "父母", question="guardian_relation"),
                Fact("监护人姓名", "谢春梅", question="guardian_name"),
                Fact("监护人身份证号", "", "430121********0284", "guardian_id_number"),
                Fact("监护人手机", "", "139****1234", "guardian_mobile"),
                Fact("情况变化", "没有变化", question="changes"),
            ),
        ),
    ),
    "en": (
        Section(
            "Who is certified",
            (Fact("Name", "邓晓雨"), Fact("ID number", "", "430121********0444")),
        ),
        Section(
            "What you gave",
            (
                Fact("Who came along", "Parent", question="guardian_relation"),
                Fact("Guardian's name", "谢春梅", question="guardian_name"),
                Fact("Guardian's ID number", "", "430121********0284", "guardian_id_number"),
                Fact("Guardian's mobile", "", "139****1234", "guardian_mobile"),
                Fact("What has changed", "Nothing", question="changes"),
            ),
        ),
    ),
}
_PROMISE = {
    "zh": "这些都是真的。说得不真，我承担责任。",
    "en": "All this is true. If it is not, I answer for it.",
}


def views(language: str) -> dict[str, View]:
    """Name of the picture → what it shows."""
    why, hint, reasons = _WHY[language]
    ask, because, options, trouble = _CHANGES[language]
    changes = tuple(Choice(str(at), label) for at, label in enumerate(options))
    rows = tuple(Row(one, title) for one, title in zip(REASONS, reasons, strict=True))
    right = (Action("declaration.right", Confirmed),)
    hand_over = MessagePage(
        *(Mood.WAIT, "hand_over.title", "hand_over.body"),
        (Action("action.resident_here", Confirmed),),
        {"helper": _HELPER, "resident": _RESIDENT},
        help_line=False,
    )
    question = QuestionPage(ask, Kind.CHOICES, ("0",), because, changes, at=1, of=1)
    doubled = QuestionPage(
        ask, Kind.CHOICES, ("0", "2"), because, changes, trouble=trouble, at=1, of=1
    )
    declared = DetailsPage(
        "declaration.title", _DECLARED[language], note=_PROMISE[language], actions=right
    )
    person = ConfirmPersonPage("王桂兰", False, "522401********1024", _BIRTH[language], "sex.2")
    retake, staff = Action("action.retake", Again), Action("action.ask_staff", Declined)
    tips = ("coach.light", "coach.glasses", "coach.closer")
    return {
        "29-helper-card": _at("helper", PresentCardPage(False, None, True), back=True),
        "29-helper-card-trouble": _at(
            "helper", PresentCardPage(False, "trouble.helper_unknown", True), back=True
        ),
        "29-helper-why": _at("why", ListPage(why, rows, hint)),
        "29-helped-card": _at(
            "card", PresentCardPage(False, None), Banner(_HELPER, "", True), 1, back=True
        ),
        "29-helped-person": _at("person", person, Banner(_HELPER, "", True), 1, back=True),
        "29-helped-question": _at(
            "question", question, Banner(_HELPER, _RESIDENT, False), 1, back=True
        ),
        "29-helped-hand-over": _at(
            "hand over", hand_over, Banner(_HELPER, _RESIDENT, False), 1, back=True
        ),
        "29-helped-declared": _at(
            "declare", declared, Banner(_HELPER, _RESIDENT, True), 1, back=True
        ),
        "30-changes": _at("question", question, None, 1, back=True),
        "30-changes-trouble": _at("question", doubled, None, 1, back=True),
        "30-declared": _at("declare", declared, None, 1, back=True),
        "31-coach": _at(
            "no face",
            CoachPage("face_failed.title", "face_failed.timed_out", tips, "", (retake, staff)),
            stage=2,
        ),
        "31-coach-again": _at(
            "face refused",
            CoachPage(
                *(
                    "result.FACE_MISMATCH.title",
                    "",
                    ("coach.glasses", "coach.light", "coach.closer"),
                ),
                *("coach.not_your_fault", (staff, retake)),
            ),
            stage=2,
        ),
        "07-no_photo": _at(
            "no photo",
            MessagePage(
                *(Mood.NOTE, "no_photo.title", "no_photo.body"),
                (Action("action.ask_staff", Confirmed),),
            ),
            stage=1,
        ),
        "31-too-young": _at(
            "too young",
            MessagePage(
                *(Mood.STOP, "too_young.title", "too_young.body"),
                (Action("action.understood", Confirmed),),
            ),
            stage=1,
        ),
    }


def _at(
    step: str,
    page: Page | FormPage,
    helped: Banner | None = None,
    stage: int | None = None,
    *,
    back: bool = False,
) -> View:
    return View(
        *(7, f"certify/{step}", page),
        stages=("card", "face", "result") if stage else (),
        stage=stage,
        can_go_back=back,
        in_visit=True,
        helped=helped,
    )
