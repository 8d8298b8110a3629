"""The first figures that somebody sees after a login."""

from datetime import date
from decimal import Decimal
from typing import NamedTuple

from app.infra.context import Context
from app.kernel.errors import Conflict
from app.kernel.money import Currency
from app.suites.personal.accounts.service import AccountService
from app.suites.personal.books.service import PersonalBookService, program_access
from app.suites.personal.reports.service import CategoryReports


class FinancialSummary(NamedTuple):
    """Results of the current month of a book, and its net worth; null where a rate is missing."""

    book_id: int
    currency: Currency
    date_from: date
    date_to: date
    income: Decimal | None
    expenses: Decimal | None
    net: Decimal | None
    savings_rate: Decimal | None
    net_worth: Decimal | None


def financial_summary(context: Context, user_id: int) -> FinancialSummary | None:
    """The summary of a user's first book; None for somebody who has none."""
    first = next(iter(PersonalBookService(context).list_of(user_id)), None)
    if first is None:
        return None
    access = program_access(context, first.id)
    reports = CategoryReports(access)
    days = reports.calendar.days(reports.calendar.month_of(access.today))
    totals = AccountService(access).totals(access.today).totals
    worth = None if totals is None else totals["net_worth"]
    net_worth = worth if isinstance(worth, Decimal) else None
    about = (first.id, access.currency, days.start, days.end)
    try:
        [month] = reports.monthly()
    except Conflict:
        return FinancialSummary(*about, None, None, None, None, net_worth)
    return FinancialSummary(*about, month.income, month.expenses, month.net, month.savings_rate, net_worth)
