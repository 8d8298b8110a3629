"""Rules of reminders: when they are sent, and what their texts say."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import StrEnum
from zoneinfo import ZoneInfo

from app.kernel.languages import Language

FIRST_HOUR, LAST_HOUR = time(8), time(18)
MOST_DAYS = 365
LONGEST_TEXT = 5_000
CATCH_UP = timedelta(days=3)
"""Days by which a reminder may be late, should the program not have run."""

_FIELD = re.compile(r"\{([^{}]*)\}")


class ReminderState(StrEnum):
    """State of a reminder."""

    WAITING = "waiting"
    SENT = "sent"
    SKIPPED = "skipped"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Facts:
    """Values of the fields of a text for a payment."""

    client: str
    contact: str | None
    project: str
    amount: Decimal
    balance: Decimal
    currency: str
    due: date
    invoice: str | None
    company: str

    def values(self, today: date) -> Mapping[str, str]:
        """Values of the fields, as people write them."""
        return {
            "cliente": self.client,
            "contacto": self.contact or self.client,
            "proyecto": self.project,
            "monto": f"{written(self.amount)} {self.currency}",
            "saldo": f"{written(self.balance)} {self.currency}",
            "vence": f"{self.due:%d/%m/%Y}",
            "dias": str(abs((today - self.due).days)),
            "factura": self.invoice or "sin número",
            "empresa": self.company,
        }


FIELDS = ("cliente", "contacto", "proyecto", "monto", "saldo", "vence", "dias", "factura", "empresa")
"""Names of the fields of subject and text, in braces."""


def unknown_fields(text: str) -> list[str]:
    """Fields of a text that there are not."""
    return [name for name in _FIELD.findall(text) if name not in FIELDS]


def filled(text: str, values: Mapping[str, str]) -> str:
    """The text with the values of its fields; values are not searched for fields."""
    return _FIELD.sub(lambda found: values.get(found[1], found[0]), text)


def written(amount: Decimal) -> str:
    """An amount with points and a decimal comma: 1.500.000,50."""
    return Language.SPANISH.digits(f"{amount:,.2f}")


def next_hour_to_send(now: datetime, zone: ZoneInfo) -> datetime | None:
    """None from 8:00 to 18:00 of the company's day; else the next 8:00."""
    here = now.astimezone(zone)
    if FIRST_HOUR <= here.time() < LAST_HOUR:
        return None
    day = here.date() if here.time() < FIRST_HOUR else here.date() + timedelta(days=1)
    return datetime.combine(day, FIRST_HOUR, zone)
