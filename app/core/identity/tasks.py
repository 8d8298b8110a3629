"""Kinds of tasks of accounts: mails with links."""

from app.core.identity.rules import Outcome
from app.core.identity.service import (
    FORGOTTEN,
    INVITATION_MAIL,
    OUTCOME_MAIL,
    RESET_MAIL,
    VERIFICATION_MAIL,
    InvitationService,
    ResetService,
    VerificationService,
    outcome_mail,
)
from app.infra.context import Context
from app.infra.mail import Mail, mail_task
from app.infra.tasks import Begin, Payload, TaskKind


def _find_forgotten(begin: Begin, payload: Payload) -> None:
    with begin() as context:
        ResetService(context).send_if_known(payload["email"])


def _reset(context: Context, payload: Payload) -> Mail | None:
    return ResetService(context).mail(payload["token"])


def _verification(context: Context, payload: Payload) -> Mail | None:
    return VerificationService(context).mail(payload["token"])


def _invitation(context: Context, payload: Payload) -> Mail | None:
    return InvitationService(context).mail(payload["token"])


def _registration(context: Context, payload: Payload) -> Mail:
    words, outcome = (payload["key"], payload["username"], payload["email"]), Outcome(payload["outcome"])
    return outcome_mail(*words, outcome, context.company.name)


KINDS = {
    FORGOTTEN: TaskKind(_find_forgotten),
    RESET_MAIL: mail_task(_reset),
    VERIFICATION_MAIL: mail_task(_verification),
    INVITATION_MAIL: mail_task(_invitation),
    OUTCOME_MAIL: mail_task(_registration),
}
