"""A document on its way through a page printer, and what can become of it."""

from __future__ import annotations

from dataclasses import dataclass

from devices.page_printer_faults import PagePrinterError


@dataclass(frozen=True, slots=True)
class PageJob:
    """A document that the queue has taken."""

    key: str
    id: int


@dataclass(frozen=True, slots=True)
class PageProgress:
    """`impressions`: sides that came out so far. `fault`: why nothing moves just now."""

    impressions: int
    printing: bool  # otherwise it waits for its turn
    fault: PagePrinterError | None = None


@dataclass(frozen=True, slots=True)
class PagesPrinted:
    """The printer says that everything came out."""


@dataclass(frozen=True, slots=True)
class PagesCanceled:
    """Somebody canceled the job; `impressions` sides came out before."""

    impressions: int


@dataclass(frozen=True, slots=True)
class PagesAborted:
    """The queue gave the job up; `impressions` sides came out before."""

    impressions: int
    reason: str


@dataclass(frozen=True, slots=True)
class PagesUnsure:
    """All, some or none of the pages came out: only somebody who looks can tell."""

    reason: str


PageOutcome = PagesPrinted | PagesCanceled | PagesAborted | PagesUnsure
