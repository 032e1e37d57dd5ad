"""What can happen, as types. Each event carries the number of its visit.

A visit's number is never used twice while the program runs, so an answer that comes late never
reaches the next resident. Number 0 is no visit: news of the terminal itself.

Where an event brings something a visit keeps, its field has the name of the visit's field.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from devices.base import Remedy, Status
from devices.idcard_text import IdCard
from kiosk.platform.platform_messages import Answer, Eligibility

if TYPE_CHECKING:
    from devices.page_flattening import Paper


@dataclass(frozen=True, slots=True)
class Event:
    visit: int


# What a resident does on the screen


class Touched(Event):
    """Any touch anywhere: somebody is there."""


@dataclass(frozen=True, slots=True)
class ItemChosen(Event):
    item: str


class Confirmed(Event):
    """The page's main button."""


class Declined(Event):
    """The page's other answer: not me, without the face, no receipt."""


class Again(Event):
    """Once more."""


class Back(Event):
    """The page before."""


class HelpAsked(Event):
    """Somebody is to come; the step stays where it is."""


class LeaveAsked(Event):
    """Wants to go; is asked once."""


class StillHere(Event):
    """Closes whatever lies over the page: the countdown, the help, the question about leaving."""


class Left(Event):
    """Goes now."""


@dataclass(frozen=True, slots=True)
class Rated(Event):
    stars: int  # 1 (very bad) to 5 (very good), as the national rating scheme has it


class RatedPoorly(Rated):
    """Few stars, where the reason can be told."""


@dataclass(frozen=True, slots=True)
class LargePrintChosen(Event):
    large: bool


@dataclass(frozen=True, slots=True)
class LanguageChosen(Event):
    language: str


# What time does


class TimedOut(Event):
    """The step's own limit is over."""


class Lapsed(Event):
    """Nobody touched the screen, not even during the countdown."""


# What the devices and the platform answer


@dataclass(frozen=True, slots=True)
class CardRead(Event):
    card: IdCard


@dataclass(frozen=True, slots=True)
class CardUnread(Event):
    """The resident can mend it; `trouble` is the key of the sentence that says how."""

    trouble: str


class CardTaken(Event):
    """No card lies on the reader any more."""


@dataclass(frozen=True, slots=True)
class StaffKnown(Event):
    staff: str


@dataclass(frozen=True, slots=True)
class Eligible(Event):
    eligibility: Eligibility


@dataclass(frozen=True, slots=True)
class NoPhoto(Event):
    """All is well but that there is no picture to compare a face with: the staff confirm."""

    eligibility: Eligibility


@dataclass(frozen=True, slots=True)
class NotDue(Event):
    eligibility: Eligibility


@dataclass(frozen=True, slots=True)
class Ineligible(Event):
    eligibility: Eligibility


class PlatformAway(Event):
    """No answer from the platform: the visit goes on without it."""


@dataclass(frozen=True, slots=True)
class FaceProgressed(Event):
    """For the page alone: `prompt` is the key of a sentence, `share` how far along, 0 to 1."""

    prompt: str
    share: float


@dataclass(frozen=True, slots=True)
class FaceTaken(Event):
    portrait: bytes  # JPEG
    liveness: str  # the movement that was asked for and seen

    def __repr__(self) -> str:
        return f"FaceTaken(visit={self.visit})"


@dataclass(frozen=True, slots=True)
class FaceFailed(Event):
    trouble: str
    advice: str = ""  # what stood in the way for longest, a `Hint`


@dataclass(frozen=True, slots=True)
class PageSeen(Event):
    """For the page alone: what lies under the document camera now, told when it changes.

    finding: what is to be done first; `page.` before it makes the key of the sentence. Empty when
        the page is good.
    corners: of the paper, clockwise, x then y as shares of the picture from its top left, 0 to 1;
        one beyond the picture is moved to its edge. Empty when there is no paper.
    by_camera: by what can tell afterwards whether a page still lies there.
    """

    finding: str
    good: bool
    corners: tuple[tuple[float, float], ...]
    by_camera: bool = False


@dataclass(frozen=True, slots=True)
class PageTaken(Event):
    """A page, flat and upright as far as it shows, small enough for a thin line."""

    page: bytes = field(repr=False)  # JPEG, its resolution written in it
    paper: Paper


@dataclass(frozen=True, slots=True)
class Kept(Event):
    """Safe on disk: a power cut no longer matters. `digest`: of the packet. `others`: numbers of
    the other items of a bundle, in their order.
    """

    receipt: str
    confirmed_at: datetime
    digest: str = ""
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class InLine(Event):
    """For the page alone: it waits to be sent, as which of how many; 0 of 0 when it does not."""

    place_in_line: int
    line: int


@dataclass(frozen=True, slots=True)
class KeepFailed(Event):
    trouble: str


@dataclass(frozen=True, slots=True)
class Certified(Event):
    answer: Answer


@dataclass(frozen=True, slots=True)
class FaceRefused(Event):
    """The platform wants another picture, or somebody who knows the person."""

    answer: Answer


@dataclass(frozen=True, slots=True)
class Refused(Event):
    answer: Answer


@dataclass(frozen=True, slots=True)
class NotTaken(Event):
    """The platform refuses for good what was kept: it stays here, and people have to see to it."""

    not_taken: bool = True


class Printed(Event):
    """The printer itself said that the slip is out."""


@dataclass(frozen=True, slots=True)
class PrintStopped(Event):
    """The slip is not out; the attendant can mend it; nothing will be printed twice."""

    trouble: str


class PrintUnsure(Event):
    """The printer cannot tell whether the slip is out: only the resident can."""


@dataclass(frozen=True, slots=True)
class DeviceDown(Event):
    """A device that this step asked did not do it, after all retries."""

    device: str
    remedy: Remedy


@dataclass(frozen=True, slots=True)
class DeviceBack(Event):
    device: str


@dataclass(frozen=True, slots=True)
class StatusChanged(Event):
    """News of the terminal itself: `visit` is 0."""

    device: str
    status: Status


# What lies in the machine: a card on a reader, paper in a slot


@dataclass(frozen=True, slots=True)
class MediaPresent(Event):
    """Something is left when its visit is over: `visit` is 0, as in the next two."""

    device: str


@dataclass(frozen=True, slots=True)
class MediaTaken(Event):
    device: str


@dataclass(frozen=True, slots=True)
class MediaForgotten(Event):
    """It has been left for too long; told once. The alarm ends with MediaTaken."""

    device: str
