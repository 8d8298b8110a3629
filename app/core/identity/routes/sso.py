"""/api/auth/sso/google: sign-in by an account of Google. Without GOOGLE_CLIENT_ID there are no such addresses."""

from typing import TypedDict

from flask import current_app

from app.core.identity.routes.users import login_answer, session_service
from app.core.identity.schemas import IdTokenSchema, LoginAnswerSchema, NonceSchema
from app.core.identity.service import Nonce, SsoService
from app.infra.openid import OpenIdProvider
from app.manifest import AccountAnswer
from app.web.added_fields import UnwrappedAnswer
from app.web.api import PUBLIC, Namespace, Resource, operation
from app.web.auth import current_identity
from app.web.context import context
from app.web.responses import Message, Unwrapped

namespace = Namespace("sso", path="/auth/sso/google", setting="GOOGLE_CLIENT_ID")


class IdToken(TypedDict):
    """An id token of the provider."""

    id_token: str


def service() -> SsoService:
    """The service of this request."""
    provider: OpenIdProvider = current_app.extensions["google"]
    return SsoService(context(), provider)


@namespace.route("/nonce")
class GoogleNonce(Resource):
    @operation(PUBLIC, Unwrapped(NonceSchema), errors=(429,), name="createGoogleNonce", accepts_key=False)
    def post(self) -> Nonce:
        """Get a nonce for one id token, valid for 10 minutes."""
        return service().nonce()


@namespace.route("")
class Google(Resource):
    @operation(
        PUBLIC,
        UnwrappedAnswer(LoginAnswerSchema, AccountAnswer.LOGIN),
        body=IdTokenSchema,
        errors=(401, 429),
        name="loginWithGoogle",
        accepts_key=False,
    )
    def post(self, body: IdToken) -> dict[str, object]:
        """Open a session for the user who has linked this account, or ask for the second factor, as a login does."""
        return login_answer(session_service().admit(service().find_user(body["id_token"])))


@namespace.route("/link")
class GoogleLink(Resource):
    @operation(
        "account:write",
        Message("Account linked"),
        body=IdTokenSchema,
        errors=(409, 429),
        name="linkGoogle",
        accepts_key=False,
    )
    def post(self, body: IdToken) -> None:
        """Link an account, by which I may sign in from now on."""
        service().link(current_identity(), body["id_token"])

    @operation("account:write", Message("Link removed"), errors=(404,), name="unlinkGoogle")
    def delete(self) -> None:
        """Remove the link to my account."""
        service().unlink(current_identity())
