"""A summary is read aloud by real touches: in the room, then in the headset that is plugged in."""

import threading
from time import monotonic

import pytest

from tests.items.errand import Errand
from tests.items.finger import Finger
from tests.items.received import Platform, differences
from tests.items.tour import tour
from tests.items.walker import Walker
from tests.packs import catalogue

ITEM, PERSON = "2020-35/2/22", "p39"
PATIENCE_S = 60.0


@pytest.fixture(scope="module")
def led(tmp_path_factory):
    with tour(tmp_path_factory.mktemp("aloud"), catalogue(), devices="speaker") as led:
        yield led


class Listener:
    """At the first summary has it read, ends it, plugs a headset in, and has it read again."""

    def __init__(self, finger):
        self.finger, self.bench, self.done = finger, finger.bench, False

    def __call__(self, seen):
        if seen.step == "forward/summary" and not self.done:
            self.done = True
            self.finger.touch("LeafOn")
            self.finger.touch("ReadAloudAsked")
            assert self.finger.look().control("LeafBack").enabled  # it stays where it was leafed to
            self.until(lambda: self.sounded("speaker") > 0.5)
            self.finger.touch("HushAsked")
            self.bench.do("speaker/plug_headset")
            self.until(lambda: self.sounded("headset") == 0)
            self.finger.touch("ReadAloudAsked")
            before = self.sounded("speaker")
            self.until(lambda: self.sounded("headset") > 0.5)
            assert self.sounded("speaker") <= before
            self.finger.touch("HushAsked")

    def sounded(self, sink):
        return self.bench.state()["speaker"]["sinks"][sink]["sounded_s"]

    def until(self, true):
        end_s = monotonic() + PATIENCE_S
        while not true():
            assert monotonic() < end_s
            threading.Event().wait(0.2)


def test_a_summary_is_heard_in_the_room_and_in_the_headset_and_handed_in_as_ever(led):
    finger = Finger(led.stage.resident)
    platform, listener = Platform(led.stage.directory), Listener(finger)
    before = len(platform.numbers())
    walker = Walker(finger, catalogue(), Errand(ITEM, PERSON, whom="self"), watch=listener)
    walker.walk()
    assert listener.done
    got = platform.newest_after(before)
    assert got is not None
    assert differences(walker, got, led.stage.bench) == []
