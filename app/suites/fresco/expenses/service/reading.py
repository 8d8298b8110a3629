"""Lists of expenses with their totals in one currency."""

from collections import defaultdict
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
from app.suites.fresco.expenses.models import (
    AccruedExpense,
    AccruedExpenseRecord,
    ExpenseRecord,
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


class ExpenseFilters(TypedDict, total=False):
    """The criteria of a list of expenses."""

    category: str
    date_from: date
    date_to: date
    q: str


class RecurringFilters(TypedDict, total=False):
    """The criteria of a list of recurring expenses."""

    status: RecurringStatus
    category: str


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
        """One page of recurring expenses, with the total of one occurrence of each."""
        return self.recurring.page(RecurringFilter(**filters), request, currency)

    def accrued_page(
        self,
        request: PageRequest,
        today: date,
        *,
        currency: Currency | None = None,
        status: AccruedStatus | None = None,
        period: AccruedPeriod | None = None,
        date_from: date | None = None,
        date_to: date | None = None,
    ) -> Page[Item[AccruedExpenseRecord]]:
        """One page of accrued expenses, with totals of all matching ones by category and by currency."""
        require_order(date_from, date_to)
        criteria = AccruedFilter(status, *window(period, date_from, date_to, today))
        target = currency or self.base
        sums = self.accrued.sums(criteria, currency, AccruedExpense.category, AccruedExpense.currency)
        extra = {
            "totals": {"by_category": _by_category(sums, target), "by_currency": _by_currency(sums)},
            "currency": target,
        }
        rows = self.accrued.items(criteria, request, currency)
        return Page(rows, sum(one.movements for one in sums), request, extra)


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
