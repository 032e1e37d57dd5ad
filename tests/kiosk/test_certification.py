"""The packet of a certification says who it was, how that was known, and what was agreed to."""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from config.catalogue_source import read
from kiosk.visits.certification import certification
from kiosk.visits.consents import Consents
from kiosk.visits.events import Confirmed, Declined, FaceTaken, ItemChosen, StaffKnown
from kiosk.visits.packets import Packet
from kiosk.visits.place import Place
from kiosk.visits.visit import Visit
from sandbox.platform.manifest import Manifest
from sandbox.platform.people import BY_REF
from torture.terminal import a_visit

PERSON = BY_REF["p01"]
PLACE = Place("430121", "石桥镇便民服务中心", "430121102000")
CHINA = timezone(timedelta(hours=8))
CONFIRMED_AT = datetime(2026, 11, 20, 12, 0, 30, tzinfo=CHINA)
WORDS = {
    "zh": {"face_consent.body": "拍一张照片，与身份证比对。"},
    "en": {"face_consent.body": "A picture is taken and compared with the ID card."},
}


class Clock:
    """Monotonic seconds."""

    def __init__(self) -> None:
        self.at_s = 1_000.0

    def __call__(self) -> float:
        return self.at_s


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def visit(clock: Clock) -> Visit:
    """At the page that asks whether a picture may be taken."""
    visit = a_visit(random.Random(7), read().items[PERSON.item], PERSON)
    visit.portrait, visit.liveness, visit.staff = None, "", ""
    visit.consents = Consents(clock)
    return visit


def packed(visit: Visit) -> Packet:
    return certification(visit, PLACE, CONFIRMED_AT, "2026.11.1", WORDS)


def told(visit: Visit) -> Mapping[str, Any]:
    """As the platform reads it, by a model of its own."""
    manifest = packed(visit).manifest
    assert Manifest.model_validate_json(manifest).fits()
    return json.loads(manifest)


def with_face(visit: Visit, clock: Clock, picture: bytes = b"\xff\xd8 a face") -> None:
    visit.take(Confirmed(1), "face_consent")
    clock.at_s += 20.0
    visit.take(FaceTaken(1, picture, "blink"), "face")
    clock.at_s += 10.0


def test_a_face_travels_with_what_was_agreed_to_before_it_was_taken(
    visit: Visit, clock: Clock
) -> None:
    with_face(visit, clock)
    found = told(visit)
    digest = hashlib.sha256(WORDS["zh"]["face_consent.body"].encode()).hexdigest()
    assert found["consent"] == [{"text_sha256": digest, "at": "2026-11-20T12:00:00+08:00"}]
    assert (found["evidence"], found["staff"]) == ("face", None)
    assert found["certification"]["liveness"] == {"kind": "blink", "passed": True}
    assert [piece["slot"] for piece in found["materials"]] == ["face"]


def test_what_was_agreed_to_is_the_text_in_the_language_that_was_read(
    visit: Visit, clock: Clock
) -> None:
    visit.language = "en"
    with_face(visit, clock)
    visit.language = "zh"
    (one,) = told(visit)["consent"]
    english = WORDS["en"]["face_consent.body"].encode()
    assert one["text_sha256"] == hashlib.sha256(english).hexdigest()


def test_who_declines_has_agreed_to_nothing_and_is_known_by_the_staff(
    visit: Visit, clock: Clock
) -> None:
    visit.take(Confirmed(1), "face_consent")
    clock.at_s += 5.0
    visit.take(Declined(1), "face_consent")
    visit.take(StaffKnown(1, "430121-S01"), "present_staff_card")
    found = told(visit)
    assert found["consent"] == found["materials"] == []
    assert (found["evidence"], found["staff"]) == ("staff", "430121-S01")
    assert found["certification"]["liveness"] is None


def test_who_agrees_again_has_agreed_once_and_later(visit: Visit, clock: Clock) -> None:
    visit.take(Confirmed(1), "face_consent")
    clock.at_s += 60.0
    with_face(visit, clock)
    (one,) = told(visit)["consent"]
    assert one["at"] == "2026-11-20T12:00:00+08:00"


def test_a_confirmation_of_another_page_is_no_consent(visit: Visit) -> None:
    visit.take(Confirmed(1), "confirm_person")
    visit.take(StaffKnown(1, "430121-S01"), "present_staff_card")
    assert told(visit)["consent"] == []


def test_another_item_asks_again(visit: Visit, clock: Clock) -> None:
    with_face(visit, clock)
    visit.take(ItemChosen(1, PERSON.item), "home")
    assert visit.consents.given == ()


def test_it_says_who_where_when_and_from_which_catalogue(visit: Visit, clock: Clock) -> None:
    with_face(visit, clock)
    found = told(visit)
    assert found["identity"]["id_number"] == PERSON.number
    assert (found["kind"], found["item"]) == ("certification", PERSON.item)
    assert found["key"] == found["case"] == visit.key
    assert found["place"] == {"name": PLACE.name, "division": PLACE.division}
    assert (found["terminal"], found["catalogue"]) == ("430121", "2026.11.1")
    assert found["confirmed_at"] == "2026-11-20T12:00:30+08:00"
    assert found["certification"]["record_ids"] == []


def test_a_large_picture_travels_apart(visit: Visit, clock: Clock) -> None:
    picture = random.Random(1).randbytes(80_000)
    with_face(visit, clock, picture)
    (apart,) = packed(visit).apart
    assert (apart.number, apart.content) == (0, picture)
    assert "inline" not in told(visit)["materials"][0]


def test_the_digest_that_is_printed_is_that_of_the_manifest(visit: Visit, clock: Clock) -> None:
    with_face(visit, clock)
    packet = packed(visit)
    assert packet.digest == hashlib.sha256(packet.manifest).hexdigest()
