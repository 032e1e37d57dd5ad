"""A visit that pauses: closed, opened by document, code and terminal together, gone in time."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import timedelta

import pytest

from offline_cache import database
from offline_cache.drafts import CODE_DIGITS, SECRET_PURPOSE, Drafts
from offline_cache.errors import OutboxFullError
from offline_cache.journal import Journal
from offline_cache.terminal_key import load_or_make

CONTENT = '{"applicant": "邓示例", "number": "53262419950228004X"}'.encode()
DOCUMENT = "53262419950228004X|邓示例|2020-01-01".encode()
OTHER = "522401195103081024|王桂兰|2015-03-08".encode()
DAYS = 7


@pytest.fixture
def store(tmp_path):
    return tmp_path / "store.db"


@pytest.fixture
def secret(tmp_path):
    return load_or_make(tmp_path / "terminal.key").sign(SECRET_PURPOSE)


@pytest.fixture
def drafts(store, secret, clock):
    opened = database.begin(store)
    yield Drafts(opened.connection, secret, clock)
    opened.connection.close()


def test_it_opens_with_the_same_document_and_the_code_on_the_slip(drafts, clock):
    code = drafts.keep(CONTENT, DOCUMENT, DAYS)
    assert len(code) == CODE_DIGITS
    draft = drafts.open(DOCUMENT, f"{code[:4]} {code[4:]}")
    assert draft.content == CONTENT
    assert draft.until == clock.now + timedelta(days=DAYS)


def test_neither_another_document_nor_another_code_opens_it(drafts):
    code = drafts.keep(CONTENT, DOCUMENT, DAYS)
    assert drafts.open(OTHER, code) is None
    assert drafts.open(DOCUMENT, f"{(int(code) + 1) % 10**CODE_DIGITS:08}") is None
    assert drafts.open(DOCUMENT, "") is None


def test_another_terminal_does_not_open_it(drafts, store, tmp_path, clock):
    code = drafts.keep(CONTENT, DOCUMENT, DAYS)
    elsewhere = load_or_make(tmp_path / "another.key").sign(SECRET_PURPOSE)
    thief = Drafts(database.connect(store), elsewhere, clock)
    assert thief.open(DOCUMENT, code) is None


def test_the_terminal_has_the_same_secret_after_a_restart(drafts, store, tmp_path, clock):
    code = drafts.keep(CONTENT, DOCUMENT, DAYS)
    again = load_or_make(tmp_path / "terminal.key").sign(SECRET_PURPOSE)
    assert Drafts(database.connect(store), again, clock).open(DOCUMENT, code).content == CONTENT


def test_after_its_days_it_does_not_open_and_is_deleted(drafts, clock):
    code, then = drafts.keep(CONTENT, DOCUMENT, DAYS), clock.now
    clock.now += timedelta(days=DAYS, minutes=1)
    assert drafts.open(DOCUMENT, code) is None
    assert drafts.expire() == 1
    clock.now = then
    assert drafts.open(DOCUMENT, code) is None


def test_a_clock_that_went_back_deletes_nothing(drafts, clock):
    code = drafts.keep(CONTENT, DOCUMENT, DAYS)
    clock.now -= timedelta(days=20_000)
    assert drafts.expire() == 0
    assert drafts.open(DOCUMENT, code).content == CONTENT


def test_days_that_were_lengthened_on_the_disk_are_noticed(drafts, store):
    code = drafts.keep(CONTENT, DOCUMENT, 1)
    with sqlite3.connect(store) as other:
        other.execute("UPDATE drafts SET days = 90")
    assert drafts.open(DOCUMENT, code) is None


def test_a_draft_kept_again_takes_the_place_of_the_earlier_one(drafts, store):
    code = drafts.keep(CONTENT, DOCUMENT, DAYS)
    assert drafts.keep(b"more of it", DOCUMENT, DAYS, code) == code
    assert drafts.open(DOCUMENT, code).content == b"more of it"
    with sqlite3.connect(store) as other:
        assert other.execute("SELECT count(*) FROM drafts").fetchone() == (1,)


def test_what_was_handed_in_is_gone_from_every_byte_of_the_disk(drafts, store):
    code = drafts.keep(CONTENT, DOCUMENT, DAYS)
    with sqlite3.connect(store) as other:
        (box,) = other.execute("SELECT box FROM drafts").fetchone()
    drafts.drop(DOCUMENT, code)
    assert drafts.open(DOCUMENT, code) is None
    for file in store.parent.glob("store.db*"):
        assert box[:64] not in file.read_bytes()


def test_the_disk_says_neither_what_it_is_nor_whose(drafts, store):
    code = drafts.keep(CONTENT, DOCUMENT, DAYS)
    for file in store.parent.glob("store.db*"):
        raw = file.read_bytes()
        for secret_part in ("53262419950228004X", "邓示例", code):
            for codec in ("utf-8", "utf-16-le", "gb18030"):
                assert secret_part.encode(codec) not in raw


def test_a_store_that_is_full_of_drafts_says_so_and_keeps_the_others(drafts, monkeypatch):
    monkeypatch.setattr("offline_cache.drafts.MOST_DRAFTS", 1)
    code = drafts.keep(CONTENT, DOCUMENT, DAYS)
    with pytest.raises(OutboxFullError):
        drafts.keep(CONTENT, OTHER, DAYS)
    assert drafts.open(DOCUMENT, code) is not None


@pytest.mark.parametrize("days", [0, 91])
def test_a_time_that_nobody_agreed_to_is_refused(drafts, days):
    with pytest.raises(ValueError, match="1 to 90"):
        drafts.keep(CONTENT, DOCUMENT, days)


def test_who_comes_too_late_is_told_so_before_and_after_it_was_deleted(drafts, clock, store):
    code = drafts.keep(CONTENT, DOCUMENT, DAYS)
    assert not drafts.is_past(DOCUMENT, code)
    clock.now += timedelta(days=DAYS, minutes=1)
    assert drafts.is_past(DOCUMENT, code)
    drafts.expire()
    assert drafts.is_past(DOCUMENT, code)
    assert not drafts.is_past(OTHER, code)
    clock.now += timedelta(days=91)
    drafts.expire()
    assert not drafts.is_past(DOCUMENT, code)
    with sqlite3.connect(store) as other:
        assert other.execute("SELECT count(*) FROM past_drafts").fetchone() == (0,)


def owners(store):
    with sqlite3.connect(store) as other:
        return [owner for (owner,) in other.execute("SELECT owner FROM draft_owners")]


def test_its_holder_is_told_how_many_there_are_and_until_when_without_any_code(drafts, clock):
    drafts.keep(CONTENT, DOCUMENT, DAYS)
    first, second = clock.now, clock.now + timedelta(days=1)
    clock.now = second
    drafts.keep(CONTENT, DOCUMENT, 1)
    assert [(one.kept_at, one.until) for one in drafts.of(DOCUMENT)] == [
        (second, second + timedelta(days=1)),
        (first, first + timedelta(days=DAYS)),
    ]
    assert drafts.of(OTHER) == ()
    clock.now += timedelta(days=1, minutes=1)
    assert len(drafts.of(DOCUMENT)) == 1


def test_another_terminal_cannot_tell_whose_it_is(drafts, store, tmp_path, clock):
    drafts.keep(CONTENT, DOCUMENT, DAYS)
    elsewhere = load_or_make(tmp_path / "another.key").sign(SECRET_PURPOSE)
    assert Drafts(database.connect(store), elsewhere, clock).of(DOCUMENT) == ()


def test_kept_again_it_is_one(drafts):
    code = drafts.keep(CONTENT, DOCUMENT, DAYS)
    drafts.keep(b"more of it", DOCUMENT, DAYS, code)
    assert len(drafts.of(DOCUMENT)) == 1


@pytest.mark.parametrize("ended", ["dropped", "expired"])
def test_with_the_draft_every_byte_that_says_whose_it_is_goes(drafts, store, clock, ended):
    code = drafts.keep(CONTENT, DOCUMENT, DAYS)
    (owner,) = owners(store)
    if ended == "dropped":
        drafts.drop(DOCUMENT, code)
    else:
        clock.now += timedelta(days=DAYS, minutes=1)
        drafts.expire()
    assert drafts.of(DOCUMENT) == ()
    for file in store.parent.glob("store.db*"):
        assert owner not in file.read_bytes()


def test_a_release_that_knows_no_owners_keeps_and_drops_as_before(drafts, store):
    code = drafts.keep(CONTENT, DOCUMENT, DAYS)
    with closing(database.connect(store)) as before:
        with database.transaction(before):
            before.execute("INSERT INTO drafts SELECT x'00', kept_at, days, box FROM drafts")
        assert len(drafts.of(DOCUMENT)) == 1
        with database.transaction(before):
            before.execute("DELETE FROM drafts")
    assert owners(store) == []
    assert drafts.open(DOCUMENT, code) is None


def test_the_journal_says_what_became_of_drafts_and_of_nobody(store, secret, clock):
    connection = database.begin(store).connection
    journal = Journal(connection, clock)
    drafts = Drafts(connection, secret, clock, journal)
    code = drafts.keep(CONTENT, DOCUMENT, DAYS)
    drafts.keep(CONTENT, OTHER, DAYS)
    drafts.open(DOCUMENT, code)
    drafts.open(OTHER, "00000000")
    clock.now += timedelta(days=DAYS, minutes=1)
    drafts.expire()
    drafts.expire()
    told = [line[2:] for line, _ in journal.lines()]
    nothing = (None, None, None)
    assert told == [
        ("draft-kept", *nothing, None, None),
        ("draft-kept", *nothing, None, None),
        ("draft-opened", *nothing, None, None),
        ("draft-expired", *nothing, 2, None),
    ]
    connection.close()
