"""The network cable itself: what it does to answers while it misbehaves, and that it stops."""

from __future__ import annotations

import socket
import threading
from contextlib import contextmanager

import pytest

from sandbox.cable import Cable
from sandbox.cable_faults import NOISE, CableFault

WAIT_S = 20


@contextmanager
def echo():
    """A far side that says back what it hears, on every connection."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve(line):
        with line:
            while data := line.recv(1024):
                line.sendall(data)

    def welcome():
        while True:
            try:
                line, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=serve, args=(line,), daemon=True).start()

    thread = threading.Thread(target=welcome, daemon=True)
    thread.start()
    yield listener.getsockname()[:2]
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()
    thread.join(WAIT_S)


@pytest.fixture
def cable():
    with echo() as far, Cable(far) as cable:
        yield cable


@pytest.fixture
def line(cable):
    with socket.create_connection(("127.0.0.1", cable.port), WAIT_S) as line:
        assert said(line, b"hello", 5) == b"hello"
        yield line


def said(line, question, count):
    line.sendall(question)
    answer = b""
    while len(answer) < count:
        answer += line.recv(count - len(answer))
    return answer


def is_over(line):
    """Once all that was under way has come."""
    try:
        while line.recv(65536):
            pass
    except ConnectionResetError:
        pass
    return True


@pytest.mark.parametrize(
    ("fault", "comes"),
    [
        (CableFault.GARBAGE, bytes(byte ^ 0xA5 for byte in b"abcd")),
        (CableFault.HALF, b"ab"),
        (CableFault.LATE, b"abcd"),
        (CableFault.DUPLICATE, b"abcdabcd"),
        (CableFault.STALE, b"hello"),
        (CableFault.DRIP, b"abcd"),
        (CableFault.FLOOD, NOISE + NOISE),
    ],
)
def test_an_answer_is_spoilt_as_it_says(cable, line, fault, comes):
    cable.misbehave(fault)
    assert said(line, b"abcd", len(comes)) == comes


def test_a_cable_that_behaves_again_hands_on_what_comes_then(cable, line):
    cable.misbehave(CableFault.HALF)
    assert said(line, b"abcd", 2) == b"ab"
    cable.behave()
    assert said(line, b"there", 5) == b"there"


def test_a_flood_ends_with_the_cable(cable, line):
    cable.misbehave(CableFault.FLOOD)
    assert said(line, b"abcd", len(NOISE)) == NOISE
    cable.unplug()
    assert is_over(line)
