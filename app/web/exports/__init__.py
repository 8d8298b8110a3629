"""Lists and reports as files: CSV, XLSX and, where a report has one, PDF."""

from app.web.exports.draft import Draft
from app.web.exports.formats import Format
from app.web.exports.lines import CsvDraft, SpanishCsvDraft
from app.web.exports.pdf import PdfDraft, PdfWriter
from app.web.exports.sheets import XlsxDraft
from app.web.exports.tables import Table, list_table, report_tables

__all__ = [
    "CsvDraft",
    "Draft",
    "Format",
    "PdfDraft",
    "PdfWriter",
    "SpanishCsvDraft",
    "Table",
    "XlsxDraft",
    "list_table",
    "report_tables",
]
