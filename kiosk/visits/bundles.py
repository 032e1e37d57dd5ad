"""一件事: several items behind one row, taken in as one item and handed in as several (ADR 14).

A bundle is offered as an item of its own, made of what its items say, so that nothing that shows,
pauses or takes in an item knows a bundle. Its code begins with `bundle/`; no packet bears it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, Protocol

from config.catalogue_models import (
    Ability,
    Audience,
    Bundle,
    Fee,
    Form,
    Group,
    Identity,
    Item,
    Limit,
    Mode,
    PlaceRule,
    Said,
    Words,
)
from kiosk.visits.forms.bundling import Part, merged
from kiosk.visits.forms.intake import Intake

PREFIX: Final = "bundle/"
EACH_MORE_MIN: Final = 4  # what another item adds, when most is asked already
LONGEST_MIN: Final = 60
MOST_TO_BRING: Final = 6

Texts = Mapping[str, Mapping[str, str]]


class Catalogue(Protocol):
    def item(self, code: str) -> Item | None: ...
    def form(self, name: str) -> Form: ...
    def featured(self) -> tuple[Item, ...]: ...
    def groups(self) -> tuple[Group, ...]: ...
    def in_group(self, group: str) -> tuple[Item, ...]: ...
    def bundle(self, name: str) -> Bundle | None: ...
    def bundles(self) -> tuple[Bundle, ...]: ...


def is_bundle(code: str) -> bool:
    return code.startswith(PREFIX)


@dataclass(frozen=True, slots=True)
class WithBundles:
    """A catalogue that offers its bundles as items. `words`: language → texts."""

    catalogue: Catalogue
    words: Texts

    def item(self, code: str) -> Item | None:
        if not is_bundle(code):
            return self.catalogue.item(code)
        bundle = self.catalogue.bundle(code.removeprefix(PREFIX))
        return None if bundle is None else self._as_item(bundle)

    def form(self, name: str) -> Form:
        """Raises: LookupError."""
        return self._merged(name)[0] if is_bundle(name) else self.catalogue.form(name)

    def featured(self) -> tuple[Item, ...]:
        return self.catalogue.featured()

    def groups(self) -> tuple[Group, ...]:
        return self.catalogue.groups()

    def in_group(self, group: str) -> tuple[Item, ...]:
        """Bundles first: whoever came for one of its items sees that more can be done at once."""
        here = (one for one in self.catalogue.bundles() if one.group == group)
        return (*(self._as_item(one) for one in here), *self.catalogue.in_group(group))

    def beginning(self, begin: Callable[[str], Intake | None]) -> Callable[[str], Intake | None]:
        """`begin`, where an intake of a bundle knows what is whose."""

        def begun(code: str) -> Intake | None:
            intake = begin(code)
            if intake is None or not is_bundle(code):
                return intake
            return Intake(replace(intake.basis, parts=self._merged(code)[1]))

        return begun

    def _merged(self, code: str) -> tuple[Form, tuple[Part, ...]]:
        bundle = self.catalogue.bundle(code.removeprefix(PREFIX))
        if bundle is None:
            raise LookupError(f"there is no {code!r}")
        items = self._items(bundle)
        return merged([(one, self.catalogue.form(one.form or "")) for one in items])

    def _items(self, bundle: Bundle) -> list[Item]:
        """A bundle with an item that is not in force is none, says the catalogue."""
        return [one for code in bundle.items if (one := self.catalogue.item(code)) is not None]

    def _as_item(self, bundle: Bundle) -> Item:
        items = self._items(bundle)
        untils = [one.until for one in items if one.until is not None]
        faces = any(one.identity is Identity.CARD_AND_FACE for one in items)
        code = f"{PREFIX}{bundle.id}"
        return Item.model_construct(
            code=code,
            group=bundle.group,
            ability=Ability.FORWARD,
            audience=_audience(items),
            modes=(Mode.JOINED,),
            place=PlaceRule.model_construct(
                scope=_once(one.place.scope for one in items), plain=self._said("bundle.place")
            ),
            basis=_once(one.basis for one in items),
            limit=Limit(working_days=max(one.limit.working_days for one in items)),
            fee=_fee(items),
            minutes=min(
                LONGEST_MIN,
                max(one.minutes for one in items) + EACH_MORE_MIN * (len(items) - 1),
            ),
            devices=_once(one.devices for one in items),
            devices_wanted=_once(one.devices_wanted for one in items),
            identity=Identity.CARD_AND_FACE if faces else Identity.CARD,
            form=code,
            hotline=items[0].hotline,
            since=max(one.since for one in items),
            until=min(untils, default=None),
            zh=self._words(bundle, items, "zh"),
            en=self._words(bundle, items, "en"),
        )

    def _words(self, bundle: Bundle, items: Sequence[Item], language: str) -> Words:
        say, of_items = self.words[language], [one.words(language) for one in items]
        title = bundle.title.said(language)
        return Words.model_construct(
            name=say["bundle.name"].format(title=title, count=len(items)),
            short=title,
            plain=bundle.plain.said(language),
            bring=_once(one.bring for one in of_items)[:MOST_TO_BRING],
            result=say["answer.and"].join(_once((one.result,) for one in of_items)),
            conditions=_once(one.conditions for one in of_items),
            steps=of_items[0].steps,
        )

    def _said(self, key: str) -> Said:
        return Said(zh=self.words["zh"][key], en=self.words["en"][key])


def _audience(items: Sequence[Item]) -> Audience:
    """What is for everybody goes with the others."""
    narrow = {one.audience for one in items} - {Audience.BOTH}
    return narrow.pop() if narrow else Audience.BOTH


def _fee(items: Sequence[Item]) -> Fee:
    costs = [one for one in items if one.fee.yuan]
    if not costs:
        return Fee(yuan=items[0].fee.yuan)
    note = Said(
        zh="、".join(one.zh.short for one in costs), en=", ".join(one.en.short for one in costs)
    )
    return Fee.model_construct(
        yuan=sum((one.fee.yuan for one in costs), costs[0].fee.yuan * 0), note=note
    )


def _once(lists: Iterable[Iterable[str]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one for each in lists for one in each))
