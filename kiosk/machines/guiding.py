"""Which light shows the hand where to go, page by page."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from devices.light_profiles import Mode
from devices.lights import Light, Lights
from kiosk.visits.events import Event
from kiosk.visits.form_pages import FormPage
from kiosk.visits.pages import FacePage, Page, PresentCardPage, ReceiptPage, ScanPage, TakeCardPage
from kiosk.visits.worker import Job, Task

GUIDES: Mapping[type[Page | FormPage], Light] = {
    PresentCardPage: Light.CARD,
    TakeCardPage: Light.CARD,
    FacePage: Light.CAMERA,
    ScanPage: Light.SCANNER,
    ReceiptPage: Light.RECEIPT,
}


def guide(page: type[Page | FormPage]) -> Task[Lights]:
    """One light blinks where the page sends the hand, the others are dark."""
    wanted = GUIDES.get(page)

    def task(lights: Lights, _: Job) -> Event | None:
        for light in sorted(set(GUIDES.values())):
            lights.set(light, Mode.BLINK if light is wanted else Mode.OFF)
        return None

    return task


def guider(ask: Callable[[Task[Lights], int], object]) -> Callable[[Page | FormPage], None]:
    """To be told each page that is shown; asks the lights when the hand has to go elsewhere."""
    before: Light | None = None

    def shown(page: Page | FormPage) -> None:
        nonlocal before
        wanted = GUIDES.get(type(page))
        if wanted is not before:
            before = wanted
            ask(guide(type(page)), 0)

    return shown
