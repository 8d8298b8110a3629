"""Formats of exports, and the tables that they can have."""

from enum import StrEnum


class ExportFormat(StrEnum):
    """Format of the file of a book."""

    CSV = "csv"
    JSON = "json"
    PDF = "pdf"
    XLSX = "xlsx"
    OFX = "ofx"
    QIF = "qif"
    LEDGER = "ledger"
    BEANCOUNT = "beancount"

    @property
    def mimetype(self) -> str:
        """Its media type."""
        return _MIMETYPES[self]

    @property
    def extension(self) -> str:
        """End of the names of its files."""
        return self.value


_SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_MIMETYPES = {
    ExportFormat.CSV: "text/csv",
    ExportFormat.JSON: "application/json",
    ExportFormat.PDF: "application/pdf",
    ExportFormat.XLSX: _SHEET,
    ExportFormat.OFX: "application/x-ofx",
    ExportFormat.QIF: "application/qif",
    ExportFormat.LEDGER: "text/plain",
    ExportFormat.BEANCOUNT: "text/plain",
}
ZIP = "application/zip"


class ExportLocale(StrEnum):
    """Language of the statement."""

    SPANISH = "es"
    ENGLISH = "en"


class ExportTable(StrEnum):
    """A table of a book."""

    ACCOUNTS = "accounts"
    CATEGORIES = "categories"
    PAYEES = "payees"
    TRANSACTIONS = "transactions"
    SPLITS = "splits"
    RECURRING = "recurring"
    BUDGETS = "budgets"
    BUDGET_AMOUNTS = "budget_amounts"
    ASSIGNMENTS = "assignments"
    MONTH_NOTES = "month_notes"
    TARGETS = "targets"
    GOALS = "goals"
    GOAL_CONTRIBUTIONS = "goal_contributions"
    VALUATIONS = "valuations"
    RECONCILIATIONS = "reconciliations"
    RATES = "rates"
