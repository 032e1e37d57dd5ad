"""A life of the store: begun, filled by residents, emptied by the forwarder, receipts ticked off.

No window and no network: the far side is a coin. Everything else is what the terminal runs, in the
same two threads with a connection each. What was said aloud goes to `mark`, one line each, before
or after the call it is about; `torture.audit` knows what each line promises:

    keep KEY SHA256      about to be kept, and what is in it
    kept KEY NUMBER      the resident was told
    refused KEY          the resident was told that it could not be kept
    sent KEY             the platform has answered for it
    aside KEY            the platform will never take it
    delivered KEY        the answer was handed on
    printing NUMBER      the ledger allowed the first byte to the printer
    printed NUMBER       the ledger knows that the receipt is out
"""

from __future__ import annotations

import hashlib
import random
import uuid
from collections.abc import Callable, Iterable
from contextlib import closing
from pathlib import Path
from time import monotonic, sleep
from typing import Final

from offline_cache.database import begin, connect
from offline_cache.errors import StoreError
from offline_cache.forwarder import Awaiting, BackOff, Delivered, Forwarder, Poison, PutOff, Result
from offline_cache.materials import SealedMaterial
from offline_cache.outbox import Limits, Outbox
from offline_cache.print_ledger import Begun, PrintLedger
from offline_cache.submission import Outcome, Problem, Queued, Submission

TERMINAL: Final = "430121"
LIMITS: Final = Limits(disk_free_bytes=0)
QUICK: Final = BackOff(first_s=0.001, longest_s=0.004)
_BODY_BYTES: Final = (40, 700, 4_096, 9_000, 30_000)
_LOOK_EVERY_S: Final = 0.002

Mark = Callable[[str], None]


def a_submission(lots: random.Random) -> tuple[Submission, list[SealedMaterial]]:
    """Every other one has materials, and now and then a case that others have too."""
    body = lots.randbytes(lots.choice(_BODY_BYTES))
    key = str(uuid.UUID(bytes=lots.randbytes(16), version=4))
    case = str(uuid.UUID(int=lots.randrange(4), version=4)) if lots.random() < 0.3 else ""
    materials = [
        SealedMaterial(number, tuple(lots.randbytes(3_000) for _ in range(lots.randint(1, 3))))
        for number in range(lots.randint(1, 2) if lots.random() < 0.5 else 0)
    ]
    submission = Submission(key, "application", "2020-35/1/13", body, "k1", "a-suite", case)
    return submission, materials


def digest_of(body: bytes, chunks: Iterable[bytes]) -> str:
    """Of all that has to be there again."""
    return hashlib.sha256(body + b"".join(chunks)).hexdigest()


def open_outbox(store: Path) -> Outbox:
    return Outbox(connect(store), TERMINAL, LIMITS)


def live(store: Path, lots: random.Random, residents: int, mark: Mark, empty_s: float) -> None:
    """Until `residents` have come and the line is empty, for which `empty_s` are given.

    Raises:
        StoreError: the store could not be opened; nobody was told anything.
    """
    begin(store).connection.close()
    forwarder = Forwarder(
        lambda: open_outbox(store),
        _coin(random.Random(lots.random()), mark),
        lambda key, _: mark(f"delivered {key}"),
        rng=random.Random(lots.random()),
        back_off=QUICK,
    )
    with closing(open_outbox(store)) as outbox, closing(PrintLedger(connect(store))) as ledger:
        forwarder.start()
        for _ in range(residents):
            _serve(outbox, ledger, forwarder, a_submission(lots), mark)
        _wait_until_empty(outbox, forwarder, empty_s)
    forwarder.stop()


def _serve(
    outbox: Outbox,
    ledger: PrintLedger,
    forwarder: Forwarder,
    brought: tuple[Submission, list[SealedMaterial]],
    mark: Mark,
) -> None:
    submission, materials = brought
    chunks = (box for material in materials for box in material.chunks)
    mark(f"keep {submission.key} {digest_of(submission.body, chunks)}")
    try:
        number = outbox.keep(submission, materials).number
    except StoreError:
        mark(f"refused {submission.key}")
        return
    mark(f"kept {submission.key} {number}")
    forwarder.nudge()
    try:
        if ledger.begin(number) is not Begun.FRESH:
            raise AssertionError("a number that was never given is being printed")
        mark(f"printing {number}")
        ledger.finish(number)
        mark(f"printed {number}")
    except StoreError:
        return  # the worker opens it again for the next


def _wait_until_empty(outbox: Outbox, forwarder: Forwarder, within_s: float) -> None:
    until_s = monotonic() + within_s
    while monotonic() < until_s:
        try:
            if outbox.waiting() == outbox.held():
                return
        except StoreError:
            return
        forwarder.nudge()
        sleep(_LOOK_EVERY_S)


def _coin(lots: random.Random, mark: Mark) -> Callable[[Queued], Result]:
    def send(queued: Queued) -> Result:
        side = lots.random()
        if side < 0.2:
            return PutOff(Problem.NO_NETWORK)
        if side < 0.3:
            mark(f"aside {queued.key}")
            return Poison(Problem.REJECTED)
        missing = {each.material: each.next for each in queued.uploads}
        if queued.chunk is not None:
            missing[queued.chunk.material] += 1
        left = {each.material: each.chunks for each in queued.uploads}
        missing = {number: first for number, first in missing.items() if first < left[number]}
        if missing:
            return Awaiting(missing)
        mark(f"sent {queued.key}")
        return Delivered(Outcome.ACCEPTED)

    return send
