"""Inputs to begin with, of what is kept, carried and published."""

from __future__ import annotations

import json
import sqlite3
import tempfile
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from config.catalogue_pack import FORMAT
from fuzzing.seeds import ROOT, framed, json_of
from offline_cache.database import begin
from offline_cache.journal import Journal, JournalEvent
from offline_cache.journal_file import export
from offline_cache.terminal_key import TerminalKey

_NOTICE: Final = {
    "id": "2026-heating",
    "title": {"zh": "停电通知", "en": "Power cut"},
    "body": {"zh": "周三停电。\n请改日来。", "en": "No power on Wednesday."},
    "from": "2026-03-01",
    "until": "2026-03-31",
}
NOTICES: Final = json_of({"notices": [_NOTICE]})
RECEIPTS: Final = [
    *framed(0, json_of({"references": [{"name": "notices", "version": 3, "bytes": 900}]})),
    *framed(1, json_of({"key": "0197a1b2-0000-7000-8000-00000000cafe", "contradicts": None})),
    *framed(2, json_of({"key": "0197a1b2-0000-7000-8000-00000000cafe", "number": "20260301"})),
]
SINKS: Final = json_of(
    [
        {
            "name": "alsa_output.headset",
            "mute": False,
            "volume": {"front-left": {"value_percent": "40%"}},
            "ports": [{"availability": "not available"}],
        }
    ]
)
TYPED: Final = (
    *("张·三", "１３９００００１２３４", "11010519491231002X", "2026-02-29", "2026-02", "1,000.50"),
    *("湘A12345", "430121100000", "yes", "91430100MA4L16JJ0T", "\u202e12", "٣٤"),
)
SEARCHED: Final = (
    "社保卡丢了怎么办",
    "shbzk",
    "yanglao认证",
    "wo xiang ban jie hun zheng",
    "a" * 90,
)


def draft() -> bytes:
    """A head, and a page of seven bytes."""
    mark = "0123456789abcdef"
    head = {
        "format": 1,
        "key": "0197a1b2-0000-7000-8000-00000000cafe",
        "item": "2020-35/1/13",
        "catalogue": "2026.11",
        "whom": "self",
        "answers": {"mobile": {"mark": mark, "value": "13900001234"}},
        "papers": {"register": {"mark": mark, "how": "scan", "pages": [7]}},
    }
    told = json.dumps(head).encode()
    return len(told).to_bytes(4, "big") + told + b"picture"


def journal() -> bytes:
    """Three lines and a signed head, as the terminal hands them out."""
    key = TerminalKey(Ed25519PrivateKey.from_private_bytes(bytes(range(32))), made=False)
    with (
        tempfile.TemporaryDirectory() as directory,
        closing(begin(Path(directory) / "store.db").connection) as connection,
    ):
        lines = Journal(connection)
        for event in (JournalEvent.STARTED, JournalEvent.KEY_MADE, JournalEvent.STOPPED):
            lines.note(event)
        told = [*export(lines, key, "522401", "2026-03-01T00:30:00.000Z")]
    return "".join(f"{line}\n" for line in told).encode("ascii")


def pack() -> bytes:
    """A catalogue that says of itself what it is, and offers nothing."""
    with closing(sqlite3.connect(":memory:")) as db:
        db.execute("CREATE TABLE about (name TEXT PRIMARY KEY, value TEXT)")
        told = {"format": FORMAT, "version": "2026.11", "made": "2026-03-01", "sources": "0" * 64}
        db.executemany("INSERT INTO about VALUES (?, ?)", told.items())
        db.commit()
        return db.serialize()


def sealed() -> list[bytes]:
    """A paper of the sandbox, sealed by nobody whom anybody trusts."""
    whole = (ROOT / "tests" / "data" / "sealed_paper.pdf").read_bytes()
    return [whole, whole[:-9], b"%PDF-1.7\n" + b"<<" * 3000]


def texts(told: Iterable[str]) -> list[bytes]:
    return [each.encode("utf-8", "surrogatepass") for each in told]
