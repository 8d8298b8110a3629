"""Services of cash flow."""

from app.core.cashflow.queries import MovementItem
from app.core.cashflow.service import results
from app.core.cashflow.service.cashflow import AVERAGED_MONTHS, AnalysisRequest, CashflowService
from app.core.cashflow.service.closing import ClosingChecks
from app.core.cashflow.service.figures import Figures, FiguresRequest, MonthFigures, Part, descending
from app.core.cashflow.service.forecast import Assumptions, ForecastRequest, ForecastService
from app.core.cashflow.service.open_items import OpenItemService, Unpaid
from app.core.cashflow.service.owed import Owed, OwedService
from app.core.cashflow.service.results import ClientKey

__all__ = [
    "AVERAGED_MONTHS",
    "AnalysisRequest",
    "Assumptions",
    "CashflowService",
    "ClientKey",
    "ClosingChecks",
    "Figures",
    "FiguresRequest",
    "ForecastRequest",
    "ForecastService",
    "MonthFigures",
    "MovementItem",
    "OpenItemService",
    "Owed",
    "OwedService",
    "Part",
    "Unpaid",
    "descending",
    "results",
]
