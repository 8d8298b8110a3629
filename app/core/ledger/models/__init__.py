"""Tables of the ledger."""

from app.core.ledger.models.books import Account, AccountRecord, Book, BookRecord, CostCenter, CostCenterRecord
from app.core.ledger.models.entries import Entry, EntryLine, EntryRecord, LineRecord
from app.core.ledger.models.sums import DAY_SUMS, SPAN_SUMS, AccountDaySum, AccountSpanSum

__all__ = [
    "DAY_SUMS",
    "SPAN_SUMS",
    "Account",
    "AccountDaySum",
    "AccountRecord",
    "AccountSpanSum",
    "Book",
    "BookRecord",
    "CostCenter",
    "CostCenterRecord",
    "Entry",
    "EntryLine",
    "EntryRecord",
    "LineRecord",
]
