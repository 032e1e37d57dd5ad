"""The far end of the camera cable, read with a socket and nothing of the terminal."""

import socket
from contextlib import suppress

import cv2
import numpy as np
import pytest

from sandbox.camera import CameraPeer
from sandbox.camera_films import ACTS, FILMS, PERFORMANCE, Person, Scene, draw, jpeg

WAIT_S = 20


class Watcher:
    """Reads the stream by its own account of it: RFC 2046 parts with a Content-Length."""

    def __init__(self, peer):
        port = int(peer.url.split(":")[2].split("/")[0])
        self._line = socket.create_connection(("127.0.0.1", port), WAIT_S)
        self._line.sendall(b"GET /video.mjpg HTTP/1.1\r\nHost: camera\r\n\r\n")
        self._file = self._line.makefile("rb")
        self.head = self._headers()

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        self._file.close()
        self._line.close()

    def _headers(self):
        lines = []
        while line := self._file.readline().strip():
            lines.append(line)
        return lines

    def part(self):
        """The next picture's bytes."""
        headers = self._headers()
        assert headers[0] == b"--frame"
        sizes = [line.split(b":")[1] for line in headers if line.startswith(b"Content-Length")]
        data = self._file.read(int(sizes[0]))
        assert self._file.readline() == b"\r\n"
        return data

    def to_the_end(self):
        """Returns when the other side has hung up."""
        with suppress(ConnectionError):
            while self._file.read(65536):
                pass


@pytest.fixture
def peer():
    with CameraPeer(film="photo") as peer:
        yield peer


def picture(data):
    return cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)


def test_the_stream_is_pictures_with_a_boundary_between_them(peer):
    with Watcher(peer) as watcher:
        assert watcher.head[0].endswith(b"200 OK")
        assert b"Content-Type: multipart/x-mixed-replace; boundary=frame" in watcher.head
        for _ in range(3):
            assert picture(watcher.part()).shape == (720, 1280, 3)


def test_two_can_watch_at_once(peer):
    with Watcher(peer) as one, Watcher(peer) as other:
        assert one.part()[:2] == other.part()[:2] == b"\xff\xd8"


def test_unplugged_it_hangs_up_and_refuses_until_it_is_plugged_in_again(peer):
    url = peer.url
    with Watcher(peer) as watcher:
        watcher.part()
        peer.unplug()
        watcher.to_the_end()
    with pytest.raises(ConnectionError):
        Watcher(peer)
    peer.plug()
    assert peer.url == url
    with Watcher(peer) as watcher:
        assert watcher.part()


def test_half_a_picture_keeps_to_the_framing(peer):
    with Watcher(peer) as watcher:
        whole = len(watcher.part())
        peer.half_jpeg()
        sizes = [len(watcher.part()) for _ in range(20)]
    assert min(sizes) < whole * 0.6
    assert max(sizes[-3:]) > whole * 0.9


def test_nobody_can_be_asked_what_nobody_can_do(peer):
    with pytest.raises(ValueError, match="fly"):
        peer.act("fly")


@pytest.mark.parametrize("act", ACTS)
def test_a_person_who_is_asked_does_it(act):
    asked = iter([None, act])
    film = FILMS["one_person"](lambda: next(asked, None))
    next(film)
    performed = [next(film) for _ in PERFORMANCE[act]]
    assert performed == [
        jpeg(Scene((person,), noise=(1 + step) % 2)) for step, person in enumerate(PERFORMANCE[act])
    ]


def test_a_switched_film_is_seen_by_who_watches_already(peer):
    with Watcher(peer) as watcher:
        watcher.part()
        peer.show("black")
        assert any(picture(watcher.part()).max() < 5 for _ in range(100))


def test_nothing_is_drawn_until_somebody_watches(peer):
    assert peer.drawn == 0
    with Watcher(peer) as watcher:
        watcher.part()
    assert peer.drawn > 0


def test_somebody_standing_still_still_moves():
    film = FILMS["one_person"](lambda: None)
    frames = [next(film) for _ in range(10)]
    assert len(set(frames)) > 4


@pytest.mark.parametrize("name", sorted(FILMS))
def test_every_film_can_be_shown(name):
    assert picture(next(FILMS[name](lambda: None))).shape == (720, 1280, 3)


def test_a_person_at_the_edge_is_cut_and_one_beyond_it_is_gone():
    empty = draw(Scene())
    edge, beyond = draw(Scene((Person(x=0.0),))), draw(Scene((Person(x=2.0),)))
    assert not np.array_equal(edge, empty)
    assert np.array_equal(beyond, empty)
