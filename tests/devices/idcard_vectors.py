"""The published vectors (`tests/data/idcard_vectors.json`), and what the parser finds in them."""

from __future__ import annotations

import json
from pathlib import Path

from devices.idcard_frames import Reply, ReplyParser

VECTORS = {
    entry["name"].removeprefix("id/"): bytes.fromhex(entry["hex"])
    for entry in json.loads(
        (Path(__file__).parents[1] / "data" / "idcard_vectors.json").read_text()
    )
}


def parse(data: bytes) -> list[Reply]:
    return ReplyParser().feed(data)


def only(name: str) -> Reply:
    """The one reply in a vector."""
    (reply,) = parse(VECTORS[name])
    return reply
