"""The camera driver at the end of a real stream, a real file, and nothing at all."""

import socket
import threading
import time
from itertools import count

import cv2
import numpy as np
import pytest

from devices.base import Condition, DeviceAbsentError
from devices.camera import Camera, CameraDarkError, CameraFrozenError
from sandbox.camera import CameraPeer
from sandbox.camera_films import encode

WAIT_S = 20
BITS = 12


def numbered(asked):
    """Every frame carries its number, from 1, as black and white fields from the left."""
    for number in count(1):
        frame = np.full((72, 40 * BITS, 3), 60, np.uint8)
        for bit in range(BITS):
            frame[:, 40 * bit : 40 * bit + 40] = 255 * (number >> bit & 1)
        yield encode(frame)


def number_in(frame):
    return sum(int(frame[36, 40 * bit + 20].mean() > 127) << bit for bit in range(BITS))


def dim(asked):
    """A dark room at night: little light, but grain."""
    lots = np.random.default_rng(3)
    while True:
        yield encode(lots.integers(5, 25, (90, 160, 3), dtype=np.uint8))


def until(happened):
    end = time.monotonic() + WAIT_S
    while not happened():
        assert time.monotonic() < end
        threading.Event().wait(0.01)


def frames_until_it_fails(camera):
    for _ in range(WAIT_S * 25):
        camera.frame()
    raise AssertionError("the camera never failed")


def for_a_while(camera, seconds):
    """Frames over at least so long; returns how many."""
    end, taken = time.monotonic() + seconds, 0
    while time.monotonic() < end:
        camera.frame()
        taken += 1
    return taken


@pytest.fixture
def peer():
    with CameraPeer(film="photo") as peer:
        yield peer


def test_a_network_camera_gives_pictures(peer):
    with Camera(peer.url, timeout_s=WAIT_S) as camera:
        frame = camera.frame()
        assert frame.shape == (720, 1280, 3)
        assert frame.dtype == np.uint8
        assert camera.status().condition is Condition.OK


def test_no_frame_is_given_twice(peer):
    peer.show(numbered)
    with Camera(peer.url, timeout_s=WAIT_S) as camera:
        numbers = [number_in(camera.frame()) for _ in range(10)]
    assert numbers == sorted(set(numbers))


def test_who_reads_slowly_sees_what_is_and_not_what_was(peer):
    peer.show(numbered)
    with Camera(peer.url, timeout_s=WAIT_S) as camera:
        first = number_in(camera.frame())
        until(lambda: peer.drawn > first + 30)
        assert number_in(camera.frame()) > first + 15


def test_a_frame_belongs_to_the_caller(peer):
    with Camera(peer.url, timeout_s=WAIT_S, frozen_after_s=0.2) as camera:
        camera.frame()[:] = 0
        assert camera.frame().mean() > 50


@pytest.mark.parametrize(("rotate", "corner"), [(0, (0, 0)), (90, (0, -1)), (180, (-1, -1))])
def test_a_camera_mounted_on_its_side_is_turned_upright(tmp_path, rotate, corner):
    film = film_of(tmp_path, [corner_picture()] * 3)
    with Camera(film, rotate=rotate) as camera:
        frame = camera.frame()
    assert frame.shape == ((160, 240, 3) if rotate % 180 == 0 else (240, 160, 3))
    assert frame[corner].mean() > 150 > frame[frame.shape[0] // 2, frame.shape[1] // 2].mean()


def corner_picture():
    """White at the top left."""
    picture = np.zeros((160, 240, 3), np.uint8)
    picture[:50, :50] = 255
    return picture


def film_of(folder, pictures):
    height, width = pictures[0].shape[:2]
    path = folder / "film.avi"
    film = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), 25, (width, height))
    for picture in pictures:
        film.write(picture)
    film.release()
    return str(path)


def test_a_film_is_a_camera_until_it_ends(tmp_path):
    film = film_of(tmp_path, [np.full((160, 240, 3), 20 * n + 40, np.uint8) for n in range(8)])
    with Camera(film) as camera:
        brightness = [camera.frame().mean() for _ in range(2)]
        with pytest.raises(DeviceAbsentError, match="ended"):
            frames_until_it_fails(camera)
        assert camera.status().condition is Condition.ABSENT
    assert brightness[0] < brightness[1]


@pytest.mark.parametrize("source", ["63", "/dev/video63", "/no/such/film.avi", "not a source"])
def test_no_camera_is_said_at_once(source):
    with pytest.raises(DeviceAbsentError, match="no camera"), Camera(source):
        pass


def test_a_camera_that_is_unplugged_is_absent_and_comes_back_when_it_is_plugged_in(peer):
    with Camera(peer.url, timeout_s=WAIT_S) as camera:
        camera.frame()
        peer.unplug()
        with pytest.raises(DeviceAbsentError):
            frames_until_it_fails(camera)
    with pytest.raises(DeviceAbsentError), Camera(peer.url, timeout_s=WAIT_S):
        pass
    peer.plug()
    with Camera(peer.url, timeout_s=WAIT_S) as camera:
        assert camera.frame().shape == (720, 1280, 3)


def test_the_same_camera_object_can_be_opened_again(peer):
    camera = Camera(peer.url, timeout_s=WAIT_S)
    for _ in range(2):
        with camera:
            assert camera.frame().shape == (720, 1280, 3)
    with pytest.raises(DeviceAbsentError):
        camera.frame()


def test_a_camera_that_takes_the_call_and_says_nothing_is_absent():
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/video"
        with pytest.raises(DeviceAbsentError), Camera(url, timeout_s=0.5):
            pass


def test_a_camera_that_falls_silent_is_absent():
    picture = encode(np.full((90, 160, 3), 120, np.uint8))
    part = b"--x\r\nContent-Type: image/jpeg\r\nContent-Length: %d\r\n\r\n" % len(picture)
    head = b"HTTP/1.0 200 OK\r\nContent-Type: multipart/x-mixed-replace; boundary=x\r\n\r\n"
    done = threading.Event()

    def serve(listening):
        line = listening.accept()[0]
        with line:
            line.recv(4096)
            line.sendall(head + (part + picture + b"\r\n") * 20)
            done.wait(WAIT_S)

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=serve, args=(listening,))
        thread.start()
        url = f"http://127.0.0.1:{listening.getsockname()[1]}/video"
        with Camera(url, timeout_s=2.0) as camera, pytest.raises(DeviceAbsentError):
            frames_until_it_fails(camera)
        done.set()
        thread.join(WAIT_S)


def test_half_a_picture_does_not_stop_the_camera(peer):
    with Camera(peer.url, timeout_s=WAIT_S) as camera:
        camera.frame()
        peer.half_jpeg()
        seen = peer.drawn
        until(lambda: peer.drawn > seen + 3)
        for _ in range(5):
            assert camera.frame().shape == (720, 1280, 3)


def test_a_slow_camera_is_still_a_camera(peer):
    peer.slow(5)
    with Camera(peer.url, timeout_s=WAIT_S) as camera:
        assert camera.frame().shape == camera.frame().shape


def test_a_frozen_picture_is_a_fault_for_the_attendant(peer):
    peer.show("frozen")
    with Camera(peer.url, timeout_s=WAIT_S, frozen_after_s=0.4) as camera:
        with pytest.raises(CameraFrozenError):
            frames_until_it_fails(camera)
        assert camera.status().condition is Condition.FAULT


def test_a_room_where_nothing_moves_is_not_frozen(peer):
    with Camera(peer.url, timeout_s=WAIT_S, frozen_after_s=0.4) as camera:
        assert for_a_while(camera, 0.7) > 1


def test_a_covered_lens_is_a_fault_for_the_attendant(peer):
    peer.show("black")
    with (
        Camera(peer.url, timeout_s=WAIT_S, dark_after_s=0.4) as camera,
        pytest.raises(CameraDarkError),
    ):
        frames_until_it_fails(camera)


def test_a_dark_room_is_not_a_covered_lens(peer):
    peer.show(dim)
    with Camera(peer.url, timeout_s=WAIT_S, dark_after_s=0.4) as camera:
        assert for_a_while(camera, 0.7) > 1


def test_passwords_stay_out_of_messages():
    source = "http://admin:secret1@127.0.0.1:9/video?user=admin&pwd=secret2"
    with pytest.raises(DeviceAbsentError) as fault, Camera(source):
        pass
    assert "127.0.0.1:9/video" in str(fault.value)
    assert "secret" not in str(fault.value)


def test_faults_print_nothing(capfd, peer):
    with pytest.raises(DeviceAbsentError), Camera("http://u:secret@127.0.0.1:9/video"):
        pass
    with Camera(peer.url, timeout_s=WAIT_S) as camera:
        peer.half_jpeg()
        camera.frame()
        peer.unplug()
        with pytest.raises(DeviceAbsentError):
            frames_until_it_fails(camera)
    assert capfd.readouterr().err == ""


def test_a_closed_camera_leaves_no_thread_behind(peer):
    with Camera(peer.url, timeout_s=WAIT_S) as camera:
        camera.frame()
        assert any(thread.name == "camera" for thread in threading.enumerate())
    assert not any(thread.name == "camera" for thread in threading.enumerate())
