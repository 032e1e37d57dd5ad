"""What was given becomes one packet, and the packet is kept so that the platform alone opens it."""

import base64
import hashlib
import json
import threading
from contextlib import closing
from datetime import datetime

import cv2
import numpy as np
import pytest

from devices.base import Remedy
from kiosk.platform.answers import Answers
from kiosk.visits import packets, signature
from kiosk.visits.events import (
    CardRead,
    Confirmed,
    DeviceDown,
    KeepFailed,
    Kept,
    LanguageChosen,
    PageTaken,
)
from kiosk.visits.form_events import Answered, HowChosen, MorePages, RowChosen, Signed, Skipped
from kiosk.visits.forms.telling import Teller
from kiosk.visits.place import Place
from kiosk.visits.visit import Visit
from kiosk.visits.worker import Job
from kiosk.works.absent import NoDevice
from kiosk.works.application import ApplicationMaker
from kiosk.works.taking_in import keep_application
from offline_cache import database
from offline_cache.outbox import Limits, Outbox
from offline_cache.sealing import load_sealer
from sandbox.platform.keys import SealingKeys
from sandbox.platform.manifest import Manifest
from tests.kiosk.forwarding import LOSS, NAME_STROKES, NOW, PAPER, VILLAGE, WORDS, intake
from tests.kiosk.people import ZHANG

PLACE = Place("522401", "石桥镇便民服务中心", VILLAGE)
TELLERS = {
    language: Teller(words, language, lambda code: code) for language, words in WORDS.items()
}
MAKER = ApplicationMaker(PLACE, "2026.11", TELLERS)
JPEG = b"\xff\xd8" + bytes(100_000)


def visit_of(code, *happened, whom="self", language="zh"):
    """A visit to which this happened: pages and what was done on them."""
    visit = Visit(1, language=language, intake=intake(code))
    for page, event, *values in (
        ("present_card", CardRead, ZHANG),
        ("for_whom", RowChosen, whom),
        *happened,
    ):
        visit.take(event(1, *values), page)
    return visit


def answers(*values):
    return [
        ("question", Skipped) if value is None else ("question", Answered, value)
        for value in values
    ]


SIGNED = (("summary", Confirmed), ("sign", Signed, NAME_STROKES))
LOST_JOB = (*answers("13900001234", "北京市某街1号", "ended", None, "2026-11-01"), *SIGNED)
PAGE = ("scan_page", PageTaken, JPEG, None)
ALL_WAYS = (
    *answers("13900001234", "yes"),
    ("materials", Confirmed),
    ("material", HowChosen, "scan"),
    PAGE,
    ("look_at", MorePages),
    PAGE,
    ("look_at", Confirmed),
    ("material", HowChosen, "commitment"),
    ("material", HowChosen, "original"),
    ("material", HowChosen, "later"),
    *SIGNED,
)


def manifest_of(visit, maker=MAKER):
    return json.loads(maker.application(visit).packet.manifest)


def test_the_packet_says_who_asks_where_for_what_and_what_was_answered():
    visit = visit_of(LOSS, *LOST_JOB)
    told = manifest_of(visit)
    assert told["format"] == 2
    assert told["kind"] == "application"
    assert told["key"] == told["case"] == visit.key != ""
    assert told["item"] == LOSS
    assert told["catalogue"] == "2026.11"
    assert told["place"] == {"name": PLACE.name, "division": VILLAGE}
    assert told["mode"] == "relayed"
    assert told["identity"] == {
        "id_type": "RESIDENT",
        "id_number": ZHANG.number,
        "name": "张三",
        "valid_to": None,
    }
    assert told["answers"] == {
        "name": "张三",
        "mobile": "13900001234",
        "address": "北京市某街1号",
        "reason": "ended",
        "lost_on": "2026-11-01",
    }
    assert told["on_behalf"] is None
    assert told["evidence"] == "card"
    assert told["confirmed_at"] == NOW.isoformat(timespec="seconds")


def test_what_was_signed_is_bound_to_its_text_its_pages_and_the_signature():
    told = manifest_of(visit_of(PAPER, *ALL_WAYS))
    commitment = told["commitment"]
    assert hashlib.sha256(commitment["text"].encode()).hexdigest() == commitment["text_sha256"]
    signed = told["materials"][commitment["signature"]]
    assert signed["slot"] == "signature"
    picture = base64.b64decode(signed["inline"])
    assert hashlib.sha256(picture).hexdigest() == signed["sha256"]
    drawn = cv2.imdecode(np.frombuffer(picture, np.uint8), cv2.IMREAD_GRAYSCALE)
    assert drawn.shape == (signature.HEIGHT_PX, signature.WIDTH_PX)
    assert drawn[191, 359] < 50 < drawn[10, 10]  # ink where a stroke turns, none in the corner


def test_each_material_stands_there_in_its_way_and_a_page_is_a_piece():
    told = manifest_of(visit_of(PAPER, *ALL_WAYS))
    ways = [(one["slot"], one["how"]) for one in told["materials"]]
    assert ways == [
        ("application", "made"),
        ("signature", "made"),
        ("register", "scanned"),
        ("register", "scanned"),
        ("lease", "commitment"),
        ("photo", "original"),
        ("licence", "on_file"),
        ("marriage", "later"),
    ]
    form = json.loads(base64.b64decode(told["materials"][0]["inline"]))
    assert ["手机号", "13900001234"] in form["sections"][0]["facts"]


def test_what_is_small_is_inline_and_what_is_not_travels_beside_under_a_key_of_its_own():
    packet = MAKER.application(visit_of(PAPER, *ALL_WAYS)).packet
    told = json.loads(packet.manifest)["materials"]
    inline = sum(one["bytes"] for one in told if "inline" in one)
    assert inline <= 65_536
    first, second = packet.apart
    assert first.content_key != second.content_key
    for apart in packet.apart:
        entry = told[apart.number]
        assert entry["chunks"] == 3  # of 100,002 bytes
        assert base64.b64decode(entry["content_key"]) == apart.content_key
        assert hashlib.sha256(apart.content).hexdigest() == entry["sha256"]
        assert len(apart.content_key) == 32


def test_the_same_signature_makes_the_same_packet_when_it_is_handed_in_once_more():
    visit = visit_of(LOSS, *LOST_JOB)
    assert MAKER.application(visit).packet.digest == MAKER.application(visit).packet.digest


def test_who_acts_for_another_is_named_beside_whom_they_act_for():
    visit = visit_of(
        LOSS,
        *answers("parent", "李四", "11010519491231002X", None),
        *LOST_JOB,
        whom="on_behalf",
    )
    told = manifest_of(visit)
    assert told["identity"]["name"] == "张三"
    assert told["on_behalf"] == {
        "kind": "guardian",
        "relation": "parent",
        "name": "李四",
        "id_number": "11010519491231002X",
    }


def test_what_was_agreed_to_is_named_by_its_text_in_the_language_it_was_read_in():
    face = ("face_consent", Confirmed)
    told = manifest_of(visit_of(LOSS, face, *LOST_JOB, language="en"))
    texts = [WORDS["en"][key] for key in ("face_consent.body", "summary.consent")]
    digests = [hashlib.sha256(text.encode()).hexdigest() for text in texts]
    assert [one["text_sha256"] for one in told["consent"]] == digests


def test_a_language_chosen_after_signing_does_not_change_what_was_signed():
    visit = visit_of(LOSS, *LOST_JOB)
    before = MAKER.application(visit).packet.digest
    visit.take(LanguageChosen(1, "en"), "cannot_keep")
    assert visit.language == "en"
    assert MAKER.application(visit).packet.digest == before


def test_the_manifest_is_canonical():
    manifest = MAKER.application(visit_of(LOSS, *LOST_JOB)).packet.manifest
    again = json.dumps(
        json.loads(manifest), sort_keys=True, ensure_ascii=False, separators=(",", ":")
    )
    assert manifest == again.encode()
    assert "张三".encode() in manifest  # no escape that is not needed


@pytest.mark.parametrize("value", [{"a": 1.5}, {"a": ["b", 0.1]}])
def test_a_number_that_is_not_whole_is_no_part_of_a_packet(value):
    with pytest.raises(ValueError, match="whole"):
        packets.canonical(value)


def test_the_digest_on_paper_is_the_beginning_of_that_of_the_packet_in_groups():
    packet = MAKER.application(visit_of(LOSS, *LOST_JOB)).packet
    found = hashlib.sha256(packet.manifest).hexdigest()
    assert packet.digest == found
    assert packets.shown(found) == " ".join(found[at : at + 4] for at in (0, 4, 8, 12))


def test_nothing_personal_shows_in_what_is_written_about_a_packet():
    application = MAKER.application(visit_of(LOSS, *LOST_JOB))
    assert "张三" not in repr(application)
    assert "13900001234" not in repr(application)


# Kept


@pytest.fixture
def keys(tmp_path):
    return SealingKeys(tmp_path)


@pytest.fixture
def outbox(tmp_path):
    opened = database.begin(tmp_path / "store.db")
    with closing(Outbox(opened.connection, PLACE.terminal)) as outbox:
        yield outbox


def handed_in(visit, outbox, keys, nudges):
    work = keep_application(
        MAKER.applications, load_sealer(keys.file), Answers(), lambda: NOW, nudges.set
    )
    return work(visit)(outbox, Job(visit.number, lambda _: None))


def test_an_application_is_kept_and_the_platform_alone_can_open_it(outbox, keys):
    visit, nudged = visit_of(LOSS, *LOST_JOB), threading.Event()
    kept = handed_in(visit, outbox, keys, nudged)
    assert isinstance(kept, Kept)
    assert nudged.is_set()
    queued = outbox.peek(datetime.now().astimezone())
    assert (queued.kind, queued.item, queued.key) == ("application", LOSS, visit.key)
    assert "张三".encode() not in queued.body
    opened = keys.open(queued.key_id, queued.suite, queued.body, queued.key)
    assert hashlib.sha256(opened).hexdigest() == kept.digest
    assert json.loads(opened)["answers"]["mobile"] == "13900001234"


def test_scanned_pages_are_kept_in_chunks_that_open_with_what_the_manifest_says(outbox, keys):
    visit = visit_of(PAPER, *ALL_WAYS)
    handed_in(visit, outbox, keys, threading.Event())
    queued = outbox.peek(datetime.now().astimezone())
    manifest = Manifest.model_validate_json(
        keys.open(queued.key_id, queued.suite, queued.body, queued.key)
    )
    assert manifest.fits()
    assert (
        {one.material: one.chunks for one in queued.uploads} == manifest.awaited() == {2: 3, 3: 3}
    )
    outbox.advance(queued.key, {2: 0, 3: 0})
    chunk = outbox.peek(datetime.now().astimezone()).chunk
    opened = manifest.opened(chunk.material, chunk.number, chunk.box, queued.suite)
    assert JPEG.startswith(opened[:1000])


def test_the_same_application_handed_in_twice_is_kept_once(outbox, keys):
    visit = visit_of(PAPER, *ALL_WAYS)
    first = handed_in(visit, outbox, keys, threading.Event())
    assert handed_in(visit, outbox, keys, threading.Event()) == first  # its digest, too
    assert outbox.waiting() == 1


def test_a_store_that_is_full_says_so_and_keeps_nothing(tmp_path, keys):
    opened = database.begin(tmp_path / "full.db")
    with closing(Outbox(opened.connection, PLACE.terminal, Limits(rows=0))) as outbox:
        told = handed_in(visit_of(LOSS, *LOST_JOB), outbox, keys, threading.Event())
        assert told == KeepFailed(1, "full")


def test_a_device_that_a_terminal_does_not_have_is_told_of_at_once():
    told = []
    NoDevice("scanner", told.append)(Visit(7))()
    assert told == [DeviceDown(7, "scanner", Remedy.TECHNICIAN)]
