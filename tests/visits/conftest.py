"""Whole visits: real touches on a real window, every far end at the end of its cable."""

import pytest

from sandbox.stage import Stage
from tests.visits.town import Town


@pytest.fixture(scope="session")
def stage(tmp_path_factory):
    with Stage(tmp_path_factory.mktemp("visits")) as stage:
        stage.resident.reaction_s = 0.25  # a quick one: pages have to come to rest first
        yield stage


@pytest.fixture
def town(stage):
    """Everything is well and nobody is there; afterwards nothing of whoever came is left."""
    town = Town(stage)
    town.make_well()
    yield town
    town.make_well()
    assert town.traces() == []
