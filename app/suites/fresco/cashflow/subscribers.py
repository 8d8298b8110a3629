"""Handlers of the events of the company."""

from typing import Any

from app.core.company.events import BaseCurrencyChanging
from app.infra.context import Context, Subscription
from app.suites.fresco.cashflow.service import CashflowService, Figures


def keep_base_currency(context: Context, _event: BaseCurrencyChanging) -> None:
    """Refuse to change the base currency once there are movements."""
    CashflowService(Figures(context, None)).require_no_movements()


SUBSCRIPTIONS: tuple[Subscription[Any], ...] = (Subscription(BaseCurrencyChanging, keep_base_currency),)
