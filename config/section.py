"""What every table of the settings is made of."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Section(BaseModel):
    """A misspelt key stops the start-up: a setting silently ignored is worse than none."""

    model_config = ConfigDict(extra="forbid", frozen=True)
