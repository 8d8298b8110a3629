"""Pieces of JSON Schema for what no marshmallow schema describes."""

from collections.abc import Mapping
from typing import Any


def object_shape(told: str, required: Mapping[str, Any], optional: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """An object with these members."""
    members = {**required, **(optional or {})}
    return {"type": "object", "description": told, "required": list(required), "properties": members}
