"""What the office has to tell residents, as it hangs on the screen now.

Contract: `Notices` in docs/api/platform.yaml, read as `platform_messages.py` reads it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated

from pydantic import BaseModel, ConfigDict, Field

if TYPE_CHECKING:
    from offline_cache.reference import Reference

NAME = "notices"  # of the reference


class _Told(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", strict=True, defer_build=True)


class Title(_Told):
    zh: Annotated[str, Field(min_length=1, max_length=30)]
    en: Annotated[str, Field(min_length=1, max_length=80)]


class Body(_Told):
    zh: Annotated[str, Field(min_length=1, max_length=2000)]
    en: Annotated[str, Field(min_length=1, max_length=4000)]


class Notice(_Told):
    id: Annotated[str, Field(pattern=r"^[0-9A-Za-z][0-9A-Za-z._-]{0,63}$")]
    title: Title
    body: Body
    begins: Annotated[date, Field(alias="from")]
    until: date

    def title_in(self, language: str) -> str:
        return self.title.zh if language == "zh" else self.title.en

    def paragraphs_in(self, language: str) -> tuple[str, ...]:
        body = self.body.zh if language == "zh" else self.body.en
        return tuple(filter(None, (line.strip() for line in body.splitlines())))


class Notices(_Told):
    notices: Annotated[tuple[Notice, ...], Field(max_length=50)]


def read_notices(reference: Reference) -> tuple[Notice, ...]:
    """Raises: ValueError (also pydantic's): not of this form."""
    return Notices.model_validate_json(reference.content).notices


class NoticeBoard:
    """Hung by one thread, read by another."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._hung: tuple[Notice, ...] = ()

    def hang(self, notices: tuple[Notice, ...]) -> None:
        self._hung = notices

    def shown(self) -> tuple[Notice, ...]:
        """Those of today, in the order of the office."""
        today = self._now().date()
        return tuple(one for one in self._hung if one.begins <= today <= one.until)

    def notice(self, name: str) -> Notice | None:
        """None: it was taken down meanwhile."""
        return next((one for one in self.shown() if one.id == name), None)

    def line(self, language: str) -> str:
        """The first one's title; "" when there is none."""
        return next((one.title_in(language) for one in self.shown()), "")
