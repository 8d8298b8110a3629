"""The schedule of payments and the rules of their status: dates and money in, planned payments out."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from app.kernel.money import Currency, after_discount, equal_parts
from app.kernel.periods import LAST_DAY, add_months
from app.kernel.recurrence import Recurrence
from app.suites.fresco.projects.rules import Terms

MAX_INSTALLMENT_NUMBER = 1_000_000
"""Highest number of a payment entered by hand; numbers of generated payments may continue after it."""
MAX_MONTHS = 120
"""Months that one call may generate payments for."""


class PaymentStatus(StrEnum):
    """Status of a payment."""

    PAID = "Pagado"
    PENDING = "Pendiente"
    OVERDUE = "Vencido"


class PaymentType(StrEnum):
    """Kind of fee that a payment belongs to."""

    IMPLEMENTATION = "Implementación"
    RECURRING = "Recurrente"

    @property
    def is_fee(self) -> bool:
        """Whether the payment is part of the implementation fee."""
        return self is PaymentType.IMPLEMENTATION


@dataclass(frozen=True, slots=True)
class PlannedPayment:
    """A payment due under a payment plan."""

    type: PaymentType
    number: int
    date: date
    amount: Decimal
    currency: Currency


def installments(
    terms: Terms, *, after: date | None = None, include_numbers: Collection[int | None] = ()
) -> list[PlannedPayment]:
    """Installments of the implementation fee: one a month, beginning on the start date.

    With `after`, only those later than that day, and those numbered in `include_numbers`.
    """
    fee = terms.fee
    if fee is None:
        return []
    dated = (
        PlannedPayment(PaymentType.IMPLEMENTATION, number, add_months(terms.start, number - 1), amount, fee.currency)
        for number, amount in enumerate(equal_parts(fee.total, fee.installments, fee.currency), start=1)
    )
    possible = [payment for payment in dated if payment.date <= last_day(terms)]
    if after is None:
        return possible
    return [payment for payment in possible if payment.date > after or payment.number in include_numbers]


def charges(terms: Terms, first: date, last: date, *, numbers_from: int = 1) -> Iterator[PlannedPayment]:
    """Charges of the recurring fee from first to last, discounted; none in grace periods, pauses or after the end."""
    fee = terms.recurring
    if fee is None:
        return
    calendar = Recurrence(terms.start, fee.frequency, fee.day)
    reduced = after_discount(fee.amount, fee.discount_percentage, fee.currency)
    for k, day in calendar.between(first, min(last, last_day(terms))):
        if k < fee.grace_periods or (terms.pauses and any(pause.covers(day) for pause in terms.pauses)):
            continue
        amount = reduced if k < fee.grace_periods + fee.discount_periods else fee.amount
        if amount > 0:
            yield PlannedPayment(PaymentType.RECURRING, k + numbers_from, day, amount, fee.currency)


def last_day(terms: Terms) -> date:
    """The last day on which a payment may be due."""
    return terms.end or LAST_DAY


def first_number(terms: Terms, today: date, highest_kept: int) -> int:
    """Number of the first period, chosen so that the numbers of future periods are free.

    This is 1, except after a change of start or frequency: future periods may then be the 5th and 6th of the new
    calendar while payments numbered up to 20 exist under the old one.
    """
    fee = terms.recurring
    if fee is None:
        return 1
    next_number = Recurrence(terms.start, fee.frequency, fee.day).index_on_or_after(today) + 1
    return max(1, highest_kept + 2 - next_number)


def unpaid_status(day: date, today: date) -> PaymentStatus:
    """Status of an unpaid payment: overdue from the day after its due date."""
    return PaymentStatus.OVERDUE if day < today else PaymentStatus.PENDING


def status_problem(status: PaymentStatus, day: date, paid_date: date | None, today: date) -> tuple[str, str] | None:
    """The field that contradicts the dates and the message for it, or None."""
    if status is PaymentStatus.PAID:
        return paid_problem(paid_date, today)
    if paid_date is not None:
        return "paid_date", f"Only allowed with status «{PaymentStatus.PAID}»."
    expected = unpaid_status(day, today)
    if status is not expected:
        return "status", f"An unpaid payment due on {day} must be «{expected}»."
    return None


def paid_problem(paid_date: date | None, today: date) -> tuple[str, str] | None:
    """The field of a paid payment that contradicts the dates and the message for it, or None."""
    return ("paid_date", "Must not be in the future.") if paid_date is not None and paid_date > today else None
