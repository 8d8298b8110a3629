"""Delivery to an SMTP server."""

import smtplib
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email.message import EmailMessage
from enum import StrEnum

from app.infra.tasks import PermanentFailure

_REFUSED_FOR_GOOD = 500


class Security(StrEnum):
    """Encryption of the connection."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"


class MailRefused(PermanentFailure):
    """The server will never accept this message."""


class MailNotAccepted(Exception):
    """The server did not accept the message now, or could not be reached; it may later."""


@dataclass(frozen=True, slots=True)
class SmtpServer:
    """An SMTP server; its certificate is checked wherever the connection is encrypted."""

    host: str
    port: int
    security: Security
    user: str
    password: str = field(repr=False)
    timeout: float
    """Seconds for each answer of the server."""

    def deliver(self, message: EmailMessage) -> None:
        """Hand the message over; raises MailRefused or MailNotAccepted if the server does not take it."""
        sender, recipient = message["From"].addresses[0].addr_spec, message["To"].addresses[0].addr_spec
        with _explained(recipient):
            server = self._connect()
            try:
                self._introduce(server)
                server.send_message(message, sender, [recipient])
            finally:
                # The server has accepted or refused it by now; how it says goodbye changes nothing.
                with suppress(smtplib.SMTPException, OSError):
                    server.quit()
                server.close()

    def _connect(self) -> smtplib.SMTP:
        if self.security is Security.TLS:
            return smtplib.SMTP_SSL(
                self.host, self.port, _own_name(), timeout=self.timeout, context=ssl.create_default_context()
            )
        return smtplib.SMTP(self.host, self.port, _own_name(), timeout=self.timeout)

    def _introduce(self, server: smtplib.SMTP) -> None:
        if self.security is Security.STARTTLS:
            server.starttls(context=ssl.create_default_context())
        if self.user:
            server.login(self.user, self.password)


def _own_name() -> str:
    """Name for EHLO; smtplib would ask the DNS for it, which may take long."""
    return socket.gethostname() or "localhost"


@contextmanager
def _explained(recipient: str) -> Iterator[None]:
    """Raise errors of the server and the network as ours, without the recipient's address: they are logged."""
    try:
        yield
    except smtplib.SMTPRecipientsRefused as error:
        [(code, reason)] = error.recipients.values()
        raise _refusal(code, reason, recipient) from None
    except (smtplib.SMTPSenderRefused, smtplib.SMTPDataError) as error:
        raise _refusal(error.smtp_code, error.smtp_error, recipient) from None
    except smtplib.SMTPResponseException as error:  # a greeting, EHLO or login: a matter of the server or the settings
        said = _readable(error.smtp_error, recipient)
        raise MailNotAccepted(f"The SMTP server answered {error.smtp_code}: {said}") from None
    except (smtplib.SMTPException, OSError) as error:
        said = _readable(str(error), recipient)
        raise MailNotAccepted(f"The SMTP server can't be used: {type(error).__name__}: {said}") from None


def _refusal(code: int, reason: bytes | str, recipient: str) -> Exception:
    said = f"The SMTP server answered {code}: {_readable(reason, recipient)}"
    return MailRefused(said) if code >= _REFUSED_FOR_GOOD else MailNotAccepted(said)


def _readable(said: bytes | str, recipient: str) -> str:
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return " ".join(text.replace(recipient, "(recipient)").split())
