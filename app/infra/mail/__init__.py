"""Mail: texts for one person, sent by tasks; without an SMTP server they become files."""

from app.infra.mail.messages import Mail
from app.infra.mail.sending import Mailer, init_app, mail_task, send_now
from app.infra.mail.smtp import MailNotAccepted, MailRefused

__all__ = ["Mail", "MailNotAccepted", "MailRefused", "Mailer", "init_app", "mail_task", "send_now"]
