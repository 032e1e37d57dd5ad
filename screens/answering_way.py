"""What a way of answering is built from and has to give. See `screens/answering.py`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from kivy.uix.widget import Widget

from kiosk.visits.form_pages import Choice, QuestionPage
from screens.content import Means
from screens.ime.pads import Remark

Value = str | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Field:
    """What the field shows: what stands in it, and letters that are no characters yet."""

    words: str
    reading: str = ""
    hint: str = ""  # a text key, while it is empty


@dataclass(frozen=True, slots=True)
class Given:
    """What a way of answering is built from. room_mm: the height that a hand reaches."""

    page: QuestionPage
    means: Means
    say: Callable[..., str]
    changed: Callable[[], None]
    wide: bool
    room_mm: float


class Answering(Protocol):
    """tools: to touch. beside: what stands by the field where there is little height, and above the
    tools otherwise.
    """

    tools: Widget
    beside: Widget | None

    @property
    def value(self) -> Value: ...
    @property
    def field(self) -> Field | None: ...
    @property
    def remark(self) -> Remark | None: ...
    @property
    def pending(self) -> Remark | None:
        """Why it cannot be handed over yet; None when it can."""

    def take_over(self, before: Answering) -> None: ...
    def refused(self) -> None:
        """The last answer was not taken."""


class Way:
    """What most ways have."""

    beside: Widget | None = None
    tools: Widget
    field: Field | None = None
    remark: Remark | None = None
    pending: Remark | None = None

    def __init__(self, given: Given) -> None:
        self.given = given

    def refused(self) -> None:
        """Most ways stay as they are."""


def yes_no(given: Given) -> tuple[Choice, ...]:
    return tuple(Choice(one, given.say(f"typing.{one}")) for one in ("yes", "no"))


def text(value: Value) -> str:
    return value if isinstance(value, str) else ""


def texts(value: Value) -> tuple[str, ...]:
    return tuple(filter(None, (value,))) if isinstance(value, str) else value
