"""The verbs of cash flow."""

from app.domains.cashflow.queries import CLIENT_SUMS, DAILY_SUMS
from app.domains.cashflow.service.cashflow import CashflowService, category_items, client_items
from app.domains.cashflow.service.figures import ClientKey, Figures
from app.domains.cashflow.service.forecast import Assumptions, ForecastService

__all__ = [
    "CLIENT_SUMS",
    "DAILY_SUMS",
    "Assumptions",
    "CashflowService",
    "ClientKey",
    "Figures",
    "ForecastService",
    "category_items",
    "client_items",
]
