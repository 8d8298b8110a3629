"""First page: the figures of all reports in one answer."""

from datetime import date, timedelta
from decimal import Decimal

from app.core.cash_accounts.service import CashAccountService
from app.core.cashflow.rules import ZERO, Flow, rounded_flows
from app.core.cashflow.service import AVERAGED_MONTHS, CashflowService, Figures, OpenItemService, Unpaid
from app.core.movements.rules import Kind
from app.kernel.money import Currency
from app.kernel.periods import Month, Period, last_complete_months, trailing
from app.suites.fresco.reports.service.mrr import RecurringRevenue
from app.suites.fresco.reports.service.results import (
    Cash,
    CashLine,
    Dashboard,
    MonthResult,
    OwedTotals,
    trend_months,
)

COMING_DAYS = 30
IN_NO_ACCOUNT = "Sin cuenta"
"""Line of the cash that is in no account."""
LARGEST = 5


class DashboardService:
    """Computes the first page from the same sums as the reports."""

    def __init__(self, figures: Figures) -> None:
        self.figures = figures
        self.accounts = CashAccountService(figures.context)
        self.cashflow = CashflowService(figures)
        self.open_items = OpenItemService(figures)
        self.mrr = RecurringRevenue(figures)

    def dashboard(self, today: date) -> Dashboard:
        """All figures as of today; each is that of the report which it comes from."""
        figures, month = self.figures, Month.of(today)
        _, monthly = figures.monthly_balances(trailing(Period.YEAR, today))
        balance = monthly[month].balance
        lately = sum((monthly[one].earned for one in last_complete_months(AVERAGED_MONTHS, today)), Flow())
        _, ahead = self.cashflow.outlook(balance, lately, today)
        last = today + timedelta(days=COMING_DAYS)
        unpaid = self.open_items.unpaid(today, last)
        return Dashboard(
            date=today,
            cash=self._cash(figures.money(balance), today),
            mrr=figures.money(self.mrr.today(today)),
            this_month=self._result(month, monthly[month].earned),
            last_month=self._result(month.previous, monthly[month.previous].earned),
            receivable=self._totals(unpaid[Kind.INCOME]),
            payable=self._totals(unpaid[Kind.EXPENSE]),
            coming=self.open_items.coming(unpaid, today, last),
            runway=ahead.runway,
            trend=trend_months(monthly, figures.currency),
            largest_overdue=self.open_items.largest_overdue(today, LARGEST),
            currency=figures.currency,
        )

    def _cash(self, total: Decimal, today: date) -> Cash:
        """Accounts at today's rates, and last the rest; a single suite has no accounts."""
        stored = self.accounts.balances(today) if self.figures.has_opening else []
        lines = [
            CashLine(one.id, one.name, one.currency, one.balance, self._worth(one.balance, one.currency, today))
            for one in stored
            if one.active or one.balance
        ]
        rest = total - sum((line.converted_balance for line in lines), ZERO)
        if rest:
            lines.append(CashLine(None, IN_NO_ACCOUNT, self.figures.currency, rest, rest))
        return Cash(total, lines)

    def _worth(self, balance: Decimal, currency: Currency, today: date) -> Decimal:
        return self.figures.money(self.figures.worth(balance, currency, today)) if balance else ZERO

    def _result(self, month: Month, flow: Flow) -> MonthResult:
        [shown] = rounded_flows([flow], self.figures.currency)
        return MonthResult(str(month), shown.income, shown.expenses, shown.financial, shown.profit)

    def _totals(self, unpaid: Unpaid) -> OwedTotals:
        overdue, not_due = map(self.figures.money, (unpaid.overdue, unpaid.total - unpaid.overdue))
        return OwedTotals(overdue + not_due, overdue, not_due, unpaid.count, unpaid.overdue_count)
