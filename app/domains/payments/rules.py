"""The schedule of payments and the rules of their status: dates and money in, planned payments out."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from app.domains.projects.rules import Terms
from app.kernel.money import Currency, after_discount, equal_parts
from app.kernel.periods import LAST_DAY, add_months
from app.kernel.recurrence import Recurrence

HIGHEST_NUMBER = 1_000_000
"""Of a payment entered by hand: generated ones may have to be numbered after it."""
MOST_MONTHS = 120
"""So far ahead is generated at once."""


class PaymentStatus(StrEnum):
    """Where a payment stands."""

    PAID = "Pagado"
    PENDING = "Pendiente"
    OVERDUE = "Vencido"


class PaymentType(StrEnum):
    """What a payment is for."""

    IMPLEMENTATION = "Implementación"
    RECURRING = "Recurrente"

    @property
    def is_fee(self) -> bool:
        """Whether it is part of the implementation fee."""
        return self is PaymentType.IMPLEMENTATION


@dataclass(frozen=True, slots=True)
class Planned:
    """A payment that the plan asks for."""

    type: PaymentType
    number: int
    date: date
    amount: Decimal
    currency: Currency


def installments(terms: Terms, *, after: date | None = None, again: Collection[int | None] = ()) -> list[Planned]:
    """The implementation fee, one installment a month from the start on its day.

    With `after`, only those after that day, and the ones numbered in `again`.
    """
    fee = terms.fee
    if fee is None:
        return []
    dated = (
        Planned(PaymentType.IMPLEMENTATION, number, add_months(terms.start, number - 1), amount, fee.currency)
        for number, amount in enumerate(equal_parts(fee.total, fee.installments), start=1)
    )
    possible = [one for one in dated if one.date <= last_day(terms)]
    return [one for one in possible if after is None or one.date > after or one.number in again]


def charges(terms: Terms, first: date, last: date, *, numbers_from: int = 1) -> Iterator[Planned]:
    """The recurring fee in [first, last]: not in grace, not while paused, not after the end, less the discount."""
    fee = terms.recurring
    if fee is None:
        return
    calendar = Recurrence(terms.start, fee.frequency, fee.day)
    reduced = after_discount(fee.amount, fee.discount_percentage)
    for k, day in calendar.between(first, min(last, last_day(terms))):
        if k < fee.grace_periods or (terms.pauses and any(pause.covers(day) for pause in terms.pauses)):
            continue
        amount = reduced if k < fee.grace_periods + fee.discount_periods else fee.amount
        if amount > 0:
            yield Planned(PaymentType.RECURRING, k + numbers_from, day, amount, fee.currency)


def last_day(terms: Terms) -> date:
    """The last on which a payment may fall."""
    return terms.end or LAST_DAY


def first_number(terms: Terms, today: date, highest_kept: int) -> int:
    """From which number the periods count, so that those to come don't carry numbers that are taken.

    That is 1, unless a change of start or frequency made the coming periods the 5th and 6th while payments
    numbered up to 20 exist under the calendar before.
    """
    fee = terms.recurring
    if fee is None:
        return 1
    coming = Recurrence(terms.start, fee.frequency, fee.day).index_on_or_after(today) + 1
    return max(1, highest_kept + 2 - coming)


def unpaid_status(day: date, today: date) -> PaymentStatus:
    """What is unpaid is overdue once its day has passed; a payment dated today is not."""
    return PaymentStatus.OVERDUE if day < today else PaymentStatus.PENDING


def status_problem(status: PaymentStatus, day: date, paid_date: date | None, today: date) -> tuple[str, str] | None:
    """The field that contradicts the rules and why, or None."""
    if status is PaymentStatus.PAID:
        return paid_problem(paid_date, today)
    if paid_date is not None:
        return "paid_date", f"Only a payment that is «{PaymentStatus.PAID}» has one."
    right = unpaid_status(day, today)
    if status is not right:
        return "status", f"An unpaid payment of {day} is «{right}»."
    return None


def paid_problem(paid_date: date | None, today: date) -> tuple[str, str] | None:
    """The same of one that is paid: when it was due does not matter."""
    return ("paid_date", "Lies in the future.") if paid_date is not None and paid_date > today else None
