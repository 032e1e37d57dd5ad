"""Originals from hand to hand, branches that work each on its own, and bundles, as it is told."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace

import pytest

from kiosk.platform.enquiries import Enquiries
from kiosk.platform.gateway import Platform, PlatformRefusedError, Submission
from kiosk.platform.relay_messages import HandOver
from sandbox.platform.people import BY_REF
from sandbox.platform.server import TERMINAL, PlatformPeer
from tests.contract_kit import judge
from tests.platform_kit import KEY, NOON, new_key, packet_for, sealed

PERSON = BY_REF["p39"]
DOCUMENTED, WITH_THE_POST = "43012188000043", "43012188000051"
BRANCHES = [
    {"place": "迁入地", "division": "520521101007"},
    {"place": "迁出地", "division": "430121102000"},
]


@pytest.fixture
def peer(tmp_path) -> Iterator[PlatformPeer]:
    with PlatformPeer(tmp_path) as peer:
        yield peer
        for exchange in peer.exchanges():
            judge(exchange)


def line(peer):
    return Platform(peer.url, TERMINAL, KEY.sign, 20.0, 20.0, 30.0)


def handed_in(peer, number, **changes):
    """An application, as somebody at the terminal would have it."""
    key, public = new_key(), peer.public_key
    packet = packet_for(PERSON, key, kind="application", mode="relayed", evidence="card")
    packet |= {"certification": None, "materials": [], "item": "2020-35/2/69"} | changes
    box = sealed(public, json.dumps(packet).encode(), key)
    line(peer).submit(
        Submission(key, number, packet["item"], NOON, public.key_id, public.suite, box)
    )


def told(peer, number):
    return Enquiries(line(peer)).progress(number).whereabouts


def taken(number, to, waybill=""):
    return HandOver(new_key(), number, to, "430121-S02", waybill)


PARCEL = {
    "materials": [{"slot": "old_card", "name": "旧残疾人证", "how": "original"}],
    "parcel": {"posted": ["old_card"], "shown": []},
    "answers": {"target_div": "430121102000"},
}


def test_a_parcel_goes_from_hand_to_hand_in_its_order(peer):
    handed_in(peer, "43012100000010", **PARCEL)
    enquiries = Enquiries(line(peer))
    parcel = told(peer, "43012100000010").parcel
    assert (parcel.papers, parcel.holder, parcel.next) == (1, "resident", "helper")
    assert parcel.office.name == "长沙县政务服务中心 跨省通办窗口"
    assert not enquiries.hand_over(taken("43012100000010", "office"))
    assert enquiries.hand_over(taken("43012100000010", "helper"))
    assert not enquiries.hand_over(taken("43012100000010", "helper"))
    assert enquiries.hand_over(taken("43012100000010", "post", "1100000000099"))
    assert told(peer, "43012100000010").waybill.number == "1100000000099"
    assert enquiries.hand_over(taken("43012100000010", "office"))
    parcel = told(peer, "43012100000010").parcel
    assert (parcel.holder, parcel.next) == ("office", None)
    assert [one.to for one in parcel.hand_overs] == ["helper", "post", "office"]
    assert [one.taken_by for one in peer.relays.recorded()] == ["helper", "post", "office"]


def test_the_same_hand_over_sent_twice_counts_once(peer):
    once = taken(DOCUMENTED, "helper")
    assert Enquiries(line(peer)).hand_over(once)
    assert Enquiries(line(peer)).hand_over(once)
    assert len(peer.relays.recorded()) == 1
    with pytest.raises(PlatformRefusedError):
        Enquiries(line(peer)).hand_over(replace(once, staff="430121-S01"))


def test_what_was_recorded_outlives_the_platform(tmp_path):
    with PlatformPeer(tmp_path) as before:
        assert Enquiries(line(before)).hand_over(taken(DOCUMENTED, "helper"))
    with PlatformPeer(tmp_path) as after:
        assert told(after, DOCUMENTED).parcel.holder == "helper"


def test_only_the_post_has_a_waybill(peer):
    for wrong in (taken(DOCUMENTED, "helper", "1100000000099"), taken(DOCUMENTED, "post")):
        with pytest.raises(PlatformRefusedError) as refused:
            Enquiries(line(peer)).hand_over(wrong)
        assert refused.value.reason == "BAD_REQUEST"


def test_what_the_post_has_arrives_in_its_time(peer):
    assert peer.advance(WITH_THE_POST)
    assert told(peer, WITH_THE_POST).parcel.holder == "office"
    assert not peer.advance(WITH_THE_POST)


def test_an_inventory_that_is_not_what_was_given_is_refused(peer):
    with pytest.raises(PlatformRefusedError) as refused:
        handed_in(peer, "43012100000010", **(PARCEL | {"parcel": None}))
    assert refused.value.reason == "PACKET_INVALID"


def test_each_branch_goes_on_on_its_own(peer):
    handed_in(peer, "43012100000028", mode="joined", branches=BRANCHES)
    number = "43012100000028"
    assert [(one.place, one.state) for one in told(peer, number).branches] == [
        ("迁入地", "waiting"),
        ("迁出地", "waiting"),
    ]
    assert told(peer, number).branches[0].desk == "大方县政务服务中心 跨省通办窗口"
    seen = []
    while peer.advance(number):
        seen.append([one.state for one in told(peer, number).branches])
    assert seen == [
        ["working", "waiting"],
        ["done", "waiting"],
        ["done", "working"],
        ["done", "done"],
    ]


def test_what_was_handed_in_at_once_is_told_together(peer):
    case, items = new_key(), ("2020-35/1/5", "2020-35/1/16")
    numbers = ("43012100000036", "43012100000044")
    for at in (1, 0):  # in whatever order they come
        bundle = {"id": "jobless", "at": at + 1, "of": 2}
        handed_in(peer, numbers[at], case=case, item=items[at], mode="online", bundle=bundle)
    for number in numbers:
        assert [(one.number, one.item, one.state) for one in told(peer, number).bundle] == [
            (numbers[0], items[0], "accepted"),
            (numbers[1], items[1], "accepted"),
        ]
