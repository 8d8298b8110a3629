"""Kind of task that sends a reminder."""

from app.infra.mail import send_now
from app.infra.tasks import Begin, Payload, PermanentFailure, TaskKind
from app.suites.fresco.reminders.service import TASK, ReminderService


def send(begin: Begin, payload: Payload) -> None:
    """Send a reminder unless it was sent, or the payment is paid by now."""
    reminder_id: int = payload["reminder"]
    with begin() as context:
        mail = ReminderService(context).write(reminder_id)
    if mail is None:
        return
    try:
        send_now(mail)
    except PermanentFailure as error:
        with begin() as context:
            ReminderService(context).mark_failed(reminder_id, str(error))
        raise
    with begin() as context:
        ReminderService(context).mark_sent(reminder_id)


KINDS = {TASK: TaskKind(send, tries=20)}
