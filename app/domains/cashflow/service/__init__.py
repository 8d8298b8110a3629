"""Services of cash flow."""

from app.domains.cashflow.queries import CLIENT_SUMS, DAILY_SUMS, Movement
from app.domains.cashflow.service import results
from app.domains.cashflow.service.cashflow import AnalysisRequest, CashflowService
from app.domains.cashflow.service.figures import CurrencyRequest, Figures
from app.domains.cashflow.service.forecast import Assumptions, ForecastRequest, ForecastService
from app.domains.cashflow.service.results import ClientKey

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
