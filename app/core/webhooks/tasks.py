"""Kind of task that sends the deliveries of a webhook."""

import time
from datetime import timedelta

from app.core.webhooks.service import TASK, Message, SendingService, Trial
from app.infra import outbound
from app.infra.outbound import Outbound, Unreachable
from app.infra.tasks import Begin, Payload, TaskKind
from app.infra.webhooks import objects_of_current_app

RUN_SECONDS = 20.0
"""Time after which a run lets other webhooks have their turn, and goes on later."""


def deliver(begin: Begin, payload: Payload) -> None:
    """Send what is due to one webhook. A receiver that does not answer ends the run: it holds up nobody else."""
    webhook_id: int = payload["webhook"]
    with begin() as context:
        if not SendingService(context).claim(webhook_id):
            return
    sender = outbound.of_current_app()
    deadline = time.monotonic() + RUN_SECONDS
    while time.monotonic() < deadline:
        with begin() as context:
            message = SendingService(context).next_message(webhook_id, objects_of_current_app())
        if message is None:
            break
        trial = _try(sender, message)
        with begin() as context:
            SendingService(context).record(webhook_id, message.delivery_id, trial)
        if trial.status is None:
            break
    with begin() as context:
        SendingService(context).end(webhook_id)


def _try(sender: Outbound, message: Message) -> Trial:
    try:
        status = sender.post(message.url, message.body, message.headers).status
    except Unreachable as error:
        return Trial(None, str(error))
    trial = Trial(status)
    return trial if trial.succeeded else trial._replace(problem=f"The answer had the status {status}.")


KINDS = {TASK: TaskKind(deliver, time_limit=timedelta(minutes=2))}
