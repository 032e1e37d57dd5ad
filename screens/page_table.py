"""Which screen shows which page.

By name: a screen is loaded with the first page of its kind, or in a quiet moment before (`ahead`).
The first picture waits for one of them, not for all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache, partial
from importlib import import_module

from kiosk import form_pages, pages
from screens.content import Content

PAGES: dict[type, str] = {
    pages.AttractPage: "screens.attract:AttractScreen",
    pages.HomePage: "screens.home:HomeScreen",
    pages.ItemPage: "screens.home:ItemScreen",
    pages.PresentCardPage: "screens.card_pages:PresentCardScreen",
    pages.ConfirmPersonPage: "screens.card_pages:ConfirmPersonScreen",
    pages.PleaseWaitPage: "screens.card_pages:PleaseWaitScreen",
    pages.MessagePage: "screens.message:MessageScreen",
    pages.CoachPage: "screens.coach:CoachScreen",
    pages.FaceConsentPage: "screens.face_pages:FaceConsentScreen",
    pages.FacePage: "screens.face_pages:FaceScreen",
    pages.ScanPage: "screens.scan_page:ScanScreen",
    pages.TakeCardPage: "screens.card_pages:TakeCardScreen",
    pages.ResultPage: "screens.ending:ResultScreen",
    pages.ReceiptPage: "screens.ending:ReceiptScreen",
    pages.RatingPage: "screens.ending:RatingScreen",
    pages.GoodbyePage: "screens.ending:GoodbyeScreen",
    form_pages.ListPage: "screens.lists:ListScreen",
    form_pages.SearchPage: "screens.lists:SearchScreen",
    form_pages.EntriesPage: "screens.entries:EntriesScreen",
    form_pages.DetailsPage: "screens.details:DetailsScreen",
    form_pages.MaterialsPage: "screens.materials:MaterialsScreen",
    form_pages.MaterialPage: "screens.materials:MaterialScreen",
    form_pages.LookAtPage: "screens.look_at_page:LookAtScreen",
    form_pages.SignPage: "screens.sign_page:SignScreen",
    form_pages.PayPage: "screens.pay_page:PayScreen",
    form_pages.QuestionPage: "screens.question:QuestionScreen",
}


@cache
def screen_of(page: type) -> type[Content]:
    """Raises: KeyError: no screen shows such a page."""
    module, _, name = PAGES[page].partition(":")
    kind: type[Content] = getattr(import_module(module), name)
    return kind


def ahead() -> Iterator[Callable[[], object]]:
    """What loads the screens, each in some hundredths of a second, in the order of a visit."""
    for page in PAGES:
        yield partial(screen_of, page)
