"""Texts of notifications, and the channels by which they reach a user."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

MOST_LINES = 50
"""Lines of a digest; it says how many more there are."""
_LONGEST_LINE = 180
KEPT_READ = timedelta(days=180)
"""Time for which a notification that was read is kept."""
KEPT_KEYS = timedelta(days=90)
"""Time for which the keys of reported entries are kept; longer than a digest looks back."""


class Channels(NamedTuple):
    """Whether a user gets a kind of notification in the application, and by e-mail."""

    in_app: bool
    email: bool


EVERYWHERE = Channels(in_app=True, email=True)
"""Channels of a kind for which a user has chosen none."""

Choices = Mapping[str, Mapping[str, bool]]
"""Chosen channels by kind, as they are stored."""


@dataclass(frozen=True, slots=True)
class Message:
    """A notification without its recipient; a user gets one of a kind and key at most."""

    key: str
    title: str
    body: str
    link: str | None = None


def channels_of(kind: str, choices: Choices) -> Channels:
    """The channels that a user has chosen for a kind."""
    return EVERYWHERE._replace(**choices.get(kind, {}))


def digest_body(lines: Sequence[str]) -> str:
    """Text of a digest: a line for each entry, up to a number of them."""
    shown = [_shortened(line) for line in lines[:MOST_LINES]]
    further = len(lines) - len(shown)
    return "\n".join([*shown, *([f"… y {further} más."] if further else [])])


def mail_text(message: Message, url: str | None) -> str:
    """Text of a mail with the notification; without the frontend's address it has no link."""
    parts = [message.body]
    if url and message.link:
        parts.append(f"{url}{message.link}")
    parts.append("Puedes elegir qué avisos recibes en la configuración de tu cuenta.")
    return "\n\n".join(parts) + "\n"


def sign_in_body(device: str, address: str, at: datetime) -> str:
    """Text about a sign-in; `at` is in the company's zone."""
    return (
        f"Alguien ingresó a tu cuenta con {device} desde la dirección {address} el {at:%d/%m/%Y} a las {at:%H:%M}."
        " Si fuiste tú, no tienes que hacer nada. Si no, cambia tu contraseña: así terminan todas las sesiones."
    )


def _shortened(line: str) -> str:
    plain = " ".join(line.split())
    return plain if len(plain) <= _LONGEST_LINE else f"{plain[: _LONGEST_LINE - 1]}…"
