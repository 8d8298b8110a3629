"""Amounts that are budgeted for single categories."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from app.infra.books import BookAccess
from app.kernel.books import BudgetMethod
from app.kernel.money import in_digits, round_worth
from app.kernel.periods import DateRange, Month, MonthCalendar
from app.suites.personal.accounts.service import Converter
from app.suites.personal.budgets.models import BudgetRecord
from app.suites.personal.budgets.repository import (
    AssignmentRepository,
    BudgetAmountRepository,
    BudgetCategoryRepository,
    BudgetRepository,
)
from app.suites.personal.budgets.rules.limits import amount_of_period, per_month


def budgeted_by_category(access: BookAccess) -> Mapping[int, Decimal]:
    """Amounts of the current month by category, in the currency of the book.

    With envelopes they are what is assigned to the category; with limits, the share of a month of the active budgets
    that are of this category alone. One in a currency without a rate does not count.
    """
    calendar = MonthCalendar(access.settings.month_start_day)
    month = calendar.month_of(access.today)
    if access.settings.budget_method is BudgetMethod.ENVELOPE:
        return _assigned(access, month)
    return _limited(access, calendar.days(month))


def _assigned(access: BookAccess, month: Month) -> dict[int, Decimal]:
    found = AssignmentRepository(access).of_month(month.first_day)
    return {
        one.category_id: in_digits(one.amount, access.currency)
        for one in found
        if one.category_id is not None and one.currency is access.currency
    }


def _limited(access: BookAccess, days: DateRange) -> dict[int, Decimal]:
    budgets = [one for one in BudgetRepository(access).list_all(active=True) if _is_within(one, days)]
    if not budgets:
        return {}
    ids = [one.id for one in budgets]
    categories, amounts = BudgetCategoryRepository(access).of(ids), BudgetAmountRepository(access).of(ids)
    given = [
        (own[0], share, one.currency)
        for one in budgets
        if len(own := categories.get(one.id, [])) == 1
        and (share := per_month(amount_of_period(amounts[one.id], _day(access, one)), one.period, one.currency))
        is not None
    ]
    worth = Converter(access).converted([(share, currency) for _, share, currency in given], access.today).amounts
    found: dict[int, Decimal] = {}
    for (category_id, _, _), amount in zip(given, worth, strict=True):
        if amount is not None:
            found[category_id] = found.get(category_id, Decimal(0)) + round_worth(amount, access.currency)
    return found


def _is_within(one: BudgetRecord, days: DateRange) -> bool:
    return one.start_date <= days.end and (one.end_date is None or one.end_date >= days.start)


def _day(access: BookAccess, one: BudgetRecord) -> date:
    """Day whose amount counts: today, or the first day of a budget that begins later in the month."""
    return max(access.today, one.start_date)
