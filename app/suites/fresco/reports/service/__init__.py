"""Services of reports."""

from app.suites.fresco.reports.service import results
from app.suites.fresco.reports.service.ageing import AgeingRequest, AgeingService
from app.suites.fresco.reports.service.reports import ClientsRequest, ReportService, StatementRequest, SummaryRequest

__all__ = [
    "AgeingRequest",
    "AgeingService",
    "ClientsRequest",
    "ReportService",
    "StatementRequest",
    "SummaryRequest",
    "results",
]
