"""Lists of expenses with their totals in one currency."""

from collections import defaultdict
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import TypedDict, Unpack

from app.core.currencies.service import AmountReader
from app.infra.context import Context
from app.infra.queries.amounts import Sum
from app.infra.queries.records import Item
from app.kernel.money import COP_AND_USD, Currency, round_worth
from app.kernel.paging import Page, PageRequest
from app.kernel.periods import require_order
from app.kernel.recurrence import Frequency, per_month
from app.suites.fresco.expenses.models import (
    AccruedExpense,
    AccruedExpenseRecord,
    ExpenseRecord,
    RecurringExpense,
    RecurringExpenseRecord,
)
from app.suites.fresco.expenses.queries import (
    ACCRUED,
    EXPENSES,
    RECURRING,
    AccruedFilter,
    ExpenseFilter,
    RecurringFilter,
)
from app.suites.fresco.expenses.rules import AccruedPeriod, AccruedStatus, RecurringStatus, window


class SpendingFilters(TypedDict, total=False):
    """The criteria of both kinds of lists."""

    category: tuple[str, ...]
    client_id: int
    project_id: int
    supplier_id: int
    payment_method: str
    amount_min: Decimal
    amount_max: Decimal
    date_from: date
    date_to: date
    q: str


class ExpenseFilters(SpendingFilters, total=False):
    """The criteria of a list of expenses."""

    tag: str


class AccruedFilters(SpendingFilters, total=False):
    """The criteria of a list of accrued expenses; the dates are due dates."""

    status: tuple[AccruedStatus, ...]


class RecurringFilters(TypedDict, total=False):
    """The criteria of a list of recurring expenses."""

    status: RecurringStatus
    category: str
    supplier_id: int


class ExpenseReader:
    """Lists expenses, with totals in the requested currency or else in the company's."""

    def __init__(self, context: Context) -> None:
        self.base = context.company.base_currency
        self.variable = AmountReader(context, EXPENSES, ExpenseRecord)
        self.recurring = AmountReader(context, RECURRING, RecurringExpenseRecord)
        self.accrued = AmountReader(context, ACCRUED, AccruedExpenseRecord)

    def page(
        self, request: PageRequest, *, currency: Currency | None = None, **filters: Unpack[ExpenseFilters]
    ) -> Page[Item[ExpenseRecord]]:
        """One page of expenses, with the total of all matching ones."""
        criteria = ExpenseFilter(**filters)
        require_order(criteria.date_from, criteria.date_to)
        return self.variable.page(criteria, request, currency)

    def recurring_page(
        self, request: PageRequest, *, currency: Currency | None = None, **filters: Unpack[RecurringFilters]
    ) -> Page[Item[RecurringExpenseRecord]]:
        """One page of recurring expenses, with what the active ones come to in a month."""
        criteria = RecurringFilter(**filters)
        sums = self.recurring.sums(criteria, currency, RecurringExpense.status, RecurringExpense.frequency)
        target = currency or self.base
        without = self.recurring.missing(criteria, currency, (one for one in sums if not _is_paused(one)))
        if without:
            without["totals_by_currency"] = self._monthly_by_currency(criteria, currency)
        total = None if without else round_worth(sum((_in_a_month(one, one.total) for one in sums), Decimal(0)), target)
        extra = {"total": total, "monthly_total": total, "currency": target, **without}
        rows = self.recurring.items(criteria, request, currency)
        return Page(rows, sum(one.movements for one in sums), request, extra)

    def _monthly_by_currency(self, criteria: RecurringFilter, currency: Currency | None) -> dict[str, Decimal]:
        """Amounts of the recurring expenses in a month, in each currency itself."""
        table = RecurringExpense
        found: dict[Currency, Decimal] = defaultdict(Decimal)
        for one in self.recurring.sums(criteria, currency, table.status, table.frequency, table.currency):
            found[Currency(one.key[2])] += _in_a_month(one, one.amount)
        return {one: round_worth(found[one], one) for one in sorted(found)}

    def accrued_page(
        self,
        request: PageRequest,
        today: date,
        *,
        currency: Currency | None = None,
        period: AccruedPeriod | None = None,
        **filters: Unpack[AccruedFilters],
    ) -> Page[Item[AccruedExpenseRecord]]:
        """One page of accrued expenses, with totals of all matching ones by category and by currency."""
        criteria = AccruedFilter(**filters)
        require_order(criteria.date_from, criteria.date_to)
        first, last = window(period, criteria.date_from, criteria.date_to, today)
        criteria = replace(criteria, date_from=first, date_to=last)
        target = currency or self.base
        sums = self.accrued.sums(criteria, currency, AccruedExpense.category, AccruedExpense.currency)
        totals = {"by_category": _by_category(sums, target), "by_currency": _by_currency(sums)}
        without = self.accrued.missing(criteria, currency, sums)
        extra = {"totals": None if without else totals, "currency": target, **without}
        rows = self.accrued.items(criteria, request, currency)
        return Page(rows, sum(one.movements for one in sums), request, extra)


def _is_paused(found: Sum) -> bool:
    return RecurringStatus(found.key[0]) is RecurringStatus.PAUSED


def _in_a_month(found: Sum, amount: Decimal | None) -> Decimal:
    """Amount of the recurring expenses of one status and frequency in a month; paused ones cost nothing."""
    if _is_paused(found):
        return Decimal(0)
    times = per_month(Frequency(found.key[1]))
    return (amount or Decimal(0)) * times.numerator / times.denominator


def _by_category(sums: list[Sum], currency: Currency) -> dict[str, Decimal]:
    """Totals in the response's currency, rounded once."""
    found: dict[str, Decimal] = defaultdict(Decimal)
    for one in sums:
        found[one.key[0]] += one.total or Decimal(0)
    return {category: round_worth(found[category], currency) for category in sorted(found)}


def _by_currency(sums: list[Sum]) -> dict[str, Decimal]:
    """Totals in each currency, unconverted."""
    found = {currency.value: Decimal(0) for currency in COP_AND_USD}
    for one in sums:
        found[one.key[1]] += one.amount
    return found
