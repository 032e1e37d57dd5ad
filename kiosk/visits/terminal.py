"""What the pages, the questions and the works of a visit may know of the terminal around it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from config.catalogue_models import Group, Item
from devices.base import Status
from kiosk.visits.form_pages import FormPage
from kiosk.visits.pages import Page
from kiosk.visits.visit import Visit


class Work(Protocol):
    """Begins what a step has the machine do; `device` is who does it."""

    @property
    def device(self) -> str: ...

    def __call__(self, visit: Visit) -> Callable[[], None]:
        """Returns what calls it off."""
        ...


class Items(Protocol):
    """The catalogue, as far as it is asked here. `featured`: those with a tile of their own."""

    def item(self, code: str) -> Item | None: ...
    def featured(self) -> tuple[Item, ...]: ...
    def groups(self) -> tuple[Group, ...]: ...
    def in_group(self, group: str) -> tuple[Item, ...]: ...


@dataclass(frozen=True, slots=True)
class Terminal:
    """What a page maker may know besides the visit."""

    items: Items
    health: Mapping[str, Status]
    left_s: float  # until the step's limit; 0 when it has none
    forgotten: frozenset[str] = frozenset()  # devices that still hold what an earlier visit left
    work: str | None = None  # what the step has the machine do


PageMaker = Callable[[Visit, Terminal], Page | FormPage]
Question = Callable[[Visit, Terminal], str]  # a fork's or a step's; changes nothing
