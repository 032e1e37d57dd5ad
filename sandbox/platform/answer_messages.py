"""What a terminal may ask besides handing in, field by field as in docs/api/platform.yaml."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from sandbox.platform.messages import (
    Base64,
    Helper,
    Identity,
    Item,
    Key,
    Liveness,
    Number,
    Plain,
    Terminal,
    Word,
)

Suite = Literal[
    "HPKE-MLKEM768X25519-HKDF-SHA256-AES-256-GCM", "HPKE-X25519-HKDF-SHA256-AES-256-GCM"
]
Question = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
Text = Annotated[str, Field(max_length=300)]
VerifyCode = Annotated[str, Field(pattern=r"^[0-9A-HJKMNP-TV-Z]{16}$")]
Format = Annotated[int, Field(ge=1, le=1)]  # Literal[1] would take true for 1


class FaceEvidence(Plain):
    kind: Literal["face"]
    jpeg_base64: Base64
    liveness: Liveness


class StaffEvidence(Plain):
    kind: Literal["staff"]
    staff_id: Terminal
    reason: str = Field(min_length=1, max_length=200)


class CardEvidence(Plain):
    kind: Literal["card"]


Evidence = Annotated[FaceEvidence | StaffEvidence | CardEvidence, Field(discriminator="kind")]


class Asked(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    terminal: Terminal


class Sealed(Asked):
    key_id: Word
    suite: Suite
    sealed: Base64 = Field(min_length=1)


class Query(Sealed):
    item: Item
    key: Key


class AffairsQuery(Sealed):
    key: Key


class Verification(Asked):
    code: VerifyCode


class PaymentOrder(Asked):
    item: Item
    submission: Key
    amount_fen: int = Field(ge=1, le=10_000_000)


class Feedback(Sealed):
    item: Item | None
    number: Number | None
    kind: Literal["COMPLAINT", "SUGGESTION"]
    given_at: AwareDatetime


class QueryPacket(Plain):
    format: Format
    key: Key
    item: Item
    terminal: Terminal
    asked_at: AwareDatetime
    identity: Identity
    evidence: Evidence
    helper: Helper | None = None
    inputs: dict[Question, Text | Annotated[tuple[Text, ...], Field(max_length=50)]]


class AffairsPacket(Plain):
    format: Format
    key: Key
    terminal: Terminal
    asked_at: AwareDatetime
    identity: Identity
    evidence: Evidence
    helper: Helper | None = None


class FeedbackPacket(Plain):
    format: Format
    key: Key
    terminal: Terminal
    text: str = Field(min_length=1, max_length=1000)
    mobile: str = Field("", pattern=r"^1[3-9][0-9]{9}$")
