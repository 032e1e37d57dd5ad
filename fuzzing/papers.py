"""What is kept, carried, signed or typed: parsers as functions of bytes, promises held."""

from __future__ import annotations

import base64
import json
import tempfile
from datetime import UTC, date, datetime
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from config.catalogue_models import Kind, Option, Question, Said
from config.catalogue_pack import open_pack
from config.divisions import Divisions
from devices.sound_sinks import parse_sinks, pick
from fuzzing.seeds import ROOT
from fuzzing.target import promise
from kiosk.machines.head_reports import Receipt
from kiosk.machines.references import References
from kiosk.makers.finding import Finder
from kiosk.makers.notice_board import read_notices
from kiosk.platform.payment_messages import FeedbackReceipt
from kiosk.platform.seal_check import check as check_seal
from kiosk.visits.draft_content import unpacked
from kiosk.visits.forms.checks import check
from kiosk.visits.forms.surroundings import Surroundings
from kiosk.visits.forms.trouble import Trouble
from kiosk.visits.paper_codes import receipt_number
from offline_cache.journal_file import Verdict, verify
from offline_cache.reference import Reference, Shelf, Taken, statement

_SAID: Final = Said(zh="问", en="Question")
_ASKED: Final = tuple(
    Question(
        id="asked",
        kind=kind,
        label=_SAID,
        ask=_SAID,
        options=(Option(value="a", label=_SAID),) if kind is Kind.CHOICE else (),
    )
    for kind in Kind
    if kind not in (Kind.CHOICES, Kind.PEOPLE)
)
_AROUND: Final = Surroundings(date(2026, 3, 1), lambda code: len(code) == 12)
_NOW: Final = datetime(2026, 3, 1, 8, 30, tzinfo=UTC)
_PUBLISHER: Final = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
_FOUND_AT_MOST: Final = 7
KINDS: Final = len(_ASKED)


def platform_receipts(data: bytes) -> None:
    """The first byte chooses one of three."""
    parsers = (
        References.model_validate_json,
        Receipt.model_validate_json,
        FeedbackReceipt.model_validate_json,
    )
    parsers[data[0] % 3 if data else 0](data[1:])


def notices(data: bytes) -> None:
    read = read_notices(Reference("notices", 1, _NOW, data))
    for one in read:
        promise(bool(one.title_in("zh") and one.title_in("en")), "a notice has its title")
        one.paragraphs_in("zh")


def reference_file(data: bytes) -> None:
    """As it was offered; behind a byte that is odd, with a signature that is good all the same."""
    offered = _signed_anyhow(data[1:]) if data and data[0] % 2 else data[1:]
    with tempfile.TemporaryDirectory(dir="/dev/shm") as directory:
        shelf = Shelf(Path(directory), _PUBLISHER.public_key().public_bytes_raw())
        taken = shelf.take("notices", offered)
        content = shelf.use("notices", lambda reference: reference.content)
    promise((taken is Taken.NEW) == (content is not None), "what was taken lies there")
    promise(content is None or offered.endswith(b"\n" + content), "whole")
    promise(data[:1] != b"\0" or taken is not Taken.NEW, "nobody else signs")


def draft(data: bytes) -> None:
    read = unpacked(data)
    pages = sum(len(page) for given in read.papers.values() for page in given.pages)
    promise(pages <= len(data), "no page is made up")
    promise(set(read.answers) <= set(read.marks), "each answer has its mark")


def journal_file(data: bytes) -> None:
    told = verify(data.decode("ascii", "replace").splitlines(keepends=True))
    promise(isinstance(told, Verdict) and told.lines >= 0, "a verdict")
    promise((told.wrong_at is None) == (not told.why), "what is wrong is said")


def catalogue_pack(data: bytes) -> None:
    with tempfile.NamedTemporaryFile(dir="/dev/shm") as file:
        file.write(data)
        file.flush()
        open_pack(Path(file.name)).close()


def seal(data: bytes) -> None:
    """Without authorities to trust: no seal is good then."""
    told = check_seal(data, [])
    promise(told.verdict in ("broken", "unknown_signer", "none"), "nobody is trusted")


def sound_sinks(data: bytes) -> None:
    sinks = parse_sinks(data.decode("utf-8", "replace"))
    chosen = pick(sinks, "*")
    promise(chosen is None or chosen.plugged, "sound goes only where something is plugged in")


def typed_answer(data: bytes) -> None:
    """The first byte chooses the kind of question."""
    question = _ASKED[data[0] % len(_ASKED) if data else 0]
    taken = check(question, data[1:].decode("utf-8", "replace"), _AROUND)
    if not isinstance(taken, Trouble):
        promise(taken == "" or check(question, taken, _AROUND) == taken, "one form, taken again")


def typed_search(data: bytes) -> None:
    found = _finder().find(data.decode("utf-8", "replace"), _FOUND_AT_MOST)
    promise(len(found) <= _FOUND_AT_MOST, "no more than were wanted")
    promise(list(found) == sorted(found, key=lambda one: -one.strength), "the likeliest first")


def division_code(data: bytes) -> None:
    code = data.decode("utf-8", "replace")
    found = _divisions().find(code)
    promise(len(found.code) == 12 and found.code.startswith(code.rstrip("0")), "the one asked for")
    for below in _divisions().children(code):
        promise(_divisions().name(below.code) == below.name, "what is below has the same name")


def receipt_code(data: bytes) -> None:
    found = receipt_number(data.decode("utf-8", "replace"))
    promise(found is None or (len(found) == 14 and found.isascii() and found.isdigit()), "digits")


def published(content: bytes) -> bytes:
    """A file of the publisher's, as `reference_file` takes it."""
    label = {"name": "notices", "version": 1, "issued_at": "2026-03-01T00:00:00+00:00"}
    label |= {"bytes": len(content), "sha256": sha256(content).hexdigest()}
    return b"\1" + json.dumps(label).encode() + b"\n" + content


def _signed_anyhow(offered: bytes) -> bytes:
    head, parted, content = offered.partition(b"\n")
    try:
        label = json.loads(head)
        signature = base64.b64encode(_PUBLISHER.sign(statement(label))).decode("ascii")
        signed = json.dumps({**label, "signature": signature}).encode()
    except (ValueError, TypeError, KeyError, RecursionError):
        return offered
    return signed + parted + content


@cache
def _finder() -> Finder:
    """As the terminal's search reads it; `deploy/setup.sh` builds the pack."""
    return Finder(open_pack(ROOT / "build" / "catalogue.pack").db)


@cache
def _divisions() -> Divisions:
    return Divisions()
