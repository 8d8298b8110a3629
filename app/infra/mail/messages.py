"""Messages as the standards have them (RFC 5322), made from plain texts."""

import hashlib
import hmac
import re
from dataclasses import dataclass
from datetime import datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import parseaddr

from app.infra.tasks import PermanentFailure

_LONGEST_LINE = 200
_KEY = re.compile("[a-z0-9][a-z0-9.-]{0,99}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")


class UnusableAddress(PermanentFailure):
    """No message can be sent to this address."""


@dataclass(frozen=True, slots=True)
class Mail:
    """A text for one person."""

    key: str
    """Name of the message, such as `password-reset-15`: sent again, it is the same message."""
    recipient: str
    subject: str
    text: str
    recipient_name: str = ""


@dataclass(frozen=True, slots=True)
class Sender:
    """Name and address from which messages come, and the secret that makes their ids unique."""

    address: Address
    secret: str

    @classmethod
    def of(cls, written: str, secret: str) -> "Sender":
        """The sender of a setting such as `Brisa <no-reply@brisa.example>`."""
        name, address = parseaddr(written)
        return cls(_address(name, address), secret)


def compose(mail: Mail, sender: Sender, sent_at: datetime) -> EmailMessage:
    """The message, whose id follows from the mail's key, so that who gets it twice may know it."""
    message = EmailMessage(SMTP)
    message["From"] = sender.address
    message["To"] = _address(mail.recipient_name, mail.recipient)
    message["Subject"] = _one_line(mail.subject)
    message["Date"] = sent_at
    message["Message-ID"] = f"<{_identity(mail.key, sender)}@{sender.address.domain}>"
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no automatic answer, please
    message.set_content(mail.text, cte="quoted-printable")
    return message


def file_name(mail: Mail) -> str:
    """Name of the message's file."""
    return f"{_checked(mail.key)}.eml"


def _address(name: str, written: str) -> Address:
    """The address of one person; a domain such as peña.co is written in the letters that every server knows."""
    local_part, _, domain = written.rpartition("@")
    try:
        return Address(_one_line(name), addr_spec=f"{local_part}@{domain.encode('idna').decode()}")
    except (ValueError, MessageError, IndexError):
        raise UnusableAddress("The address can't be used.") from None


def _identity(key: str, sender: Sender) -> str:
    """Left part of the Message-ID; the digest tells installations apart that share a domain."""
    digest = hmac.new(sender.secret.encode(), f"message-id:{key}".encode(), hashlib.sha256).hexdigest()
    return f"{_checked(key)}.{digest[:16]}"


def _checked(key: str) -> str:
    if not _KEY.fullmatch(key):
        raise ValueError(f"{key!r} can't be the key of a mail: {_KEY.pattern}")
    return key


def _one_line(text: str) -> str:
    """The text as one line of a header; `=?` would begin an encoded word, which may hold line breaks."""
    return " ".join(_CONTROL.sub(" ", text).replace("=?", "= ?").split())[:_LONGEST_LINE]
