"""What the platform keeps, beside what was entered at the terminal."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from base64 import b64decode
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep
from typing import Any, Final

import cv2
import numpy as np

from sandbox.bench.client import BenchClient
from tests.items.answers import Value
from tests.items.walker import Walker, applies

ARRIVES_S: Final = 30.0
_HOW: Final[Mapping[str, str]] = {"scan": "scanned"}  # as a packet says it


@dataclass(frozen=True, slots=True)
class Received:
    """One packet: its number and its manifest, as the platform opened it."""

    number: str
    manifest: dict[str, Any]
    applications: int
    digest: str


class Platform:
    """The file that the sandbox's platform keeps, read while it runs."""

    def __init__(self, folder: Path) -> None:
        self._url = f"{(folder / 'platform' / 'platform.db').as_uri()}?mode=ro"

    def numbers(self) -> list[str]:
        return [number for (number,) in self._rows("SELECT number FROM packets ORDER BY rowid")]

    def newest_after(self, before: int) -> Received | None:
        """The packet that came when there were `before` of them; None: none came in time."""
        end_s = monotonic() + ARRIVES_S
        while len(numbers := self.numbers()) <= before:
            if monotonic() > end_s:
                return None
            sleep(0.1)
        return self.packet(numbers[-1])

    def packet(self, number: str) -> Received:
        ((manifest,),) = self._rows("SELECT manifest FROM packets WHERE number = ?", number)
        ((taken,),) = self._rows("SELECT count(*) FROM applications WHERE number = ?", number)
        digest = hashlib.sha256(manifest).hexdigest()
        return Received(number, json.loads(manifest), taken, digest)

    def content(self, number: str, slot: str) -> list[bytes]:
        """Of a material's pages, as the platform opened them."""
        told = self.packet(number).manifest["materials"]
        pages = []
        for at in (at for at, one in enumerate(told) if one["slot"] == slot):
            pieces = self._rows(
                "SELECT content FROM chunks WHERE number = ? AND material = ? ORDER BY chunk",
                *(number, at),
            )
            inline = told[at].get("inline")
            pages.append(b64decode(inline) if inline else b"".join(one for (one,) in pieces))
        return pages

    def _rows(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(self._url, uri=True)) as db:
            return db.execute(sql, values).fetchall()


def differences(walker: Walker, got: Received, bench: BenchClient) -> list[str]:
    """Sentences; none when everything is as it was entered."""
    return [*_of_packet(walker, got), *_of_fee(walker, got, bench), *_of_slip(got, bench)]


def _of_packet(walker: Walker, got: Received) -> Iterator[str]:
    entered, told, item = walker.entered, got.manifest, walker.item
    if told["item"] != item.code:
        yield f"the item is {told['item']}"
    if told["mode"] not in item.modes:
        yield f"the mode is {told['mode']}"
    if got.applications != 1 and not any(one["how"] == "later" for one in told["materials"]):
        yield f"taken in {got.applications} times"
    identity = told["identity"]
    person = walker.person
    if (identity["name"], identity["id_number"]) != (person.name, person.number):
        yield "somebody else stands behind it"
    expected, found = _expected(walker), told["answers"]
    for name in sorted(expected.keys() | found.keys()):
        want, has = _plain(expected.get(name)), found.get(name)
        if want != has:
            yield f"{name}: entered {want!r}, received {has!r}"
    for slot, way in entered.papers.items():
        hows = {one["how"] for one in told["materials"] if one["slot"] == slot}
        if hows != {_HOW.get(way, way)}:
            yield f"paper {slot}: given as {way}, received {sorted(hows)}"
    whole = {one.id for form in walker.forms for one in form.materials} | {"signature", "form"}
    for one in told["materials"]:
        if one["slot"] not in whole:
            yield f"paper {one['slot']} was not asked for"
    if told["on_behalf"] is None and entered.whom in ("on_behalf", "enterprise"):
        yield "nobody knows for whom it is"
    if told["commitment"] is None or not told["consent"]:
        yield "no commitment, or no consent"
    else:
        signature = told["materials"][told["commitment"]["signature"]]
        if signature["slot"] != "signature":
            yield "the commitment bears no signature"


def _of_fee(walker: Walker, got: Received, bench: BenchClient) -> Iterator[str]:
    told = got.manifest["payment"]
    if not walker.entered.came_by(("how to pay",)):
        if told is not None:
            yield f"nobody was asked to pay, and the packet says {told}"
    elif not walker.entered.came_by(("pay",)):
        if told["state"] != "open":
            yield f"nobody has paid, and the packet says {told}"
    else:
        orders = {one["number"]: one for one in bench.state()["platform"]["orders"]}
        order = orders.get(told["order"], {})
        if (order.get("state"), order.get("counted")) != ("PAID", True):
            yield f"what was paid does not count: {told}, {order}"
        if order.get("fen") != told["amount_fen"]:
            yield f"another sum was paid than the packet says: {order}"


def _expected(walker: Walker) -> dict[str, Value]:
    """What was touched, what was left in the field, and what the card answered for good."""
    given = dict(walker.entered.answers)
    for form in walker.forms:
        for question in form.questions:
            known = walker.known_of(question)
            if question.locked and known and applies(question.when, given):
                given.setdefault(question.id, known)
    return given


def _plain(value: Value | None) -> str | list[str] | None:
    return list(value) if isinstance(value, tuple) else value


def _of_slip(got: Received, bench: BenchClient) -> Iterator[str]:
    slips = bench.state()["printer"]["slips"]
    if not slips or not slips[-1]["complete"]:
        yield "no whole slip came out"
        return
    content = np.frombuffer(bench.slip(slips[-1]["number"]), np.uint8)
    picture = cv2.imdecode(content, cv2.IMREAD_GRAYSCALE)
    # OpenCV's older reader misses about one flawless code in a hundred.
    read, *_ = cv2.QRCodeDetectorAruco().detectAndDecode(picture)
    if not read.endswith(f"/{got.number}"):
        yield f"the slip's code says {read!r}, not {got.number}"
