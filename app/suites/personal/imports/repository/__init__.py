"""Repositories of imports."""

from app.suites.personal.imports.repository.imports import BookImportRepository, ImportFilter
from app.suites.personal.imports.repository.lines import ImportLineRepository, KnownRow, LineFilter
from app.suites.personal.imports.repository.mappings import ImportMappingRepository, MappingFilter
from app.suites.personal.imports.repository.transfers import RejectedTransferRepository, TransferMatchRepository

__all__ = [
    "BookImportRepository",
    "ImportFilter",
    "ImportLineRepository",
    "ImportMappingRepository",
    "KnownRow",
    "LineFilter",
    "MappingFilter",
    "RejectedTransferRepository",
    "TransferMatchRepository",
]
