"""What a visit left on the disk is found wherever it lies, and taken away where that is right."""

from __future__ import annotations

import os
import random
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from offline_cache import residue_search
from offline_cache.journal import Residue
from offline_cache.residue import (
    ENCODINGS,
    ResidueSearchError,
    needles_for,
    outcome_of,
    search_apart,
)
from offline_cache.residue_search import CHUNK_BYTES, Request, Searched, search

NAME, NUMBER = "张三", "110101194910019997"
NEEDLES = needles_for((NUMBER, NAME))


def asked(root: Path, *kept: Path, **more: object) -> Request:
    return Request([str(root)], [str(path) for path in kept], NEEDLES, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("text", [NAME, NUMBER])
def test_a_trace_is_found_in_every_encoding_and_removed(
    tmp_path: Path, text: str, encoding: str
) -> None:
    file = tmp_path / "a" / "b" / "spool.bin"
    file.parent.mkdir(parents=True)
    file.write_bytes(b"\xff" * 9001 + text.encode(encoding) + b"\0tail")
    (tmp_path / "innocent").write_text("领取养老金人员待遇资格认证")
    assert search(asked(tmp_path)) == Searched(files=4, found=1, removed=1)
    assert not file.exists()
    assert (tmp_path / "innocent").exists()


@pytest.mark.parametrize("shift", range(-20, 3))
def test_a_trace_across_two_pieces_of_a_large_file_is_found(tmp_path: Path, shift: int) -> None:
    file = tmp_path / "picture"
    file.write_bytes(bytes(CHUNK_BYTES + shift) + NUMBER.encode() + bytes(100))
    assert search(asked(tmp_path)).found == 1


def test_what_is_removed_was_overwritten_before(tmp_path: Path) -> None:
    file, other = tmp_path / "state" / "left", tmp_path / "same disk, other name"
    file.parent.mkdir()
    file.write_text(f"{NUMBER} was here")
    os.link(file, other)
    search(asked(file.parent))
    assert not file.exists()
    assert other.read_bytes().strip(b"\0") == b""


def test_a_name_of_a_file_or_a_directory_is_a_trace_too(tmp_path: Path) -> None:
    (tmp_path / f"{NAME}.pdf").write_bytes(b"")
    (tmp_path / NUMBER).mkdir()
    assert search(asked(tmp_path)) == Searched(files=2, found=2, removed=2)
    assert list(tmp_path.iterdir()) == []


def deleted_row(file: Path, mode: str) -> sqlite3.Connection:
    db = sqlite3.connect(file, isolation_level=None)
    db.execute(f"PRAGMA journal_mode = {mode}")
    db.execute("PRAGMA secure_delete = OFF")
    db.execute("CREATE TABLE t (x)")
    db.executemany("INSERT INTO t VALUES (?)", [(f"{n} {NUMBER} {NAME}",) for n in range(500)])
    db.execute("DELETE FROM t")
    return db


@pytest.mark.parametrize("mode", ["DELETE", "WAL"])
def test_rows_that_were_deleted_are_found_in_the_free_pages_and_the_log(
    tmp_path: Path, mode: str
) -> None:
    db = deleted_row(tmp_path / "some.db", mode)
    assert db.execute("SELECT count(*) FROM t").fetchone() == (0,)
    assert search(asked(tmp_path, tmp_path / "some.db")).found >= 1
    db.close()


def test_what_is_sealed_by_design_is_told_and_never_changed(tmp_path: Path) -> None:
    store = tmp_path / "store.db"
    deleted_row(store, "DELETE").close()
    before = store.read_bytes()
    searched = search(asked(tmp_path, store))
    assert (searched.found, searched.removed) == (1, 0)
    assert outcome_of(searched) is Residue.LEFT
    assert store.read_bytes() == before


def test_chance_does_not_accuse_a_sealed_body(tmp_path: Path) -> None:
    """Four bytes are met in a gigabyte of noise by chance: a short name is not searched there."""
    store = tmp_path / "store.db"
    store.write_bytes(random.Random(7).randbytes(1000) + NAME.encode("gb18030"))
    assert search(asked(tmp_path, store)).found == 0
    store.write_bytes(NAME.encode("utf-8"))
    assert search(asked(tmp_path, store)).found == 1


def test_a_link_out_of_the_terminal_s_rooms_is_not_followed(tmp_path: Path) -> None:
    theirs, ours = tmp_path / "theirs", tmp_path / "ours"
    theirs.mkdir()
    ours.mkdir()
    (theirs / "file").write_text(NUMBER)
    (ours / "link").symlink_to(theirs / "file")
    (ours / "way").symlink_to(theirs)
    assert search(asked(ours)).found == 0
    assert (theirs / "file").read_text() == NUMBER


def test_a_pipe_does_not_hold_up_the_search(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert search(asked(tmp_path)) == Searched(files=1)


def test_what_was_not_searched_in_time_is_not_called_clean(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    searched = search(asked(tmp_path, budget_s=-1.0))
    assert searched == Searched(files=1, unread=1)
    assert outcome_of(searched) is Residue.UNFINISHED


TALKER = """
import sys, tempfile
print(sys.argv[1], "before and after", flush=True)
nameless = tempfile.TemporaryFile(dir=sys.argv[2])
nameless.write(sys.argv[1].encode()); nameless.flush()
print("ready", file=sys.stderr, flush=True)
sys.stdin.readline()
nameless.seek(0)
print(nameless.read(), flush=True)
"""


def test_a_trace_in_a_log_is_blotted_out_while_its_writer_goes_on(tmp_path: Path) -> None:
    log = tmp_path / "terminal.log"
    with (
        log.open("ab") as words,
        subprocess.Popen(
            [sys.executable, "-c", TALKER, NUMBER, str(tmp_path)],
            stdin=subprocess.PIPE,
            stdout=words,
            stderr=subprocess.PIPE,
        ) as talker,
    ):
        assert talker.stdin is not None
        assert talker.stderr is not None
        talker.stderr.readline()
        searched = search(Request([], [], NEEDLES, talker.pid))
        assert (searched.found, searched.removed) == (2, 2)
        talker.communicate(b"\n", timeout=60)
    assert log.read_text() == f"{'*' * 18} before and after\n{b'*' * 18}\n"


def test_the_search_in_a_process_of_its_own_says_the_same(tmp_path: Path) -> None:
    (tmp_path / "one").write_text(NUMBER)
    (tmp_path / "two").write_bytes(NAME.encode("gb18030"))
    assert search_apart(asked(tmp_path)) == Searched(files=2, found=2, removed=2)
    assert search_apart(asked(tmp_path)) == Searched()
    assert outcome_of(Searched()) is Residue.CLEAN


OTHER = """
import sqlite3, sys
db = sqlite3.connect(sys.argv[1], timeout=0, isolation_level=None)
try:
    db.execute("BEGIN IMMEDIATE")
except sqlite3.OperationalError:
    print("held")
else:
    print("not held")
"""


def test_the_locks_on_the_store_outlive_the_search(tmp_path: Path) -> None:
    store = tmp_path / "store.db"
    db = sqlite3.connect(store, isolation_level=None)
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("BEGIN IMMEDIATE")
    search_apart(asked(tmp_path, store))
    other = [sys.executable, "-c", OTHER, str(store)]
    told = subprocess.run(other, capture_output=True, text=True, timeout=60, check=True)
    assert told.stdout == "held\n"
    db.close()


def test_a_search_that_breaks_off_says_so_and_nothing_of_whom(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = tmp_path / "broken.py"
    broken.write_text("import sys; sys.exit(sys.stdin.read())")
    monkeypatch.setattr(residue_search, "__file__", str(broken))
    with pytest.raises(ResidueSearchError) as caught:
        search_apart(asked(tmp_path))
    assert NUMBER.encode().hex() not in str(caught.value)


def test_a_single_character_and_an_empty_text_are_no_needles() -> None:
    assert needles_for(("", " ", "李", " 李")) == ()
