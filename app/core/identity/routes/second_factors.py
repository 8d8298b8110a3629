"""/api/auth/2fa, the second step of a login, and the second factor of another user."""

from app.core.identity.routes.users import auth_namespace, login_answer, session_service, users_namespace
from app.core.identity.schemas import (
    CodeSchema,
    RecoveryCodesSchema,
    RemovalSchema,
    SecondStepSchema,
    SetUpSchema,
    TokensSchema,
)
from app.core.identity.service import Code, RecoveryCodes, Removal, SecondFactorService, SecondStep, SetUp
from app.manifest import AccountAnswer
from app.web.added_fields import UnwrappedAnswer
from app.web.api import PUBLIC, Resource, operation
from app.web.auth import current_identity
from app.web.context import context
from app.web.refusals import name_tried
from app.web.responses import Message, Unwrapped


def service() -> SecondFactorService:
    """The service of this request."""
    return SecondFactorService(context())


@auth_namespace.route("/login/2fa")
class SecondLogin(Resource):
    @operation(
        PUBLIC,
        UnwrappedAnswer(TokensSchema, AccountAnswer.LOGIN),
        body=SecondStepSchema,
        errors=(401, 429),
        name="loginTwoFactor",
        accepts_key=False,
    )
    def post(self, body: SecondStep) -> dict[str, object]:
        """Open the session of a login that waits for its second factor.

        The token counts once, for five minutes and five codes; a code counts once.
        """
        sessions = session_service()
        name_tried(sessions.name_of(body["two_factor_token"]) or "")
        return login_answer(sessions.complete(body["two_factor_token"], body["code"]))


@auth_namespace.route("/2fa/setup")
class SetUpTwoFactor(Resource):
    @operation(
        "account:write",
        Unwrapped(SetUpSchema),
        errors=(409,),
        name="setUpTwoFactor",
        accepts_key=False,
        before_second_factor=True,
    )
    def post(self) -> SetUp:
        """Make a secret for an authenticator; a code of it has to confirm it."""
        return service().set_up(current_identity())


@auth_namespace.route("/2fa/confirm")
class ConfirmTwoFactor(Resource):
    @operation(
        "account:write",
        Unwrapped(RecoveryCodesSchema),
        body=CodeSchema,
        errors=(409, 429),
        name="confirmTwoFactor",
        accepts_key=False,
        before_second_factor=True,
    )
    def post(self, body: Code) -> RecoveryCodes:
        """Switch two factors on by a code of the new secret; answers ten recovery codes."""
        return service().confirm(current_identity(), body["code"])


@auth_namespace.route("/2fa/recovery-codes")
class NewRecoveryCodes(Resource):
    @operation(
        "account:write",
        Unwrapped(RecoveryCodesSchema),
        errors=(409,),
        name="renewRecoveryCodes",
        accepts_key=False,
    )
    def post(self) -> RecoveryCodes:
        """Make new recovery codes; those of before are void."""
        return service().renew_codes(current_identity())


@auth_namespace.route("/2fa/disable")
class DisableTwoFactor(Resource):
    @operation(
        "account:write",
        Message("Two factors are switched off"),
        body=RemovalSchema,
        errors=(409, 429),
        name="disableTwoFactor",
        accepts_key=False,
        hashes_password=True,
    )
    def post(self, body: Removal) -> None:
        """Switch my two factors off."""
        session_service().confirm_password(current_identity(), body["password"], "password")
        service().disable(current_identity(), body["code"])


@users_namespace.route("/<id:user_id>/2fa")
class UserTwoFactor(Resource):
    @operation("users:write", Message("Second factor removed"), errors=(404, 409), name="removeTwoFactor")
    def delete(self, user_id: int) -> None:
        """Remove the second factor of a user, who lost it; 409 `owned_account` for another's who has books."""
        service().remove(user_id)
