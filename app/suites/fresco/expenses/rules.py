"""Due dates of recurring expenses, and status of accrued ones."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import islice

from app.kernel.errors import Invalid
from app.kernel.periods import LAST_DAY, Month, Period, current
from app.kernel.recurrence import Frequency, Recurrence

MOST_IN_ONE_RUN = 400
"""Accrued expenses that one recurring expense may get in one run: guards against a wrong clock."""

_A_DAY = timedelta(days=1)


class RecurringStatus(StrEnum):
    """Status of a recurring expense."""

    ACTIVE = "Activo"
    PAUSED = "Pausado"


class BulkAction(StrEnum):
    """Change of several expenses at once."""

    SET = "set"
    DELETE = "delete"


class AccruedStatus(StrEnum):
    """Status of an accrued expense."""

    PAID = "pagado"
    PENDING = "pendiente"
    OVERDUE = "vencido"


class AccruedPeriod(StrEnum):
    """Periods that accrued expenses can be listed for."""

    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"
    CUSTOM = "custom"


def unpaid_status(day: date, today: date) -> AccruedStatus:
    """Status of an unpaid expense: overdue once its due date has passed, pending on that date."""
    return AccruedStatus.OVERDUE if day < today else AccruedStatus.PENDING


def next_payment(start: date, frequency: Frequency, settled_through: date | None) -> date:
    """First occurrence after the settled day."""
    calendar = Recurrence(start, frequency)
    k = 0 if settled_through is None else calendar.index_on_or_after(settled_through + _A_DAY)
    return min(calendar.occurrence(k), LAST_DAY)


@dataclass(frozen=True, slots=True)
class Accrual:
    """Occurrences to accrue in one run, and the day through which they settle the expense."""

    days: tuple[date, ...]
    settled_through: date
    cut: bool


def accrual(start: date, frequency: Frequency, settled_through: date | None, through: date) -> Accrual:
    """Occurrences after the settled day up to the given day, at most those of one run."""
    first = start if settled_through is None else settled_through + _A_DAY
    occurrences = (day for _, day in Recurrence(start, frequency).between(first, through))
    days = tuple(islice(occurrences, MOST_IN_ONE_RUN + 1))
    if len(days) > MOST_IN_ONE_RUN:
        kept = days[:MOST_IN_ONE_RUN]
        return Accrual(kept, kept[-1], cut=True)
    return Accrual(days, through, cut=False)


def end_of_month(today: date) -> date:
    """Last day through which expenses are accrued."""
    return Month.of(today).last_day


def settled_by_change(settled_through: date | None, coming: date, today: date) -> date | None:
    """Settled day after a change of calendar; a month that is already accrued is not accrued again."""
    if settled_through is None or coming <= end_of_month(today):
        return settled_through
    return max(settled_through, end_of_month(today))


def settled_by_pause(today: date) -> date:
    """Settled day when a pause ends today: yesterday, so that occurrences during the pause are skipped."""
    return today - _A_DAY


def window(
    period: AccruedPeriod | None, date_from: date | None, date_to: date | None, today: date
) -> tuple[date | None, date | None]:
    """First and last due date of a period, or the two given dates; Invalid if they contradict."""
    if period is AccruedPeriod.CUSTOM:
        missing = {name: ["Required for a custom period."] for name, day in _named(date_from, date_to) if day is None}
        if missing:
            raise Invalid("The query is not valid.", errors=missing)
    elif period is not None:
        if date_from is not None or date_to is not None:
            raise Invalid.field("period", "Dates are only allowed with the period custom, or without a period.")
        span = current(Period(period.value), today)
        return span.start, span.end
    return date_from, date_to


def _named(date_from: date | None, date_to: date | None) -> tuple[tuple[str, date | None], ...]:
    return ("date_from", date_from), ("date_to", date_to)
