"""Results of cash flow: rounded amounts in the requested currency."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal

from app.core.cashflow.rules import OTHER_INCOME, ZERO, BreakEven, Flow, Source, rounded_amounts, rounded_flows, shares
from app.kernel.money import Currency, round_worth, rounded_parts
from app.kernel.periods import Month


@dataclass(frozen=True, slots=True)
class ClientKey:
    """Client of a movement; without an id it is the line of all income that is of no client."""

    client_id: int | None
    client: str | None


NO_CLIENT = ClientKey(None, OTHER_INCOME)


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
    """A month's totals, with the balance at its end.

    `rounding` are the cents by which the balances differ from what the rounded totals explain.
    """

    balance: Decimal
    rounding: Decimal


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


INCOME_PARTS = 3
"""Number of the forecast's parts that are income; they come first."""


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

    def rounded(self, currency: Currency) -> "ForecastParts":
        """The parts rounded so that they give the month's rounded income and expenses."""
        amounts = [getattr(self, part.name) for part in fields(self)]
        incomes, expenses = amounts[:INCOME_PARTS], amounts[INCOME_PARTS:]
        return ForecastParts(*rounded_parts(incomes, currency), *rounded_parts(expenses, currency))


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


@dataclass(frozen=True, slots=True)
class Coming:
    """Amounts that come in and go out through the last day, without overdue ones."""

    date_to: date
    payments: Decimal
    planned_charges: Decimal
    accrued_expenses: Decimal
    recurring_expenses: Decimal

    @property
    def income(self) -> Decimal:
        """Payments, and charges of plans that have no payment yet."""
        return self.payments + self.planned_charges

    @property
    def expenses(self) -> Decimal:
        """Bills, and recurring expenses that are not accrued yet."""
        return self.accrued_expenses + self.recurring_expenses

    @property
    def net(self) -> Decimal:
        """Income less expenses."""
        return self.income - self.expenses


@dataclass(frozen=True, slots=True)
class OverdueItem:
    """An amount that should have been received, with the names of its client and project."""

    source: Source
    source_id: int
    client_id: int | None
    client_name: str | None
    project_id: int | None
    project_name: str | None
    date: date
    balance: Decimal
    currency: Currency
    days_overdue: int
    converted_balance: Decimal
    """Balance in the currency of the answer."""


def month_totals(monthly: Mapping[Month, Flow], currency: Currency) -> list[MonthTotals]:
    """The rounded results of months."""
    shown = rounded_flows(list(monthly.values()), currency)
    return [
        MonthTotals(str(month), flow.income, flow.expenses, flow.net)
        for month, flow in zip(monthly, shown, strict=True)
    ]


def balance_months(
    moved: Sequence[tuple[Month, Flow, Decimal]], opening: Decimal, currency: Currency
) -> list[BalanceMonth]:
    """Rounded movements of months, and the balance at the end of each; `opening` is the one before the first."""
    shown = rounded_flows([flow for _, flow, _ in moved], currency)
    found, before = [], opening
    for (month, exact, balance), flow in zip(moved, shown, strict=True):
        ends = round_worth(balance, currency)
        brought = round_worth(balance - before - exact.net, currency)
        missed = ends - round_worth(before, currency) - flow.net - brought
        found.append(BalanceMonth(str(month), flow.income, flow.expenses, flow.net, ends, missed))
        before = balance
    return found


def expense_months(
    monthly: Mapping[Month, Flow], origins: Mapping[Month, tuple[Decimal, Decimal]], currency: Currency
) -> list[ExpenseMonth]:
    """The rounded results of months, each with the recurring and the variable part of its expenses."""
    shown = rounded_flows(list(monthly.values()), currency)
    return [
        ExpenseMonth(
            str(month), flow.income, flow.expenses, flow.net, *rounded_parts(origins[month], currency, flow.expenses)
        )
        for month, flow in zip(monthly, shown, strict=True)
    ]


def category_shares(amounts: Mapping[str, Decimal], currency: Currency) -> list[CategoryShare]:
    """Amounts by category with their shares, rounded so that they give their total."""
    parts = shares(list(amounts.values()))
    shown = rounded_amounts(amounts, currency)
    return [CategoryShare(*one, share) for one, share in zip(shown.items(), parts, strict=True)]


def client_shares(amounts: Mapping[ClientKey, Decimal], currency: Currency) -> list[ClientShare]:
    """Revenue by client with its shares, rounded so that it gives its total."""
    parts = shares(list(amounts.values()))
    shown = rounded_amounts(amounts, currency)
    return [
        ClientShare(key.client_id, key.client, amount, share)
        for (key, amount), share in zip(shown.items(), parts, strict=True)
    ]


def without_others(amounts: Mapping[ClientKey, Decimal]) -> dict[ClientKey, Decimal]:
    """The amounts of clients, without the line of those that are of none."""
    return {key: amount for key, amount in amounts.items() if key != NO_CLIENT}
