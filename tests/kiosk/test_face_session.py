"""A resident before the camera, from the first hint to the picture."""

import time

import cv2
import numpy as np
import pytest

from devices.camera import Camera
from devices.face_detectors import HaarDetector
from devices.faces import Face, Hint, Look, look
from kiosk.works.face_session import FaceFailed, FaceProgress, FaceSession, FaceTaken
from kiosk.works.liveness import KINDS, Prompt, Reason
from sandbox.camera import CameraPeer
from sandbox.camera_films import FILMS

TICK_S = 0.04
WAIT_S = 60
EYES = ((580, 300), (700, 300))


def seen(*faces, light=120.0, sharpness=0.3, fill=0):
    frame = np.full((720, 1280, 3), fill, np.uint8)
    return Look(frame, faces, 120.0, face_light=light, sharpness=sharpness)


def face(x=510, width=260, yaw=0.0, eyes=EYES):
    return Face(x, 220, width, width, 1.0, yaw, eyes)


GOOD = seen(face())
FAR = seen(face(width=120, x=580))
SQUINT = seen(face(eyes=()))
DOING = {
    Prompt.TURN_LEFT: seen(face(x=640, width=190, yaw=1.0, eyes=())),
    Prompt.TURN_RIGHT: seen(face(x=400, width=190, yaw=-1.0, eyes=())),
    Prompt.COME_CLOSER: seen(face(x=470, width=340)),
    Prompt.BLINK: SQUINT,
}


class Booth:
    """A session and its clock; `answers` are what it said, without repetition."""

    def __init__(self, **session):
        self.session = FaceSession(**session)
        self.now_s = 50.0
        self.answers = []
        self.last = None

    def show(self, shown, seconds):
        for _ in range(round(seconds / TICK_S)):
            self.last = self.session.feed(shown, self.now_s)
            self.now_s += TICK_S
            word = self.last.say if isinstance(self.last, FaceProgress) else type(self.last)
            if not self.answers or self.answers[-1] is not word:
                self.answers.append(word)
        return self.last


def portrait(taken):
    return cv2.imdecode(np.frombuffer(taken.jpeg, np.uint8), cv2.IMREAD_COLOR)


@pytest.mark.parametrize("kind", KINDS)
def test_stand_well_do_one_thing_stand_well_and_be_taken(kind):
    booth = Booth(kinds=(kind,))
    booth.show(FAR, 1)
    booth.show(GOOD, 2)
    booth.show(DOING[kind], 0.6)
    taken = booth.show(GOOD, 2)
    assert isinstance(taken, FaceTaken)
    assert taken.challenge is kind
    assert booth.answers[:3] == [Hint.TOO_FAR, Hint.GOOD, kind]
    assert booth.answers[-2:] == [Hint.GOOD, FaceTaken]


def test_progress_only_goes_forward_when_all_goes_well():
    booth, shares = Booth(kinds=(Prompt.TURN_LEFT,)), []
    for shown, ticks in ((GOOD, 50), (DOING[Prompt.TURN_LEFT], 15), (GOOD, 50)):
        for _ in range(ticks):
            answer = booth.show(shown, TICK_S)
            if isinstance(answer, FaceProgress):
                shares.append(answer.share)
    assert shares == sorted(shares)
    assert 0 <= shares[0] < 0.05
    assert 0.9 < shares[-1] <= 1


def test_nothing_is_taken_before_the_challenge_is_done():
    booth = Booth(kinds=(Prompt.TURN_LEFT,))
    booth.show(GOOD, 14)
    assert FaceTaken not in booth.answers


def test_where_no_challenge_is_asked_the_picture_is_taken_all_the_same():
    booth = Booth(kinds=())
    taken = booth.show(GOOD, 2)
    assert isinstance(taken, FaceTaken)
    assert taken.challenge is None


def test_the_sharpest_of_the_last_pictures_is_the_one_taken():
    booth = Booth(kinds=())
    booth.show(GOOD, 1)
    booth.show(seen(face(), sharpness=0.9, fill=200), TICK_S)
    assert portrait(booth.show(GOOD, 1)).mean() > 150


def test_a_sharp_picture_in_which_the_light_went_is_not_taken():
    booth = Booth(kinds=())
    booth.show(GOOD, 1)
    booth.show(seen(face(), sharpness=0.9, fill=200, light=10.0), TICK_S)
    assert portrait(booth.show(GOOD, 1)).mean() < 50


def test_a_flicker_of_the_detector_changes_no_words():
    booth = Booth(kinds=(Prompt.TURN_LEFT,))
    for _ in range(6):
        booth.show(GOOD, 0.12)
        booth.show(seen(), 0.08)
    assert booth.answers[0] is Hint.GOOD
    assert Hint.NOBODY not in booth.answers


def test_who_does_not_stand_well_is_told_so_for_three_quarters_of_a_minute():
    booth = Booth()
    booth.show(FAR, 44)
    assert booth.last == FaceProgress(Hint.TOO_FAR, 0.0)
    assert booth.show(FAR, 2) == FaceFailed(Reason.TIMED_OUT)
    assert booth.last.hindrance is Hint.TOO_FAR


def test_a_challenge_not_done_is_explained_and_another_is_asked():
    booth = Booth(kinds=(Prompt.TURN_LEFT,))
    booth.show(GOOD, 20)
    assert booth.answers == [
        Hint.GOOD,
        Prompt.TURN_LEFT,
        Reason.TIMED_OUT,
        Hint.GOOD,
        Prompt.TURN_LEFT,
    ]


def test_after_three_challenges_it_ends_with_the_reason():
    booth = Booth(kinds=(Prompt.TURN_LEFT,))
    for _ in range(3):
        booth.show(GOOD, 1.5)
        booth.show(seen(), 4)
    assert booth.last == FaceFailed(Reason.FACE_LOST)


def test_whoever_takes_the_place_after_the_challenge_is_not_taken():
    booth = Booth(kinds=(Prompt.BLINK,))
    booth.show(GOOD, 1.5)
    booth.show(DOING[Prompt.BLINK], 0.5)
    booth.show(GOOD, 0.32)
    held_up = seen(face(x=300, width=430))
    booth.show(held_up, 1)
    assert booth.last == FaceProgress(Reason.OTHER_PERSON, 0.0)
    booth.show(held_up, 5)
    assert FaceTaken not in booth.answers


def test_leaving_after_the_challenge_means_doing_it_again():
    booth = Booth(kinds=(Prompt.BLINK,))
    booth.show(GOOD, 1.5)
    booth.show(DOING[Prompt.BLINK], 0.5)
    booth.show(GOOD, 0.32)
    booth.show(seen(), 1.2)
    booth.show(GOOD, 6)
    assert Reason.FACE_LOST in booth.answers
    assert booth.answers[-1] is Prompt.BLINK


def test_eyes_that_are_never_seen_are_excused_after_a_while_and_never_asked_to_blink():
    for _ in range(20):
        booth = Booth(kinds=(Prompt.BLINK, Prompt.TURN_LEFT))
        booth.show(SQUINT, 7)
        assert booth.answers == [Hint.EYES_HIDDEN, Hint.GOOD, Prompt.TURN_LEFT]
    booth.show(seen(face(x=640, width=190, yaw=1.0, eyes=())), 0.6)
    assert isinstance(booth.show(SQUINT, 3), FaceTaken)


def test_who_stands_near_already_is_not_asked_to_come_closer():
    near = seen(face(x=470, width=380))
    for _ in range(20):
        booth = Booth(kinds=(Prompt.COME_CLOSER, Prompt.TURN_LEFT))
        booth.show(near, 2)
        assert booth.answers[-1] is Prompt.TURN_LEFT


def test_the_answer_stays_the_same_once_it_is_given():
    booth = Booth(kinds=())
    taken = booth.show(GOOD, 2)
    assert booth.show(FAR, 60) is taken


def test_a_taken_face_does_not_print_its_picture():
    taken = Booth(kinds=()).show(GOOD, 2)
    assert "jpeg" not in repr(taken)
    assert "\\x" not in repr(taken)


@pytest.fixture(scope="module")
def haar():
    return HaarDetector()


def test_whoever_does_as_asked_before_a_real_stream_is_taken(haar):
    session, said, answer = FaceSession(), [], None
    end = time.monotonic() + WAIT_S
    with CameraPeer(film="one_person") as peer, Camera(peer.url, timeout_s=WAIT_S) as camera:
        while not isinstance(answer, FaceTaken):
            answer = session.feed(look(camera.frame(), haar), time.monotonic())
            assert not isinstance(answer, FaceFailed)
            assert time.monotonic() < end, said
            if isinstance(answer, FaceProgress) and answer.say not in said[-1:]:
                said.append(answer.say)
                if answer.say in KINDS:
                    peer.act(answer.say)
    assert answer.challenge in said
    (found,) = haar.find(portrait(answer))
    assert len(found.eyes) == 2


@pytest.fixture(scope="module")
def eye(haar):
    """Looks at the JPEGs of a film, at each different one once."""
    looks = {}

    def see(jpeg):
        if jpeg not in looks:
            looks[jpeg] = look(cv2.imdecode(np.frombuffer(jpeg, np.uint8), 1), haar)
        return looks[jpeg]

    return see


def at_the_pictures(film, eye, **session):
    booth, frames = Booth(**session), FILMS[film](lambda: None)
    while not isinstance(booth.last, FaceTaken | FaceFailed):
        booth.show(eye(next(frames)), TICK_S)
    return booth


@pytest.mark.parametrize("kind", KINDS)
def test_whoever_does_everything_over_and_over_is_taken_whatever_the_lot(eye, kind):
    assert isinstance(at_the_pictures("obliging", eye, kinds=(kind,)).last, FaceTaken)


@pytest.mark.parametrize("kind", KINDS)
def test_a_photograph_is_never_taken(eye, kind):
    booth = at_the_pictures("photo", eye, kinds=(kind,))
    assert booth.last == FaceFailed(Reason.TIMED_OUT)
    assert kind in booth.answers


def test_a_shy_person_is_told_why_it_did_not_work(eye):
    booth = at_the_pictures("shy", eye)
    assert isinstance(booth.last, FaceFailed)
    assert Reason.FACE_LOST in booth.answers
