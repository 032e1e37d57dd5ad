"""Which screen shows which page.

By name: a screen is loaded with the first page of its kind, or in a quiet moment before (`ahead`).
The first picture waits for one of them, not for all.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib import import_module

from screens.content import Content

PAGES: dict[str, str] = {
    "AttractPage": "screens.attract:AttractScreen",
    "HomePage": "screens.home:HomeScreen",
    "ItemPage": "screens.home:ItemScreen",
    "PresentCardPage": "screens.card_pages:PresentCardScreen",
    "ConfirmPersonPage": "screens.card_pages:ConfirmPersonScreen",
    "PleaseWaitPage": "screens.card_pages:PleaseWaitScreen",
    "MessagePage": "screens.message:MessageScreen",
    "CoachPage": "screens.coach:CoachScreen",
    "FaceConsentPage": "screens.face_pages:FaceConsentScreen",
    "FacePage": "screens.face_pages:FaceScreen",
    "ScanPage": "screens.scan_page:ScanScreen",
    "TakeCardPage": "screens.card_pages:TakeCardScreen",
    "ResultPage": "screens.ending:ResultScreen",
    "ReceiptPage": "screens.ending:ReceiptScreen",
    "RatingPage": "screens.ending:RatingScreen",
    "GoodbyePage": "screens.ending:GoodbyeScreen",
    "ListPage": "screens.lists:ListScreen",
    "SearchPage": "screens.lists:SearchScreen",
    "EntriesPage": "screens.entries:EntriesScreen",
    "DetailsPage": "screens.details:DetailsScreen",
    "MaterialsPage": "screens.materials:MaterialsScreen",
    "MaterialPage": "screens.materials:MaterialScreen",
    "LookAtPage": "screens.look_at_page:LookAtScreen",
    "SignPage": "screens.sign_page:SignScreen",
    "PayPage": "screens.pay_page:PayScreen",
    "QuestionPage": "screens.question:QuestionScreen",
}


@cache
def screen_of(page: type) -> type[Content]:
    """Raises: KeyError: no screen shows such a page."""
    module, _, name = PAGES[page.__name__].partition(":")
    kind: type[Content] = getattr(import_module(module), name)
    return kind


def ahead() -> Iterator[None]:
    """Loads the screens in the order of a visit, one a step, some hundredths of a second each."""
    for place in PAGES.values():
        import_module(place.partition(":")[0])
        yield
