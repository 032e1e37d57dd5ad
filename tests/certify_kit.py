"""What a table of certifications needs beside its own pages: those of its questions."""

from config import texts
from kiosk.makers.declaring_page_makers import DeclaringPageMaker
from kiosk.makers.form_page_makers import FormPageMaker
from kiosk.makers.helping_page_makers import HelpingPageMaker
from kiosk.makers.page_makers import makers
from kiosk.services.questions import QUESTIONS

WORDS = {language: texts.load(language) for language in ("zh", "en")}
VILLAGE = "522401101201"


def certify_pages(*more):
    """`more`: what `makers` takes besides place and camera."""
    return {
        **makers("石桥镇", lambda: None, *more),
        **FormPageMaker(WORDS, VILLAGE, str).makers(),
        **HelpingPageMaker(WORDS).makers(),
        **DeclaringPageMaker(WORDS, str).makers(),
    }


__all__ = ["QUESTIONS", "VILLAGE", "WORDS", "certify_pages"]
