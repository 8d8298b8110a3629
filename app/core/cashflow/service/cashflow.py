"""Cash position, analyses and runway."""

from datetime import date
from decimal import Decimal
from typing import Any, NotRequired, TypedDict, Unpack

from app.core.cashflow.queries import MovementFilter, MovementItem
from app.core.cashflow.rules import ZERO, Flow, Outlook, Trailing, average, outlook, rounded_flows, rounding
from app.core.cashflow.service.figures import Figures
from app.core.cashflow.service.results import (
    Analysis,
    ExpensesAnalysis,
    IncomesAnalysis,
    Metrics,
    category_shares,
    client_shares,
    expense_months,
    month_totals,
    without_others,
)
from app.core.movements.rules import Kind, Nature
from app.infra.queries.records import Item
from app.kernel.errors import Conflict
from app.kernel.money import Currency
from app.kernel.paging import Page, PageRequest
from app.kernel.periods import DateRange, Month, last_complete_months, require_order

AVERAGED_MONTHS = 6


class MovementFilters(TypedDict, total=False):
    """The criteria of a list of movements."""

    date_from: date
    date_to: date
    kind: Kind
    category: tuple[str, ...]
    nature: tuple[Nature, ...]
    client_id: int
    project_id: int
    supplier_id: int
    payment_method: str
    cash_account_id: int
    amount_min: Decimal
    amount_max: Decimal
    q: str


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
        """One page of movements, newest first; balances are those of the whole company, or of the cash account."""
        require_order(filters.get("date_from"), filters.get("date_to"))
        criteria = self.figures.movements.named(MovementFilter(**filters).simplified())
        found = self.figures.balances(criteria)
        currency, money = self.figures.currency, self.figures.money
        [flow] = rounded_flows([found.matching], currency)
        extra: dict[str, Any] = {
            "balance": flow.net,
            "total_income": flow.income,
            "total_expenses": flow.expenses,
            "opening_balance": money(found.opening),
            "closing_balance": money(found.closing),
            "transfers": None if found.transfers is None else money(found.transfers),
            "rounding": rounding(found.opening, found.closing, found.moved, currency),
        }
        if found.warnings:
            extra = dict.fromkeys(extra) | {"totals_by_currency": found.by_currency, "warnings": found.warnings}
        rows = self.figures.rows(criteria, request, found.numbers)
        return Page(rows, sum(found.numbers.values()), request, extra | {"currency": currency})

    def require_no_movements(self) -> None:
        """Conflict if there are movements."""
        if self.figures.movements.first_day() is not None:
            raise Conflict("There are movements, whose totals are in the base currency.", code="company_has_movements")

    def metrics(self, today: date) -> Metrics:
        """Cash position up to today, and the averages of the last complete months."""
        months = last_complete_months(AVERAGED_MONTHS, today)
        earned, lately, moved = self.figures.flows(today, DateRange(months[0].first_day, months[-1].last_day))
        balance, currency = self.figures.balance_of(moved.net, today), self.figures.currency
        mean, ahead = self.outlook(balance, lately, today)
        [total], [monthly] = rounded_flows([earned], currency), rounded_flows([mean], currency)
        return Metrics(
            total_income=total.income,
            total_expenses=total.expenses,
            current_balance=self.figures.money(balance),
            avg_monthly_income=monthly.income,
            avg_monthly_expenses=monthly.expenses,
            burn_rate=monthly.expenses - monthly.income,
            gross_burn_rate=monthly.expenses,
            runway=ahead.runway,
            break_even_date=ahead.break_even_date,
            break_even_kind=ahead.break_even_kind,
            currency=self.figures.currency,
        )

    def outlook(self, balance: Decimal, lately: Flow, today: date) -> tuple[Flow, Outlook]:
        """Monthly average of the results of the last complete months, and the projection of the balance by it."""
        lived = len(self.complete_months(today))
        mean = Flow(average(lately.income, lived), average(lately.expenses, lived))
        return mean, outlook(balance, mean, today)

    def complete_months(self, today: date) -> list[Month]:
        """The last 6 complete months, but none before the first movement."""
        first = self.figures.movements.first_day()
        if first is None:
            return []
        return [month for month in last_complete_months(AVERAGED_MONTHS, today) if month >= Month.of(first)]

    def analysis(self, period: Trailing, today: date) -> Analysis:
        """Income and expenses of the trailing period, by month, category and client."""
        span, currency = period.days(today), self.figures.currency
        by_client = self.figures.by_client(span, Kind.INCOME)
        return Analysis(
            monthly_data=month_totals(self.figures.monthly(span), currency),
            category_expenses=category_shares(self.figures.by_category(span, Kind.EXPENSE), currency),
            client_income=client_shares(without_others(by_client), currency),
            currency=currency,
        )

    def incomes_analysis(self, period: Trailing, today: date) -> IncomesAnalysis:
        """Income by month and client."""
        span, currency = period.days(today), self.figures.currency
        monthly, clients = self.figures.monthly(span), self.figures.by_client(span, Kind.INCOME)
        total, by_client = sum((flow.income for flow in monthly.values()), ZERO), client_shares(clients, currency)
        return IncomesAnalysis(
            monthly_data=month_totals(monthly, currency),
            client_data=by_client,
            total_month=self.figures.money(monthly[Month.of(today)].income),
            avg_month=self.figures.money(average(total, len(monthly))),
            client_income=sum((one.revenue for one in by_client if one.client_id is not None), ZERO),
            currency=currency,
        )

    def expenses_analysis(self, period: Trailing, today: date) -> ExpensesAnalysis:
        """Expenses by month and category."""
        span, currency = period.days(today), self.figures.currency
        monthly = expense_months(self.figures.monthly(span), self.figures.expenses_by_origin(span), currency)
        categories = category_shares(self.figures.by_category(span, Kind.EXPENSE), currency)
        return ExpensesAnalysis(
            category_data=categories,
            monthly_data=monthly,
            total_variable=sum((one.variable for one in monthly), ZERO),
            total_recurring=sum((one.recurring for one in monthly), ZERO),
            category_totals={one.category: one.amount for one in categories},
            currency=currency,
        )
