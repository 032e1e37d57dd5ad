"""JSON Schema (2020-12) of what people write; published as docs/api/catalogue.schema.json."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from config.catalogue_models import Bundle, Edition, Form, Group, Item


def schema() -> dict[str, Any]:
    """By `$defs`: Item for items/*.toml, Form for forms/*.toml, Bundle for bundles/*.toml, Edition
    for pack.toml, and Group for each of the groups in groups.toml.
    """
    models: tuple[type[BaseModel], ...] = (Item, Form, Bundle, Edition, Group)
    _, made = models_json_schema([(model, "validation") for model in models])
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Files of the catalogue, as TOML says them in JSON",
        "description": "An item file is an Item, a form file a Form, a bundle file a Bundle.",
        "anyOf": [{"$ref": f"#/$defs/{model.__name__}"} for model in models[:3]],
        **made,
    }
