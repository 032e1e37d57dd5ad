"""What is due, under way and on file for somebody, and how far a case is; opens nothing.

Contract: `docs/api/platform.yaml`, read as `kiosk/platform/platform_messages.py` reads it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from pydantic import AwareDatetime, Field

from kiosk.platform.platform_messages import Answer, Awaited, parse_answer
from kiosk.platform.query_messages import Sealed, Told
from kiosk.platform.query_results import QueryCode

IDLE_DAYS = 10  # working days without anybody opening a case, from which people are told so


@dataclass(frozen=True, slots=True)
class AffairsQuery:
    packet: Sealed  # an AffairsPacket

    def body(self, terminal: str) -> dict[str, Any]:
        return {"terminal": terminal, "key": self.packet.key, **self.packet.body()}


class Due(Told):
    item: str
    title: str = Field(min_length=1)
    due_on: date


class Case(Told):
    number: str = Field(pattern=r"^[0-9]{14}$")
    item: str
    title: str = Field(min_length=1)
    state: Literal["accepted", "decided"]
    desk: str
    since: AwareDatetime
    idle_working_days: int = Field(0, ge=0)


class CertificateOnFile(Told):
    item: str
    title: str = Field(min_length=1)
    issuer: str
    valid_to: date | None


class Affairs(Told):
    code: QueryCode
    as_of: AwareDatetime
    due: tuple[Due, ...]  # the earliest first
    cases: tuple[Case, ...]  # the newest first
    certificates: tuple[CertificateOnFile, ...]


class CaseStep(Told):
    name: str = Field(min_length=1)
    state: Literal["done", "now", "to_come"]
    desk: str = ""
    at: AwareDatetime | None = None


class Waybill(Told):
    carrier: str
    number: str


class CaseBranch(Told):
    """With 多地联办, one of the places that work on it."""

    place: str
    desk: str
    state: Literal["waiting", "working", "done"]
    since: AwareDatetime


class Office(Told):
    """Where originals are posted to."""

    name: str = Field(min_length=1)
    address: str = Field(min_length=1)
    postcode: str
    telephone: str


class HandedOver(Told):
    to: Literal["helper", "post", "office"]
    at: AwareDatetime


class Parcel(Told):
    """With 异地代收代办: originals on their way. `next`: who takes it; None when it is there."""

    papers: int = Field(ge=1)
    holder: Literal["resident", "helper", "post", "office"]
    next: Literal["helper", "post", "office"] | None
    office: Office
    hand_overs: tuple[HandedOver, ...] = ()  # the oldest first


class BundleCase(Told):
    """One of several that were handed in at once."""

    number: str = Field(pattern=r"^[0-9]{14}$")
    item: str
    state: Literal["awaiting", "accepted", "decided"]


class Whereabouts(Told):
    """On whose desk a case is; all of it may be missing."""

    desk: str = ""
    since: AwareDatetime | None = None
    idle_working_days: int = Field(0, ge=0)  # since anybody opened it
    steps: tuple[CaseStep, ...] = ()
    waybill: Waybill | None = None
    branches: tuple[CaseBranch, ...] = ()
    parcel: Parcel | None = None
    bundle: tuple[BundleCase, ...] = ()  # with 一件事, all of them, in their order


@dataclass(frozen=True, slots=True)
class Progress:
    answer: Answer | Awaited
    whereabouts: Whereabouts


def parse_progress(body: bytes) -> Progress:
    return Progress(parse_answer(body), Whereabouts.model_validate_json(body))
