"""Services of exports."""

from app.suites.personal.exports.service.document import DocumentService
from app.suites.personal.exports.service.exporting import AccountBalance, BookStatement, ExportRow, ExportService
from app.suites.personal.exports.service.importing import BookDocument, DocumentImport
from app.suites.personal.exports.service.sheets import Sheet, sheet_of
from app.suites.personal.reports.service import CategoryFigure

__all__ = [
    "AccountBalance",
    "BookDocument",
    "BookStatement",
    "CategoryFigure",
    "DocumentImport",
    "DocumentService",
    "ExportRow",
    "ExportService",
    "Sheet",
    "sheet_of",
]
