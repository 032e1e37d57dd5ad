"""Forms that belong to no item: who somebody acts for, asked before the item's own questions."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path

from config.catalogue_models import Form

FORMS = Path(__file__).resolve().parent / "forms"


def load(folder: Path = FORMS) -> Mapping[str, Form]:
    """Forms by their id.

    Raises:
        OSError, ValueError: a file cannot be read or breaks a rule (pydantic.ValidationError).
    """
    read = (
        Form.model_validate(tomllib.loads(file.read_text("utf-8")))
        for file in sorted(folder.glob("*.toml"))
    )
    return {form.id: form for form in read}
