"""What a resident signs: composed from what was given, the same on the screen and in the packet."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from config.catalogue_models import Material
from kiosk.visits.forms.intake import ENTERPRISE, ON_BEHALF, Intake
from kiosk.visits.forms.papers import LATER_DAYS, How
from kiosk.visits.wording import day_in_words


def commitment_text(intake: Intake, words: Mapping[str, str], language: str) -> str:
    """One sentence a line."""
    lines = [
        words["signing.item"].format(item=named(intake, words, language)),
        words["signing.truth"],
    ]
    for whom, question in ((ON_BEHALF, "for_name"), (ENTERPRISE, "ent_name")):
        if intake.whom == whom:
            name = intake.walk.answers.get(question, "")
            lines.append(words[f"signing.{_LINES[whom]}"].format(name=name))
    if promised := intake.papers.given_as(How.COMMITMENT):
        papers = names(promised, words, language)
        lines.append(words["signing.commits"].format(papers=papers))
    if gaps := intake.papers.gaps():
        last = day_in_words(bring_by(intake), language)
        papers = names(gaps, words, language)
        lines.append(words["signing.later"].format(papers=papers, last=last))
    lines.append(words["signing.consequence"])
    return "\n".join(lines)


def named(intake: Intake, words: Mapping[str, str], language: str) -> str:
    """What it is about; of a bundle every item, because each is asked for by this signature."""
    name = intake.item.words(language).name
    if not intake.basis.parts:
        return name
    items = words["answer.and"].join(one.item.words(language).short for one in intake.parts)
    return words["answer.pair"].format(label=name, value=items)


def names(papers: tuple[Material, ...], words: Mapping[str, str], language: str) -> str:
    return words["answer.and"].join(one.name.said(language) for one in papers)


def bring_by(intake: Intake) -> date:
    """The last day on which what is missing can be brought; fixed by the signature."""
    return (intake.signed_at or intake.basis.now()).date() + timedelta(days=LATER_DAYS)


_LINES = {ON_BEHALF: "behalf", ENTERPRISE: "enterprise"}
