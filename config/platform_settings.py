"""Where the platform is, and what makes the line to it secure."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

from pydantic import Field, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from config.addresses import is_loopback
from config.section import Section


class PlatformSettings(Section):
    """`sealing_key_file` may be a directory. Off the loopback interface the terminal shows its
    certificate, and trusts `ca_file` alone unless it is told otherwise.
    """

    url: str = Field(pattern=r"^https?://.+")
    sealing_key_file: Path
    seal_roots_file: Path | None = Field(
        None, description="PEM: whose seals on certificates count; without it, nobody's"
    )
    publisher_key_file: Path | None = Field(
        None,
        description="Ed25519, PEM or 64 hexadecimal digits: who signs notices; without it, none",
    )
    certificate_file: Path | None = Field(None, validate_default=True)
    certificate_key_file: Path | None = Field(None, validate_default=True)
    public_authorities: bool = False
    ca_file: Path | None = Field(None, validate_default=True)
    connect_timeout_s: float = Field(4, gt=0, le=30)
    read_timeout_s: float = Field(6, gt=0, le=60)
    total_timeout_s: float = Field(10, gt=0, le=120)

    @field_validator("certificate_file", "certificate_key_file")
    @classmethod
    def _shown(cls, file: Path | None, told: ValidationInfo) -> Path | None:
        if file is None and _is_off_loopback(told.data.get("url", "")):
            raise PydanticCustomError("needed", "the platform answers nobody without one")
        return file

    @field_validator("ca_file")
    @classmethod
    def _pinned(cls, file: Path | None, told: ValidationInfo) -> Path | None:
        off_loopback = _is_off_loopback(told.data.get("url", ""))
        if file is None and off_loopback and not told.data.get("public_authorities"):
            raise PydanticCustomError(
                "needed",
                "the authority that issued the platform's certificate"
                " (public_authorities = true trusts the public ones instead)",
            )
        return file


def _is_off_loopback(url: str) -> bool:
    return url != "" and not is_loopback(urlsplit(url).hostname or "")
