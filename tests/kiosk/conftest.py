"""A terminal on a store of its own, for whatever keeps a visit that pauses."""

import pytest

from kiosk.store_room import StoreRoom
from tests.kiosk.pausing import Clock, Terminal


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
