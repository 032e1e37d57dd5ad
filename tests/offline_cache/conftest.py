"""An outbox in a file of its own, and the clock it goes by."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from offline_cache.outbox import Outbox
from tests.offline_cache.helpers import Clock, an_outbox


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "kiosk.db"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def outbox(path: Path, clock: Clock) -> Iterator[Outbox]:
    outbox = an_outbox(path, clock)
    yield outbox
    outbox.close()
