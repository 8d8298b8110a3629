"""Schemas of users, logins and passwords."""

from collections.abc import Mapping
from typing import Any, ClassVar

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from app.manifest import USER, AccountAnswer
from app.web.added_fields import ExtensibleSchema
from app.web.fields import EmailAddress, Flag, Id, Instant, Text
from app.web.query import ListQuery, SortBy
from app.web.schema import OPTIONAL, ResourceSchema

_PLAIN_NAME = validate.Regexp(r"[\w.+-]+\Z", error="Letters, digits, '.', '_', '+' and '-' only.")
_PLAIN_NAME_IN_JSON_SCHEMA = r"^[^\s!-*,/:-@\[-\^`{-~]+$"  # in ECMAScript syntax: no \Z, and \w without ñ


class UserName(Text):
    """A name for the login, without '@', so that it is nobody's e-mail address."""

    def __init__(self, shortest: int | None = None, longest: int = 80, **options: Any) -> None:
        checks = (_PLAIN_NAME,) if shortest is None else (_PLAIN_NAME, validate.Length(min=shortest, max=longest))
        super().__init__(longest, checks=checks, metadata={"pattern": _PLAIN_NAME_IN_JSON_SCHEMA}, **options)


class UserSchema(ResourceSchema):
    """Somebody who may log in; the password goes in and never comes out."""

    id = fields.Integer(dump_only=True)
    username = UserName(required=True)
    email = EmailAddress(required=True)
    full_name = Text(200, allow_none=True, load_default=None)
    password = Text(200, required=True, load_only=True)
    role = Text(40, blank=False, load_default=USER)
    is_active = Flag(load_default=True)
    email_verified_at = Instant(allow_none=True)
    created_at = Instant()
    updated_at = Instant()


class UserListQuery(ListQuery):
    """Query of the list of users."""

    sort = SortBy("username", "email", "role", "is_active", "created_at", "updated_at")


class UserScopeSchema(ResourceSchema):
    """A row to which the permissions of a user are limited."""

    kind = Text(100, required=True, metadata={"description": "Kind of the row", "example": "credito.ruta"})
    id = Id(required=True)


class AccountSchema(UserSchema):
    """The caller's own account, with its permissions."""

    erase_on = fields.Date(dump_only=True, allow_none=True)
    permissions = fields.List(fields.String(), dump_only=True)


class OwnAccountSchema(ExtensibleSchema, ResourceSchema):
    """One's own account, and what suites keep of it; all else that answers show is ignored."""

    at = AccountAnswer.USER
    username = UserName()
    full_name = Text(200, allow_none=True)
    id = fields.Integer(dump_only=True)
    email = fields.String(dump_only=True)
    role = fields.String(dump_only=True)
    is_active = fields.Boolean(dump_only=True)
    email_verified_at = Instant(allow_none=True)
    erase_on = fields.Date(dump_only=True, allow_none=True)
    permissions = fields.List(fields.String(), dump_only=True)
    created_at = Instant()
    updated_at = Instant()


class LoginSchema(ResourceSchema):
    """Name or e-mail, and password; a device token of an earlier login is exempt from the account's lock."""

    username = Text(200, blank=False)
    email = Text(200, blank=False)
    password = Text(1000, required=True)
    device_token = Text(1000, allow_none=True)

    class Meta(ResourceSchema.Meta):
        whole_example: ClassVar = {"username": "lucia", "password": "correct horse battery"}

    @validates_schema(pass_original=True, skip_on_field_errors=False)
    def _check_names(self, _data: Any, original: Any, **_options: Any) -> None:
        if isinstance(original, Mapping) and ("username" in original) == ("email" in original):
            raise ValidationError({"username": ["Either `username` or `email` is required, and not both."]})

    def after_load(self, data: dict[str, Any]) -> dict[str, Any]:
        """The e-mail stands for the user name."""
        name = data.pop("email", None)
        return data if name is None else {**data, "username": name}


class TokensSchema(Schema):
    """Tokens and user of a login."""

    access_token = fields.String(dump_only=True)
    refresh_token = fields.String(dump_only=True)
    device_token = fields.String(dump_only=True)
    user = fields.Nested(UserSchema, dump_only=True)


class LoginAnswerSchema(Schema):
    """Tokens and user of a login; of a user with two factors the token with which the second one is sent."""

    access_token = fields.String(dump_only=True, metadata=OPTIONAL)
    refresh_token = fields.String(dump_only=True, metadata=OPTIONAL)
    device_token = fields.String(dump_only=True, metadata=OPTIONAL)
    user = fields.Nested(UserSchema, dump_only=True, metadata=OPTIONAL)
    two_factor_required = fields.Boolean(dump_only=True, metadata=OPTIONAL)
    two_factor_token = fields.String(dump_only=True, metadata=OPTIONAL)
    expires_in = fields.Integer(dump_only=True, metadata=OPTIONAL)
    erase_on = fields.Date(dump_only=True, metadata=OPTIONAL)


class EraseAccountSchema(ResourceSchema):
    """One's password, and the word that says that one means it."""

    password = Text(1000, required=True)
    confirm = Text(10, required=True, checks=(validate.Equal("ERASE", error="Must be ERASE."),))


class PlannedErasureSchema(Schema):
    """The day on which an account is erased."""

    erase_on = fields.Date(dump_only=True)


class AccessTokenSchema(Schema):
    """Tokens of a refresh."""

    access_token = fields.String(dump_only=True)
    refresh_token = fields.String(dump_only=True)


class ChangePasswordSchema(ResourceSchema):
    """The current password, which confirms the caller, and the new one."""

    current_password = Text(1000, required=True)
    new_password = Text(1000, required=True)
