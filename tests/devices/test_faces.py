"""What the gate says about pictures of a drawn person, and what the portrait looks like."""

import time

import cv2
import numpy as np
import pytest

from devices.base import Remedy
from devices.camera import Camera
from devices.face_detectors import (
    DetectorUnusableError,
    HaarDetector,
    YuNetDetector,
    yunet_faces,
)
from devices.faces import PORTRAIT_BYTES, Face, Gate, Hint, Look, judge, look, portrait_jpeg
from sandbox.camera import CameraPeer
from sandbox.camera_films import HEIGHT_PX, WIDTH_PX, Person, Scene, draw
from tests.devices.yunet_stand_in import model

WAIT_S = 20
GATE = Gate()
HINTS = {
    "one_person": Hint.GOOD,
    "photo": Hint.GOOD,
    "nobody": Hint.NOBODY,
    "two_people": Hint.SEVERAL,
    "too_far": Hint.TOO_FAR,
    "too_close": Hint.TOO_CLOSE,
    "off_centre": Hint.OFF_CENTRE,
    "dark": Hint.TOO_DARK,
    "bright": Hint.TOO_BRIGHT,
    "uneven_light": Hint.UNEVEN_LIGHT,
    "blurred": Hint.BLURRED,
    "turned": Hint.TURNED,
    "eyes_hidden": Hint.EYES_HIDDEN,
}


@pytest.fixture(scope="module")
def haar():
    return HaarDetector()


def drawn(*people, **scene):
    return draw(Scene(people, **scene))


def seen(*faces, frame_light=120.0, **measured):
    """A look at a 1280 × 720 frame in which all is well but for what is said."""
    fine = {"face_light": 120.0, "glare": 0.0, "slant": 0.0, "sharpness": 0.3}
    frame = np.zeros((HEIGHT_PX, WIDTH_PX, 3), np.uint8)
    return Look(frame, faces, frame_light, **{**fine, **measured})


FINE = Face(510, 220, 260, 260, 1.0, eyes=((580, 300), (700, 300)))


def test_every_hint_is_reached_through_a_stream_from_a_picture_that_deserves_it(haar):
    with CameraPeer() as peer, Camera(peer.url, timeout_s=WAIT_S) as camera:
        for film, hint in HINTS.items():
            peer.show(film)
            end = time.monotonic() + WAIT_S
            while judge(look(camera.frame(), haar), GATE) is not hint:
                assert time.monotonic() < end, f"{film} never gave {hint}"
    assert set(HINTS.values()) == set(Hint)


def test_a_good_picture_stays_good_while_somebody_sways(haar):
    for x in (0.44, 0.5, 0.56):
        for face_px in (200, 250, 320, 380):
            frame = drawn(Person(x=x, y=0.45, face_px=face_px), noise=face_px % 8)
            assert judge(look(frame, haar), GATE) is Hint.GOOD


def test_the_box_and_the_eyes_are_where_they_were_drawn(haar):
    (face,) = haar.find(drawn(Person(x=0.4, y=0.5, face_px=240)))
    assert np.allclose(face.middle, (0.4 * WIDTH_PX, 0.5 * HEIGHT_PX), atol=40)
    assert face.width == pytest.approx(240, rel=0.15)
    (x0, y0), (x1, y1) = face.eyes
    assert face.x < x0 < face.middle[0] < x1 < face.x + face.width
    assert face.y < y0 < face.middle[1]
    assert face.y < y1 < face.middle[1]


@pytest.mark.parametrize(("yaw_deg", "yaw"), [(64, 1.0), (66, 1.0), (-64, -1.0), (-66, -1.0)])
def test_a_head_turned_to_its_left_is_told_from_one_turned_to_its_right(haar, yaw_deg, yaw):
    (face,) = haar.find(drawn(Person(yaw_deg=yaw_deg)))
    assert face.yaw == yaw


def test_shut_eyes_are_not_seen_and_the_face_is(haar):
    for noise in range(4):
        (face,) = haar.find(drawn(Person(eyes_shut=True), noise=noise))
        assert face.eyes == ()
        assert face.yaw == 0.0


def test_an_upright_picture_of_a_turned_camera_works_as_well(haar):
    landscape = drawn(Person(y=0.5, face_px=260))
    upright = np.ascontiguousarray(landscape[:, 440:845])
    assert upright.shape[0] > upright.shape[1]
    assert judge(look(upright, haar), Gate(largest=0.75)) is Hint.GOOD


def test_sharpness_falls_with_every_blur(haar):
    looks = [look(drawn(Person(), blur_px=blur), haar) for blur in (0, 2, 4, 8)]
    sharpness = [one.sharpness for one in looks]
    assert sharpness == sorted(sharpness, reverse=True)


def test_the_light_falls_on_the_side_it_comes_from(haar):
    assert look(drawn(Person(), light=0.5), haar).slant > 0.1
    assert look(drawn(Person(), light_right=0.5), haar).slant < -0.1


class Finds:
    """Stands in for a detector that finds just these faces, wherever they are."""

    def __init__(self, *faces):
        self._faces = faces

    def find(self, frame):
        return self._faces


def test_a_face_that_reaches_beyond_the_picture_is_measured_on_what_is_there():
    frame = np.full((720, 1280, 3), 100, np.uint8)
    for x, y in ((-129, -129), (1149, 589), (-129, 589)):
        assert look(frame, Finds(Face(x, y, 260, 260, 1.0))).face_light == 100


def test_a_face_in_the_margin_outside_the_picture_is_none():
    frame = np.full((720, 1280, 3), 100, np.uint8)
    assert look(frame, Finds(Face(600, 700, 60, 60, 1.0))).main is None


def test_a_person_waiting_in_the_queue_behind_does_not_count():
    behind = Face(100, 300, 120, 120, 1.0)
    assert judge(seen(FINE, behind), GATE) is Hint.GOOD


def test_two_heads_side_by_side_do():
    beside = Face(100, 300, 220, 220, 1.0)
    assert judge(seen(FINE, beside), GATE) is Hint.SEVERAL


@pytest.mark.parametrize(
    ("frame_light", "hint"), [(15, Hint.TOO_DARK), (120, Hint.NOBODY), (240, Hint.TOO_BRIGHT)]
)
def test_where_no_face_is_found_it_may_be_the_light(frame_light, hint):
    assert judge(seen(frame_light=frame_light), GATE) is hint


def test_a_tilted_head_is_asked_to_look_straight():
    tilted = Face(510, 220, 260, 260, 1.0, eyes=((580, 280), (700, 330)))
    assert judge(seen(tilted), GATE) is Hint.TURNED


@pytest.mark.parametrize(
    ("measured", "hint"),
    [
        ({"face_light": 30.0}, Hint.TOO_DARK),
        ({"face_light": 230.0}, Hint.TOO_BRIGHT),
        ({"glare": 0.5}, Hint.TOO_BRIGHT),
        ({"slant": -0.4}, Hint.UNEVEN_LIGHT),
        ({"sharpness": 0.01}, Hint.BLURRED),
        ({}, Hint.GOOD),
    ],
)
def test_each_measure_has_its_hint(measured, hint):
    assert judge(seen(FINE, **measured), GATE) is hint


def test_where_to_stand_is_said_before_the_light():
    far = Face(600, 300, 100, 100, 1.0)
    assert judge(seen(far, face_light=20.0, sharpness=0.0), GATE) is Hint.TOO_FAR


def decoded(jpeg):
    return cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR)


def test_a_portrait_is_head_and_shoulders_three_to_four(haar):
    frame = drawn(Person(face_px=260))
    (face,) = haar.find(frame)
    jpeg = portrait_jpeg(frame, face)
    portrait = decoded(jpeg)
    height, width = portrait.shape[:2]
    assert len(jpeg) <= PORTRAIT_BYTES
    assert height >= 480
    assert width / height == pytest.approx(3 / 4, abs=0.01)
    (again,) = haar.find(portrait)
    assert abs(again.middle[0] - width / 2) < width * 0.1
    assert again.middle[1] < height * 0.55


@pytest.mark.parametrize("corner", [(0, 0), (1100, 0), (0, 560), (1100, 560)])
def test_a_portrait_at_the_edge_stays_inside_the_frame(corner):
    face = Face(*corner, 200, 200, 1.0)
    height, width = decoded(portrait_jpeg(drawn(), face)).shape[:2]
    assert (width, height) == (360, 480)


def test_a_portrait_is_never_enlarged():
    small = np.full((240, 320, 3), 90, np.uint8)
    assert decoded(portrait_jpeg(small, Face(130, 90, 60, 60, 1.0))).shape == (240, 180, 3)


def test_a_very_large_picture_is_made_smaller():
    large = np.full((2160, 3840, 3), 90, np.uint8)
    assert decoded(portrait_jpeg(large, Face(1500, 600, 800, 800, 1.0))).shape == (960, 720, 3)


def test_a_portrait_of_pure_noise_keeps_to_its_bytes():
    lots = np.random.default_rng(5)
    noise = lots.integers(0, 256, (2160, 3840, 3), dtype=np.uint8)
    assert len(portrait_jpeg(noise, Face(1500, 600, 800, 800, 1.0))) <= PORTRAIT_BYTES


def test_a_look_does_not_print_its_picture():
    assert "frame=" not in repr(seen(FINE)).replace("frame_light=", "")


def test_a_missing_model_is_the_technicians_business(tmp_path):
    with pytest.raises(DetectorUnusableError, match="no face model") as fault:
        YuNetDetector(tmp_path / "face_detection_yunet.onnx")
    assert fault.value.remedy is Remedy.TECHNICIAN


@pytest.mark.parametrize("content", [b"", b"this is no network", b"\x08\x07" * 500])
def test_a_broken_model_is_the_technicians_business(tmp_path, content):
    path = tmp_path / "broken.onnx"
    path.write_bytes(content)
    with pytest.raises(DetectorUnusableError, match="not a YuNet model"):
        YuNetDetector(path)


def test_a_model_of_yunets_shape_is_loaded_and_its_boxes_come_back_in_pixels_of_the_frame(tmp_path):
    """The stand-in takes a white square for a face; see its own words."""
    path = tmp_path / "stand_in.onnx"
    path.write_bytes(model())
    detector = YuNetDetector(path)
    frame = np.zeros((720, 1280, 3), np.uint8)
    assert detector.find(frame) == ()
    frame[256:384, 512:640] = 255
    (face,) = detector.find(frame)
    assert (face.x, face.y, face.width, face.height) == (512, 256, 128, 128)
    assert face.yaw == 0.0
    assert detector.find(np.zeros((1280, 720, 3), np.uint8)) == ()


def test_a_face_cut_by_the_edge_is_found_without_eyes(tmp_path):
    path = tmp_path / "stand_in.onnx"
    path.write_bytes(model())
    frame = np.zeros((720, 1280, 3), np.uint8)
    frame[640:720, 0:128] = 255
    frame[0:128, 1152:1280] = 255
    faces = YuNetDetector(path).find(frame)
    assert faces
    assert all(face.eyes == () for face in faces)


def test_a_nose_beside_the_middle_of_the_eyes_is_a_turned_head(tmp_path):
    path = tmp_path / "stand_in.onnx"
    path.write_bytes(model(nose_x=0.65))
    frame = np.zeros((720, 1280, 3), np.uint8)
    frame[256:384, 512:640] = 255
    (face,) = YuNetDetector(path).find(frame)
    assert face.yaw == pytest.approx(0.75, abs=0.02)


def test_an_upright_box_becomes_square_around_the_same_middle():
    row = [100, 50, 80, 120, 120, 90, 160, 90, 140, 110, 125, 140, 155, 140, 0.9]
    (face,) = yunet_faces(np.array([row], np.float32), 2.0)
    assert face.middle == (280, 220)
    assert (face.width, face.height, face.yaw) == (200, 200, 0.0)
