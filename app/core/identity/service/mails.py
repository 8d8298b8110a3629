"""Texts of mails about accounts, in Spanish."""

from app.core.identity.models import MailedTokenRecord
from app.core.identity.rules import Outcome
from app.infra.mail import Mail


def reset_mail(row: MailedTokenRecord, username: str, link: str, company: str) -> Mail:
    """Mail with a link to set a new password."""
    text = (
        f"Hola, {username}:\n\n"
        f"Para elegir una contraseña nueva en {company}, abre este enlace en los próximos 30 minutos:\n\n{link}\n\n"
        "Sirve una sola vez. Si no lo pediste, no tienes que hacer nada: tu contraseña no cambia.\n"
    )
    return _mail(row, username, "Restablece tu contraseña", text)


def verification_mail(row: MailedTokenRecord, username: str, link: str, company: str) -> Mail:
    """Mail with a link that verifies the address."""
    text = (
        f"Hola, {username}:\n\n"
        f"Para confirmar tu dirección en {company}, abre este enlace en los próximos dos días:\n\n{link}\n\n"
        "Si no tienes una cuenta con nosotros, no tienes que hacer nada.\n"
    )
    return _mail(row, username, "Confirma tu dirección de correo", text)


def outcome_mail(key: str, username: str, email: str, outcome: Outcome, company: str) -> Mail:
    """Mail that tells what became of a registration."""
    told = {
        Outcome.MADE: f"Tu cuenta en {company} está lista: entra con el nombre de usuario {username}.",
        Outcome.EMAIL_TAKEN: f"Alguien quiso crear una cuenta en {company} con esta dirección, que ya tiene una. "
        "Si fuiste tú, entra con ella, o elige una contraseña nueva si la olvidaste.",
        Outcome.USERNAME_TAKEN: f"No se creó una cuenta en {company} con el nombre de usuario {username}, "
        "que ya está en uso: elige otro.",
    }
    text = f"Hola:\n\n{told[outcome]}\n\nSi no fuiste tú, no tienes que hacer nada.\n"
    return Mail(key=f"registration-{key}", recipient=email, recipient_name="", subject="Tu registro", text=text)


def invitation_mail(row: MailedTokenRecord, link: str, company: str) -> Mail:
    """Mail with a link to register."""
    text = (
        f"Hola:\n\n{company} te invita a crear una cuenta. Abre este enlace en los próximos siete días:\n\n{link}\n\n"
        "Sirve una sola vez y solo para esta dirección. Si no esperabas esta invitación, no tienes que hacer nada.\n"
    )
    return _mail(row, "", f"Invitación de {company}", text)


def _mail(row: MailedTokenRecord, name: str, subject: str, text: str) -> Mail:
    # Each new token is another message, and each try to send it the same one.
    key = f"{row.purpose}-{row.id}-{int(row.created_at.timestamp() * 1_000_000)}"
    return Mail(key=key, recipient=row.email, recipient_name=name, subject=subject, text=text)
