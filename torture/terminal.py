"""The terminal without its window: what happens to a handing-in, from "I confirm" to the receipt.

Built of the modules that the terminal is built of: the work "keep", the answers, the forwarder with
the platform's client, the print ledger. Residents come one after the other until the process is
killed. What each was told goes out line by line, after it was true:

    keeping KEY          the resident confirmed
    kept KEY NUMBER      the page with the number
    slip NUMBER          the paper
    rating NUMBER        the resident chose stars
    rated NUMBER         the page after them
    idle                 nothing is left to do
"""

from __future__ import annotations

import io
import random
import uuid
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from time import monotonic, sleep
from typing import Final

from PIL import Image

from config.catalogue_models import Item
from devices.idcard_text import CardKind, IdCard
from kiosk.machines.delivery import sender
from kiosk.platform.answers import Answers
from kiosk.platform.gateway import Platform
from kiosk.visits.events import Event, Kept
from kiosk.visits.place import Place
from kiosk.visits.visit import Visit
from kiosk.visits.worker import Job
from kiosk.works.handing_in import keep, keep_rating
from offline_cache.database import begin, connect, transaction
from offline_cache.forwarder import BackOff, Forwarder
from offline_cache.journal import Journal, JournalEvent
from offline_cache.outbox import Limits, Outbox
from offline_cache.print_ledger import Begun, PrintLedger
from offline_cache.sealing import Seals
from sandbox.platform.person import Person

PLACE: Final = Place("430121", "石桥镇便民服务中心", "430121102000")
LIMITS: Final = Limits(disk_free_bytes=0)
BACK_OFF: Final = BackOff(first_s=0.002, longest_s=0.05)

_ANSWER_S: Final = 0.5
_LOOK_EVERY_S: Final = 0.01
_LARGE: Final = 0.3
_CERTIFICATION_AGAIN: Final = 0.1  # the worker asks twice now and then; one of them must be enough

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Town:
    """`state` holds all that the terminal writes; `paper`: the numbers on slips that came out.
    `sign` is with a key that the platform knows.
    """

    state: Path
    url: str
    sign: Callable[[bytes], bytes]
    sealer: Seals
    item: Item
    people: tuple[Person, ...]
    paper: frozenset[str] = frozenset()


class _Patience:
    """For `Answers.wait`: over at a moment."""

    def __init__(self, seconds: float) -> None:
        self._until_s = monotonic() + seconds

    def is_set(self) -> bool:
        return monotonic() > self._until_s


class Terminal:
    """One life, from the start of the process."""

    def __init__(self, town: Town, lots: random.Random, say: Say) -> None:
        self._town, self._lots, self._say = town, lots, say
        self._store = town.state / "store.db"
        self._answers = Answers()
        platform = Platform(town.url, PLACE.terminal, town.sign)
        self._forwarder = Forwarder(
            self._open_outbox, sender(platform), self._answers.put, back_off=BACK_OFF
        )
        self._keep = keep(PLACE, town.sealer, self._answers, now, self._forwarder.nudge)
        self._rate = keep_rating(PLACE, now, self._forwarder.nudge)

    def run(self, residents: int | None) -> None:
        """None: until it is killed. Otherwise until the line is empty as well."""
        self._begin()
        self._forwarder.start()
        with closing(self._open_outbox()) as outbox:
            served = 0
            while residents is None or served < residents:
                self._serve(outbox, served)
                served += 1
            while outbox.waiting():
                self._forwarder.nudge()
                sleep(_LOOK_EVERY_S)
        self._forwarder.stop()
        self._say("idle")

    def _open_outbox(self) -> Outbox:
        return Outbox(connect(self._store), PLACE.terminal, LIMITS)

    def _begin(self) -> None:
        with closing(begin(self._store).connection) as db:
            journal = Journal(db)
            with transaction(db):
                journal.note(JournalEvent.STARTED)
        with closing(PrintLedger(connect(self._store))) as ledger:
            for number in ledger.unfinished():  # somebody looks whether there is a slip
                if number in self._town.paper:
                    ledger.finish(number)
                else:
                    ledger.release(number)
                    self._print(ledger, number)

    def _serve(self, outbox: Outbox, turn: int) -> None:
        visit = a_visit(self._lots, self._town.item, self._lots.choice(self._town.people), turn)
        job = Job(turn, nowhere)
        self._say(f"keeping {visit.key}")
        for _ in range(1 + (self._lots.random() < _CERTIFICATION_AGAIN)):
            kept = self._keep(visit)(outbox, job)
            if not isinstance(kept, Kept):
                raise AssertionError(f"a healthy disk refused: {kept}")
            visit.take(kept)
            self._say(f"kept {visit.key} {visit.receipt}")
        if self._lots.random() < 0.5:
            self._answers.wait(visit.key, _Patience(_ANSWER_S))
        with closing(PrintLedger(connect(self._store))) as ledger:
            self._print(ledger, visit.receipt)
        if self._lots.random() < 0.3:
            visit.stars = self._lots.randint(1, 5)
            self._say(f"rating {visit.receipt}")
            self._rate(visit)(outbox, job)
            self._say(f"rated {visit.receipt}")

    def _print(self, ledger: PrintLedger, number: str) -> None:
        if ledger.begin(number) is Begun.FRESH:
            self._say(f"slip {number}")
        ledger.finish(number)


def a_visit(
    lots: random.Random, item: Item, person: Person, number: int = 1, *, large: bool = False
) -> Visit:
    """Up to the confirmation; by a portrait or by a member of the staff, as it comes. Now and then
    the portrait is too large for the manifest and travels in chunks.
    """
    visit = Visit(number, chosen=item, card=_card_of(person))
    visit.key = str(uuid.UUID(bytes=lots.randbytes(16), version=4))
    if large or lots.random() < 0.5:
        large = large or lots.random() < _LARGE
        visit.portrait, visit.liveness = _portrait(lots, large), "blink"
    else:
        visit.staff = "430121-S01"
    return visit


def with_paper(town: Town, paper: frozenset[str]) -> Town:
    return replace(town, paper=paper)


def _card_of(person: Person) -> IdCard:
    return IdCard(
        kind=CardKind.RESIDENT,
        name=person.card_name,
        number=person.number,
        birth=person.birth,
        valid_from=person.valid_from,
        valid_to=person.valid_to,
        long_term=person.valid_to is None,
        address=person.address,
    )


def _portrait(lots: random.Random, large: bool) -> bytes:
    picture = io.BytesIO()
    if large:  # noise, which JPEG cannot make small: three chunks of it
        noise = lots.randbytes(3 * 240 * 320)
        Image.frombytes("RGB", (240, 320), noise).save(picture, "JPEG", quality=95)
        return picture.getvalue()
    colour = (lots.randrange(256), lots.randrange(256), lots.randrange(256))
    Image.new("RGB", (480, 640), colour).save(picture, "JPEG")
    return picture.getvalue()


def nowhere(_: Event) -> None:
    """Nobody looks at the window."""


def now() -> datetime:
    return datetime.now().astimezone()
