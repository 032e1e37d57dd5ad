"""Inputs to begin with: the published vectors, cards of invented people, and what other tests
hold recordings of; and what has broken parsers elsewhere.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from devices.apdu import parse_answer
from devices.social_card_reading import Reading
from sandbox.social_card_chip import CONTACT, CONTACTLESS, OLD_CONTACT, Chip
from sandbox.social_cards import SOCIAL_CARDS

ROOT: Final = Path(__file__).resolve().parent.parent
FOUND: Final = ROOT / "tests" / "data" / "fuzz"  # target → what once broke it

LISTING: Final = """\
All options specific to device `test:0':
  Scan Mode:
    --mode Gray|Color [Gray]
    --depth 1|8|16 [8]
    --three-pass[=(yes|no)] [inactive]
    --resolution 1..1200dpi (in steps of 1) [50]
    --source FlatBed|Automatic Document Feeder(left aligned) [FlatBed]
    --mode Black & White|Gray[Error Diffusion]|24bit Color[Fast] [24bit Color[Fast]]
  Geometry:
    -x 0..215.872mm (in steps of 0.0211639) [215.872]
    --cover-open[=(yes|no)] [no] [hardware]
    --serial <string> [12345] [read-only]
    --gamma-table 0..255,... (in steps of 1) [advanced]
    --fixed-constraint-word-list -32.7|12.1|42|129.5 [inactive]
"""
COMPLAINTS: Final = (
    "scanimage: open of device test:0 failed: Invalid argument",
    "[bjnp] loaded\nscanimage: sane_start: Document feeder out of documents\n",
    "scanimage: sane_read: Document feeder jammed",
    "scanimage: setting of option --mode failed (Invalid argument)",
    "scanimage: no SANE devices found",
)
_NESTED: Final = 3000


def vectors(file: str, *kinds: str) -> list[bytes]:
    """Those of `tests/data` whose names begin with one of `kinds`."""
    entries = json.loads((ROOT / "tests" / "data" / file).read_text("utf-8"))
    return [
        bytes.fromhex(entry["hex"]) for entry in entries if entry["name"].startswith(tuple(kinds))
    ]


def readings() -> list[bytes]:
    """Every invented card in three of its habits, as `cables.social_card_reading` takes it."""
    told = []
    for data in SOCIAL_CARDS.values():
        for habits in (CONTACT, OLD_CONTACT, CONTACTLESS):
            chip = Chip(data, habits)
            answers: list[bytes] = []

            def send(command: object, chip: Chip = chip, answers: list[bytes] = answers):  # type: ignore[no-untyped-def]
                answers.append(chip.answer(bytes(command)))  # type: ignore[call-overload]
                return parse_answer(answers[-1])

            Reading(send, block_protocol=habits.t1).read()
            told.append(bytes([habits.t1]) + b"".join(map(_measured, answers)))
    return told


def _measured(answer: bytes) -> bytes:
    return bytes([len(answer)]) + answer


def json_of(*values: object) -> list[bytes]:
    """Each as the platform would say it; then what JSON parsers choke on."""
    return [json.dumps(value, ensure_ascii=False).encode() for value in values] + [
        b"[" * _NESTED,
        b'{"a":' * _NESTED,
        b'{"status":' + b"9" * 3000 + b"}",
        b'{"number":"\\ud800","state":"accepted"}',
        b"\xef\xbb\xbf{}",
    ]


def settings() -> list[bytes]:
    shipped = (ROOT / "config" / "kiosk.toml").read_bytes()
    # Without its comments a mutation meets something more often.
    bare = b"\n".join(line.partition(b"  #")[0].rstrip() for line in shipped.splitlines())
    return [bare, b"[a]\nb.c = {d = [1.5, true, 2026-03-01T08:30:00Z]}\n[[e]]\n"]


def sealing_keys() -> list[bytes]:
    raw = X25519PrivateKey.from_private_bytes(bytes(range(32))).public_key().public_bytes_raw()
    classical = {
        "key_id": "2026-1",
        "suite": "HPKE-X25519-HKDF-SHA256-AES-256-GCM",
        "public_key": base64.b64encode(raw).decode("ascii"),
    }
    low_order = classical | {"public_key": base64.b64encode(bytes(32)).decode("ascii")}
    return json_of(classical, low_order)


def framed(first: int, inputs: Iterable[bytes]) -> list[bytes]:
    """Behind a byte that chooses."""
    return [bytes([first]) + each for each in inputs]


def found(target: str) -> list[Path]:
    """What once broke the target; replayed on every run of the suite."""
    return sorted((FOUND / target).glob("*"))
