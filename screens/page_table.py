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
from screens.details import DetailsScreen
from screens.ending import GoodbyeScreen, RatingScreen, ReceiptScreen, ResultScreen
from screens.entries import EntriesScreen
from screens.face_pages import FaceConsentScreen, FaceScreen
from screens.home import HomeScreen, ItemScreen
from screens.lists import ListScreen, SearchScreen
from screens.look_at_page import LookAtScreen
from screens.materials import MaterialScreen, MaterialsScreen
from screens.message import MessageScreen
from screens.pay_page import PayScreen
from screens.question import QuestionScreen
from screens.scan_page import ScanScreen
from screens.sign_page import SignScreen

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
    form_pages.EntriesPage: EntriesScreen,
    form_pages.DetailsPage: DetailsScreen,
    form_pages.MaterialsPage: MaterialsScreen,
    form_pages.MaterialPage: MaterialScreen,
    form_pages.LookAtPage: LookAtScreen,
    form_pages.SignPage: SignScreen,
    form_pages.PayPage: PayScreen,
    form_pages.QuestionPage: QuestionScreen,
}
