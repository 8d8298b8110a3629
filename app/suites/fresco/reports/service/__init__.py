"""Services of reports."""

from app.suites.fresco.reports.service import results
from app.suites.fresco.reports.service.accounts import AccountRequest, ClientAccount, ClientAccountService
from app.suites.fresco.reports.service.ageing import AgeingRequest, AgeingService
from app.suites.fresco.reports.service.dashboard import DashboardService
from app.suites.fresco.reports.service.reports import ClientsRequest, ReportService, StatementRequest, SummaryRequest

__all__ = [
    "AccountRequest",
    "AgeingRequest",
    "AgeingService",
    "ClientAccount",
    "ClientAccountService",
    "ClientsRequest",
    "DashboardService",
    "ReportService",
    "StatementRequest",
    "SummaryRequest",
    "results",
]
