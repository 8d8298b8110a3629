"""Periods of budgets, as answers show them."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Self

from app.suites.personal.budgets.rules.limits import Status, Tracking

UNCATEGORISED = "Uncategorised"
_SHARE = Decimal("0.0001")


@dataclass(frozen=True, slots=True, kw_only=True)
class PastPeriod:
    """A period of a budget."""

    period_start: date
    period_end: date
    budgeted_amount: Decimal
    carried: Decimal
    available: Decimal
    spent_amount: Decimal
    remaining_amount: Decimal
    variance: Decimal
    """Spending less the amount, above 0 if too much was spent."""
    status: Status


@dataclass(frozen=True, slots=True, kw_only=True)
class CurrentPeriod(PastPeriod):
    """The period of a day, and how fast it is spent."""

    pace: Decimal | None


@dataclass(frozen=True, slots=True)
class Breakdown:
    """Spending of a category in a period; a refund may make it negative."""

    category_id: int | None
    name: str
    path: list[str]
    amount: Decimal
    share: Decimal | None

    @classmethod
    def of(cls, category_id: int | None, path: list[str] | None, amount: Decimal, whole: Decimal) -> Self:
        """The row of a category, or of what has none."""
        names = path or [UNCATEGORISED]
        share = (amount / whole).quantize(_SHARE) if whole > 0 else None
        return cls(category_id, names[-1], names, amount, share)


def past_of(tracking: Tracking) -> PastPeriod:
    """A period as it is listed."""
    return PastPeriod(
        period_start=tracking.period.start,
        period_end=tracking.period.end,
        budgeted_amount=tracking.budgeted,
        carried=tracking.carried,
        available=tracking.available,
        spent_amount=tracking.spent,
        remaining_amount=tracking.remaining,
        variance=tracking.spent - tracking.budgeted,
        status=tracking.status,
    )


def current_of(tracking: Tracking | None, day: date) -> CurrentPeriod | None:
    """The period of a day; None if the budget has none."""
    if tracking is None:
        return None
    past = past_of(tracking)
    return CurrentPeriod(**{name: getattr(past, name) for name in PastPeriod.__slots__}, pace=tracking.pace(day))
