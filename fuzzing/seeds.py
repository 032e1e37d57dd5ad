"""Inputs to begin with: the published vectors, cards of invented people, and what other tests
hold recordings of; and what has broken parsers elsewhere.
"""

from __future__ import annotations

import base64
import json
import struct
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
# As upsd 2.8.0 says it.
UPS: Final = (
    'BEGIN LIST VAR ups\nVAR ups battery.charge "87"\nVAR ups battery.runtime "1260.50"\n'
    'VAR ups device.model "Say \\"when\\" \\\\ 1"\nVAR ups ups.status "OB DISCHRG LB"\n'
    "END LIST VAR ups\n"
)
CODES: Final = (
    "https://platform.example.gov.cn/s/52240112345675\r\n",
    "https://platform.example.gov.cn/h/ABCDEFGHIJKLMNOPQRSTUVWXYZ\r\n",
    "1.2.156.3005.2.11100000000013338W011.11430000006122244L.20230000403.002.S\r\n",
)
INPUT_DEVICES: Final = """\
I: Bus=0003 Vendor=1eab Product=0022 Version=0110
N: Name="Newland HID keyboard"
P: Phys=usb-0000:00:14.0-1/input0
H: Handlers=sysrq kbd leds event7
B: EV=120013
B: KEY=1000000000007 ff9f207ac14057ff febeffdfffefffff fffffffffffffffe

I: Bus=0019 Vendor=0000 Product=0001 Version=0000
N: Name="Power Button"
H: Handlers=kbd event0
B: KEY=10000000000000 0
"""
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


def ipp_answers() -> list[bytes]:
    """Written by hand from RFC 8010 §3.1: jobs, a printer, and a set as long as it gets."""
    head = bytes.fromhex("0200 0000 00000007")
    jobs = (
        b"\x02"
        + _ipp(0x21, b"job-id", b"\0\0\0\x93")
        + _ipp(0x36, b"job-name", b"\0\2zh\0\3\xe8\xaf\x81")
        + _ipp(0x23, b"job-state", b"\0\0\0\5")
        + _ipp(0x44, b"job-state-reasons", b"job-printing")
        + _ipp(0x44, b"", b"printer-stopped")
        + _ipp(0x34, b"media-col", b"")
        + _ipp(0x4A, b"", b"media-size")
        + _ipp(0x34, b"", b"")
        + _ipp(0x37, b"", b"")
        + _ipp(0x37, b"", b"")
    )
    printer = (
        b"\x04"
        + _ipp(0x23, b"printer-state", b"\0\0\0\5")
        + _ipp(0x44, b"printer-state-reasons", b"media-empty-error")
        + _ipp(0x44, b"", b"toner-low-warning")
        + _ipp(0x22, b"printer-is-accepting-jobs", b"\1")
        + _ipp(0x41, b"printer-state-message", b"Paused")
    )
    longest = b"\x04" + _ipp(0x44, b"a", b"") + _ipp(0x44, b"", b"") * 2000
    collections = b"\x02" + _ipp(0x34, b"a", b"") + _ipp(0x34, b"", b"") * 300
    return [head + body + b"\3" for body in (jobs + printer, printer, longest, collections)]


def _ipp(tag: int, name: bytes, value: bytes) -> bytes:
    sizes = [len(part).to_bytes(2, "big") for part in (name, value)]
    return bytes([tag]) + sizes[0] + name + sizes[1] + value


def typed(text: str) -> bytes:
    """Key codes 2 to 11 are the digits; each pressed, reported, released, and Enter behind them."""
    codes = [*(11 if sign == "0" else int(sign) + 1 for sign in text), 28]
    record = struct.Struct("@llHHi")
    return b"".join(
        record.pack(0, 0, kind, code, value)
        for key in codes
        for kind, code, value in ((1, key, 1), (0, 0, 0), (1, key, 0), (0, 0, 0))
    )


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
