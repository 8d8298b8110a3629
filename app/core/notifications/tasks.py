"""Kind of task that sends a notification by e-mail."""

from app.core.notifications.service import MAIL, Teller
from app.infra.context import Context
from app.infra.mail import Mail, mail_task
from app.infra.tasks import Payload


def _write(context: Context, payload: Payload) -> Mail | None:
    return Teller(context).mail(payload["notification"])


KINDS = {MAIL: mail_task(_write)}
