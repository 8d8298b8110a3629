"""Fields of forms whose text is JSON."""

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, ValidationError, fields

from app.kernel.errors import DomainError
from app.web.json import decode

_LONGEST = 20_000


class JsonText(fields.Field[Any]):
    """An object of a schema, as JSON in a field of a form."""

    def __init__(self, schema: type[Schema], **options: Any) -> None:
        self.schema = schema()
        shape = {"type": "string", "maxLength": _LONGEST, "contentMediaType": "application/json"}
        super().__init__(metadata={**shape, **options.pop("metadata", {})}, **options)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Any:
        if not isinstance(value, str) or len(value) > _LONGEST:
            raise ValidationError(f"Must be a text of JSON with at most {_LONGEST} characters.")
        try:
            given = decode(value.encode())
        except (DomainError, UnicodeEncodeError):
            raise ValidationError("Is not valid JSON.") from None
        if not isinstance(given, dict):
            raise ValidationError("Must be an object.")
        return self.schema.load(given)
