"""What the terminal asks the platform and what it is told; opens nothing.

Contract: `docs/api/platform.yaml`. Fields an answer has beyond these are ignored; a field or code
that does not fit makes the whole answer unusable (`pydantic.ValidationError`).
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any, Literal, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, TypeAdapter, model_validator

from kiosk.platform.results import DECISION_CODES, ELIGIBILITY_CODES, Code


class IdType(StrEnum):
    RESIDENT = "RESIDENT"  # 居民身份证
    HMT = "HMT"  # 港澳台居民居住证
    FOREIGNER = "FOREIGNER"  # 外国人永久居留身份证, 2023 layout


class Scheme(StrEnum):
    ENTERPRISE = "ENTERPRISE"  # 企业职工
    PUBLIC = "PUBLIC"  # 机关事业
    RESIDENTS = "RESIDENTS"  # 城乡居民
    PENSION_SURVIVOR = "PENSION_SURVIVOR"  # 养老保险供养亲属
    INJURY = "INJURY"  # 工伤长期待遇
    INJURY_SURVIVOR = "INJURY_SURVIVOR"  # 因工死亡职工供养亲属


@dataclass(frozen=True, slots=True)
class EligibilityQuery:
    item: str
    id_type: IdType
    id_number: str = field(repr=False)
    name: str = field(repr=False)
    valid_to: date | None = field(default=None, repr=False)  # last day of the card; None: 长期

    def body(self, terminal: str) -> dict[str, Any]:
        return {
            "terminal": terminal,
            "item": self.item,
            "id_type": self.id_type.value,
            "id_number": self.id_number,
            "name": self.name,
            "valid_to": self.valid_to.isoformat() if self.valid_to else None,
        }


@dataclass(frozen=True, slots=True)
class Submission:
    """The same values on every attempt: the platform compares them."""

    key: str  # UUID, lower case, made when the resident confirmed
    number: str  # 14 digits, on the receipt
    item: str
    submitted_at: datetime  # aware
    key_id: str
    suite: str
    sealed: bytes = field(repr=False)  # enc, then ciphertext

    def body(self, terminal: str) -> dict[str, Any]:
        return {
            "number": self.number,
            "item": self.item,
            "terminal": terminal,
            "submitted_at": self.submitted_at.isoformat(),
            "key_id": self.key_id,
            "suite": self.suite,
            "sealed": base64.b64encode(self.sealed).decode("ascii"),
        }


@dataclass(frozen=True, slots=True)
class Rating:
    key: str  # UUID, lower case, made when the resident chose
    number: str | None  # of the submission, where there was one
    item: str
    stars: int  # 1 to 5, 5 is best
    rated_at: datetime  # aware

    def body(self, terminal: str) -> dict[str, Any]:
        return {
            "number": self.number,
            "terminal": terminal,
            "item": self.item,
            "stars": self.stars,
            "rated_at": self.rated_at.isoformat(),
        }


class _Told(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", strict=True, defer_build=True)


class BenefitRecord(_Told):
    record_id: str = Field(min_length=1)
    scheme: Scheme
    scheme_name: str = Field(min_length=1)
    pay_agency: str = Field(min_length=1)
    pay_area: str = Field(pattern=r"^\d{6}(\d{6})?$")
    valid_to: date | None  # deadline of the present certification; None: there has been none


class Eligibility(_Told):
    code: Code
    records: tuple[BenefitRecord, ...]  # one or more with ELIGIBLE and NOT_DUE
    valid_to: date | None = None  # with NOT_DUE, the earliest deadline
    message: str = ""  # the agency's own words, for the attendant; never for a resident

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.code not in ELIGIBILITY_CODES:
            raise ValueError("no code of an eligibility answer")
        if self.code in (Code.ELIGIBLE, Code.NOT_DUE) and not self.records:
            raise ValueError("no record to certify")
        if self.code is Code.NOT_DUE and self.valid_to is None:
            raise ValueError("no date")
        return self


class _Decided(_Told):
    number: str
    state: Literal["decided"]
    code: Code
    valid_to: date | None = None
    record_ids: tuple[str, ...] = ()
    decided_at: AwareDatetime

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.code not in DECISION_CODES:
            raise ValueError("no code of a decision")
        if self.code in (Code.PASS, Code.NOT_DUE) and self.valid_to is None:
            raise ValueError("no date")
        return self


class _Accepted(_Told):
    number: str
    state: Literal["accepted"]


class _Missing(_Told):
    material: int = Field(ge=0)
    next: int = Field(ge=0)


class _Awaiting(_Told):
    number: str
    state: Literal["awaiting"]
    missing: tuple[_Missing, ...] = Field(min_length=1)


@dataclass(frozen=True, slots=True)
class Awaited:
    """The platform has the manifest, and waits for materials: number → first chunk it lacks."""

    number: str
    missing: Mapping[int, int]


@dataclass(frozen=True, slots=True)
class Answer:
    """Where a submission stands."""

    number: str
    code: Code  # a decision, or ACCEPTED: it follows
    valid_to: date | None = None  # with PASS and NOT_DUE, the last day of the certification
    record_ids: tuple[str, ...] = ()  # with PASS, what was certified
    decided_at: datetime | None = None  # None with ACCEPTED


_STATES: TypeAdapter[_Decided | _Accepted | _Awaiting] = TypeAdapter(
    Annotated[_Decided | _Accepted | _Awaiting, Field(discriminator="state")]
)


class Health(_Told):
    status: Literal["ok"]


def parse_health(body: bytes) -> Health:
    return Health.model_validate_json(body)


def parse_eligibility(body: bytes) -> Eligibility:
    return Eligibility.model_validate_json(body)


def parse_answer(body: bytes) -> Answer | Awaited:
    told = _STATES.validate_json(body)
    if isinstance(told, _Awaiting):
        return Awaited(told.number, {each.material: each.next for each in told.missing})
    if isinstance(told, _Accepted):
        return Answer(told.number, Code.ACCEPTED)
    return Answer(told.number, told.code, told.valid_to, told.record_ids, told.decided_at)


class Problem(_Told):
    """A refusal of the platform itself (RFC 9457)."""

    type: str
    title: str
    status: int
    reason: str = Field(pattern=r"^[A-Z_]{1,40}$")  # safe to log: nothing personal fits in


def parse_problem(body: bytes) -> Problem:
    return Problem.model_validate_json(body)


class RatingReceipt(_Told):
    key: str


def parse_rating_receipt(body: bytes) -> RatingReceipt:
    return RatingReceipt.model_validate_json(body)
