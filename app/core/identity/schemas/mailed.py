"""Schemas of forgotten passwords, verified addresses, registration and invitations."""

from marshmallow import fields

from app.core.identity.schemas.users import UserName
from app.manifest import AccountAnswer
from app.web.added_fields import ExtensibleSchema
from app.web.fields import EmailAddress, Instant, Text
from app.web.schema import ResourceSchema

_TOKEN = {"description": "Token of the mailed link", "example": "q3J0bWF4X2xvbmdfcmFuZG9tX3Rva2Vu"}


class ForgotPasswordSchema(ResourceSchema):
    """The address of the account."""

    email = EmailAddress(required=True)


class ResetPasswordSchema(ResourceSchema):
    """The token of a mailed link, and the new password."""

    token = Text(200, required=True, metadata=_TOKEN)
    new_password = Text(1000, required=True)


class VerifyEmailSchema(ResourceSchema):
    """The token of a mailed link."""

    token = Text(200, required=True, metadata=_TOKEN)


class ChangeEmailSchema(ResourceSchema):
    """The new address, and the current password, which confirms the caller."""

    email = EmailAddress(required=True)
    current_password = Text(1000, required=True)


class RegistrationSchema(ExtensibleSchema):
    """A new account; everything else of a user is refused, above all the role."""

    at = AccountAnswer.REGISTER
    username = UserName(3, 50, required=True)
    email = EmailAddress(required=True)
    password = Text(200, required=True)
    invitation = Text(200, allow_none=True)


class InvitationSchema(ResourceSchema):
    """An invitation, whose token registers the invited address."""

    email = EmailAddress(required=True)
    token = fields.String(dump_only=True, metadata={"description": "Sent as `invitation` by who registers"})
    expires_at = Instant()
