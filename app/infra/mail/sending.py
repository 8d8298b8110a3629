"""Sending, by the server of the settings or into a folder, and the kind of task that does it."""

import logging
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from flask import Flask, current_app

from app.infra import clock
from app.infra.context import Context
from app.infra.mail.folder import MailFolder
from app.infra.mail.messages import Mail, Sender, compose, file_name
from app.infra.mail.smtp import Security, SmtpServer
from app.infra.tasks import Begin, Payload, TaskKind

log = logging.getLogger(__name__)

Write = Callable[[Context, Payload], Mail | None]
"""Writes the mail of a task, in a transaction; None if there is nothing to send (any more)."""

_UNSET_SENDER = "Control Fresco <control-fresco@localhost>"
_TRIES = 20
"""Number of tries; with pauses that grow to an hour they last for half a day."""
_TIME_LIMIT = timedelta(minutes=2)


class Mailer:
    """Sends mail from the address of the settings."""

    def __init__(self, config: Mapping[str, Any]) -> None:
        self._sender = Sender.of(config["MAIL_FROM"] or _UNSET_SENDER, config["SECRET_KEY"])
        self._folder = MailFolder(config["INSTANCE_DIR"] / "mail")
        self._server = _server(config) if config["SMTP_HOST"] else None

    def send(self, mail: Mail) -> None:
        """Send it now; raises if the server does not accept it. No transaction may be open: it takes its time."""
        message = compose(mail, self._sender, clock.now())
        if self._server is None:
            self._folder.deliver(message, file_name(mail))
        else:
            self._server.deliver(message)


def mail_task(write: Write) -> TaskKind:
    """Kind of task that writes a mail in a transaction, and sends it after that.

    Its payload holds ids only: what the mail says, its address and its links are read when it is sent.
    """

    def run(begin: Begin, payload: Payload) -> None:
        with begin() as context:
            mail = write(context, payload)
        if mail is not None:
            send_now(mail)

    return TaskKind(run, tries=_TRIES, time_limit=_TIME_LIMIT)


def init_app(app: Flask) -> None:
    """Create the application's mailer; warns of links that can't be made."""
    app.extensions["mailer"] = Mailer(app.config)
    if app.config["PUBLIC_URL"] is None:
        log.warning("PUBLIC_URL is not set: mails that need a link, as for a forgotten password, are not sent")


def of_current_app() -> Mailer:
    """The mailer of this application."""
    mailer: Mailer = current_app.extensions["mailer"]
    return mailer


def send_now(mail: Mail) -> None:
    """Send a mail by this application's mailer; no transaction may be open."""
    of_current_app().send(mail)


def _server(config: Mapping[str, Any]) -> SmtpServer:
    return SmtpServer(
        host=config["SMTP_HOST"],
        port=config["SMTP_PORT"],
        security=Security(config["SMTP_TLS"]),
        user=config["SMTP_USER"],
        password=config["SMTP_PASSWORD"],
        timeout=config["SMTP_TIMEOUT_SECONDS"],
    )
