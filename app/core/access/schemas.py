"""Schemas of roles and permissions."""

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate

from app.core.access.rules import CODE_PATTERN, LONGEST_CODE
from app.web.fields import Flag, Instant, Text, Whole
from app.web.query import ListQuery, SortBy
from app.web.schema import ResourceSchema

_MOST_NAMES = 1000
_CODE = validate.Regexp(rf"{CODE_PATTERN}\Z", error="Lower case letters, digits, '_' and '-' only, a letter first.")


class Names(fields.List[str]):
    """Distinct names of permissions or of kinds of scopes."""

    def __init__(self, **options: Any) -> None:
        super().__init__(Text(100, required=True), validate=validate.Length(max=_MOST_NAMES), **options)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> list[Any]:
        names = super()._deserialize(value, attr, data, **kwargs)
        if len(set(names)) < len(names):
            raise ValidationError("Must not name the same twice.")
        return names


class RoleSchema(ResourceSchema):
    """A role of users: a name for some permissions."""

    id = fields.Integer(dump_only=True)
    code = Text(
        LONGEST_CODE, required=True, checks=(_CODE,), metadata={"pattern": f"^{CODE_PATTERN}$", "example": "ventas"}
    )
    name = Text(200, required=True, metadata={"example": "Ventas"})
    built_in = fields.Boolean(dump_only=True)
    permissions = Names(
        required=True, metadata={"description": "Permissions that it gives", "example": ["clients:read"]}
    )
    all_scopes = Names()
    two_factor_required = Flag()
    created_at = Instant()
    updated_at = Instant()


class RoleListQuery(ListQuery):
    """Query of the list of roles."""

    sort = SortBy("code", "name", "created_at", "updated_at")


class PermissionSchema(Schema):
    """The right to call operations."""

    name = fields.String(dump_only=True, metadata={"example": "clients:read"})
    label = fields.String(dump_only=True)
    suite = fields.String(dump_only=True)
    scoped = fields.Boolean(dump_only=True)


class PermissionListQuery(ListQuery):
    """Query of the list of permissions: all are on one page."""

    per_page = Whole(1, 1000, load_default=1000)
