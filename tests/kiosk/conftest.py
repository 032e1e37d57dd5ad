"""Terminals on stores of their own: one where visits pause, one where fees are paid."""

import pytest

from kiosk.machines.store_room import StoreRoom
from offline_cache.terminal_key import load_or_make
from sandbox.platform.server import PlatformPeer
from tests.kiosk.pausing import Clock, Terminal
from tests.kiosk.tills import TERMINAL, Till


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def room(tmp_path, clock):
    room = StoreRoom(tmp_path / "store.db", tmp_path / "terminal.key", "522401", clock)
    room.begin()
    return room


@pytest.fixture
def terminal(room, clock):
    return Terminal(room, clock)


@pytest.fixture
def peer(tmp_path):
    key = load_or_make(tmp_path / "terminal.key")
    with PlatformPeer(tmp_path / "platform", enrolled={TERMINAL: key.public}) as peer:
        yield peer


@pytest.fixture
def telephone(peer):
    def does(what):
        peer.desk.payments.telephone = what

    return does


@pytest.fixture
def till(tmp_path, peer):
    till = Till(tmp_path, peer)
    yield till
    till.outbox.close()


@pytest.fixture
def slow_till(tmp_path, peer):
    """One before which the code stays until something is told of it."""
    till = Till(tmp_path, peer, fakes=("await payment",))
    yield till
    till.outbox.close()
