"""Services of cash flow."""

from app.suites.fresco.cashflow.queries import CLIENT_SUMS, DAILY_SUMS, Movement
from app.suites.fresco.cashflow.service import results
from app.suites.fresco.cashflow.service.cashflow import AnalysisRequest, CashflowService
from app.suites.fresco.cashflow.service.figures import CurrencyRequest, Figures
from app.suites.fresco.cashflow.service.forecast import Assumptions, ForecastRequest, ForecastService
from app.suites.fresco.cashflow.service.results import ClientKey

__all__ = [
    "CLIENT_SUMS",
    "DAILY_SUMS",
    "AnalysisRequest",
    "Assumptions",
    "CashflowService",
    "ClientKey",
    "CurrencyRequest",
    "Figures",
    "ForecastRequest",
    "ForecastService",
    "Movement",
    "results",
]
