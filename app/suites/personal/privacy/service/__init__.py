"""Services of privacy."""

from app.suites.personal.privacy.service.consents import ConsentService, GivenConsent, Processed
from app.suites.personal.privacy.service.erasing import PersonErasureService
from app.suites.personal.privacy.service.exporting import Archive, ExportService
from app.suites.personal.privacy.service.shares import NewShare, ShareService, ShownShare
from app.suites.personal.privacy.service.summary import FinancialSummary, financial_summary

__all__ = [
    "Archive",
    "ConsentService",
    "ExportService",
    "FinancialSummary",
    "GivenConsent",
    "NewShare",
    "PersonErasureService",
    "Processed",
    "ShareService",
    "ShownShare",
    "financial_summary",
]
