"""What the platform told, laid out for a page, a sheet or a slip: values and their masks."""

from __future__ import annotations

from collections.abc import Mapping

from kiosk.makers.masking import hidden
from kiosk.platform.certificates import SealState
from kiosk.platform.query_messages import QueryAnswer, ToldFact, ToldSection
from kiosk.visits.form_pages import Fact, Section
from kiosk.visits.visit import Visit
from kiosk.visits.wording import moment_in_words

Say = Mapping[str, str]


def sections_of(told: tuple[ToldSection, ...]) -> tuple[Section, ...]:
    return tuple(
        Section(
            one.heading,
            facts_of(one.facts),
            one.columns,
            tuple(_as_wide(line, len(one.columns)) for line in one.lines),
        )
        for one in told
    )


def facts_of(told: tuple[ToldFact, ...]) -> tuple[Fact, ...]:
    return tuple(Fact(one.label, one.value, hidden(one.value, one.mask)) for one in told)


def result_sections(visit: Visit, say: Say) -> tuple[Section, ...]:
    """The answer, and behind it what is to be said of the seal on its paper."""
    lookup = visit.lookup
    told = sections_of(lookup.told.sections) if lookup.told is not None else ()
    seal = (seal_section(lookup.seal, say, visit.language),) if lookup.seal is not None else ()
    return told + seal


def seal_section(seal: SealState, say: Say, language: str) -> Section:
    facts = [Fact(say["seal.state"], say[f"seal.{seal.verdict}"])]
    if seal.printable:
        facts.append(Fact(say["seal.by"], seal.by))
        if seal.at is not None:
            facts.append(Fact(say["seal.at"], moment_in_words(seal.at.astimezone(), language)))
    return Section(say["seal.heading"], tuple(facts))


def note_of(told: QueryAnswer, say: Say, language: str) -> str:
    """As of when, and what it may be used for."""
    if told.as_of is None:
        return told.note
    moment = moment_in_words(told.as_of.astimezone(), language)
    return say["query_result.as_of"].format(moment=moment) + told.note


def _as_wide(line: tuple[str, ...], width: int) -> tuple[str, ...]:
    """Cells that lack are empty; the ones too many stand in the last, so that nothing is lost."""
    if len(line) <= width or width == 0:
        return line + ("",) * (width - len(line))
    return (*line[: width - 1], " ".join(line[width - 1 :]))
