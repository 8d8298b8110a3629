"""Services of transactions.

Other domains change many transactions by `BulkService` with a `ChangeRecorder`, whose change set `ChangeSetService`
undoes.
"""

from app.suites.personal.transactions.service.attachments import AttachmentService, file_keys, may_read_file
from app.suites.personal.transactions.service.bulk import (
    BulkChanges,
    BulkRequest,
    BulkResult,
    BulkService,
    RowProblem,
)
from app.suites.personal.transactions.service.change_sets import ChangeSetFilters, ChangeSetService, Since, Undone
from app.suites.personal.transactions.service.contributions import (
    Contribution,
    ContributionService,
    NewContribution,
)
from app.suites.personal.transactions.service.note_words import NoteIndex
from app.suites.personal.transactions.service.reading import TransactionFilters, TransactionItem, TransactionReader
from app.suites.personal.transactions.service.reconciling import (
    NewReconciliation,
    ReconciliationChanges,
    ReconciliationItem,
    ReconciliationService,
)
from app.suites.personal.transactions.service.recording import ChangeRecorder
from app.suites.personal.transactions.service.resolving import MoneyValues, SplitValues
from app.suites.personal.transactions.service.states import NewTransaction, TransactionChanges
from app.suites.personal.transactions.service.transactions import Refund, TransactionService

__all__ = [
    "AttachmentService",
    "BulkChanges",
    "BulkRequest",
    "BulkResult",
    "BulkService",
    "ChangeRecorder",
    "ChangeSetFilters",
    "ChangeSetService",
    "Contribution",
    "ContributionService",
    "MoneyValues",
    "NewContribution",
    "NewReconciliation",
    "NewTransaction",
    "NoteIndex",
    "ReconciliationChanges",
    "ReconciliationItem",
    "ReconciliationService",
    "Refund",
    "RowProblem",
    "Since",
    "SplitValues",
    "TransactionChanges",
    "TransactionFilters",
    "TransactionItem",
    "TransactionReader",
    "TransactionService",
    "Undone",
    "file_keys",
    "may_read_file",
]
