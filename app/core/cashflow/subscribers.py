"""Handlers of the events of the company."""

from typing import Any

from app.core.cashflow.rules import ALL_SUITES
from app.core.cashflow.service import CashflowService, Figures
from app.core.company.events import BaseCurrencyChanging
from app.infra.context import Context, Subscription


def keep_base_currency(context: Context, _event: BaseCurrencyChanging) -> None:
    """Refuse to change the base currency once there are movements."""
    CashflowService(Figures(context, None, ALL_SUITES)).require_no_movements()


SUBSCRIPTIONS: tuple[Subscription[Any], ...] = (Subscription(BaseCurrencyChanging, keep_base_currency),)
