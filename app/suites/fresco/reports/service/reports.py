"""Reports: summary, statement, indicators, clients."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import NotRequired, TypedDict

from app.core.cashflow.rules import Flow, Round, average, ratio
from app.core.cashflow.service import ClientKey, Figures
from app.core.cashflow.service.results import balance_month, category_shares, client_shares
from app.core.movements.rules import Kind
from app.kernel.money import Currency, round_cents
from app.kernel.periods import DateRange, Period, trailing
from app.suites.fresco.projects.rules import Subscription
from app.suites.fresco.projects.service import ProjectService
from app.suites.fresco.reports.queries import NEW_CLIENTS
from app.suites.fresco.reports.rules import (
    RETEFUENTE,
    ZERO,
    Basis,
    Changes,
    Timeframe,
    changes,
    monthly_fee,
    months_since,
    rounded_changes,
    taxes,
    window,
)
from app.suites.fresco.reports.service.results import (
    ClientReport,
    ComparedClient,
    Indicators,
    Profitability,
    Statement,
    StatementExpenses,
    StatementIncomes,
    Summary,
    margin_month,
    profit_month,
)


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
        self.projects = ProjectService(context)
        self.company = context.company

    def summary(self, span: DateRange) -> Summary:
        """Revenue, expenses and cash of a span of days."""
        trend, monthly, money = self.figures.monthly_balances(span), self.figures.monthly(span), self.figures.money
        financial = self.figures.financial(span)
        return Summary(
            period=period_text(span),
            monthly_revenue_expenses=[
                profit_month(month, flow, financial[month], money) for month, flow in monthly.items()
            ],
            client_revenue=client_shares(self.figures.by_client(span, Kind.INCOME), money),
            expense_categories=category_shares(self.figures.by_category(span, Kind.EXPENSE), money),
            cash_flow_trend=[balance_month(month, *known, money) for month, known in trend.items()],
            currency=self.figures.currency,
        )

    def statement(self, span: DateRange, basis: Basis) -> Statement:
        """Income, expenses, taxes and net profit."""
        if basis is Basis.ACCRUAL:
            incomes, expenses = self.figures.accrued_by_category(span).values()
        else:
            incomes, expenses = (self.figures.by_category(span, kind) for kind in Kind)
        income, spent = sum(incomes.values(), ZERO), sum(expenses.values(), ZERO)
        financial, money = sum(self.figures.financial(span).values(), ZERO), self.figures.money
        gross = income - spent + financial
        tax, withheld = taxes(gross, self.company.tax_rate), self.figures.withheld(span)
        return Statement(
            period=period_text(span),
            basis=basis,
            incomes=StatementIncomes(money(income), _rounded(incomes, money)),
            expenses=StatementExpenses(money(spent), _rounded(expenses, money)),
            financial_result=money(financial),
            gross_profit=money(gross),
            taxes=money(tax),
            net_profit=money(gross - tax),
            withheld=_rounded(withheld, money),
            tax_to_pay=money(max(tax - withheld.get(RETEFUENTE, ZERO), ZERO)),
            currency=self.figures.currency,
        )

    def indicators(self, today: date) -> Indicators:
        """Financial indicators of the last 12 months."""
        span = trailing(Period.YEAR, today)
        monthly, financial = self.figures.monthly(span), self.figures.financial(span)
        flow = sum(monthly.values(), Flow())
        months = months_since(self.figures.movements.first_day(), span)
        spending = average(flow.expenses, months)
        cash, money = self.figures.balance(today), self.figures.money
        return Indicators(
            profit_margin=ratio(flow.net + sum(financial.values(), ZERO), flow.income),
            marketing_roi=self._marketing_roi(span),
            available_cash=money(cash),
            monthly_burn_rate=money(average(-flow.net, months)),
            months_covered=None if spending == 0 else round_cents(max(cash, ZERO) / spending),
            trend_data=[margin_month(month, one, financial[month], money) for month, one in monthly.items()],
            currency=self.figures.currency,
        )

    def clients(self, timeframe: Timeframe, today: date) -> ClientReport:
        """Profitability and growth by client, and changes of recurring revenue."""
        span = window(timeframe, today)
        these, those = self.figures.clients_of([(span, frozenset(Kind)), (span.before(), frozenset({Kind.INCOME}))])
        revenue, costs, previous = these[Kind.INCOME], these[Kind.EXPENSE], those[Kind.INCOME]
        money = self.figures.money
        compared = [_compared(key, revenue, previous, money) for key in {**revenue, **previous}]
        return ClientReport(
            period=period_text(span),
            client_profitability=[_profitability(key, revenue, costs, money) for key in {**revenue, **costs}],
            growing_clients=sorted((one for one in compared if one.change > 0), key=lambda one: -one.change),
            declining_clients=sorted((one for one in compared if one.change < 0), key=lambda one: one.change),
            mrr_changes=self._mrr_changes(span, today),
            currency=self.figures.currency,
        )

    def _marketing_roi(self, span: DateRange) -> Decimal | None:
        """Return on marketing: income of new clients against marketing expenses."""
        categories = self.figures.by_category(span, Kind.EXPENSE)
        spent = sum((amount for name, amount in categories.items() if name in self.company.marketing_categories), ZERO)
        if spent == 0:
            return None
        return ratio(self.figures.income_of(NEW_CLIENTS, span) - spent, spent)

    def _mrr_changes(self, span: DateRange, today: date) -> Changes:
        """Changes over the period, converted at one rate, so that exchange rates don't count as growth."""
        first, last = span.before().end, span.end
        brought: dict[date, dict[int, Decimal]] = {first: defaultdict(Decimal), last: defaultdict(Decimal)}
        changed = self.projects.fees_before_change(first)
        for day, terms, times in self.projects.active_fees(tuple(brought), changed):
            self._add(brought[day], terms, day, today, times)
        for terms in self.projects.subscriptions(changed):
            self._add(brought[first], terms._replace(recurring=changed[terms.project_id or 0]), first, today)
            self._add(brought[last], terms, last, today)
        return rounded_changes(changes(brought[first], brought[last]), self.figures.currency)

    def _add(self, brought: dict[int, Decimal], terms: Subscription, day: date, today: date, times: int = 1) -> None:
        fee = monthly_fee(terms, day)
        if fee and terms.recurring is not None:
            brought[terms.client_id] += times * self.figures.worth(fee, terms.recurring.currency, today)


def period_text(span: DateRange) -> str:
    """Format of a period, as in 2026-01-01/2026-12-31."""
    return f"{span.start}/{span.end}"


def _rounded(amounts: Mapping[str, Decimal], money: Round) -> dict[str, Decimal]:
    return {name: money(amount) for name, amount in amounts.items()}


def _profitability(
    key: ClientKey, revenue: Mapping[ClientKey, Decimal], costs: Mapping[ClientKey, Decimal], money: Round
) -> Profitability:
    brought, cost = revenue.get(key, ZERO), costs.get(key, ZERO)
    profit = brought - cost
    return Profitability(
        key.client_id, key.client, money(brought), money(cost), money(profit), margin=ratio(profit, brought)
    )


def _compared(
    key: ClientKey, revenue: Mapping[ClientKey, Decimal], previous: Mapping[ClientKey, Decimal], money: Round
) -> ComparedClient:
    now, before = revenue.get(key, ZERO), previous.get(key, ZERO)
    return ComparedClient(key.client_id, key.client, money(now), money(before), change=money(now - before))
