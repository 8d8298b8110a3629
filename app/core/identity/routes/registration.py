"""/api/auth: registration and invitations."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from flask import Response, current_app

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
from app.web.json import json_response
from app.web.responses import Describe
from app.web.schema import DoneSchema

QUIET = "If the user name and the address are free, the account is made; a mail tells"


def policy() -> RegistrationPolicy:
    """The policy of the settings."""
    return RegistrationPolicy(current_app.config["REGISTRATION"])


def require_open() -> None:
    """Refuse before anything of the request is looked at."""
    if policy() is RegistrationPolicy.CLOSED:
        raise Forbidden("Registration is closed.", code="registration_closed")


@dataclass(frozen=True)
class RegistrationAnswer(UnwrappedAnswer):
    """The new account with its session (201), or one sentence for all who ask (202) if registrations are quiet."""

    alternative_statuses: ClassVar[tuple[int, ...]] = (202,)

    def respond(self, result: Mapping[str, Any] | None, status: int) -> Response:
        return json_response({"message": QUIET}, 202) if result is None else super().respond(result, status)

    def document_of(self, status: int, describe: Describe) -> dict[str, Any] | None:
        return describe(DoneSchema) if status == 202 else None

    def description(self, status: int) -> str:
        return "Only a `message`: registrations are quiet here." if status == 202 else super().description(status)


@auth_namespace.route("/register")
class Register(Resource):
    @operation(
        PUBLIC,
        RegistrationAnswer(TokensSchema, AccountAnswer.REGISTER),
        body=RegistrationSchema,
        status=201,
        errors=(403, 409, 429),
        name="register",
        accepts_key=False,
        hashes_password=True,
        admit=require_open,
    )
    def post(self, body: Registration) -> dict[str, object] | None:
        """Make an account of one's own with the role `person`, and open a session.

        `GET /api/meta` says whether that is open to all, by invitation only, or closed (403 `registration_closed`).
        With `REGISTRATION_QUIET` the answer is always 202 with a `message`, opens no session and does not say whether
        the user name or the address was taken: mails do.
        """
        rate = current_app.config["REGISTRATION_LIMIT"]
        limit = None if rate is None else RequestLimit(*rate)
        service = RegistrationService(context(), policy(), limit)
        if current_app.config["REGISTRATION_QUIET"]:
            service.register_quietly(body)
            return None
        user = service.register(body)
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
