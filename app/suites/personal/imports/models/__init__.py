"""Tables of imports."""

from app.suites.personal.imports.models.imports import (
    LONGEST_FITID,
    BookImport,
    BookImportRecord,
    ImportLine,
    ImportLineRecord,
    ImportMapping,
    ImportMappingRecord,
    KeyedRow,
    StoredNumber,
)
from app.suites.personal.imports.models.transfers import (
    RejectedTransfer,
    RejectedTransferRecord,
    TransferMatch,
    TransferMatchRecord,
)

__all__ = [
    "LONGEST_FITID",
    "BookImport",
    "BookImportRecord",
    "ImportLine",
    "ImportLineRecord",
    "ImportMapping",
    "ImportMappingRecord",
    "KeyedRow",
    "RejectedTransfer",
    "RejectedTransferRecord",
    "StoredNumber",
    "TransferMatch",
    "TransferMatchRecord",
]
