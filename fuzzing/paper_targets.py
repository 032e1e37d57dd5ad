"""The table, continued: what is kept, carried, published, sealed and typed."""

from __future__ import annotations

from typing import Final

from pydantic import ValidationError

from config.catalogue_pack import PackError
from config.divisions import UnknownDivisionError
from devices.sound_sinks import NoSinkListError
from fuzzing import paper_seeds, papers
from fuzzing.seeds import framed
from fuzzing.target import Target
from kiosk.visits.draft_content import DraftContentError

_INVALID = (ValidationError,)
_TYPED = paper_seeds.texts(paper_seeds.TYPED)

PAPER_TARGETS: Final = (
    Target("platform_receipts", papers.platform_receipts, _INVALID, paper_seeds.RECEIPTS),
    Target("platform_notices", papers.notices, _INVALID, paper_seeds.NOTICES, 16_384),
    Target(
        "reference_file",
        papers.reference_file,
        (),
        [papers.published(paper_seeds.NOTICES[0]), *framed(0, paper_seeds.NOTICES)],
        8192,
    ),
    Target("draft", papers.draft, (DraftContentError,), [paper_seeds.draft()], 8192),
    Target("journal_file", papers.journal_file, (), [paper_seeds.journal()], 16_384),
    Target("catalogue_pack", papers.catalogue_pack, (PackError,), [paper_seeds.pack()], 16_384),
    Target("sealed_paper", papers.seal, (), paper_seeds.sealed(), 32_768),
    Target("sound_sinks", papers.sound_sinks, (NoSinkListError,), paper_seeds.SINKS, 8192),
    Target(
        "typed_answer",
        papers.typed_answer,
        (),
        [bytes([kind]) + text for text in _TYPED for kind in range(papers.KINDS)],
        512,
    ),
    Target("typed_search", papers.typed_search, (), paper_seeds.texts(paper_seeds.SEARCHED), 512),
    Target(
        "division_code",
        papers.division_code,
        (UnknownDivisionError,),
        [b"430121000000", b"43", b"4301", b"430121", b"430121100", b"710000000000"],
        64,
    ),
    Target("receipt_code", papers.receipt_code, (), [*_TYPED, b"https://a.cn/s/52240112345675"]),
)
