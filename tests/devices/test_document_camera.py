"""The document camera before a desk on which pages come and go, at the end of a real stream."""

import threading
import time
from itertools import chain, islice, repeat

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from devices.base import Condition, DeviceAbsentError
from devices.camera import CameraDarkError, CameraFrozenError
from devices.camera_profiles import CameraProfile, load_profiles
from devices.document_camera import DocumentCamera
from devices.model_files import ProfileError
from devices.picture_rest import FRAMES_MIN, Rest
from sandbox import camera_films
from sandbox.camera import CameraPeer
from sandbox.document_films import FILMS, HELD, LYING, draw

WAIT_S = 30
FPS = camera_films.FRAMES_PER_S
PROFILE = CameraProfile("test", 1280, 720, 0, 2, 0.3, 10.0)


def frames(film):
    """The film's pictures, as a camera driver decodes them."""
    for data in FILMS[film](lambda: None):
        yield cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)


def rests(film, seconds):
    """For how long the picture has been at rest, at each frame of the film's clock."""
    rest = Rest()
    shown = islice(frames(film), round(seconds * FPS))
    return [rest.seen(frame, step / FPS) for step, frame in enumerate(shown)]


def shows(frame, desk):
    """Whether the frame is of `desk`, apart from grain."""
    picture = cv2.GaussianBlur(frame, (0, 0), 4).astype(int)
    return bool(np.abs(picture - cv2.GaussianBlur(draw(desk), (0, 0), 4)).max() < 30)


@pytest.fixture
def peer():
    with CameraPeer(film=FILMS["page"]) as peer:
        yield peer


# When a picture is at rest


@pytest.mark.parametrize("film", ["desk", "page", "hand_rests", "lamp_flickers"])
def test_where_nothing_moves_but_grain_and_light_there_is_rest(film):
    assert rests(film, 1.2)[-1] > 1.1


@pytest.mark.parametrize("film", ["hand_moves", "page_creeps"])
def test_where_something_moves_there_is_none(film):
    assert max(rests(film, 2.0)) < 0.3


@pytest.mark.parametrize(
    ("film", "from_s", "to_s"),
    [("page_laid", 0.2, 1.3), ("page_removed", 0.9, 1.8), ("page_focusing", 0.2, 1.9)],
)
def test_rest_begins_when_the_last_has_moved(film, from_s, to_s):
    seen = rests(film, 2.0 + 1.0)
    moving = seen[round(from_s * FPS) : round(to_s * FPS)]
    assert max(moving) < 0.25
    assert seen[-1] > 0.6


def test_a_hand_on_its_way_in_ends_the_rest():
    rest = Rest()
    still = [rest.seen(frame, step / FPS) for step, frame in enumerate(islice(frames("page"), 10))]
    held = [
        rest.seen(frame, 1 + n / FPS) for n, frame in enumerate(islice(frames("hand_rests"), 1))
    ]
    assert still[-1] > 0.3
    assert held == [0.0]


def test_a_few_frames_are_needed_however_slowly_they_come():
    rest = Rest()
    seen = [rest.seen(frame, step) for step, frame in enumerate(islice(frames("page"), FRAMES_MIN))]
    assert seen == [0.0] * (FRAMES_MIN - 1) + [FRAMES_MIN - 1]


def test_a_noisy_camera_comes_to_rest_too():
    lots = np.random.default_rng(5)
    page = draw(LYING).astype(float)
    rest = Rest()
    for step in range(15):
        noisy = np.clip(page + lots.normal(0, 14, page.shape), 0, 255).astype(np.uint8)
        rested_s = rest.seen(noisy, step / FPS)
    assert rested_s > 0.3


def test_a_camera_that_sends_each_frame_twice_comes_to_rest_too():
    rest = Rest()
    shown = [frame for frame in islice(frames("page"), FPS // 2) for _ in range(2)]
    assert [rest.seen(frame, step / FPS) for step, frame in enumerate(shown)][-1] > 0.6


@settings(max_examples=25, deadline=None)
@given(
    st.tuples(st.integers(1, 90), st.integers(1, 90)),
    st.lists(st.integers(0, 255), min_size=1, max_size=8),
)
def test_no_size_and_no_light_breaks_it(size, greys):
    rest = Rest()
    for step, grey in enumerate(chain(greys, repeat(greys[-1], FRAMES_MIN))):
        seen = rest.seen(np.full((*size, 3), grey, np.uint8), float(step))
        assert 0 <= seen <= step


# The camera


def test_live_pictures_are_the_camera_s(peer):
    with DocumentCamera(peer.url, PROFILE, WAIT_S) as camera:
        assert camera.live().shape == (720, 1280, 3)
        status = camera.status()
    assert status.condition is Condition.OK
    assert status.detail == "1280 × 720"


def test_a_still_shows_the_page_that_was_laid_and_no_hand(peer):
    peer.show(FILMS["page_laid"])
    with DocumentCamera(peer.url, PROFILE, WAIT_S) as camera:
        frame = camera.still(WAIT_S)
    assert shows(frame, LYING)
    assert not shows(frame, HELD)


def test_while_a_hand_moves_there_is_no_still(peer):
    peer.show(FILMS["hand_moves"])
    with DocumentCamera(peer.url, PROFILE, WAIT_S) as camera:
        assert camera.still(patience_s=0.8) is None
        assert camera.live().shape == (720, 1280, 3)


def test_a_still_can_be_called_off(peer):
    peer.show(FILMS["hand_moves"])
    cancelled = threading.Event()
    with DocumentCamera(peer.url, PROFILE, WAIT_S) as camera:
        threading.Timer(0.3, cancelled.set).start()
        begun = time.monotonic()
        assert camera.still(WAIT_S, cancelled) is None
        assert cancelled.is_set()
        assert time.monotonic() - begun < WAIT_S


def test_warming_up_is_left_out(peer):
    profile = CameraProfile("slow", 1280, 720, 0, 12, 0.3, 10.0)
    with DocumentCamera(peer.url, profile, WAIT_S):
        assert peer.drawn >= 12


def test_a_camera_on_its_side_gives_upright_pages(peer):
    profile = CameraProfile("turned", 1280, 720, 270, 0, 0.3, 10.0)
    with DocumentCamera(peer.url, profile, WAIT_S) as camera:
        assert camera.still(WAIT_S).shape == (1280, 720, 3)


def test_no_camera_is_said_at_once():
    with pytest.raises(DeviceAbsentError), DocumentCamera("/dev/video63", PROFILE):
        pass


def test_a_camera_unplugged_before_the_still_is_absent(peer):
    peer.show(FILMS["hand_moves"])
    with DocumentCamera(peer.url, PROFILE, WAIT_S) as camera:
        camera.live()
        peer.unplug()
        with pytest.raises(DeviceAbsentError):
            camera.still(WAIT_S)
        assert camera.status().condition is Condition.ABSENT


def test_a_frozen_camera_gives_no_still(peer):
    peer.show(camera_films.FILMS["frozen"])
    profile = CameraProfile("quick", 1280, 720, 0, 0, 5.0, 1.0)
    with DocumentCamera(peer.url, profile, WAIT_S) as camera, pytest.raises(CameraFrozenError):
        camera.still(WAIT_S)


def test_a_folded_camera_sees_only_black_and_says_so(peer):
    peer.show(camera_films.FILMS["black"])
    profile = CameraProfile("folded", 1280, 720, 0, 0, 9.0, 10.0)
    with DocumentCamera(peer.url, profile, WAIT_S) as camera:
        with pytest.raises(CameraDarkError):
            camera.still(WAIT_S)
        assert camera.status().condition is Condition.FAULT


def test_a_camera_that_fails_while_warming_up_is_closed(peer):
    peer.show(camera_films.FILMS["frozen"])
    profile = CameraProfile("cold", 1280, 720, 0, 100, 0.3, 1.0)
    with pytest.raises(CameraFrozenError), DocumentCamera(peer.url, profile, WAIT_S):
        pass
    assert not any(thread.name == "camera" for thread in threading.enumerate())


# The files of models


def test_every_shipped_model_is_sound():
    profiles = load_profiles()
    assert {"generic-a4", "generic-a4-built-in", "network"} <= profiles.keys()
    assert all(profile.name == name for name, profile in profiles.items())


GOOD = {
    "width_px": "1280",
    "height_px": "720",
    "rotate": "90",
    "warm_up_frames": "3",
    "settle_s": "0.5",
    "frozen_after_s": "5",
}


def table(folder, **changed):
    rows = {**GOOD, **changed}
    (folder / "desk.toml").write_text("".join(f"{k} = {v}\n" for k, v in rows.items() if v))
    return folder


def test_a_model_is_a_file_and_nothing_more(tmp_path):
    profile = load_profiles(table(tmp_path))["desk"]
    assert profile == CameraProfile("desk", 1280, 720, 90, 3, 0.5, 5.0)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"settle_s": ""}, "settle_s"),
        ({"zoom": "2"}, "zoom"),
        ({"rotate": "45"}, "rotate = 45"),
        ({"width_px": "true"}, "width_px = True: a whole"),
        ({"width_px": "64"}, "width_px = 64"),
        ({"settle_s": '"0.5"'}, "settle_s = '0.5': a number"),
        ({"warm_up_frames": "-1"}, "warm_up_frames"),
        ({"frozen_after_s": "0"}, "frozen_after_s"),
    ],
)
def test_a_wrong_file_names_itself_and_the_field(tmp_path, changed, said):
    with pytest.raises(ProfileError, match=r"desk\.toml: .*" + said):
        load_profiles(table(tmp_path, **changed))
