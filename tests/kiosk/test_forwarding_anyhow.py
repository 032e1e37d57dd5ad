"""Whatever happens in whatever order, a visit stands on a page, and an end is in reach."""

from hypothesis import given, settings
from hypothesis import strategies as st

from config.catalogue_models import Kind
from devices.base import Remedy
from kiosk.platform.gateway import Answer
from kiosk.platform.results import Code
from kiosk.visits.events import (
    Again,
    Back,
    CardRead,
    CardTaken,
    CardUnread,
    Certified,
    Confirmed,
    Declined,
    DeviceBack,
    DeviceDown,
    FaceFailed,
    FaceTaken,
    HelpAsked,
    ItemChosen,
    KeepFailed,
    Kept,
    LanguageChosen,
    Lapsed,
    Left,
    PageSeen,
    PageTaken,
    Printed,
    PrintStopped,
    PrintUnsure,
    Rated,
    StaffKnown,
    StillHere,
    TimedOut,
    Touched,
)
from kiosk.visits.form_events import (
    Answered,
    EditAsked,
    EntryAdded,
    EntryDropped,
    HowChosen,
    MorePages,
    PrintAsked,
    RevealAsked,
    RowChosen,
    Signed,
    Skipped,
)
from kiosk.visits.form_pages import MaterialPage, QuestionPage
from tests.kiosk.forwarding import CHILD, FIRM, LOSS, NAME_STROKES, NOW, NUMBER, PAPER, Walk
from tests.kiosk.people import ZHANG

VALUES = (
    *(
        "13900001234",
        "北京市某街1号",
        "yes",
        "no",
        "ended",
        "other",
        "2026-11-01",
        "张小雨",
        "3",
        "",
    ),
    *("91350100M000100Y43", "operator", "parent", "11010519491231002X", "☺"),
)
ROWS = ("self", "on_behalf", "enterprise", "register", "lease", "photo", "marriage", "nobody")
EDITS = ("mobile", "kids", "kids.0.name", "kids.7.name", "reason", "material/photo", "material/x")
PLAIN = (
    *(Touched, Confirmed, Declined, Again, Back, HelpAsked, StillHere, TimedOut, CardTaken),
    *(Printed, PrintUnsure, Skipped, EntryAdded, RevealAsked, MorePages, PrintAsked),
)
RARE = (Left, Lapsed)  # they end a visit, so seldom that it comes somewhere

HAPPENED = st.one_of(
    st.sampled_from(PLAIN).map(lambda event: (event,)),
    st.sampled_from(VALUES).map(lambda value: (Answered, value)),
    st.sampled_from(VALUES).map(lambda value: (Answered, value)),
    st.sampled_from(ROWS).map(lambda row: (RowChosen, row)),
    st.sampled_from(EDITS).map(lambda path: (EditAsked, path)),
    st.sampled_from(["scan", "on_file", "original", "commitment", "later", "fax"]).map(
        lambda how: (HowChosen, how)
    ),
    st.sampled_from(
        [
            (CardRead, ZHANG),
            (CardUnread, "trouble.card_lifted"),
            (FaceTaken, b"\xff\xd8", "blink"),
            (FaceFailed, "timed_out"),
            (StaffKnown, "S01"),
            (PageTaken, b"\xff\xd8", None),
            (PageSeen, "blurred", False, ()),
            (EntryDropped, 0),
            (EntryDropped, 5),
            (Signed, NAME_STROKES),
            (Signed, ()),
            (Kept, NUMBER, NOW, "ab" * 32),
            (KeepFailed, "disk"),
            (Certified, Answer(NUMBER, Code.ACCEPTED, None)),
            (PrintStopped, "paper_end"),
            (DeviceDown, "scanner", Remedy.ATTENDANT),
            (DeviceBack, "scanner"),
            (Rated, 4),
            (LanguageChosen, "en"),
            *((event,) for event in RARE),
        ]
    ),
)
# What brings a visit on from wherever it is.
ONWARDS = {
    "attract": (Touched,),
    "about": (Confirmed,),
    "card": (CardRead, ZHANG),
    "person": (Confirmed,),
    "consent": (Declined,),
    "staff": (StaffKnown, "S01"),
    "for whom": (RowChosen, "self"),
    "materials": (Confirmed,),
    "gaps": (Confirmed,),
    "summary": (Confirmed,),
    "sign": (Signed, NAME_STROKES),
}


ANSWERS = {
    Kind.MOBILE: "13900001234",
    Kind.DATE: "2026-11-01",
    Kind.YES_NO: "yes",
    Kind.INTEGER: "2",
    Kind.CREDIT_CODE: "91350100M000100Y43",
}


def onwards(walk):
    """What most people would do on this page."""
    page = walk.page
    if isinstance(page, QuestionPage):
        chosen = page.choices[0].value if page.choices else "北京市某街"
        return (Answered, ANSWERS.get(page.kind, chosen))
    if isinstance(page, MaterialPage):
        return (HowChosen, page.ways[-1])
    return ONWARDS.get(walk.step.split("/")[0], (Confirmed,))


@settings(max_examples=150, deadline=None)
@given(
    code=st.sampled_from([LOSS, CHILD, PAPER, FIRM]),
    lead=st.integers(0, 20),
    happened=st.lists(HAPPENED, max_size=60),
)
def test_whatever_happens_there_is_a_page_and_it_ends_when_nobody_is_there(code, lead, happened):
    walk = Walk()
    walk.happen(Touched, (ItemChosen, code))
    for _ in range(lead):
        walk.happen(onwards(walk))
    for event in happened:
        walk.happen(event)
        if walk.step == "home":
            walk.happen((ItemChosen, code))
    gone = walk.view.visit
    for _ in range(30):
        if walk.view.step == "lobby/attract":
            break
        walk.wait(60)
    assert walk.view.step == "lobby/attract"
    assert walk.view.visit >= gone
    assert walk.intake is None
