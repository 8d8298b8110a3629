"""Results of reports: rounded amounts in the requested currency."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date as day
from decimal import Decimal

from app.core.cashflow.rules import ZERO, Flow, ratio, rounded_amounts, rounded_flows
from app.core.cashflow.service import MonthFigures
from app.core.cashflow.service.results import BalanceMonth, CategoryShare, ClientShare, Coming, OverdueItem
from app.kernel.money import Currency, round_worth
from app.kernel.periods import DateRange, Month
from app.suites.fresco.reports.rules import Basis, Changes, Side


@dataclass(frozen=True, slots=True)
class ProfitMonth:
    """A month's revenue, expenses and profit."""

    month: str
    revenue: Decimal
    expenses: Decimal
    financial_result: Decimal
    profit: Decimal


@dataclass(frozen=True, slots=True)
class MarginMonth(ProfitMonth):
    """A month's revenue, expenses and profit, with its margin."""

    margin: Decimal | None


@dataclass(frozen=True, slots=True)
class Summary:
    """Revenue, expenses and cash of a span of days."""

    period: DateRange
    monthly_revenue_expenses: list[ProfitMonth]
    client_revenue: list[ClientShare]
    expense_categories: list[CategoryShare]
    opening_balance: Decimal
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
class Capital:
    """Capital that came and went, which is neither revenue nor cost."""

    incomes: StatementIncomes
    expenses: StatementExpenses
    net: Decimal


@dataclass(frozen=True, slots=True)
class Statement:
    """Income, expenses, taxes and net profit; capital and IVA stand apart."""

    period: DateRange
    basis: Basis
    incomes: StatementIncomes
    expenses: StatementExpenses
    financial_result: Decimal
    gross_profit: Decimal
    taxes: Decimal
    net_profit: Decimal
    withheld: dict[str, Decimal]
    tax_to_pay: Decimal
    capital: Capital
    tax_collected: Decimal
    tax_paid: Decimal
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

    period: DateRange
    client_profitability: list[Profitability]
    growing_clients: list[ComparedClient]
    declining_clients: list[ComparedClient]
    mrr_changes: Changes
    currency: Currency


@dataclass(frozen=True, slots=True)
class AgeingSums:
    """Amounts that are owed, by the days since it fell due; credits are not in the total."""

    not_due: Decimal
    days_1_30: Decimal
    days_31_60: Decimal
    days_61_90: Decimal
    over_90: Decimal
    total: Decimal
    credits: Decimal


@dataclass(frozen=True, slots=True)
class AgeingRow(AgeingSums):
    """Amounts of one client or supplier; without an id it is the line of nobody."""

    id: int | None = field(kw_only=True)
    name: str = field(kw_only=True)


@dataclass(frozen=True, slots=True)
class Ageing:
    """Receivables or payables of a day, by party and age."""

    side: Side
    date: day
    currency: Currency
    data: list[AgeingRow]
    totals: AgeingSums


@dataclass(frozen=True, slots=True)
class CashLine:
    """A cash account; without an id it is the line of all cash that is in none."""

    id: int | None
    name: str
    currency: Currency
    balance: Decimal
    converted_balance: Decimal
    """Balance in the currency of the answer."""


@dataclass(frozen=True, slots=True)
class Cash:
    """The company's cash today, and where it is: the converted balances come to the total."""

    total: Decimal
    accounts: list[CashLine]


@dataclass(frozen=True, slots=True)
class MonthResult:
    """Results of one month, each rounded by itself."""

    month: str
    income: Decimal
    expenses: Decimal
    financial_result: Decimal
    profit: Decimal


@dataclass(frozen=True, slots=True)
class OwedTotals:
    """Unpaid amounts of one direction, and their numbers."""

    total: Decimal
    overdue: Decimal
    not_due: Decimal
    count: int
    overdue_count: int


@dataclass(frozen=True, slots=True)
class TrendMonth(ProfitMonth):
    """A month's revenue, expenses and profit, with the balance at its end."""

    balance: Decimal


@dataclass(frozen=True, slots=True)
class Dashboard:
    """Figures of the first page."""

    date: day
    cash: Cash
    mrr: Decimal
    this_month: MonthResult
    last_month: MonthResult
    receivable: OwedTotals
    payable: OwedTotals
    coming: Coming
    runway: Decimal | None
    trend: list[TrendMonth]
    largest_overdue: list[OverdueItem]
    currency: Currency


def trend_months(monthly: Mapping[Month, MonthFigures], currency: Currency) -> list[TrendMonth]:
    """The rounded results of months, with the balance at the end of each."""
    months = profit_months({month: one.earned for month, one in monthly.items()}, currency)
    return [
        TrendMonth(**asdict(shown), balance=round_worth(one.balance, currency))
        for shown, one in zip(months, monthly.values(), strict=True)
    ]


def profit_months(monthly: Mapping[Month, Flow], currency: Currency) -> list[ProfitMonth]:
    """The rounded revenue, expenses and profit of months."""
    shown = rounded_flows(list(monthly.values()), currency)
    return [
        ProfitMonth(str(month), flow.income, flow.expenses, flow.financial, flow.profit)
        for month, flow in zip(monthly, shown, strict=True)
    ]


def margin_months(monthly: Mapping[Month, Flow], currency: Currency) -> list[MarginMonth]:
    """The rounded revenue, expenses and profit of months, with their margins."""
    months = profit_months(monthly, currency)
    return [MarginMonth(**asdict(one), margin=ratio(one.profit, one.revenue)) for one in months]


def statement_incomes(amounts: Mapping[str, Decimal], currency: Currency) -> StatementIncomes:
    """Incomes by type, rounded so that they give their total."""
    shown = rounded_amounts(amounts, currency)
    return StatementIncomes(sum(shown.values(), ZERO), shown)


def statement_expenses(amounts: Mapping[str, Decimal], currency: Currency) -> StatementExpenses:
    """Expenses by category, rounded so that they give their total."""
    shown = rounded_amounts(amounts, currency)
    return StatementExpenses(sum(shown.values(), ZERO), shown)
