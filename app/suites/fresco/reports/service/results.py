"""Results of reports: rounded amounts in the requested currency."""

from dataclasses import dataclass
from decimal import Decimal

from app.core.cashflow.rules import Flow, Round, ratio
from app.core.cashflow.service.results import BalanceMonth, CategoryShare, ClientShare
from app.kernel.money import Currency
from app.kernel.periods import Month
from app.suites.fresco.reports.rules import Basis, Changes


@dataclass(frozen=True, slots=True)
class ProfitMonth:
    """A month's revenue, expenses and profit."""

    month: str
    revenue: Decimal
    expenses: Decimal
    profit: Decimal


@dataclass(frozen=True, slots=True)
class MarginMonth(ProfitMonth):
    """A month's revenue, expenses and profit, with its margin."""

    margin: Decimal | None


@dataclass(frozen=True, slots=True)
class Summary:
    """Revenue, expenses and cash of a span of days."""

    period: str
    monthly_revenue_expenses: list[ProfitMonth]
    client_revenue: list[ClientShare]
    expense_categories: list[CategoryShare]
    cash_flow_trend: list[BalanceMonth]
    currency: Currency


@dataclass(frozen=True, slots=True)
class StatementIncomes:
    """Income by type, and its total."""

    total: Decimal
    by_type: dict[str, Decimal]


@dataclass(frozen=True, slots=True)
class StatementExpenses:
    """Expenses by category, and their total."""

    total: Decimal
    by_category: dict[str, Decimal]


@dataclass(frozen=True, slots=True)
class Statement:
    """Income, expenses, taxes and net profit."""

    period: str
    basis: Basis
    incomes: StatementIncomes
    expenses: StatementExpenses
    financial_result: Decimal
    gross_profit: Decimal
    taxes: Decimal
    net_profit: Decimal
    withheld: dict[str, Decimal]
    tax_to_pay: Decimal
    currency: Currency


@dataclass(frozen=True, slots=True)
class Indicators:
    """Financial indicators; None where the divisor is zero."""

    profit_margin: Decimal | None
    marketing_roi: Decimal | None
    available_cash: Decimal
    monthly_burn_rate: Decimal
    months_covered: Decimal | None
    trend_data: list[MarginMonth]
    currency: Currency


@dataclass(frozen=True, slots=True)
class Profitability:
    """Revenue and costs of a client."""

    client_id: int | None
    client: str | None
    revenue: Decimal
    expenses: Decimal
    profit: Decimal
    margin: Decimal | None


@dataclass(frozen=True, slots=True)
class ComparedClient:
    """Revenue of a client, compared with the previous period."""

    client_id: int | None
    client: str | None
    revenue: Decimal
    previous: Decimal
    change: Decimal


@dataclass(frozen=True, slots=True)
class ClientReport:
    """Profitability and growth by client, and changes of recurring revenue."""

    period: str
    client_profitability: list[Profitability]
    growing_clients: list[ComparedClient]
    declining_clients: list[ComparedClient]
    mrr_changes: Changes
    currency: Currency


def profit_month(month: Month, flow: Flow, financial: Decimal, money: Round) -> ProfitMonth:
    """The rounded revenue, expenses and profit of a month, its financial result included."""
    return ProfitMonth(str(month), money(flow.income), money(flow.expenses), money(flow.net + financial))


def margin_month(month: Month, flow: Flow, financial: Decimal, money: Round) -> MarginMonth:
    """The rounded revenue, expenses and profit of a month, its financial result included, with its margin."""
    profit = flow.net + financial
    return MarginMonth(str(month), money(flow.income), money(flow.expenses), money(profit), ratio(profit, flow.income))
