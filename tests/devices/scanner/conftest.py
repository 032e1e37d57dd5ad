"""SANE's own test backend, and the driver before it."""

import shutil

import pytest

from devices.sane_scanner import SaneScanner
from sandbox.sane_scanner import SaneTestScanner


@pytest.fixture
def peer(tmp_path):
    assert shutil.which("scanimage"), "apt-get install sane-utils libsane1"
    return SaneTestScanner(tmp_path / "sane.d")


@pytest.fixture
def pipes(tmp_path):
    """Where the driver names its pipes; nothing may be left there."""
    folder = tmp_path / "pipes"
    folder.mkdir()
    yield folder
    assert list(folder.iterdir()) == []


@pytest.fixture
def scanner(peer, pipes):
    """Not yet opened; small pages, for speed."""
    return SaneScanner("test:1", resolution_dpi=50, config_dir=peer.config_dir, pipes_dir=pipes)
