"""Services of cash flow."""

from app.core.cashflow.queries import MovementItem
from app.core.cashflow.service import results
from app.core.cashflow.service.cashflow import AnalysisRequest, CashflowService
from app.core.cashflow.service.closing import ClosingChecks
from app.core.cashflow.service.figures import Figures, FiguresRequest, Part, descending
from app.core.cashflow.service.forecast import Assumptions, ForecastRequest, ForecastService
from app.core.cashflow.service.owed import Owed, OwedService
from app.core.cashflow.service.results import ClientKey

__all__ = [
    "AnalysisRequest",
    "Assumptions",
    "CashflowService",
    "ClientKey",
    "ClosingChecks",
    "Figures",
    "FiguresRequest",
    "ForecastRequest",
    "ForecastService",
    "MovementItem",
    "Owed",
    "OwedService",
    "Part",
    "descending",
    "results",
]
