"""Handlers of the events of the company and of its months."""

from typing import Any

from app.core.cashflow.rules import ALL_SUITES
from app.core.cashflow.service import CashflowService, ClosingChecks, Figures
from app.core.company.events import BaseCurrencyChanging
from app.core.periods.events import Finding, PeriodClosing, Severity
from app.core.periods.service import PeriodService
from app.infra.context import Context, Subscription


def keep_base_currency(context: Context, _event: BaseCurrencyChanging) -> None:
    """Refuse to change the base currency once there are movements."""
    CashflowService(Figures(context, None, ALL_SUITES)).require_no_movements()


def find_missing_rates(context: Context, event: PeriodClosing) -> None:
    """Refuse to close months with amounts in other currencies for which there is no rate yet, or only a later one."""
    if event.book_id != PeriodService(context).company_book():
        return
    for day, currency, rows in ClosingChecks(context).without_rate(event.first.first_day, event.month.last_day):
        message = f"{rows} in {currency} on {day}: no exchange rate up to {event.month}."
        event.findings.append(Finding(Severity.ERROR, "exchange_rate_missing", message))


SUBSCRIPTIONS: tuple[Subscription[Any], ...] = (
    Subscription(BaseCurrencyChanging, keep_base_currency),
    Subscription(PeriodClosing, find_missing_rates),
)
