"""Reports: summary, statement, indicators, clients."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from decimal import Decimal
from typing import Any

from app.domains.cashflow.rules import Flow, Kind, average, money, ratio
from app.domains.cashflow.service import ClientKey, Figures, category_items, client_items
from app.domains.projects.rules import Subscription, audited_recurring_fee
from app.domains.projects.service import ProjectService
from app.domains.reports.queries import ReportQueries
from app.domains.reports.rules import ZERO, Basis, Changes, Timeframe, changes, monthly_fee, months_since, taxes, window
from app.kernel.periods import DateRange, Month, Period, trailing


class ReportService:
    """Reports, each from the one relation of movements."""

    def __init__(self, figures: Figures) -> None:
        context = figures.context
        self.queries = ReportQueries(context.session, context.clock.zone)
        self.figures = figures
        self.projects = ProjectService(context)
        self.settings = context.settings

    def summary(self, span: DateRange) -> dict[str, Any]:
        """Revenue, expenses and cash of a span of days."""
        opening, monthly = self.figures.opening_and_monthly(span)
        return {
            "period": period_text(span),
            "monthly_revenue_expenses": [_profit_item(month, flow) for month, flow in monthly.items()],
            "client_revenue": client_items(self.figures.by_client(span, Kind.INCOME)),
            "expense_categories": category_items(self.figures.by_category(span, Kind.EXPENSE)),
            "cash_flow_trend": _trend(opening, monthly),
            "currency": self.figures.currency,
        }

    def statement(self, span: DateRange, basis: Basis) -> dict[str, Any]:
        """Income, expenses, taxes and net profit."""
        if basis is Basis.ACCRUAL:
            incomes, expenses = self.figures.accrued_by_category(span).values()
        else:
            incomes, expenses = (self.figures.by_category(span, kind) for kind in Kind)
        gross = sum(incomes.values(), ZERO) - sum(expenses.values(), ZERO)
        tax = taxes(gross, self.settings.tax_rate)
        return {
            "period": period_text(span),
            "basis": basis,
            "incomes": {"total": money(sum(incomes.values(), ZERO)), "by_type": _rounded(incomes)},
            "expenses": {"total": money(sum(expenses.values(), ZERO)), "by_category": _rounded(expenses)},
            "gross_profit": money(gross),
            "taxes": money(tax),
            "net_profit": money(gross - tax),
            "currency": self.figures.currency,
        }

    def indicators(self, today: date) -> dict[str, Any]:
        """Financial indicators of the last 12 months."""
        span = trailing(Period.YEAR, today)
        monthly = self.figures.monthly(span)
        flow = sum(monthly.values(), Flow())
        months = months_since(self.figures.movements.first_day(), span)
        spending = average(flow.expenses, months)
        cash = self.figures.balance(today)
        return {
            "profit_margin": ratio(flow.net, flow.income),
            "marketing_roi": self._marketing_roi(span),
            "available_cash": money(cash),
            "monthly_burn_rate": money(average(-flow.net, months)),
            "months_covered": None if spending == 0 else money(max(cash, ZERO) / spending),
            "trend_data": [
                _profit_item(month, flow) | {"margin": ratio(flow.net, flow.income)} for month, flow in monthly.items()
            ],
            "currency": self.figures.currency,
        }

    def clients(self, timeframe: Timeframe, today: date) -> dict[str, Any]:
        """Profitability and growth by client, and changes of recurring revenue."""
        span = window(timeframe, today)
        these, those = self.figures.clients_of([(span, frozenset(Kind)), (span.before(), frozenset({Kind.INCOME}))])
        revenue, costs, previous = these[Kind.INCOME], these[Kind.EXPENSE], those[Kind.INCOME]
        compared = [_compared(key, revenue, previous) for key in {**revenue, **previous}]
        return {
            "period": period_text(span),
            "client_profitability": [_profitability(key, revenue, costs) for key in {**revenue, **costs}],
            "growing_clients": sorted(
                (item for item in compared if item["change"] > 0), key=lambda item: -item["change"]
            ),
            "declining_clients": sorted(
                (item for item in compared if item["change"] < 0), key=lambda item: item["change"]
            ),
            "mrr_changes": self._mrr_changes(span, today),
            "currency": self.figures.currency,
        }

    def _marketing_roi(self, span: DateRange) -> Decimal | None:
        """Return on marketing: income of new clients against marketing expenses."""
        categories = self.figures.by_category(span, Kind.EXPENSE)
        spent = sum((amount for name, amount in categories.items() if name in self.settings.marketing_categories), ZERO)
        if spent == 0:
            return None
        return ratio(self.figures.income_of_new_clients(span) - spent, spent)

    def _mrr_changes(self, span: DateRange, today: date) -> dict[str, Decimal]:
        """From the end of the day before the window to its last day, at one rate: exchange is no growth."""
        first, last = span.before().end, span.end
        brought: dict[date, dict[int, Decimal]] = {first: defaultdict(Decimal), last: defaultdict(Decimal)}
        changed = self.queries.plans_before_change(first)
        for day, terms, times in self.projects.active_fees(tuple(brought), changed):
            self._add(brought[day], terms, day, today, times)
        for terms in self.projects.subscriptions(changed):
            earlier = terms._replace(recurring=audited_recurring_fee(changed[terms.project_id or 0]))
            self._add(brought[first], earlier, first, today)
            self._add(brought[last], terms, last, today)
        return _adding_up(changes(brought[first], brought[last]))

    def _add(self, brought: dict[int, Decimal], terms: Subscription, day: date, today: date, times: int = 1) -> None:
        fee = monthly_fee(terms, day)
        if fee and terms.recurring is not None:
            brought[terms.client_id] += times * self.figures.worth(fee, terms.recurring.currency, today)


def period_text(span: DateRange) -> str:
    """As in 2026-01-01/2026-12-31."""
    return f"{span.start}/{span.end}"


def _trend(balance: Decimal, monthly: Mapping[Month, Flow]) -> list[dict[str, Any]]:
    items = []
    for month, flow in monthly.items():
        balance += flow.net
        items.append(
            {
                "month": str(month),
                "income": money(flow.income),
                "expenses": money(flow.expenses),
                "net": money(flow.net),
                "balance": money(balance),
            }
        )
    return items


def _adding_up(found: Changes) -> dict[str, Decimal]:
    """Rounded so that the parts still add up to the end to the cent."""
    rounded = {name: money(value) for name, value in asdict(found).items()}
    rounded["end"] = (
        rounded["start"] + rounded["new"] + rounded["expansion"] - rounded["contraction"] - rounded["churn"]
    )
    return rounded


def _rounded(amounts: Mapping[str, Decimal]) -> dict[str, Decimal]:
    return {name: money(amount) for name, amount in amounts.items()}


def _profit_item(month: Month, flow: Flow) -> dict[str, Any]:
    return {
        "month": str(month),
        "revenue": money(flow.income),
        "expenses": money(flow.expenses),
        "profit": money(flow.net),
    }


def _profitability(
    key: ClientKey, revenue: Mapping[ClientKey, Decimal], costs: Mapping[ClientKey, Decimal]
) -> dict[str, Any]:
    brought, cost = revenue.get(key, ZERO), costs.get(key, ZERO)
    return {
        **key._asdict(),
        "revenue": money(brought),
        "expenses": money(cost),
        "profit": money(brought - cost),
        "margin": ratio(brought - cost, brought),
    }


def _compared(
    key: ClientKey, revenue: Mapping[ClientKey, Decimal], previous: Mapping[ClientKey, Decimal]
) -> dict[str, Any]:
    now, before = revenue.get(key, ZERO), previous.get(key, ZERO)
    return {
        **key._asdict(),
        "revenue": money(now),
        "previous": money(before),
        "change": money(now - before),
    }
