"""A parcel of originals goes from hand to hand, each with one look at the terminal."""

import sqlite3
from contextlib import closing

from config.catalogue_models import Kind
from sandbox.platform.people import BY_REF
from sandbox.resident import Touch, TouchAt, Until, lay, lift
from tests.typist import touches

PARCEL, WAYBILL = "43012188000043", "EA123456789CN"


def looked_up(number):
    return (
        *(TouchAt(), Touch("OfferChosen:progress")),  # there is no reader for codes: it is typed
        *(Until("progress/type"), *map(Touch, touches(Kind.NUMBER, number))),
        Until("progress/told", 60),
    )


def vouched(*to):
    """A member of staff shows who they are."""
    return (Touch("HandOnAsked"), Until("progress/who takes it"), lay("s01"), *to)


RECORDED = (
    *(Until("progress/take staff card", 60), lift(), Until("progress/handed on")),
    *(Touch("Confirmed"), Until("lobby/home"), Touch("LeaveAsked"), Until("AttractPage")),
)


def hand_overs(town):
    file = town.stage.directory / "platform" / "relays.db"
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as db:
        return db.execute(
            "SELECT taken_by, staff, waybill FROM hand_overs WHERE number = ?", (PARCEL,)
        ).fetchall()


def test_each_hand_over_is_one_look_up_and_one_staff_card(town):
    staff = BY_REF["s01"].staff_id
    town.go(*looked_up(PARCEL), *vouched(), *RECORDED)
    assert hand_overs(town) == [("helper", staff, None)]
    town.go(
        *looked_up(PARCEL),
        *vouched(Until("progress/type waybill")),
        *map(Touch, touches(Kind.CODE, WAYBILL)),
        *RECORDED,
    )
    assert hand_overs(town)[1:] == [("post", staff, WAYBILL)]
