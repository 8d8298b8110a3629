"""Arithmetic of reports."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from app.kernel.errors import Invalid
from app.kernel.money import Currency, after_discount, round_worth
from app.kernel.periods import DateRange, Month, Period, current, require_order, trailing
from app.kernel.recurrence import Recurrence, per_month
from app.suites.fresco.projects.rules import Subscription

ZERO = Decimal(0)
RETEFUENTE = "Retefuente"
"""Category of income tax that clients withheld, which is paid already."""


class Basis(StrEnum):
    """Date by which movements count: payment date or due date."""

    CASH = "cash"
    ACCRUAL = "accrual"

    @property
    def spanish(self) -> str:
        """Word in files."""
        return {Basis.CASH: "caja", Basis.ACCRUAL: "causación"}[self]


class Timeframe(StrEnum):
    """Periods of the report on clients."""

    MONTH = "month"
    QUARTER = "quarter"
    YEAR_TO_DATE = "ytd"
    YEAR = "year"


def window(timeframe: Timeframe, today: date) -> DateRange:
    """Days of the current month or quarter so far; `year` is the last 12 months, including this one."""
    if timeframe is Timeframe.YEAR:
        return trailing(Period.YEAR, today)
    whole = {Timeframe.MONTH: Period.MONTH, Timeframe.QUARTER: Period.QUARTER, Timeframe.YEAR_TO_DATE: Period.YEAR}
    return DateRange(current(whole[timeframe], today).start, today)


def taxes(gross_profit: Decimal, rate: Decimal) -> Decimal:
    """Tax on a gross profit; a loss is not taxed."""
    return max(gross_profit, ZERO) * rate


def monthly_fee(terms: Subscription, day: date) -> Decimal:
    """Monthly fee of a project on that day, after discount; zero while it is not charged."""
    fee = terms.recurring
    over = terms.end is not None and day > terms.end
    if fee is None or day < terms.start or over or any(pause.covers(day) for pause in terms.pauses):
        return ZERO
    amount = fee.amount
    if fee.grace_periods or fee.discount_periods:
        period = Recurrence(terms.start, fee.frequency, fee.day).index_on_or_after(day)
        if period < fee.grace_periods:
            return ZERO
        if period < fee.grace_periods + fee.discount_periods:
            amount = after_discount(fee.amount, fee.discount_percentage, fee.currency)
    rate = per_month(fee.frequency)
    return amount * rate.numerator / rate.denominator


@dataclass(frozen=True, slots=True)
class Changes:
    """Changes of monthly recurring revenue: start + new + expansion - contraction - churn = end."""

    start: Decimal
    new: Decimal
    expansion: Decimal
    contraction: Decimal
    churn: Decimal
    end: Decimal


def changes(before: Mapping[int, Decimal], after: Mapping[int, Decimal]) -> Changes:
    """Compare the revenue of each client: new, expansion, contraction and churn."""
    new = expansion = contraction = churn = ZERO
    for client in before.keys() | after.keys():
        old, now = before.get(client, ZERO), after.get(client, ZERO)
        if old == 0:
            new += now
        elif now == 0:
            churn += old
        else:
            expansion += max(now - old, ZERO)
            contraction += max(old - now, ZERO)
    return Changes(sum(before.values(), ZERO), new, expansion, contraction, churn, sum(after.values(), ZERO))


def rounded_changes(found: Changes, currency: Currency) -> Changes:
    """The changes rounded, so that the parts still add up to the end to the cent."""
    parts = (found.start, found.new, found.expansion, found.contraction, found.churn)
    start, new, expansion, contraction, churn = (round_worth(part, currency) for part in parts)
    return Changes(start, new, expansion, contraction, churn, end=start + new + expansion - contraction - churn)


def months_since(first: date | None, span: DateRange) -> int:
    """Number of months of the span from the month of the first movement on."""
    if first is None:
        return 0
    return sum(month >= Month.of(first) for month in span.months())


def span_of(
    date_from: date | None, date_to: date | None, period: Period | None, default: DateRange, today: date
) -> DateRange:
    """Range of two dates, of a current period, or else the default; Invalid if they contradict."""
    if period is not None and (date_from is not None or date_to is not None):
        raise Invalid.field("period", "Give either a period or dates, not both.")
    if period is not None:
        return current(period, today)
    if date_from is None and date_to is None:
        return default
    last = date_to if date_to is not None else max(today, date_from or today)
    first = date_from if date_from is not None else trailing(Period.YEAR, last).start
    require_order(first, last)
    return DateRange(first, last)
