"""Cash position, analyses and runway."""

from datetime import date
from decimal import Decimal
from typing import NotRequired, TypedDict, Unpack

from app.core.cashflow.queries import MovementFilter, MovementItem
from app.core.cashflow.rules import ZERO, Flow, Round, Trailing, average, outlook
from app.core.cashflow.service.figures import Figures
from app.core.cashflow.service.results import (
    Analysis,
    ExpenseMonth,
    ExpensesAnalysis,
    IncomesAnalysis,
    Metrics,
    MonthTotals,
    category_shares,
    client_shares,
    month_totals,
)
from app.core.movements.rules import Kind
from app.infra.queries.records import Item
from app.kernel.errors import Conflict
from app.kernel.money import Currency, round_cents
from app.kernel.paging import Page, PageRequest
from app.kernel.periods import DateRange, Month, last_complete_months, require_order

AVERAGED_MONTHS = 6


class MovementFilters(TypedDict, total=False):
    """The criteria of a list of movements."""

    date_from: date
    date_to: date
    kind: Kind
    category: str


class AnalysisRequest(TypedDict):
    """Period and currency of an analysis."""

    period: Trailing
    currency: NotRequired[Currency]
    suite: NotRequired[str]


class CashflowService:
    """Computes figures about cash from the relation of movements."""

    def __init__(self, figures: Figures) -> None:
        self.figures = figures

    def page(self, request: PageRequest, **filters: Unpack[MovementFilters]) -> Page[Item[MovementItem]]:
        """One page of movements, newest first; balances are those of the whole company."""
        criteria = MovementFilter(**filters)
        require_order(criteria.date_from, criteria.date_to)
        found = self.figures.balances(criteria)
        flow, money = found.matching, self.figures.money
        extra = {
            "balance": money(flow.net),
            "total_income": money(flow.income),
            "total_expenses": money(flow.expenses),
            "opening_balance": money(found.opening),
            "closing_balance": money(found.closing),
            "currency": self.figures.currency,
        }
        return Page(self.figures.rows(criteria, request), found.movements, request, extra)

    def require_no_movements(self) -> None:
        """Conflict if there are movements."""
        if self.figures.movements.first_day() is not None:
            raise Conflict("There are movements, whose totals are in the base currency.", code="company_has_movements")

    def metrics(self, today: date) -> Metrics:
        """Cash position up to today, and the averages of the last complete months."""
        months = last_complete_months(AVERAGED_MONTHS, today)
        flow, lately = self.figures.flows(today, DateRange(months[0].first_day, months[-1].last_day))
        balance, lived = self.figures.balance_of(flow.net, today), len(self.complete_months(today))
        mean = Flow(average(lately.income, lived), average(lately.expenses, lived))
        ahead, money = outlook(balance, mean, today), self.figures.money
        return Metrics(
            total_income=money(flow.income),
            total_expenses=money(flow.expenses),
            current_balance=money(balance),
            avg_monthly_income=money(mean.income),
            avg_monthly_expenses=money(mean.expenses),
            burn_rate=money(ahead.burn_rate),
            gross_burn_rate=money(ahead.gross_burn_rate),
            runway=None if ahead.runway is None else round_cents(ahead.runway),
            break_even_date=ahead.break_even_date,
            break_even_kind=ahead.break_even_kind,
            currency=self.figures.currency,
        )

    def complete_months(self, today: date) -> list[Month]:
        """The last 6 complete months, but none before the first movement."""
        first = self.figures.movements.first_day()
        if first is None:
            return []
        return [month for month in last_complete_months(AVERAGED_MONTHS, today) if month >= Month.of(first)]

    def analysis(self, period: Trailing, today: date) -> Analysis:
        """Income and expenses of the trailing period, by month, category and client."""
        span, money = period.days(today), self.figures.money
        return Analysis(
            monthly_data=_months(self.figures.monthly(span), money),
            category_expenses=category_shares(self.figures.by_category(span, Kind.EXPENSE), money),
            client_income=client_shares(self.figures.by_client(span, Kind.INCOME), money),
            currency=self.figures.currency,
        )

    def incomes_analysis(self, period: Trailing, today: date) -> IncomesAnalysis:
        """Income by month and client."""
        span, money = period.days(today), self.figures.money
        monthly, by_client = self.figures.monthly(span), self.figures.by_client(span, Kind.INCOME)
        total = sum((flow.income for flow in monthly.values()), ZERO)
        return IncomesAnalysis(
            monthly_data=_months(monthly, money),
            client_data=client_shares(by_client, money),
            total_month=money(monthly[Month.of(today)].income),
            avg_month=money(average(total, len(monthly))),
            client_income=money(sum(by_client.values(), ZERO)),
            currency=self.figures.currency,
        )

    def expenses_analysis(self, period: Trailing, today: date) -> ExpensesAnalysis:
        """Expenses by month and category."""
        span, money = period.days(today), self.figures.money
        monthly, origins = self.figures.monthly(span), self.figures.expenses_by_origin(span)
        categories = self.figures.by_category(span, Kind.EXPENSE)
        return ExpensesAnalysis(
            category_data=category_shares(categories, money),
            monthly_data=[_expense_month(month, flow, *origins[month], money) for month, flow in monthly.items()],
            total_variable=money(sum((variable for _, variable in origins.values()), ZERO)),
            total_recurring=money(sum((recurring for recurring, _ in origins.values()), ZERO)),
            category_totals={category: money(amount) for category, amount in categories.items()},
            currency=self.figures.currency,
        )


def _months(monthly: dict[Month, Flow], money: Round) -> list[MonthTotals]:
    return [month_totals(month, flow, money) for month, flow in monthly.items()]


def _expense_month(month: Month, flow: Flow, recurring: Decimal, variable: Decimal, money: Round) -> ExpenseMonth:
    return ExpenseMonth(
        str(month), money(flow.income), money(flow.expenses), money(flow.net), money(recurring), money(variable)
    )
