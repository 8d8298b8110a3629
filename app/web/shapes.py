"""JSON Schema of objects without a marshmallow schema."""

from collections.abc import Mapping
from typing import Any


def object_shape(
    description: str, required: Mapping[str, Any], optional: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """JSON Schema of an object with these properties."""
    members = {**required, **(optional or {})}
    return {"type": "object", "description": description, "required": list(required), "properties": members}
