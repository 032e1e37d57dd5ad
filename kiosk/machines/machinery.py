"""The machines of one terminal and the works they do, built from its settings.

Building takes half a second, most of it imports; main.py has it done in a thread of its own while
the first page is on the screen.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from config.catalogue_models import Form
from config.settings import Settings
from kiosk.machines.crew import Crew
from kiosk.machines.divisions import Digits, Divisions
from kiosk.machines.guiding import guider
from kiosk.machines.preview import Preview
from kiosk.machines.workshop import Workshop
from kiosk.makers.notice_board import NoticeBoard
from kiosk.visits.events import Event
from kiosk.visits.form_pages import FormPage
from kiosk.visits.forms.intake import Items
from kiosk.visits.pages import Page


class Machinery:
    """`works` by the names the tables use; `guide` is told each page that is shown; `forget` each
    visit that has ended. May be built in another thread than it is started in.

    desk_preview: where the document camera's pictures go. catalogue: its version. board: where
    notices hang. items: asked in the thread of the window alone.

    Raises:
        SetUpError: before anything was started.
    """

    def __init__(
        self,
        given: Settings,
        words: Mapping[str, Mapping[str, str]],
        preview: Preview,
        post: Callable[[Event], None],
        desk_preview: Preview | None = None,
        divisions: Divisions | None = None,
        catalogue: str = "",
        board: NoticeBoard | None = None,
        items: Items | None = None,
    ) -> None:
        crew = Crew(given, post, board, catalogue)
        self.start, self.stop, self.forget = crew.start, crew.stop, crew.forget
        lights = crew.others.get("lights")
        self.guide = _nowhere if lights is None else guider(lights.ask)
        self.works = Workshop(
            *(given, crew, words, preview, desk_preview or Preview()),
            *((divisions or Digits()).full_name, items or _NoItems(), catalogue, post),
        ).works()


class _NoItems:
    """Where no catalogue is handed over."""

    def item(self, _: str) -> None:
        return None

    def form(self, name: str) -> Form:
        raise LookupError(f"there is no form {name!r}")


def _nowhere(_: Page | FormPage) -> None:
    """Where there are no lights."""
