"""Schemas of users, logins and passwords."""

from marshmallow import Schema, fields, validate

from app.domains.auth.rules import Role
from app.web.fields import EmailAddress, EnumByValue, Flag, Instant, Text
from app.web.query import ListQuery, SortBy
from app.web.schema import ResourceSchema

_PLAIN_NAME = validate.Regexp(r"[\w.+-]+\Z", error="Letters, digits, '.', '_', '+' and '-' only.")
_PLAIN_NAME_IN_JSON_SCHEMA = r"^[^\s!-*,/:-@\[-\^`{-~]+$"  # as JavaScript reads it: no \Z, and its \w knows no ñ


class UserSchema(ResourceSchema):
    """Somebody who may log in; the password goes in and never comes out."""

    id = fields.Integer(dump_only=True)
    username = Text(80, required=True, checks=(_PLAIN_NAME,), metadata={"pattern": _PLAIN_NAME_IN_JSON_SCHEMA})
    email = EmailAddress(required=True)
    password = Text(200, required=True, load_only=True)
    role = EnumByValue(Role, load_default=Role.USER)
    is_active = Flag(load_default=True)
    created_at = Instant()
    updated_at = Instant()


class UserListQuery(ListQuery):
    """Query of the list of users."""

    sort = SortBy("username", "email", "role", "is_active", "created_at", "updated_at")


class AccountSchema(UserSchema):
    """Oneself, with what one may do."""

    permissions = fields.List(fields.String(), dump_only=True)


class LoginSchema(ResourceSchema):
    """Name or e-mail, and password; the device's token of an earlier login passes the lock of an account."""

    username = Text(200, required=True)
    password = Text(1000, required=True)
    device_token = Text(1000, allow_none=True)


class TokensSchema(Schema):
    """Tokens and user of a login."""

    access_token = fields.String(dump_only=True)
    refresh_token = fields.String(dump_only=True)
    device_token = fields.String(dump_only=True)
    user = fields.Nested(UserSchema, dump_only=True)


class AccessTokenSchema(Schema):
    """Token of a refresh."""

    access_token = fields.String(dump_only=True)


class ChangePasswordSchema(ResourceSchema):
    """The old password proves who is asking."""

    current_password = Text(1000, required=True)
    new_password = Text(1000, required=True)
