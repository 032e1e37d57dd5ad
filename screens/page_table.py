"""Which screen shows which page."""

from __future__ import annotations

from kiosk import form_pages, pages
from screens.attract import AttractScreen
from screens.card_pages import (
    ConfirmPersonScreen,
    PleaseWaitScreen,
    PresentCardScreen,
    TakeCardScreen,
)
from screens.content import Content
from screens.ending import GoodbyeScreen, RatingScreen, ReceiptScreen, ResultScreen
from screens.face_pages import FaceConsentScreen, FaceScreen
from screens.home import HomeScreen, ItemScreen
from screens.lists import ListScreen, SearchScreen
from screens.message import MessageScreen
from screens.scan_page import ScanScreen

PAGES: dict[type, type[Content]] = {
    pages.AttractPage: AttractScreen,
    pages.HomePage: HomeScreen,
    pages.ItemPage: ItemScreen,
    pages.PresentCardPage: PresentCardScreen,
    pages.ConfirmPersonPage: ConfirmPersonScreen,
    pages.PleaseWaitPage: PleaseWaitScreen,
    pages.MessagePage: MessageScreen,
    pages.FaceConsentPage: FaceConsentScreen,
    pages.FacePage: FaceScreen,
    pages.ScanPage: ScanScreen,
    pages.TakeCardPage: TakeCardScreen,
    pages.ResultPage: ResultScreen,
    pages.ReceiptPage: ReceiptScreen,
    pages.RatingPage: RatingScreen,
    pages.GoodbyePage: GoodbyeScreen,
    form_pages.ListPage: ListScreen,
    form_pages.SearchPage: SearchScreen,
}
