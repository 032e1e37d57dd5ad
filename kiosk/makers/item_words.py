"""An item in plain words: its fee, its time limit, and what a resident takes home about it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from config.catalogue_models import Item
from kiosk.visits.fees import fee_to_remember
from kiosk.visits.forms.commitment import bring_by
from kiosk.visits.forms.delivering import delivery_in_words
from kiosk.visits.forms.intake import Intake
from kiosk.visits.forms.papers import Given, How
from kiosk.visits.joining import branch_rows
from kiosk.visits.relaying import mode_of, posted
from kiosk.visits.visit import Visit
from kiosk.visits.wording import day_in_words, in_groups


def remembered(
    visit: Visit,
    intake: Intake,
    say: Mapping[str, str],
    division: str,
    place_name: Callable[[str], str] = lambda _: "",
) -> list[tuple[str, str]]:
    """Label and value of what a resident takes home, on the screen and on paper."""
    item, language = intake.item, visit.language
    mode = mode_of(item, division, with_parcel=bool(posted(intake)))
    several = intake.basis.parts
    numbers = (visit.receipt, *visit.others)
    rows = [
        (say["forwarded.number"], in_groups(visit.receipt)),
        *(
            (one.item.words(language).short, in_groups(number))
            for one, number in zip(several, numbers, strict=False)
        ),
        (say["forwarded.place"], item.place.plain.said(language)),
        (say["forwarded.mode"], say["bundle.here" if several else f"mode.{mode}"]),
        *branch_rows(item, mode, intake.walk.counting(), say, language, place_name),
        (say["forwarded.limit"], limit_in_words(item, say, "forwarded")),
    ]
    asked, answers = intake.walk.all_asked(), intake.walk.counting()
    rows += [
        (say["forwarded.fee"], fee_to_remember(intake, visit.paying.order, say, language)),
        (say["forwarded.delivery"], delivery_in_words(asked, answers, say, language)),
    ]
    if gaps := intake.papers.gaps():
        missing = say["answer.and"].join(one.name.said(language) for one in gaps)
        rows.append((say["forwarded.missing"], missing))
        rows.append((say["forwarded.until"], day_in_words(bring_by(intake), language)))
    rows.append((say["forwarded.hotline"], item.hotline))
    return [(label, value) for label, value in rows if value]


def paper_state(given: Given | None) -> str:
    """The text key of where a paper stands: a word beside its name."""
    if given is None:
        return "material.missing"
    return "material.scanned" if given.how is How.SCAN else f"material.{given.how}"


def paper_told(given: Given | None, say: Mapping[str, str]) -> str:
    """The same in the summary."""
    if given is None:
        return say["papers.none"]
    return say[f"papers.{given.how}"].format(pages=len(given.pages))


def limit_in_words(item: Item, say: Mapping[str, str], where: str) -> str:
    """`where` it is said: `about` the item before it begins, or when it was `forwarded`."""
    if not item.limit.working_days:
        return say[f"{where}.at_once"]
    key = "about.limit" if where == "about" else "forwarded.days"
    return say[key].format(days=item.limit.working_days)
