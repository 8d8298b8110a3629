"""/api/auth: forgotten passwords and verified addresses, and links that admins have sent."""

from typing import TypedDict

from app.core.identity.routes.users import auth_namespace, session_service, users_namespace
from app.core.identity.schemas import (
    ChangeEmailSchema,
    ForgotPasswordSchema,
    ResetPasswordSchema,
    VerifyEmailSchema,
)
from app.core.identity.service import PasswordReset, ResetService, VerificationService
from app.web.api import PUBLIC, Resource, operation
from app.web.auth import current_identity
from app.web.context import context
from app.web.responses import Message


class EmailBody(TypedDict):
    """An address."""

    email: str


class TokenBody(TypedDict):
    """The token of a mailed link."""

    token: str


class EmailChange(TypedDict):
    """The new address, and the current password."""

    email: str
    current_password: str


@auth_namespace.route("/forgot-password")
class ForgotPassword(Resource):
    @operation(
        PUBLIC,
        Message("If there is such an account, a link is on its way"),
        body=ForgotPasswordSchema,
        status=202,
        errors=(429,),
        name="requestPasswordReset",
        accepts_key=False,
    )
    def post(self, body: EmailBody) -> None:
        """Have a link mailed by which a new password can be set.

        The answer is the same whether there is such an account or not.
        """
        ResetService(context()).ask(body["email"])


@auth_namespace.route("/reset-password")
class ResetPassword(Resource):
    @operation(
        PUBLIC,
        Message("Password changed"),
        body=ResetPasswordSchema,
        errors=(429,),
        name="resetPassword",
        accepts_key=False,
        hashes_password=True,
    )
    def post(self, body: PasswordReset) -> None:
        """Set a new password by the token of a mailed link; all sessions of the user end.

        A token that is wrong, used, replaced or older than 30 minutes is 400 `token_invalid`.
        """
        ResetService(context()).reset(body["token"], body["new_password"])


@auth_namespace.route("/send-verification")
class SendVerification(Resource):
    @operation(
        "account:write",
        Message("A link is on its way, unless the address is verified"),
        status=202,
        errors=(429,),
        name="sendVerification",
        accepts_key=False,
    )
    def post(self) -> None:
        """Have a link mailed that verifies my address."""
        VerificationService(context()).ask(current_identity())


@auth_namespace.route("/verify-email")
class VerifyEmail(Resource):
    @operation(
        PUBLIC,
        Message("Address verified"),
        body=VerifyEmailSchema,
        errors=(429,),
        name="verifyEmail",
        accepts_key=False,
    )
    def post(self, body: TokenBody) -> None:
        """Verify the address to which a link was mailed."""
        VerificationService(context()).verify(body["token"])


@auth_namespace.route("/change-email")
class ChangeEmail(Resource):
    @operation(
        "account:write",
        Message("Address changed"),
        body=ChangeEmailSchema,
        errors=(409, 429),
        name="changeEmail",
        accepts_key=False,
        hashes_password=True,
    )
    def post(self, body: EmailChange) -> None:
        """Change my address; a link to verify the new one is mailed to it."""
        session_service().change_email(current_identity(), body["current_password"], body["email"])


@users_namespace.route("/<id:user_id>/send-reset")
class SendReset(Resource):
    @operation("users:write", Message("A link is on its way"), status=202, errors=(404, 409), name="sendReset")
    def post(self, user_id: int) -> None:
        """Have a link mailed to a user, at the verified address, by which a new password can be set."""
        ResetService(context()).send_to(user_id)
