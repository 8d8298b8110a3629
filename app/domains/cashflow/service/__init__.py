"""The verbs of cash flow."""

from app.domains.cashflow.service.cashflow import CashflowService, category_items, client_items
from app.domains.cashflow.service.daily import DailySumService
from app.domains.cashflow.service.figures import ClientKey, Figures
from app.domains.cashflow.service.forecast import Assumptions, ForecastService

__all__ = [
    "Assumptions",
    "CashflowService",
    "ClientKey",
    "DailySumService",
    "Figures",
    "ForecastService",
    "category_items",
    "client_items",
]
