"""A camera is found or missed without being opened."""

import socket

from devices.base import Condition
from devices.camera_presence import presence


def test_a_network_camera_that_listens_is_there():
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        assert presence(f"http://127.0.0.1:{port}/stream").condition is Condition.OK


def test_a_network_camera_that_does_not_listen_is_absent():
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    status = presence(f"rtsp://127.0.0.1:{port}/stream")
    assert status.condition is Condition.ABSENT
    assert str(port) in status.detail


def test_a_file_is_there_or_not(tmp_path):
    film = tmp_path / "film.avi"
    assert presence(str(film)).condition is Condition.ABSENT
    film.touch()
    assert presence(str(film)).condition is Condition.OK


def test_a_number_means_the_device_of_that_number():
    assert presence("250").detail == "no /dev/video250"
