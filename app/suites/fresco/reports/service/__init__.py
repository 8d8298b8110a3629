"""Services of reports."""

from app.suites.fresco.reports.service import results
from app.suites.fresco.reports.service.ageing import AgeingRequest, AgeingService
from app.suites.fresco.reports.service.dashboard import DashboardService
from app.suites.fresco.reports.service.reports import ClientsRequest, ReportService, StatementRequest, SummaryRequest

__all__ = [
    "AgeingRequest",
    "AgeingService",
    "ClientsRequest",
    "DashboardService",
    "ReportService",
    "StatementRequest",
    "SummaryRequest",
    "results",
]
