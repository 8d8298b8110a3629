"""Books of people and households, as plain values: roles of their members, and settings."""

from enum import StrEnum
from typing import NamedTuple
from zoneinfo import ZoneInfo

from app.kernel.money import Currency


class BookRole(StrEnum):
    """Role of a member of a book."""

    OWNER = "owner"
    EDITOR = "editor"
    VIEWER = "viewer"

    @property
    def may_write(self) -> bool:
        """Whether the role may change what is in the book."""
        return self is not BookRole.VIEWER


class BudgetMethod(StrEnum):
    """Way of budgeting: limits of spending, or envelopes to which all money is assigned."""

    LIMITS = "limits"
    ENVELOPE = "envelope"


class CardHandling(StrEnum):
    """Way in which envelopes treat credit cards: money is set aside for their payment, or they are plain accounts."""

    PAYMENT = "payment"
    PLAIN = "plain"


class BookSettings(NamedTuple):
    """Settings of a book, on which its figures rest, whoever of its members looks."""

    name: str
    currency: Currency
    timezone: str
    locale: str | None
    week_start: int
    """ISO weekday on which weeks begin: 1 is Monday."""
    month_start_day: int
    budget_method: BudgetMethod
    card_handling: CardHandling

    @property
    def zone(self) -> ZoneInfo:
        """Time zone in which the book's days begin."""
        return ZoneInfo(self.timezone)
