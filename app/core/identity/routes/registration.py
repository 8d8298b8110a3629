"""/api/auth: registration and invitations."""

from flask import current_app

from app.core.identity.routes.users import auth_namespace, login_answer, session_service
from app.core.identity.rules import RegistrationPolicy, RequestLimit
from app.core.identity.schemas import InvitationSchema, RegistrationSchema, TokensSchema
from app.core.identity.service import Invitation, InvitationService, Registration, RegistrationService
from app.kernel.errors import Forbidden
from app.manifest import AccountAnswer
from app.web.added_fields import UnwrappedAnswer
from app.web.api import PUBLIC, Resource, operation
from app.web.changed_responses import Made
from app.web.context import context


def policy() -> RegistrationPolicy:
    """The policy of the settings."""
    return RegistrationPolicy(current_app.config["REGISTRATION"])


def require_open() -> None:
    """Refuse before anything of the request is looked at."""
    if policy() is RegistrationPolicy.CLOSED:
        raise Forbidden("Registration is closed.", code="registration_closed")


@auth_namespace.route("/register")
class Register(Resource):
    @operation(
        PUBLIC,
        UnwrappedAnswer(TokensSchema, AccountAnswer.REGISTER),
        body=RegistrationSchema,
        status=201,
        errors=(403, 409, 429),
        name="register",
        accepts_key=False,
        hashes_password=True,
        admit=require_open,
    )
    def post(self, body: Registration) -> dict[str, object]:
        """Make an account of one's own with the role `person`, and open a session.

        `GET /api/meta` says whether that is open to all, by invitation only, or closed (403 `registration_closed`).
        """
        rate = current_app.config["REGISTRATION_LIMIT"]
        limit = None if rate is None else RequestLimit(*rate)
        user = RegistrationService(context(), policy(), limit).register(body)
        return login_answer(session_service().admit(user), AccountAnswer.REGISTER)


@auth_namespace.route("/invitations")
class Invitations(Resource):
    @operation(
        "users:write",
        Made(InvitationSchema),
        body=InvitationSchema,
        status=201,
        errors=(409,),
        name="invite",
        accepts_key=False,
    )
    def post(self, body: dict[str, str]) -> Invitation:
        """Invite somebody to register; the invitation is mailed, lasts 7 days, and ends an older one."""
        return InvitationService(context()).invite(body["email"])
