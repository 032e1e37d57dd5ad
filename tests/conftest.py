"""What the whole suite needs before its first test."""

from __future__ import annotations

import pytest

from config.catalogue_compiler import write_pack
from config.catalogue_index import write_index
from config.catalogue_pack import PackError, open_pack
from config.catalogue_source import digest, read
from config.settings import INSTALLED
from sandbox.sound_server import SoundServer


@pytest.fixture(scope="session", autouse=True)
def _pack_of_the_sources() -> None:
    """Terminals started as programs open the pack of the set-up: an old one is made anew."""
    file = INSTALLED / "build" / "catalogue.pack"
    try:
        with open_pack(file) as catalogue:
            old = catalogue.sources != digest()
    except PackError:
        old = True
    if old:
        write_pack(read(), file, write_index)


@pytest.fixture(scope="module")
def _sound_server_of_the_module(tmp_path_factory):
    with SoundServer(tmp_path_factory.mktemp("sound")) as server:
        yield server


@pytest.fixture
def sound_server(_sound_server_of_the_module):
    """As at the beginning of a day: nothing but the speaker."""
    server = _sound_server_of_the_module
    server.tell("set-default-sink", "speaker")
    yield server
    server.unplug_headset()
