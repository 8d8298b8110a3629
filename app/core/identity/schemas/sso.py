"""Schemas of sign-in by an account of another provider."""

from marshmallow import Schema, fields

from app.web.fields import Text
from app.web.schema import ResourceSchema


class NonceSchema(Schema):
    """A nonce, which must be in the id token."""

    nonce = fields.String(dump_only=True, metadata={"description": "Given to the provider", "example": "8wHkyhkPqIo"})
    expires_in = fields.Integer(
        dump_only=True, metadata={"description": "Seconds for which it is valid", "example": 600}
    )


class IdTokenSchema(ResourceSchema):
    """An id token of the provider."""

    id_token = Text(
        10_000,
        required=True,
        metadata={"description": "Id token with a nonce of this server", "example": "eyJhbGciOiJSUzI1NiJ9.e30.c2ln"},
    )
