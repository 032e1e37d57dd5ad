"""办事指南: what an item asks for and gives, before anybody begins it; words that are ready."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from config.catalogue_models import Form, Item, Material, MaterialClass
from kiosk.makers.item_words import limit_in_words
from kiosk.visits.fees import fee_in_words
from kiosk.visits.form_pages import Fact, Section

# How a paper goes; what the platform fetches or the terminal makes is nobody's to bring.
TRAVELS: Mapping[MaterialClass, str] = {
    MaterialClass.SCANNED: "guide_read.scanned",
    MaterialClass.COMMITTED: "guide_read.committed",
    MaterialClass.MAILED: "guide_read.mailed",
}
CITIZENS_LINE = "12345"


@dataclass(frozen=True, slots=True)
class GuideMaker:
    """forms: whole, by name; raises LookupError. division: of the terminal, 12 digits."""

    words: Mapping[str, Mapping[str, str]]
    forms: Callable[[str], Form]
    division: str

    def sections(self, item: Item, language: str) -> tuple[Section, ...]:
        say, words = self.words[language], item.words(language)
        mode = say[f"mode.{item.modes_at(self.division)[0]}"]
        told = (
            ("conditions", _lines(words.conditions)),
            ("papers", (*_lines(words.bring), *self._papers(item, say, language))),
            ("steps", _lines(words.steps)),
            (
                "terms",
                (
                    Fact(say["guide_read.limit"], _limit(item, say, language)),
                    Fact(say["guide_read.fee"], fee_in_words(item, say, language)),
                    Fact(say["guide_read.place"], item.place.plain.said(language)),
                    Fact(say["guide_read.mode"], mode),
                    Fact(say["guide_read.result"], words.result),
                ),
            ),
            (
                "calls",
                (
                    Fact(say["guide_read.hotline"], item.hotline),
                    Fact(say["guide_read.citizens"], CITIZENS_LINE),
                ),
            ),
            ("basis", _lines(item.basis)),
        )
        return tuple(Section(say[f"guide_read.{name}"], facts) for name, facts in told if facts)

    def _papers(self, item: Item, say: Mapping[str, str], language: str) -> tuple[Fact, ...]:
        materials = self.forms(item.form).materials if item.form else ()
        return tuple(
            Fact("", _paper(one, say, language)) for one in materials if one.travels in TRAVELS
        )


def _lines(sentences: tuple[str, ...]) -> tuple[Fact, ...]:
    return tuple(Fact("", one) for one in sentences)


def _paper(one: Material, say: Mapping[str, str], language: str) -> str:
    """Its name, how it goes, and whether everybody needs it."""
    needed = () if one.required and one.when is None else (say["guide_read.some"],)
    about = say["guide_read.also"].join((say[TRAVELS[one.travels]], *needed))
    return say["guide_read.paper"].format(name=one.name.said(language), about=about)


def _limit(item: Item, say: Mapping[str, str], language: str) -> str:
    if item.limit.note is not None:
        return item.limit.note.said(language)
    return limit_in_words(item, say, "forwarded")
