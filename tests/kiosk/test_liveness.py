"""The challenges: invented looks for the rules, drawn people for the eye."""

from collections import Counter
from itertools import permutations

import numpy as np
import pytest

from devices.face_detectors import HaarDetector
from devices.faces import Face, Look, look
from kiosk.works.liveness import (
    KINDS,
    Challenge,
    Failed,
    Limits,
    Passed,
    Prompt,
    Reason,
    SamePerson,
    Waiting,
    draw_lot,
)
from sandbox.camera_films import PERFORMANCE, Person, Scene, draw

FRAME = np.zeros((720, 1280, 3), np.uint8)
EYES = ((580, 300), (700, 300))
TICK_S = 0.04


def face(x=510, width=260, yaw=0.0, eyes=EYES):
    return Face(x, 220, width, width, 1.0, yaw, eyes)


def seen(*faces):
    return Look(FRAME, faces, 120.0)


AHEAD = seen(face())
NOTHING = seen()
DOING = {
    Prompt.TURN_LEFT: seen(face(x=640, width=190, yaw=1.0, eyes=())),
    Prompt.TURN_RIGHT: seen(face(x=400, width=190, yaw=-1.0, eyes=())),
    Prompt.COME_CLOSER: seen(face(x=470, width=340)),
    Prompt.BLINK: seen(face(eyes=())),
}


def played(challenge, *acts, start_s=100.0):
    """Feeds (look, seconds) one after the other; the last verdict."""
    now_s, verdict = start_s, None
    for shown, seconds in acts:
        for _ in range(round(seconds / TICK_S)):
            verdict = challenge.feed(shown, now_s)
            if not isinstance(verdict, Waiting):
                return verdict
            now_s += TICK_S
    return verdict


@pytest.mark.parametrize("kind", KINDS)
def test_doing_it_and_coming_back_passes(kind):
    assert played(Challenge(kind), (AHEAD, 1), (DOING[kind], 0.6), (AHEAD, 1)) == Passed()


@pytest.mark.parametrize("kind", KINDS)
def test_whoever_begins_at_once_has_begun(kind):
    assert played(Challenge(kind), (AHEAD, TICK_S), (DOING[kind], 0.6), (AHEAD, 1)) == Passed()


@pytest.mark.parametrize(("kind", "other"), list(permutations(KINDS, 2)))
def test_doing_something_else_does_not(kind, other):
    verdict = played(Challenge(kind), (AHEAD, 1), (DOING[other], 0.6), (AHEAD, 1))
    assert verdict == Waiting(kind, pytest.approx(1 / 3))


@pytest.mark.parametrize("kind", KINDS)
def test_who_only_stands_there_runs_out_of_time(kind):
    assert played(Challenge(kind), (AHEAD, 20)) == Failed(Reason.TIMED_OUT)


@pytest.mark.parametrize("kind", [Prompt.TURN_LEFT, Prompt.TURN_RIGHT])
def test_who_stays_turned_is_asked_to_look_ahead_and_runs_out_of_time(kind):
    challenge = Challenge(kind)
    waiting = played(challenge, (AHEAD, 1), (DOING[kind], 1))
    assert waiting == Waiting(Prompt.LOOK_AHEAD, pytest.approx(2 / 3))
    assert played(challenge, (DOING[kind], 20), start_s=102.0) == Failed(Reason.TIMED_OUT)


def test_a_turn_may_lose_the_face_for_a_moment_between_front_and_profile():
    turn = DOING[Prompt.TURN_LEFT]
    acts = [(AHEAD, 1), (NOTHING, 0.8), (turn, 0.5), (NOTHING, 0.8), (AHEAD, 1)]
    assert played(Challenge(Prompt.TURN_LEFT), *acts) == Passed()


def test_a_turn_seen_in_every_other_picture_counts():
    challenge, now_s = Challenge(Prompt.TURN_LEFT), 100.0
    played(challenge, (AHEAD, 1))
    for shown in [DOING[Prompt.TURN_LEFT], NOTHING] * 6:
        now_s += TICK_S
        challenge.feed(shown, now_s + 1)
    assert played(challenge, (AHEAD, 1), start_s=now_s + 1.04) == Passed()


def test_one_slip_of_the_detector_is_no_turn_and_no_blink():
    for kind in (Prompt.TURN_LEFT, Prompt.BLINK):
        acts = [(AHEAD, 1), *[(DOING[kind], TICK_S), (AHEAD, 0.5)] * 8]
        assert isinstance(played(Challenge(kind), *acts), Waiting)


def test_coming_a_little_closer_is_not_enough():
    nearer = seen(face(x=490, width=300))
    verdict = played(Challenge(Prompt.COME_CLOSER), (AHEAD, 1), (nearer, 1), (AHEAD, 1))
    assert isinstance(verdict, Waiting)


def test_eyes_kept_shut_are_no_blink():
    shut = DOING[Prompt.BLINK]
    verdict = played(Challenge(Prompt.BLINK), (AHEAD, 1), (shut, 6), (AHEAD, 1))
    assert verdict == Failed(Reason.TIMED_OUT)


def test_one_eye_shut_is_no_blink():
    winking = seen(face(eyes=EYES[:1]))
    verdict = played(Challenge(Prompt.BLINK), (AHEAD, 1), (winking, 1), (AHEAD, 1))
    assert isinstance(verdict, Waiting)


@pytest.mark.parametrize("kind", KINDS)
def test_who_goes_away_fails(kind):
    assert played(Challenge(kind), (AHEAD, 1), (NOTHING, 3)) == Failed(Reason.FACE_LOST)


@pytest.mark.parametrize("kind", KINDS)
def test_who_comes_back_too_late_fails_although_no_look_came_in_between(kind):
    challenge = Challenge(kind)
    played(challenge, (AHEAD, 1))
    assert challenge.feed(AHEAD, 110.0) == Failed(Reason.FACE_LOST)


@pytest.mark.parametrize("kind", KINDS)
def test_a_face_that_jumps_aside_is_another_person(kind):
    elsewhere = seen(face(x=60))
    assert played(Challenge(kind), (AHEAD, 1), (elsewhere, 1)) == Failed(Reason.OTHER_PERSON)


def test_a_face_that_doubles_at_once_is_another_person():
    photo_held_up = seen(face(x=380, width=520))
    verdict = played(Challenge(Prompt.COME_CLOSER), (AHEAD, 1), (photo_held_up, 1))
    assert verdict == Failed(Reason.OTHER_PERSON)


def test_a_larger_face_in_front_of_the_resident_is_another_person():
    photo_in_front = seen(face(x=100, width=450), face())
    verdict = played(Challenge(Prompt.BLINK), (AHEAD, 1), (photo_in_front, 1))
    assert verdict == Failed(Reason.OTHER_PERSON)


def test_a_second_head_fails_it_unless_it_only_passes():
    two = seen(face(), face(x=100, width=240))
    passing = played(Challenge(Prompt.BLINK), (AHEAD, 1), (two, 0.3), (AHEAD, 0.5))
    staying = played(Challenge(Prompt.BLINK), (AHEAD, 1), (two, 2))
    assert isinstance(passing, Waiting)
    assert staying == Failed(Reason.SEVERAL_PEOPLE)


def test_a_profile_that_seems_to_be_elsewhere_is_taken_for_a_slip():
    ghost = seen(face(x=60, width=190, yaw=-1.0))
    acts = [(AHEAD, 1), (ghost, 0.2), (DOING[Prompt.TURN_LEFT], 0.5), (AHEAD, 1)]
    assert played(Challenge(Prompt.TURN_LEFT), *acts) == Passed()


def test_a_verdict_is_final():
    challenge = Challenge(Prompt.BLINK)
    assert played(challenge, (AHEAD, 1), (NOTHING, 3)) == Failed(Reason.FACE_LOST)
    assert played(challenge, (AHEAD, 1), (DOING[Prompt.BLINK], 1)) == Failed(Reason.FACE_LOST)


def test_looking_ahead_is_not_a_challenge():
    with pytest.raises(ValueError, match="look_ahead"):
        Challenge(Prompt.LOOK_AHEAD)


def test_the_lot_falls_on_every_kind():
    drawn = Counter(draw_lot(KINDS) for _ in range(400))
    assert set(drawn) == set(KINDS)  # a kind stays out once in 10^49 runs


def test_a_walk_across_the_picture_is_still_the_same_person():
    person = SamePerson(Limits())
    for step in range(50):
        assert person.follow(seen(face(x=100 + 15 * step)), 100 + step * TICK_S) is None


def test_a_slow_camera_may_see_larger_steps():
    person = SamePerson(Limits())
    person.follow(seen(face(x=300)), 100.0)
    assert person.follow(seen(face(x=300 + 250)), 100.4) is None


@pytest.fixture(scope="module")
def haar():
    return HaarDetector()


def filmed(haar, *people):
    looks = {}
    for step, person in enumerate(people):
        scene = Scene((person,), noise=step % 2)
        if scene not in looks:
            looks[scene] = look(draw(scene), haar)
        yield looks[scene]


STANDING = (Person(),) * 15


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("every", [1, 3])
def test_a_drawn_person_who_does_it_passes_at_full_and_at_a_third_of_the_speed(haar, kind, every):
    challenge = Challenge(kind)
    people = [*STANDING, *PERFORMANCE[kind], *STANDING][::every]
    verdicts = [
        challenge.feed(shown, 100 + step * every * TICK_S)
        for step, shown in enumerate(filmed(haar, *people))
    ]
    assert verdicts[-1] == Passed()


def test_a_drawn_person_who_turns_the_wrong_way_does_not(haar):
    challenge = Challenge(Prompt.TURN_LEFT)
    people = [*STANDING, *PERFORMANCE["turn_right"], *STANDING]
    for step, shown in enumerate(filmed(haar, *people)):
        verdict = challenge.feed(shown, 100 + step * TICK_S)
    assert isinstance(verdict, Waiting)


@pytest.mark.parametrize("kind", KINDS)
def test_a_photograph_never_passes(haar, kind):
    challenge = Challenge(kind)
    stills = [look(draw(Scene((Person(),), noise=noise)), haar) for noise in range(4)]
    for step in range(round(20 / TICK_S)):
        verdict = challenge.feed(stills[step % 4], 100 + step * TICK_S)
    assert verdict == Failed(Reason.TIMED_OUT)
