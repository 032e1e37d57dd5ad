"""What the terminal has looked up and what it is told; opens nothing.

Contract: `docs/api/platform.yaml`, read as `kiosk/platform/platform_messages.py` reads it.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any, Literal, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from kiosk.platform.query_results import SHOWN_CODES, QueryCode

VERIFY_CODE = r"^[0-9A-HJKMNP-TV-Z]{16}$"
DOCUMENT_ID = r"^[0-9A-Za-z_-]{16,64}$"


@dataclass(frozen=True, slots=True)
class Sealed:
    """Something about a person on its way; `key` is bound into the box and used once."""

    key: str  # UUID, lower case
    key_id: str
    suite: str
    box: bytes = field(repr=False)  # enc, then ciphertext

    def body(self) -> dict[str, Any]:
        return {
            "key_id": self.key_id,
            "suite": self.suite,
            "sealed": base64.b64encode(self.box).decode("ascii"),
        }


def unsealed_body(key: str, body: Mapping[str, Any]) -> Sealed:
    """From what `Sealed.body` made."""
    box = base64.b64decode(body["sealed"], validate=True)
    return Sealed(key, body["key_id"], body["suite"], box)


@dataclass(frozen=True, slots=True)
class Query:
    item: str
    packet: Sealed  # a QueryPacket

    def body(self, terminal: str) -> dict[str, Any]:
        return {
            "terminal": terminal,
            "item": self.item,
            "key": self.packet.key,
            **self.packet.body(),
        }


class Told(BaseModel):
    """Built when the first answer is read: the first picture does not wait for these."""

    model_config = ConfigDict(frozen=True, extra="ignore", strict=True, defer_build=True)


class Mask(StrEnum):
    """How a value is hidden until the resident asks to see it."""

    NONE = "none"
    NAME = "name"
    NUMBER = "number"
    ACCOUNT = "account"
    PHONE = "phone"


class ToldFact(Told):
    label: str = Field(min_length=1)
    value: str = Field(repr=False)
    mask: Mask


class ToldSection(Told):
    heading: str
    facts: tuple[ToldFact, ...] = ()
    columns: tuple[str, ...] = ()
    lines: tuple[tuple[str, ...], ...] = Field((), repr=False)  # usually as many cells as columns


class DocumentNamed(Told):
    """What can be fetched under `id` by this terminal, for five minutes."""

    id: str = Field(pattern=DOCUMENT_ID)
    title: str = Field(min_length=1)
    media_type: Literal["application/pdf"]
    bytes: int = Field(ge=1, le=1_000_000)
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    verify_code: str = Field("", pattern=r"^([0-9A-HJKMNP-TV-Z]{16})?$")
    valid_to: date | None = None


class Option(Told):
    value: str = Field(min_length=1)
    label: str = Field(min_length=1)


class Choices(Told):
    """The query is asked again with one of the values under `question`."""

    question: str = Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")
    options: tuple[Option, ...] = Field(min_length=2)


class QueryAnswer(Told):
    code: QueryCode
    title: str = ""
    as_of: AwareDatetime | None = None  # 数据截止; with FOUND and REVOKED
    sections: tuple[ToldSection, ...] = ()
    note: str = ""
    documents: tuple[DocumentNamed, ...] = ()
    choices: Choices | None = None  # with SEVERAL

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.code in SHOWN_CODES and not (self.title and self.as_of and self.sections):
            raise ValueError("nothing to show")
        if self.code is QueryCode.SEVERAL and self.choices is None:
            raise ValueError("nothing to choose from")
        return self


class VerifyState(StrEnum):
    VALID = "VALID"
    EXPIRED = "EXPIRED"  # it was right, and its time is over
    WITHDRAWN = "WITHDRAWN"  # it was right, and is void
    UNKNOWN = "UNKNOWN"


class Verified(Told):
    state: VerifyState
    title: str = ""
    issuer: str = ""
    issued_at: AwareDatetime | None = None
    valid_to: date | None = None
    facts: tuple[ToldFact, ...] = ()  # masked already, whoever holds the paper

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.state is not VerifyState.UNKNOWN and not (
            self.title and self.issuer and self.issued_at
        ):
            raise ValueError("a paper without title, issuer or date")
        return self
