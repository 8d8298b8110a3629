"""Kinds of tasks that send a notification by e-mail, and tell of failures."""

from dataclasses import replace

from app.core.notifications.service import MAIL, DigestService, Teller
from app.infra.context import Context
from app.infra.failures import TELL
from app.infra.mail import Mail, mail_task
from app.infra.notifications import kinds_of_current_app
from app.infra.tasks import Begin, Payload, TaskKind


def _write(context: Context, payload: Payload) -> Mail | None:
    return Teller(context).mail(payload["notification"])


def _tell(begin: Begin, _payload: Payload) -> None:
    with begin() as context:
        DigestService(context, kinds_of_current_app()).tell_failures(context.clock.today())


KINDS = {MAIL: replace(mail_task(_write), tells_failure=False), TELL: TaskKind(_tell, tells_failure=False)}
