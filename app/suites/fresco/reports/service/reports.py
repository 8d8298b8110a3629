"""Reports: summary, statement, indicators, clients."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import NotRequired, TypedDict

from app.core.cashflow.rules import Flow, Source, average, ratio, rounded_amounts, rounded_flows
from app.core.cashflow.service import ClientKey, Figures, Part, descending
from app.core.cashflow.service.results import NO_CLIENT, balance_months, category_shares, client_shares
from app.core.movements.rules import Kind, Nature
from app.kernel.money import Currency, round_cents
from app.kernel.periods import DateRange, Period, trailing
from app.suites.fresco.reports.queries import NEW_CLIENTS
from app.suites.fresco.reports.rules import (
    RETEFUENTE,
    ZERO,
    Basis,
    Timeframe,
    months_since,
    taxes,
    window,
)
from app.suites.fresco.reports.service.mrr import RecurringRevenue
from app.suites.fresco.reports.service.results import (
    Capital,
    ClientReport,
    ComparedClient,
    Indicators,
    Profitability,
    Statement,
    StatementExpenses,
    StatementIncomes,
    Summary,
    margin_months,
    profit_months,
    statement_expenses,
    statement_incomes,
)

IVA_SOURCES = (Source.PAYMENT, Source.INCOME, Source.EXPENSE, Source.ACCRUED_EXPENSE)
"""Sources whose movements of nature `tax` are IVA; those of others are withheld."""


class SummaryRequest(TypedDict, total=False):
    """Days of a summary: two dates, or a current period; and its currency."""

    date_from: date
    date_to: date
    period: Period
    currency: Currency
    suite: str


class StatementRequest(TypedDict):
    """Days, basis and currency of a statement."""

    basis: Basis
    date_from: NotRequired[date]
    date_to: NotRequired[date]
    currency: NotRequired[Currency]
    suite: NotRequired[str]


class ClientsRequest(TypedDict):
    """Time and currency of a report on clients."""

    timeframe: Timeframe
    currency: NotRequired[Currency]
    suite: NotRequired[str]


class ReportService:
    """Computes reports from the relation of movements."""

    def __init__(self, figures: Figures) -> None:
        context = figures.context
        self.figures = figures
        self.mrr = RecurringRevenue(figures)
        self.company = context.company

    def summary(self, span: DateRange) -> Summary:
        """Revenue, expenses and cash of a span of days."""
        (opening, monthly), currency = self.figures.monthly_balances(span), self.figures.currency
        moved = [(month, one.moved, one.balance) for month, one in monthly.items()]
        return Summary(
            period=span,
            monthly_revenue_expenses=profit_months({month: one.earned for month, one in monthly.items()}, currency),
            client_revenue=client_shares(self.figures.by_client(span, Kind.INCOME), currency),
            expense_categories=category_shares(self.figures.by_category(span, Kind.EXPENSE), currency),
            opening_balance=self.figures.money(opening),
            cash_flow_trend=balance_months(moved, opening, currency),
            currency=currency,
        )

    def statement(self, span: DateRange, basis: Basis) -> Statement:
        """Income, expenses, taxes and net profit; capital and IVA apart."""
        parts, currency = self.figures.parts(span, accrued=basis is Basis.ACCRUAL), self.figures.currency
        money = self.figures.money
        incomes, expenses = _sides(parts, Nature.OPERATING, currency)
        capital_in, capital_out = _sides(parts, Nature.CAPITAL, currency)
        gains, losses = (_total(parts, Nature.FINANCIAL, kind) for kind in Kind)
        financial = money(gains - losses)
        collected, paid = (money(_total(parts, Nature.TAX, kind, IVA_SOURCES)) for kind in Kind)
        gross = incomes.total - expenses.total + financial
        tax, withheld = money(taxes(gross, self.company.tax_rate)), rounded_amounts(_withheld(parts), currency)
        return Statement(
            period=span,
            basis=basis,
            incomes=incomes,
            expenses=expenses,
            financial_result=financial,
            gross_profit=gross,
            taxes=tax,
            net_profit=gross - tax,
            withheld=withheld,
            tax_to_pay=max(tax - withheld.get(RETEFUENTE, ZERO), ZERO),
            capital=Capital(capital_in, capital_out, capital_in.total - capital_out.total),
            tax_collected=collected,
            tax_paid=paid,
            currency=currency,
        )

    def indicators(self, today: date) -> Indicators:
        """Financial indicators of the last 12 months."""
        span, currency = trailing(Period.YEAR, today), self.figures.currency
        monthly = self.figures.monthly(span)
        flow = sum(monthly.values(), Flow())
        months = months_since(self.figures.movements.first_day(), span)
        spending = average(flow.expenses, months)
        cash, [total] = self.figures.balance(today), rounded_flows([flow], currency)
        return Indicators(
            profit_margin=ratio(total.profit, total.income),
            marketing_roi=self._marketing_roi(span),
            available_cash=self.figures.money(cash),
            monthly_burn_rate=self.figures.money(average(-flow.net, months)),
            months_covered=None if spending == 0 else round_cents(max(cash, ZERO) / spending),
            trend_data=margin_months(monthly, currency),
            currency=currency,
        )

    def clients(self, timeframe: Timeframe, today: date) -> ClientReport:
        """Profitability and growth by client, and changes of recurring revenue."""
        span, currency = window(timeframe, today), self.figures.currency
        these, those = self.figures.clients_of([(span, frozenset(Kind)), (span.before(), frozenset({Kind.INCOME}))])
        revenue, costs, previous = (
            rounded_amounts(amounts, currency)
            for amounts in (these[Kind.INCOME], these[Kind.EXPENSE], those[Kind.INCOME])
        )
        known = sorted({**revenue, **costs}, key=lambda key: key == NO_CLIENT)  # the line of all others comes last
        compared = [_compared(key, revenue, previous) for key in {**revenue, **previous} if key != NO_CLIENT]
        return ClientReport(
            period=span,
            client_profitability=[_profitability(key, revenue, costs) for key in known],
            growing_clients=sorted((one for one in compared if one.change > 0), key=lambda one: -one.change),
            declining_clients=sorted((one for one in compared if one.change < 0), key=lambda one: one.change),
            mrr_changes=self.mrr.changes(span, today),
            currency=currency,
        )

    def _marketing_roi(self, span: DateRange) -> Decimal | None:
        """Return on marketing: income of new clients against marketing expenses."""
        categories = self.figures.by_category(span, Kind.EXPENSE)
        spent = sum((amount for name, amount in categories.items() if name in self.company.marketing_categories), ZERO)
        if spent == 0:
            return None
        return ratio(self.figures.income_of(NEW_CLIENTS, span) - spent, spent)


def _sides(parts: Sequence[Part], nature: Nature, currency: Currency) -> tuple[StatementIncomes, StatementExpenses]:
    """Incomes by type and expenses by category of one nature."""
    incomes, expenses = (_by_category(parts, nature, kind) for kind in Kind)
    return statement_incomes(incomes, currency), statement_expenses(expenses, currency)


def _by_category(parts: Sequence[Part], nature: Nature, kind: Kind) -> dict[str, Decimal]:
    found: dict[str, Decimal] = defaultdict(Decimal)
    for part in parts:
        if (part.nature, part.kind) == (nature, kind):
            found[part.category] += part.total
    return descending(found)


def _withheld(parts: Sequence[Part]) -> dict[str, Decimal]:
    """Taxes that clients withheld, by type."""
    return descending({part.category: part.total for part in parts if part.source == Source.WITHHOLDING})


def _total(parts: Sequence[Part], nature: Nature, kind: Kind, sources: Collection[str] | None = None) -> Decimal:
    matching = (part for part in parts if (part.nature, part.kind) == (nature, kind))
    return sum((part.total for part in matching if sources is None or part.source in sources), ZERO)


def _profitability(
    key: ClientKey, revenue: Mapping[ClientKey, Decimal], costs: Mapping[ClientKey, Decimal]
) -> Profitability:
    brought, cost = revenue.get(key, ZERO), costs.get(key, ZERO)
    profit = brought - cost
    return Profitability(key.client_id, key.client, brought, cost, profit, margin=ratio(profit, brought))


def _compared(
    key: ClientKey, revenue: Mapping[ClientKey, Decimal], previous: Mapping[ClientKey, Decimal]
) -> ComparedClient:
    now, before = revenue.get(key, ZERO), previous.get(key, ZERO)
    return ComparedClient(key.client_id, key.client, now, before, change=now - before)
