"""Services of reports."""

from app.domains.reports.service import results
from app.domains.reports.service.reports import ClientsRequest, ReportService, StatementRequest, SummaryRequest

__all__ = [
    "ClientsRequest",
    "ReportService",
    "StatementRequest",
    "SummaryRequest",
    "results",
]
