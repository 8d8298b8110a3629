"""Results of cash flow: rounded amounts in the requested currency."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal

from app.core.cashflow.rules import ZERO, BreakEven, Flow, Round, shares
from app.kernel.money import Currency
from app.kernel.periods import Month


@dataclass(frozen=True, slots=True)
class ClientKey:
    """Client of a movement: a stored client, or only a name."""

    client_id: int | None
    client: str | None


@dataclass(frozen=True, slots=True)
class Metrics:
    """Cash position of the company."""

    total_income: Decimal
    total_expenses: Decimal
    current_balance: Decimal
    avg_monthly_income: Decimal
    avg_monthly_expenses: Decimal
    burn_rate: Decimal
    gross_burn_rate: Decimal
    runway: Decimal | None
    break_even_date: date | None
    break_even_kind: BreakEven | None
    currency: Currency


@dataclass(frozen=True, slots=True)
class MonthTotals:
    """A month's income and expenses."""

    month: str
    income: Decimal
    expenses: Decimal
    net: Decimal


@dataclass(frozen=True, slots=True)
class ExpenseMonth(MonthTotals):
    """A month's totals, with the expenses by origin."""

    recurring: Decimal
    variable: Decimal


@dataclass(frozen=True, slots=True)
class BalanceMonth(MonthTotals):
    """A month's totals, with the balance at its end."""

    balance: Decimal


@dataclass(frozen=True, slots=True)
class CategoryShare:
    """Amount of a category and its share; None if the sum of all is zero."""

    category: str
    amount: Decimal
    share: Decimal | None


@dataclass(frozen=True, slots=True)
class ClientShare:
    """Revenue from a client and its share; None if the sum of all is zero."""

    client_id: int | None
    client: str | None
    revenue: Decimal
    share: Decimal | None


@dataclass(frozen=True, slots=True)
class Analysis:
    """Income and expenses by month, category and client."""

    monthly_data: list[MonthTotals]
    category_expenses: list[CategoryShare]
    client_income: list[ClientShare]
    currency: Currency


@dataclass(frozen=True, slots=True)
class IncomesAnalysis:
    """Income by month and client."""

    monthly_data: list[MonthTotals]
    client_data: list[ClientShare]
    total_month: Decimal
    avg_month: Decimal
    client_income: Decimal
    currency: Currency


@dataclass(frozen=True, slots=True)
class ExpensesAnalysis:
    """Expenses by month and category."""

    category_data: list[CategoryShare]
    monthly_data: list[ExpenseMonth]
    total_variable: Decimal
    total_recurring: Decimal
    category_totals: dict[str, Decimal]
    currency: Currency


@dataclass(slots=True)
class ForecastParts:
    """Parts of a month of the forecast."""

    payments: Decimal = ZERO
    entered_incomes: Decimal = ZERO
    planned_charges: Decimal = ZERO
    accrued_expenses: Decimal = ZERO
    recurring_expenses: Decimal = ZERO
    variable_expenses: Decimal = ZERO
    extra_expense: Decimal = ZERO

    @property
    def flow(self) -> Flow:
        """Income and expenses of the month."""
        income = self.payments + self.entered_incomes + self.planned_charges
        regular = self.accrued_expenses + self.recurring_expenses
        return Flow(income, regular + self.variable_expenses + self.extra_expense)

    def rounded(self, money: Round) -> "ForecastParts":
        """The rounded parts."""
        return ForecastParts(*(money(getattr(self, part.name)) for part in fields(self)))


@dataclass(frozen=True, slots=True)
class ForecastMonth(BalanceMonth):
    """A month of the forecast: totals, balance and parts."""

    made_of: ForecastParts


@dataclass(frozen=True, slots=True)
class Forecast:
    """Forecast of the next months."""

    data: list[ForecastMonth]
    first_negative_month: str | None
    currency: Currency


def month_totals(month: Month, flow: Flow, money: Round) -> MonthTotals:
    """The rounded totals of a month."""
    return MonthTotals(str(month), money(flow.income), money(flow.expenses), money(flow.net))


def balance_month(month: Month, flow: Flow, balance: Decimal, money: Round) -> BalanceMonth:
    """The rounded totals of a month, and the balance at its end."""
    return BalanceMonth(str(month), money(flow.income), money(flow.expenses), money(flow.net), money(balance))


def category_shares(amounts: Mapping[str, Decimal], money: Round) -> list[CategoryShare]:
    """Amounts by category with their shares."""
    parts = shares(list(amounts.values()))
    return [
        CategoryShare(category, money(amount), share)
        for (category, amount), share in zip(amounts.items(), parts, strict=True)
    ]


def client_shares(amounts: Mapping[ClientKey, Decimal], money: Round) -> list[ClientShare]:
    """Revenue by client with its shares."""
    parts = shares(list(amounts.values()))
    return [
        ClientShare(key.client_id, key.client, money(amount), share)
        for (key, amount), share in zip(amounts.items(), parts, strict=True)
    ]
