"""Schemas of second factors."""

from marshmallow import Schema, fields

from app.web.fields import Text
from app.web.schema import ResourceSchema


class CodeSchema(ResourceSchema):
    """A code of the authenticator."""

    code = Text(40, required=True)


class RemovalSchema(ResourceSchema):
    """The password and a code, which confirm the caller."""

    password = Text(1000, required=True)
    code = Text(40, required=True)


class SecondStepSchema(ResourceSchema):
    """The token of a login that waits, and a code of the authenticator or a recovery code."""

    two_factor_token = Text(200, required=True)
    code = Text(40, required=True)


class SetUpSchema(Schema):
    """A new secret, for an authenticator to store."""

    secret = fields.String(dump_only=True)
    otpauth_uri = fields.String(dump_only=True)
    qr_svg = fields.String(dump_only=True)


class RecoveryCodesSchema(Schema):
    """New recovery codes."""

    recovery_codes = fields.List(fields.String(), dump_only=True)
