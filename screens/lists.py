"""Choosing one of many, and finding one by typing."""

from __future__ import annotations

from pathlib import Path

from kivy.lang import Builder

from kiosk.visits.form_events import SearchTyped
from kiosk.visits.form_pages import ListPage, SearchPage
from kiosk.visits.pages import Action
from screens.content import Content
from screens.letter_pad import LetterPad
from screens.rows import RowList


class ListScreen(Content):
    main_action = False

    def actions(self) -> tuple[Action, ...]:
        return self.page.actions

    def update(self, page: ListPage) -> None:
        self.ids.title.words = self.said(page.title)
        hint = page.hint if page.rows else page.empty
        self.ids.hint.words = self.said(hint) if hint else ""
        rows: RowList = self.ids.rows
        rows.rows = list(page.rows)


class SearchScreen(Content):
    """The finds stand above the keys, where a hand that types does not hide them."""

    def update(self, page: SearchPage) -> None:
        if not self.ids.pad.children:
            self.ids.pad.add_widget(LetterPad(self, event=SearchTyped))
        pad: LetterPad = self.ids.pad.children[0]
        pad.text = page.text
        self.ids.typed.words = page.text
        nothing = bool(page.text) and not page.rows
        self.ids.advice.words = (
            self.tell_all("search.nothing")
            if nothing
            else ""
            if page.rows
            else self.say("search.example")
        )
        rows: RowList = self.ids.rows
        rows.rows = list(page.rows)


Builder.load_file(str(Path(__file__).with_suffix(".kv")))
