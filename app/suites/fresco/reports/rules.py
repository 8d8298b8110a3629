"""Arithmetic of reports."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from app.kernel.errors import Invalid
from app.kernel.money import Currency, after_discount, in_digits, round_worth, rounded_parts
from app.kernel.periods import DateRange, Month, Period, current, require_order, trailing
from app.kernel.recurrence import Recurrence, per_month
from app.suites.fresco.projects.rules import PaymentType, Subscription

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


class Side(StrEnum):
    """Direction of what is owed: to the company or by it."""

    RECEIVABLE = "receivable"
    PAYABLE = "payable"

    @property
    def spanish(self) -> str:
        """Word in files."""
        return {Side.RECEIVABLE: "por cobrar", Side.PAYABLE: "por pagar"}[self]


AGES = (0, 30, 60, 90)
"""Most days since the due date in each age but the last, which has no limit; of those, 0 and less are not due."""


class Ages(NamedTuple):
    """Amounts by the days since they fell due."""

    not_due: Decimal = ZERO
    days_1_30: Decimal = ZERO
    days_31_60: Decimal = ZERO
    days_61_90: Decimal = ZERO
    over_90: Decimal = ZERO

    @property
    def total(self) -> Decimal:
        """The sum of all."""
        return sum(self, ZERO)


def due_since(today: date) -> list[date]:
    """First due day of each age but the last."""
    return [today - timedelta(days=days) for days in AGES]


def rounded_ages(rows: Sequence[Ages], currency: Currency) -> tuple[list[Ages], Ages]:
    """Amounts of rows by age, and their sums, rounded so that each column gives its sum.

    What is not due and what is overdue are rounded once each, as in the list of payments; the ages of what is overdue
    give it.
    """
    columns = [[row[place] for row in rows] for place in range(len(Ages._fields))]
    coming, *late = (sum(column, ZERO) for column in columns)
    sums = [round_worth(coming, currency), *rounded_parts(late, currency)]
    shown = [rounded_parts(column, currency, whole) for column, whole in zip(columns, sums, strict=True)]
    return [Ages(*row) for row in zip(*shown, strict=True)], Ages(*sums)


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
    """The changes rounded, so that they lead to the cent from the start to the end, each of which is rounded once."""
    start, end = round_worth(found.start, currency), round_worth(found.end, currency)
    parts = (found.new, found.expansion, -found.contraction, -found.churn)
    new, expansion, contraction, churn = rounded_parts(parts, currency, end - start)
    return Changes(start, new, expansion, -contraction, -churn, end)


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


class EntryKind(StrEnum):
    """Kind of an entry of a client's account."""

    CHARGE = "charge"
    RECEIPT = "receipt"
    REFUND = "refund"

    @property
    def spanish(self) -> str:
        """Word in files."""
        return {EntryKind.CHARGE: "cargo", EntryKind.RECEIPT: "abono", EntryKind.REFUND: "devolución"}[self]


CHARGED = {PaymentType.IMPLEMENTATION: "Implementación", PaymentType.RECURRING: "Mensualidad"}
"""Spanish words for charges of a plan, as clients read them."""


class Entry(NamedTuple):
    """A payment that fell due, a receipt of one, or a refund of the client's credit."""

    currency: Currency
    date: date
    kind: EntryKind
    charge: Decimal
    receipt: Decimal
    """Part of payments that is settled by it, withholdings included."""
    credit: Decimal
    """Increase of the client's credit; negative where it is used or given back."""
    withheld: Decimal
    payment_id: int | None
    receipt_id: int | None
    project_name: str | None
    type: PaymentType | None
    installment_number: int | None
    invoice_number: str | None
    payment_method: str | None
    reference: str | None
    balance: Decimal
    """Debt of the client in this currency after it; 0 until it is known."""

    @property
    def change(self) -> Decimal:
        """Change of what the client owes."""
        return self.charge - self.receipt - self.credit


class Sums(NamedTuple):
    """Sums of a client's entries in a currency."""

    currency: Currency
    charges: Decimal = ZERO
    receipts: Decimal = ZERO
    credits: Decimal = ZERO

    @property
    def balance(self) -> Decimal:
        """Debt of the client; negative where it is the client who has a credit."""
        return self.charges - self.receipts - self.credits


class Owed(NamedTuple):
    """Unpaid payments in a currency: their balances and their number."""

    currency: Currency
    total: Decimal
    payments: int


@dataclass(frozen=True, slots=True)
class AccountBalance:
    """Account of a client in a currency: the balance before, what was charged and settled, and the balance after."""

    currency: Currency
    opening_balance: Decimal
    charges: Decimal
    receipts: Decimal
    credits: Decimal
    closing_balance: Decimal


def account_balance(before: Sums, entries: Iterable[Entry]) -> AccountBalance:
    """The sums of entries in one currency: opening + charges - receipts - credits = closing."""
    during = Sums(before.currency)
    for one in entries:
        added = (during.charges + one.charge, during.receipts + one.receipt, during.credits + one.credit)
        during = Sums(before.currency, *added)
    sums = (before.balance, during.charges, during.receipts, during.credits, before.balance + during.balance)
    return AccountBalance(before.currency, *(in_digits(one, before.currency) for one in sums))


def with_balances(opening: Mapping[Currency, Decimal], entries: Iterable[Entry]) -> list[Entry]:
    """The entries in their order, each with the balance of its currency after it."""
    balances = dict(opening)
    found = []
    for entry in entries:
        balances[entry.currency] = balances.get(entry.currency, ZERO) + entry.change
        found.append(entry._replace(balance=balances[entry.currency]))
    return found
