"""What users, logins and passwords look like."""

from marshmallow import Schema, fields, validate

from app.domains.auth.rules import Role
from app.web.fields import EmailAddress, EnumByValue, Flag, Instant, Text
from app.web.query import ListQuery, SortBy
from app.web.schema import Shape

_PLAIN_NAME = validate.Regexp(r"[\w.+-]+\Z", error="Letters, digits, '.', '_', '+' and '-' only.")


class UserSchema(Shape):
    """Somebody who may log in; the password goes in and never comes out."""

    id = fields.Integer(dump_only=True)
    username = Text(80, required=True, checks=(_PLAIN_NAME,), metadata={"pattern": r"^[^\s!-*,/:-@\[-^`{-~]+$"})
    email = EmailAddress(required=True)
    password = Text(200, required=True, load_only=True)
    role = EnumByValue(Role, load_default=Role.USER)
    is_active = Flag(load_default=True)
    created_at = Instant()
    updated_at = Instant()


class UserListQuery(ListQuery):
    """How users are listed."""

    sort = SortBy("username", "email", "role", "is_active", "created_at", "updated_at")


class AccountSchema(UserSchema):
    """Oneself, with what one may do."""

    permissions = fields.List(fields.String(), dump_only=True)


class LoginSchema(Shape):
    """Name or e-mail, and password."""

    username = Text(200, required=True)
    password = Text(1000, required=True)


class TokensSchema(Schema):
    """What a login gives."""

    access_token = fields.String(dump_only=True)
    refresh_token = fields.String(dump_only=True)
    user = fields.Nested(UserSchema, dump_only=True)


class AccessTokenSchema(Schema):
    """What a refresh gives."""

    access_token = fields.String(dump_only=True)


class ChangePasswordSchema(Shape):
    """The old password proves who is asking."""

    current_password = Text(1000, required=True)
    new_password = Text(1000, required=True)
