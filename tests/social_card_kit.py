"""Vectors of social security cards, and the card service that the tests of one process share.

libpcsclite keeps the first path it was given, so there is one socket for the whole process.
"""

from __future__ import annotations

import atexit
import json
import os
import shutil
import tempfile
import threading
from pathlib import Path
from time import monotonic

from sandbox.pcscd import SOCKET_VARIABLE

VECTORS = {
    entry["name"].removeprefix("ssc/"): bytes.fromhex(entry["hex"])
    for entry in json.loads(
        (Path(__file__).parent / "data" / "social_card_vectors.json").read_text("utf-8")
    )
}
DIRECTORY = Path(tempfile.mkdtemp(prefix="kiosk-cards-"))
os.environ[SOCKET_VARIABLE] = str(DIRECTORY / "pcscd.comm")
atexit.register(shutil.rmtree, DIRECTORY, ignore_errors=True)

# pcscd looks into its readers every 400 ms; a loaded machine needs much longer.
SOON_S = 20.0


def until(done, bound_s=SOON_S):
    deadline_s, step = monotonic() + bound_s, threading.Event()
    while not done():
        assert monotonic() < deadline_s, "it never came to that"
        step.wait(0.01)
