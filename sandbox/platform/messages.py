"""What a terminal may send, field by field as in docs/api/platform.yaml."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field


def _from_base64(text: object) -> bytes:
    if not isinstance(text, str):
        raise ValueError("base64 is a text")
    return base64.b64decode(text, validate=True)


def _made(promise: bool) -> bool:
    if not promise:
        raise ValueError("the promise was not made")
    return promise


Promise = Annotated[bool, AfterValidator(_made)]  # Literal[True] would take 1 for true
Base64 = Annotated[bytes, BeforeValidator(_from_base64)]

Key = Annotated[str, Field(pattern=r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")]
Number = Annotated[str, Field(pattern=r"^[0-9]{14}$")]
Item = Annotated[str, Field(pattern=r"^[0-9]{4}-[0-9]{1,3}/[0-9]{1,2}/[0-9]{1,4}$")]
Terminal = Annotated[str, Field(pattern=r"^[0-9A-Za-z][0-9A-Za-z._-]{0,31}$")]
Word = Annotated[str, Field(pattern=r"^[0-9A-Za-z][0-9A-Za-z._-]{0,63}$")]
IdType = Literal["RESIDENT", "HMT", "FOREIGNER"]
IdNumber = Annotated[str, Field(pattern=r"^[0-9]{17}[0-9X]$")]
PersonName = Annotated[str, Field(min_length=1, max_length=100)]


class Request(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    terminal: Terminal


class EligibilityQuery(Request):
    item: Item
    id_type: IdType
    id_number: IdNumber
    name: PersonName
    valid_to: date | None = None


class Submission(Request):
    item: Item
    number: Number
    submitted_at: AwareDatetime
    key_id: Word
    suite: Literal[
        "HPKE-MLKEM768X25519-HKDF-SHA256-AES-256-GCM",
        "HPKE-X25519-HKDF-SHA256-AES-256-GCM",
        "GM-SM2-SM3-SM4-GCM",
    ]
    sealed: Base64 = Field(min_length=1)


class Rating(Request):
    item: Item
    number: Number | None
    stars: int = Field(ge=1, le=5)
    rated_at: AwareDatetime


class Plain(BaseModel):
    """What lies inside a sealed packet; more fields than these are allowed there."""

    model_config = ConfigDict(extra="ignore", strict=True, frozen=True)


class Identity(Plain):
    id_type: IdType
    id_number: IdNumber
    name: PersonName
    valid_to: date | None


class Liveness(Plain):
    kind: str = Field(pattern=r"^[a-z_]{1,32}$")
    passed: bool


class Helper(Plain):
    """Who led the resident through, and what of it the resident has confirmed."""

    id: Terminal
    since: AwareDatetime
    reason: Literal["sight", "reading", "machine", "body", "other"]
    confirmed: tuple[
        Literal["person", "face_consent", "face", "declaration", "summary", "signature"], ...
    ]


@dataclass(frozen=True, slots=True)
class FaceEvidence:
    jpeg: bytes
    liveness: Liveness


@dataclass(frozen=True, slots=True)
class StaffEvidence:
    staff_id: str


@dataclass(frozen=True, slots=True)
class Claim:
    """What a certification says, as it is decided on."""

    item: str
    identity: Identity
    record_ids: tuple[str, ...]
    evidence: FaceEvidence | StaffEvidence
    changes: tuple[str, ...] = ()  # what a survivor says has changed
    guardian: str = ""  # the number of who answers for a child
