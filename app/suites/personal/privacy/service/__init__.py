"""Services of privacy."""

from app.suites.personal.privacy.service.archives import (
    READY,
    TASK,
    ArchiveService,
    end_archive,
    may_read_file,
    purge_archives,
    request_archives,
)
from app.suites.personal.privacy.service.consents import ConsentService, GivenConsent, Processed
from app.suites.personal.privacy.service.erasing import PersonErasureService
from app.suites.personal.privacy.service.exporting import Archive, ExportService
from app.suites.personal.privacy.service.making import make_archive
from app.suites.personal.privacy.service.shares import NewShare, ShareService, ShownShare
from app.suites.personal.privacy.service.summary import FinancialSummary, financial_summary
from app.suites.personal.transactions.service import file_keys

__all__ = [
    "READY",
    "TASK",
    "Archive",
    "ArchiveService",
    "ConsentService",
    "ExportService",
    "FinancialSummary",
    "GivenConsent",
    "NewShare",
    "PersonErasureService",
    "Processed",
    "ShareService",
    "ShownShare",
    "end_archive",
    "file_keys",
    "financial_summary",
    "make_archive",
    "may_read_file",
    "purge_archives",
    "request_archives",
]
