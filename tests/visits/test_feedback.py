"""Somebody reads a guide, takes it along on a slip, and complains in the same window."""

from sandbox.platform.feedback import FeedbackBook
from sandbox.platform.keys import SealingKeys
from sandbox.resident import Touch, TouchAt, Until

GROUP, ITEM = "pension", "2020-35/1/6"  # on the first leaf of its group


def test_a_guide_is_taken_along_and_a_complaint_reaches_the_platform(town):
    town.go(
        *(TouchAt(), Touch("OfferChosen:notices"), Until("notices/corner")),
        *(Touch("GuidesAsked:guides"), Until("notices/groups"), Touch(f"GroupChosen:{GROUP}")),
        *(Until("notices/guides"), Touch(f"RowChosen:{ITEM}"), Until("notices/guide")),
        *(Touch("Confirmed"), Until("notices/guide printed", 60), Touch("Confirmed")),
        *(Until("notices/guides"), Touch("Back"), Until("notices/groups"), Touch("Back")),
        *(Until("notices/corner"), Touch("FeedbackAsked:feedback"), Until("feedback/what")),
        *(Touch("RowChosen:waited"), Until("feedback/mobile"), Touch("Skipped")),
        *(Until("feedback/kept", 60), Touch("Confirmed"), Until("lobby/home")),
        *(Touch(f"GroupChosen:{GROUP}"), Until("lobby/group"), Touch(f"ItemChosen:{ITEM}")),
        *(Until("query/about"), Touch("GuideAsked"), Until("guide/guide"), Touch("Back")),
        *(Until("query/about"), Touch("Back"), Until("lobby/home")),
        *(Touch("LeaveAsked"), Until("AttractPage")),
    )
    slip = town.bench.words_of_slip(town.new_slips()[-1]["number"])
    assert "要带什么" in slip
    assert "12345" in slip
    town.wait_for(lambda: said(town), "complaint at the platform")
    assert [(one.kind, one.text) for one in said(town)] == [("COMPLAINT", "等得太久")]


def said(town):
    state = town.stage.directory / "platform"
    file = state / "feedback.db"
    if not file.exists():
        return []
    book = FeedbackBook(file, SealingKeys(state))
    try:
        return book.said()
    finally:
        book.close()
