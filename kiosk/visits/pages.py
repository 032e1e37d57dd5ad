"""What each page shows, as values: made from the visit by the conductor, drawn by `screens/`.

Texts are keys into the words of `config/texts/`; values that are already words (a name, a number, a
date) come ready to be shown. Nothing here knows pixels.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from kiosk.visits.events import Event

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from kiosk.visits.form_pages import FormPage


class Overlay(StrEnum):
    """What may lie over any page without leaving it."""

    COUNTDOWN = "countdown"
    HELP = "help"
    LEAVE = "leave"


class Mood(StrEnum):
    """Colour and sign of a page that tells something; never the colour alone."""

    GOOD = "good"
    NOTE = "note"
    WAIT = "wait"
    STOP = "stop"


@dataclass(frozen=True, slots=True)
class Tile:
    """An item on the home page; `why_not` is a text key when it cannot be done now."""

    item: str
    title: str
    plain: str
    why_not: str | None = None


@dataclass(frozen=True, slots=True)
class Action:
    """A button: the key of its label and the event it tells."""

    label: str
    event: type[Event]


@dataclass(frozen=True, slots=True)
class AttractPage:
    place: str
    notice: str = ""  # a text key: what somebody has to see to
    words: str = ""  # what the office has to tell, ready: one line


@dataclass(frozen=True, slots=True)
class GroupTile:
    """Some of the items, behind one plain word. `sign`: the name of an icon."""

    group: str
    title: str
    plain: str
    sign: str


@dataclass(frozen=True, slots=True)
class HomePage:
    """Beside groups the first tile alone is shown. `offers`: what else there is than items, as
    OfferChosen names them.
    """

    tiles: tuple[Tile, ...]
    notices: tuple[str, ...]  # text keys: no paper, no network
    groups: tuple[GroupTile, ...] = ()
    offers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ItemPage:
    """One item explained. `notices` are text keys: no paper, no network, no camera.

    how: ready sentences: how it is dealt with and why, who decides, how long it takes.
    """

    title: str
    plain: str
    bring: tuple[str, ...]
    minutes: int
    fee: str
    result: str
    notices: tuple[str, ...]
    why_not: str | None
    how: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PresentCardPage:
    """`staff`, `helper`: it is their card that is asked for. `trouble`: why the last try failed."""

    staff: bool
    trouble: str | None
    helper: bool = False


@dataclass(frozen=True, slots=True)
class ConfirmPersonPage:
    name: str
    name_uncertain: bool  # cut off on the chip, or with characters nobody can show
    number: str  # masked
    birth: str
    sex: str  # text key


@dataclass(frozen=True, slots=True)
class PleaseWaitPage:
    """`text`: the key of what is being done; `hands`: the key of what to do with the hands."""

    text: str
    hands: str | None = None


@dataclass(frozen=True, slots=True)
class MessagePage:
    """What happened, what to do, who helps. The first action is the main button."""

    mood: Mood
    title: str
    body: str
    actions: tuple[Action, ...]
    values: dict[str, str] = field(default_factory=dict)  # for the {places} in the texts
    help_line: bool = True  # show place and telephone of who helps
    code: str = ""  # the technician's word, small, last line
    big: str = field(default="", repr=False)  # to be written down, ready; "" for nothing


@dataclass(frozen=True, slots=True)
class CoachPage:
    """A face was not taken or not recognised: what to do better, and who confirms in its place.

    All texts are keys. tips: what stood in the way first. kind: that it is nobody's fault, or "".
    """

    title: str
    body: str  # "" for nothing
    tips: tuple[str, ...]
    kind: str
    actions: tuple[Action, ...]


@dataclass(frozen=True, slots=True)
class FaceConsentPage:
    pass


@dataclass(frozen=True, slots=True)
class FacePage:
    """`text`: the key of what is being done; `hands`: of what to do with the hands."""

    newest: Callable[[], NDArray[np.uint8] | None]
    prompt: str
    share: float  # 0 to 1


@dataclass(frozen=True, slots=True)
class ScanPage:
    """`outline`: of the paper, clockwise, as shares of the picture from its top left; () without.
    `prompt`: the key of what is to be done. `name`: of the material, and which sheet, ready.
    """

    newest: Callable[[], NDArray[np.uint8] | None]
    outline: tuple[tuple[float, float], ...]
    good: bool
    prompt: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class TakeCardPage:
    seconds: int


@dataclass(frozen=True, slots=True)
class ResultPage:
    mood: Mood
    title: str  # text keys
    body: str
    next: str
    number: str  # the receipt number, in groups; empty when nothing was handed in
    valid_to: str  # ready to be shown; empty when there is none
    kept_only: bool  # not yet with the platform: waits for the network
    can_print: bool
    in_line: tuple[int, int] | None = None  # its place among all that wait to be sent, and how many


@dataclass(frozen=True, slots=True)
class ReceiptPage:
    number: str
    kept_only: bool
    in_line: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class RatingPage:
    """`asks_why`: few stars lead to the reason; a button is there for whoever has more to say."""

    asks_why: bool = False


@dataclass(frozen=True, slots=True)
class GoodbyePage:
    thanks_for_rating: bool
    take_card: bool  # the card is still on the reader
    take_papers: bool = False  # something was laid under the camera or into the scanner


Page = (
    AttractPage
    | HomePage
    | ItemPage
    | PresentCardPage
    | ConfirmPersonPage
    | PleaseWaitPage
    | MessagePage
    | CoachPage
    | FaceConsentPage
    | FacePage
    | ScanPage
    | TakeCardPage
    | ResultPage
    | ReceiptPage
    | RatingPage
    | GoodbyePage
)


@dataclass(frozen=True, slots=True)
class Banner:
    """Over every page of a visit that somebody helps with: who helps whom, and whose turn it is.

    helper: their id. resident: a masked name, "" until it is known. own: this page is for the
    resident alone to see and answer.
    """

    helper: str
    resident: str
    own: bool


@dataclass(frozen=True, slots=True)
class View:
    """All that the window needs to know at one moment.

    step: changes when the page is to be built anew; the same step with another `page` is a refresh.
    stage: 1-based position and the number of stages; None outside a service.
    seconds: what is left of the countdown, while it is shown.
    """

    visit: int
    step: str
    page: Page | FormPage
    overlay: Overlay | None = None
    seconds: int = 0
    stages: tuple[str, ...] = ()
    stage: int | None = None
    can_go_back: bool = False
    can_pause: bool = False  # on leaving, what was given can be kept for another day
    in_visit: bool = False
    language: str = "zh"
    large: bool = False
    heading: str = ""  # the item's name, once one is chosen
    helped: Banner | None = None  # somebody leads through the visit
    hotline: str = ""  # of that item


def first_view(place: str) -> View:
    """What the conductor will show first, before it is there."""
    return View(visit=1, step="lobby/attract", page=AttractPage(place))
