"""Materials are kept with their submission, go after the text, and go on where they were; what
belongs to one case keeps its order.
"""

from __future__ import annotations

import os
import resource
import signal
import sqlite3
import stat
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from offline_cache.database import begin
from offline_cache.errors import OutboxFullError, StoreError, StoreFullError
from offline_cache.materials import CHUNK_BYTES, SealedMaterial
from offline_cache.outbox import Limits, Outbox
from offline_cache.submission import Outcome, Problem, Queued, State, Submission
from tests.offline_cache.helpers import (
    MORNING,
    Clock,
    a_submission,
    an_outbox,
    files_of,
    some_materials,
)


def next_of(outbox: Outbox) -> Queued:
    queued = outbox.peek(MORNING)
    assert queued is not None
    return queued


def material_files(path: Path) -> set[Path]:
    return set(path.parent.glob(f"{path.name}-material-*"))


# Materials


def test_a_submission_goes_first_and_then_its_chunks_in_order(outbox: Outbox) -> None:
    submission, materials = a_submission(), some_materials(2, 1)
    outbox.keep(submission, materials)
    assert next_of(outbox).chunk is None
    went = []
    for missing in ({0: 0, 1: 0}, {0: 1, 1: 0}, {1: 0}):
        outbox.advance(submission.key, missing)
        chunk = next_of(outbox).chunk
        assert chunk is not None
        went.append((chunk.material, chunk.number, chunk.box))
    assert went == [
        (0, 0, materials[0].chunks[0]),
        (0, 1, materials[0].chunks[1]),
        (1, 0, materials[1].chunks[0]),
    ]


def test_what_was_sent_is_not_sent_again_after_a_start(path: Path, clock: Clock) -> None:
    submission = a_submission()
    with closing(an_outbox(path, clock)) as outbox:
        outbox.keep(submission, some_materials(5))
        outbox.advance(submission.key, {0: 3})
    with closing(an_outbox(path, clock)) as outbox:
        queued = next_of(outbox)
        assert queued.announced
        assert queued.chunk is not None
        assert queued.chunk.number == 3
        assert [(each.chunks, each.next) for each in queued.uploads] == [(5, 3)]


@pytest.mark.parametrize(
    "lengths",
    [
        [CHUNK_BYTES + 16] * 40,
        [1, 4_095, 1 << 20, 1, (1 << 20) - 8],
        [3_000_000, 3, 1_700_000],
        [1 << 20, 1 << 20],
        [7] * 150_000,
    ],
)
def test_chunks_of_any_length_come_back_as_they_were(
    outbox: Outbox, path: Path, lengths: list[int]
) -> None:
    boxes = [os.urandom(length) for length in lengths]
    submission = a_submission()
    outbox.keep(submission, [SealedMaterial(0, boxes[:-1]), SealedMaterial(1, boxes[-1:])])
    (file,) = material_files(path)
    assert file.read_bytes().endswith(b"".join(boxes))
    outbox.advance(submission.key, {1: 0})
    chunk = next_of(outbox).chunk
    assert chunk is not None
    assert chunk.box == boxes[-1]


def test_the_text_of_a_later_one_goes_before_the_pictures_of_an_earlier_one(
    outbox: Outbox,
) -> None:
    first, second = a_submission(), a_submission()
    outbox.keep(first, some_materials(2))
    outbox.advance(first.key, {0: 0})
    outbox.keep(second)
    assert next_of(outbox).key == second.key
    outbox.acknowledge(second.key, Outcome.ACCEPTED)
    assert next_of(outbox).key == first.key


def test_a_platform_that_lost_what_it_had_is_told_once_more(outbox: Outbox) -> None:
    submission = a_submission()
    outbox.keep(submission, some_materials(2))
    outbox.advance(submission.key, {0: 1})
    outbox.put_off(submission.key, Problem.REFUSED, MORNING, unannounced=True)
    queued = next_of(outbox)
    assert not queued.announced
    assert queued.chunk is None


def test_nothing_of_delivered_chunks_is_left_on_the_disk(path: Path, outbox: Outbox) -> None:
    submission = a_submission()
    outbox.keep(submission, some_materials(3, mark=b"MARKER" * 3_000))
    outbox.advance(submission.key, {0: 2})
    assert b"MARKER" in files_of(path)
    outbox.acknowledge(submission.key, Outcome.ACCEPTED)
    outbox.tidy()
    assert b"MARKER" not in files_of(path)


def test_a_submission_and_its_materials_are_kept_together_or_not_at_all(
    outbox: Outbox, path: Path
) -> None:
    with closing(sqlite3.connect(path)) as meddler:
        meddler.execute(
            "CREATE TRIGGER broken BEFORE INSERT ON uploads WHEN new.material = 1"
            " BEGIN SELECT raise(ABORT, 'no'); END"
        )
    with pytest.raises((StoreError, sqlite3.IntegrityError)):
        outbox.keep(a_submission(), some_materials(1, 1))
    assert outbox.waiting() == 0
    assert b"chunk 0" in files_of(path)  # SQLite may find a commit that it called failed
    begin(path).connection.close()
    assert b"chunk 0" not in files_of(path)


def test_a_disk_that_takes_no_materials_is_told_and_leaves_nothing(
    outbox: Outbox, path: Path
) -> None:
    limit = resource.getrlimit(resource.RLIMIT_FSIZE)
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, limit[1]))
    try:
        with pytest.raises(StoreFullError):
            outbox.keep(a_submission(), some_materials(3, mark=b"MARKER" * 100_000))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limit)
        signal.signal(signal.SIGXFSZ, before)
    assert outbox.waiting() == 0
    assert b"MARKER" not in files_of(path)
    assert outbox.keep(a_submission(), some_materials(3)).new


def test_materials_that_are_lost_do_not_stop_the_others(outbox: Outbox, path: Path) -> None:
    gone, cut, sound = a_submission(), a_submission(), a_submission()
    for submission in (gone, cut, sound):
        before = material_files(path)
        outbox.keep(submission, some_materials(2))
        (file,) = material_files(path) - before
        outbox.advance(submission.key, {0: 1})
        if submission is gone:
            file.unlink()
        elif submission is cut:
            os.truncate(file, file.stat().st_size - 1)
    assert next_of(outbox).key == sound.key
    assert [row.reason for row in outbox.poison()] == [Problem.TERMINAL_FAULT] * 2


def test_a_delivered_file_that_a_power_cut_brings_back_goes_at_the_next_start(
    outbox: Outbox, path: Path
) -> None:
    delivered, waiting = a_submission(), a_submission()
    outbox.keep(delivered, some_materials(2))
    (file,) = material_files(path)
    content = file.read_bytes()
    outbox.keep(waiting, some_materials(2))
    outbox.acknowledge(delivered.key, Outcome.ACCEPTED)
    assert not file.exists()
    file.write_bytes(content)
    begin(path).connection.close()
    assert not file.exists()
    outbox.advance(waiting.key, {0: 1})
    assert next_of(outbox).chunk is not None


def test_nobody_else_can_read_a_file_of_materials(outbox: Outbox, path: Path) -> None:
    outbox.keep(a_submission(), some_materials(1))
    (file,) = material_files(path)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_whether_the_papers_are_still_there_is_known_without_reading_them(
    outbox: Outbox, path: Path
) -> None:
    first, second, bare = a_submission(), a_submission(), a_submission()
    outbox.keep(first, some_materials(2, 1))
    outbox.keep(second, some_materials(2))
    outbox.keep(bare)
    keys = (first.key, second.key, bare.key)
    assert [outbox.is_whole(key) for key in keys] == [True] * 3
    for file in material_files(path):
        file.write_bytes(file.read_bytes()[:-1])
    assert [outbox.is_whole(key) for key in keys] == [False, False, True]
    outbox.acknowledge(bare.key, Outcome.ACCEPTED)
    assert outbox.is_whole(bare.key) is None
    assert [queued.key for queued in outbox.carry()] == [first.key, second.key]


def test_the_quota_counts_materials_too(path: Path) -> None:
    limits = Limits(body_bytes=1_000)
    with closing(an_outbox(path, limits=limits)) as outbox:
        submission = a_submission(b"x" * 100)
        outbox.keep(submission, some_materials(1, mark=b"y" * 600))
        with pytest.raises(OutboxFullError):
            outbox.keep(a_submission(b"x"), some_materials(1, mark=b"y" * 300))
        outbox.acknowledge(submission.key, Outcome.ACCEPTED)
        outbox.keep(a_submission(b"x"), some_materials(1, mark=b"y" * 300))


@pytest.mark.parametrize(
    "materials",
    [
        [SealedMaterial(0, ())],
        [SealedMaterial(0, (b"a",)), SealedMaterial(0, (b"b",))],
    ],
)
def test_materials_of_no_form_are_not_kept(outbox: Outbox, materials: list[SealedMaterial]) -> None:
    with pytest.raises(ValueError, match="materials"):
        outbox.keep(a_submission(), materials)
    assert outbox.waiting() == 0


def test_the_digest_of_what_was_kept_first_stands(outbox: Outbox) -> None:
    key = str(uuid4())

    def submission(digest: str) -> Submission:
        return Submission(key, "application", "item", b"box", "k1", "s", digest=digest)

    assert outbox.keep(submission("a" * 64)).digest == "a" * 64
    assert outbox.keep(submission("b" * 64)).digest == "a" * 64


# Cases


def test_a_submission_waits_for_the_earlier_ones_of_its_own_case_alone(outbox: Outbox) -> None:
    case = str(uuid4())
    first, second, other = a_submission(case=case), a_submission(case=case), a_submission()
    for each in (first, second, other):
        outbox.keep(each)
    outbox.put_off(first.key, Problem.BUSY, MORNING + timedelta(seconds=60))
    assert next_of(outbox).key == other.key
    outbox.acknowledge(other.key, Outcome.ACCEPTED)
    assert outbox.peek(MORNING) is None
    assert outbox.next_due() == MORNING + timedelta(seconds=60)
    outbox.acknowledge(first.key, Outcome.ACCEPTED)
    assert next_of(outbox).key == second.key


def test_what_was_set_aside_holds_the_later_ones_of_its_case_and_says_so(outbox: Outbox) -> None:
    case = str(uuid4())
    first, second, other = a_submission(case=case), a_submission(case=case), a_submission()
    numbers = [outbox.keep(each).number for each in (first, second, other)]
    outbox.set_aside(first.key, Problem.REJECTED)
    states = [outbox.state_of(number) for number in numbers]
    assert [each.state for each in states if each] == [State.POISON, State.HELD, State.WAITING]
    assert [row.holds for row in outbox.poison()] == [1]
    assert (outbox.waiting(), outbox.held()) == (2, 1)
    assert (outbox.position(second.key), outbox.position(other.key)) == (None, 1)
    assert next_of(outbox).key == other.key
    assert outbox.put_back(numbers[0])
    assert next_of(outbox).key == first.key
    assert outbox.position(second.key) == 2
    assert not outbox.put_back(numbers[0])
